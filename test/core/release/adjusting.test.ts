/** By how much a minimum changes by what was learnt, when it is looked at, and how a trial of it ends. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  beginTrial,
  endOfTrial,
  isToBeAsked,
  nextMinimum,
  type ToSize,
} from "../../../src/core/release/adjusting.ts";
import { holds } from "../../property.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const dayMs = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();
const adjusted = { minInstances: 3, maxInstances: 12, watchDays: 7 };
const sizing = (instances: number, more: Partial<ToSize> = {}): ToSize => ({
  wish: { instances, evidence: 5, why: "" },
  min: 8,
  max: 16,
  adjusted,
  adjusting: {},
  ...more,
});

describe("the next minimum", () => {
  test.each([
    ["a quarter less at a time", 4, {}, { to: 6 }],
    ["no further than what is wished for", 7, {}, { to: 7 }],
    ["one less of a few", 3, { min: 4 }, { to: 3 }],
    ["no less than the least", 1, { min: 4 }, { to: 3 }],
    ["at once as many more as are wished for", 11, {}, { to: 11 }],
    ["as many as the bounds allow", 30, {}, { to: 12, short: shortOf("proposals.within", 12) }],
    [
      "as many as the target allows",
      30,
      { max: 9 },
      { to: 9, short: shortOf("the target's own maximum", 9) },
    ],
    [
      "as many as quota and money allow",
      30,
      { means: [mostOf(11, "the quota"), mostOf(10, "the plan")] },
      { to: 10, short: shortOf("the plan", 10) },
    ],
    ["less whatever quota and money allow", 4, { means: [mostOf(1, "the quota")] }, { to: 6 }],
    ["less, though a person took more back", 4, { adjusting: { undone: taken(8, 12, 5) } }, { to: 6 }],
    ["more, though a person took less back", 11, { adjusting: { undone: taken(10, 8, 5) } }, { to: 11 }],
    [
      "more again, once the evidence has doubled",
      11,
      { adjusting: { undone: taken(8, 12, 2.5) } },
      { to: 11 },
    ],
    ["less again, once the evidence has doubled", 4, { adjusting: { putBack: back(2.5) } }, { to: 6 }],
  ])("is %s", (_what, instances, more, expected) => {
    expect(nextMinimum(sizing(instances, more))).toEqual(expected);
  });

  test.each([
    ["outside of its bounds", 4, { min: 20, max: 40 }, /its minimum is 20, and proposals.within is 3 to 12/],
    ["at the least", 1, { min: 3 }, /speaks for 1, and proposals.within allows 3 at least/],
    ["at the most", 20, { min: 12 }, /speaks for 20, and proposals.within allows 12 at most/],
    ["at the target's own", 20, { max: 8 }, /the target's own maximum allows 8 at most/],
    [
      "at the quota",
      20,
      { means: [mostOf(7, "the quota")] },
      /speaks for 20, and the quota allows 7 at most/,
    ],
    [
      "quiet since a person took less back",
      4,
      { adjusting: { undone: taken(10, 8, 2.6) } },
      /ann took 8 back at .* by an evidence of 2.6, which is 5 by now: no less is tried/,
    ],
    [
      "quiet since a person took more back",
      11,
      { adjusting: { undone: taken(8, 12, 2.6) } },
      /ann took 12 back at .* by an evidence of 2.6, which is 5 by now: no more is tried/,
    ],
    [
      "quiet since it was put back",
      4,
      { adjusting: { putBack: back(2.6) } },
      /by an evidence of 2.6, which is 5/,
    ],
  ])("%s it stays, and why", (_what, instances, more, why) => {
    expect(nextMinimum(sizing(instances, more))).toEqual({ why: expect.stringMatching(why) });
  });

  test("is raised whatever was put back", () => {
    expect(nextMinimum(sizing(11, { adjusting: { putBack: back(100) } }))).toEqual({ to: 11 });
  });

  test("whatever is known, stays within its bounds, goes towards what is wished for, and down by a step", () => {
    const some = fc.record({
      instances: fc.integer({ min: 1, max: 60 }),
      min: fc.integer({ min: 1, max: 60 }),
      more: fc.integer({ min: 0, max: 40 }),
      least: fc.integer({ min: 1, max: 40 }),
      wide: fc.integer({ min: 0, max: 40 }),
    });
    holds(
      fc.property(some, ({ instances, min, more, least, wide }) => {
        const bounds = { minInstances: least, maxInstances: least + wide, watchDays: 7 };
        const next = nextMinimum(sizing(instances, { min, max: min + more, adjusted: bounds }));
        if ("why" in next) return;
        const { to } = next;
        expect(to).toBeGreaterThanOrEqual(least);
        expect(to).toBeLessThanOrEqual(Math.min(least + wide, min + more));
        expect(Math.sign(to - min)).toBe(Math.sign(instances - min));
        expect(Math.abs(instances - to)).toBeLessThan(Math.abs(instances - min));
        expect(min - to).toBeLessThanOrEqual(Math.max(1, min / 4));
      }),
    );
  });
});

function back(evidence: number) {
  return { at: iso(nowMs), to: 6, evidence, why: "" };
}

function taken(from: number, to: number, evidence: number) {
  return { at: iso(nowMs), from, to, evidence, by: "ann", reason: "" };
}
function mostOf(instances: number, by: string) {
  return { instances, by };
}
function shortOf(by: string, most: number) {
  return `what is known speaks for 30, and ${by} allows ${most} at most`;
}

const trial = beginTrial({ variant: "v6", from: 8, to: 6, weight: 5 }, adjusted, nowMs);

test.each([
  ["the first time", {}, nowMs, true],
  ["not within a day", { lookedAt: iso(nowMs) }, nowMs + dayMs - 1, false],
  ["the day after", { lookedAt: iso(nowMs) }, nowMs + dayMs, true],
  ["once the plan is applied again", { lookedAt: iso(nowMs - 2) }, nowMs, true],
  ["not in a trial", { trial }, nowMs + dayMs, false],
])("what is known is asked %s: %s", (_when, adjusting, at, expected) => {
  expect(isToBeAsked(adjusting, { askedAt: iso(nowMs - 1), nowMs: at })).toBe(expected);
});

describe("a trial", () => {
  const ended = nowMs + 7 * dayMs;
  const all = 7 * 1440;

  test.each([
    ["goes on until its end", { trial: { ...trial, minutes: all } }, ended - 1, undefined],
    ["is kept at its end", { trial: { ...trial, minutes: all } }, ended, "kept"],
    ["is kept by a tenth of its minutes", { trial: { ...trial, minutes: all / 10 } }, ended, "kept"],
    ["is put back where nobody could see", { trial: { ...trial, minutes: all / 10 - 1 } }, ended, "put-back"],
    ["is put back for harm, at once", { trial, harm: "errors" }, nowMs, "put-back"],
  ])("%s", (_what, seen, at, outcome) => {
    expect(endOfTrial(seen, at)?.outcome).toBe(outcome);
  });
});
