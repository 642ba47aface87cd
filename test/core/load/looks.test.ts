/** What a rate's slow time says: only once a queue has had time to grow, or where it has grown sooner. */
import { expect, test } from "vitest";
import { slowLooksOf } from "../../../src/core/load/looks.ts";
import { emptyTally, type Run } from "../../../src/core/load/tally.ts";

const kind = { of: "late", allowed: 0.01, limitSeconds: 2, always: 0 } as const;
/** At a limit of two seconds a queue has grown after twenty, seven blocks of three. */
const looked = (run: Run) => {
  const seen = { requestsPerSecond: 100, tally: emptyTally };
  const [looks] = slowLooksOf([seen], kind, { part: 0.25, slowAt: () => [run] });
  return looks?.looked ?? 0;
};
const quiet: Run[number] = [300, 0, 40];
const blocks = (count: number): Run => Array.from({ length: count }, () => quiet);

test("the first twenty seconds of a slow time say nothing of a rate, however quiet they are", () => {
  expect(looked(blocks(7))).toBe(0);
  expect(looked(blocks(8))).toBeGreaterThan(0);
  expect(looked(blocks(10)) / looked(blocks(8))).toBeCloseTo(3, 5);
});

test("where so many are late that a queue has grown already, they do", () => {
  expect(looked([[300, 31, 40], ...blocks(6)])).toBeGreaterThan(0);
  expect(looked([[300, 29, 40], ...blocks(6)])).toBe(0);
});
