/** With the weights that are put back, all traffic is stable's, whoever had set others before. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "../../../src/core/release/change.ts";
import { isStables, stablesWeights } from "../../../src/core/release/stables-weights.ts";
import { holds } from "../../property.ts";

const sides = { stable: { variant: "v6" }, candidate: { variant: "v7" } };
const weight = fc.constantFrom(0, 0.5, 1, 100);
const weights = fc.oneof(fc.constant(null), fc.record({ v6: weight, v7: weight }, { requiredKeys: [] }));
const changes = fc.array(
  fc
    .record({ kind: fc.constantFrom("weights", "count"), before: weights })
    .map(({ kind, before }) => ({ resource: { kind, name: "chat" }, before }) as unknown as Change),
);

test("stable takes all traffic by them, and they are those of before the first shift where it did so then", () => {
  holds(
    fc.property(changes, (all) => {
      const back = stablesWeights(all, sides);
      expect(isStables(back, sides)).toBe(true);
      const first = all.find(({ resource }) => resource.kind === "weights")?.before ?? null;
      if (isStables(first, sides)) expect(back).toBe(first);
      else expect(back).toEqual({ v6: 1, v7: 0 });
    }),
  );
});

test.each([
  [{ v6: 1, v7: 0 }, true],
  [{ v6: 1 }, true],
  [{ v6: 0, v7: 0 }, false],
  [{ v6: 1, v7: 1 }, false],
  [null, false],
])("by %j it takes all: %s", (set, all) => {
  expect(isStables(set, sides)).toBe(all);
});
