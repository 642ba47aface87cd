/** Properties are checked on the same draws at every run: a test that fails today failed yesterday. */
import fc from "fast-check";

/** Chosen: the day on which the first of them was written. */
export const seed = 20_261_123;

/** Checks a property; the promise of an asynchronous one must be awaited. */
export function holds<Ts>(
  property: fc.IRawProperty<Ts>,
  options: Pick<fc.Parameters<Ts>, "numRuns"> = {},
): void | Promise<void> {
  return fc.assert(property, { seed, ...options });
}
