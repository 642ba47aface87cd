/** DynamoDB's attribute values as plain JavaScript, as the SDK's document client gives them. */

export type Item = Readonly<Record<string, unknown>>;

export const plainItem = (item: Readonly<Record<string, unknown>>): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));

/** Numbers that are no safe integers lose digits; binary stays the base64 that the wire has. */
function plain(value: unknown): unknown {
  const [[type, inner] = ["NULL", true]] = Object.entries(value as Readonly<Record<string, unknown>>);
  switch (type) {
    case "N":
      return Number(inner);
    case "NULL":
      return null;
    case "M":
      return plainItem(inner as Readonly<Record<string, unknown>>);
    case "L":
      return (inner as readonly unknown[]).map(plain);
    case "NS":
      return (inner as readonly unknown[]).map(Number);
    default:
      return inner;
  }
}
