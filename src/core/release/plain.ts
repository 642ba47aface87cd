/** Plain data, as JSON has it: what the ledger writes a resource's state down as. */

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** Equality of plain data, whatever the order of keys; of numbers exactly, unless told otherwise. */
export function same(
  a: Plain | undefined,
  b: Plain | undefined,
  sameNumber: (a: number, b: number) => boolean = (one, other) => one === other,
): boolean {
  if (a === b) return true;
  if (typeof a === "number" && typeof b === "number") return sameNumber(a, b);
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((value, i) => same(value, b[i], sameNumber));
  }
  const left = a as { readonly [key: string]: Plain };
  const right = b as { readonly [key: string]: Plain };
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length && keys.every((key) => same(left[key], right[key], sameNumber))
  );
}
