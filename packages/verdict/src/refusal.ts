/** Refuses what no verdict could be right under: one message for each setting, what was expected and what was found. */

/** @throws RangeError where it does not hold */
export function expect(holds: boolean, what: string, expected: string, found: unknown): void {
  if (!holds) throw new RangeError(`${what}: expected ${expected}, found ${String(found)}`);
}
