/** DynamoDB's attribute values as plain data: `{"N": "3"}` is 3. Sets and binaries do not occur in the table. */
import type { JsonValue } from "../../core/release/json-value.ts";

type AttributeValue = Readonly<Record<string, unknown>>;

/** One attribute value; what is no attribute value is null. */
export function plainValue(value: unknown): JsonValue {
  if (!isRecord(value)) return null;
  const [[type, inner] = ["NULL", true]] = Object.entries(value);
  switch (type) {
    case "S":
      return String(inner);
    case "N":
      return Number(inner);
    case "BOOL":
      return inner === true;
    case "L":
      return Array.isArray(inner) ? inner.map(plainValue) : null;
    case "M":
      return isRecord(inner) ? plainItem(inner) : null;
    default:
      return null;
  }
}

/** A whole item, attribute by attribute. */
export function plainItem(item: AttributeValue): { readonly [key: string]: JsonValue } {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

export function isRecord(value: unknown): value is AttributeValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
