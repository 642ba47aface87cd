/** Plain data, as JSON has it: what the ledger writes a resource's state down as. */
import * as z from "zod";

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

const isPlain = (value: unknown): value is JsonValue => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  return typeof value === "object" && Object.values(value).every(isPlain);
};

/** Whatever may be written down, of whatever shape: the states of resources are what each kind makes them. */
export const PlainData = z.custom<JsonValue>(isPlain, "expected plain data, found something else");

/** Equality of plain data, whatever the order of keys; of numbers exactly, unless told otherwise. */
export function same(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  sameNumber: (a: number, b: number) => boolean = (one, other) => one === other,
): boolean {
  if (a === b) return true;
  if (typeof a === "number" && typeof b === "number") return sameNumber(a, b);
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((value, i) => same(value, b[i], sameNumber));
  }
  const left = a as { readonly [key: string]: JsonValue };
  const right = b as { readonly [key: string]: JsonValue };
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length && keys.every((key) => same(left[key], right[key], sameNumber))
  );
}
