/** Equality of plain data, whatever the order of keys: the checkers' own, since theirs must not be the product's. */
import { isDeepStrictEqual } from "node:util";

export const same = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b);
