/** One text for one value, whoever writes it: the JSON Canonicalization Scheme (RFC 8785). What is signed and digested is such text. */
import canonicalize from "canonicalize";
import type { JsonValue } from "../release/json-value.ts";

/** Plain data, and members that are undefined, which are none. */
export type Canonical = JsonValue | undefined | readonly Canonical[] | { readonly [key: string]: Canonical };

/** @throws Error on what JSON has no text for: a number that is not finite, or text with half a surrogate pair */
export function canonical(value: Canonical): string {
  const text = canonicalize(value);
  if (text === undefined) throw new RangeError(`expected plain data, found ${typeof value}`);
  return text;
}

/** What a text takes in UTF-8, as it is signed and stored. */
export const bytesIn = (text: string): number => new TextEncoder().encode(text).length;
