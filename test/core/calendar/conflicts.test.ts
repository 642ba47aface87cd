/** What of several plans does not go together: found against a look at every minute, and told once. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AccountInUse, conflictsOf, steadyOf } from "../../../src/core/calendar/conflicts.ts";
import { type Occurrence, occurrencesOf } from "../../../src/core/calendar/occurrences.ts";
import type { Plan, When } from "../../../src/core/plan/plan.ts";
import { fraud, plan, staged } from "../example.ts";

const minute = 60_000;
const startMs = Date.parse("2027-01-11T00:00:00Z");
const none = {
  "endpoint usage": {},
  "training job usage": {},
  "training warm pool usage": {},
  "cluster usage": {},
};
const unlimited: AccountInUse = { quota: none, elsewhere: none };
const quotaOf = (instances: number, elsewhere = 0): AccountInUse => ({
  quota: { ...none, "endpoint usage": { "ml.g5.xlarge": instances } },
  elsewhere: { ...none, "endpoint usage": { "ml.g5.xlarge": elsewhere } },
});

/** From and until are minutes. */
function one(model: string, from: number, until: number, more: Partial<Occurrence> = {}): Occurrence {
  return {
    id: `${model}-${from}`,
    model,
    kind: "production",
    subject: `endpoint/${model}`,
    dueMs: startMs + until * minute,
    timeZone: "UTC",
    fromMs: startMs + from * minute,
    untilMs: startMs + until * minute,
    raised: [{ use: "endpoint usage", instanceType: "ml.g5.xlarge", instances: 4 }],
    costUsd: 10,
    isTentative: false,
    ...more,
  };
}
const minutesOf = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => [
  (fromMs - startMs) / minute,
  (toMs - startMs) / minute,
];

describe("a quota", () => {
  test("is short for as long as two need it at one time, and both are named", () => {
    const [a, b] = [one("a", 0, 60), one("b", 40, 100)];
    const [found, ...more] = conflictsOf([], [a, b], quotaOf(7));

    expect(more).toEqual([]);
    expect(found).toMatchObject({ what: "quota", needed: 8, quota: 7, who: [a, b] });
    expect(found && minutesOf(found)).toEqual([40, 60]);
    expect(conflictsOf([], [a, b], quotaOf(8))).toEqual([]);
  });

  test("is not short where one begins as the other ends", () => {
    const [a, b] = [one("a", 0, 60), one("b", 60, 100)];
    expect(conflictsOf([], [a, b], quotaOf(4))).toEqual([]);
    expect(conflictsOf([], [b, a], quotaOf(4))).toEqual([]);
  });

  test("has the steady fleets in it, each endpoint once, and what others have", () => {
    const release = one("chat-assistant", 0, 60);
    expect(conflictsOf([plan], [release], quotaOf(12))).toEqual([]);
    expect(conflictsOf([plan], [release], quotaOf(11))).toMatchObject([{ needed: 12, quota: 11 }]);
    expect(conflictsOf([plan], [release], quotaOf(13, 2))).toMatchObject([{ needed: 14, quota: 13 }]);
    expect(Object.fromEntries(steadyOf([staged, plan, fraud]))).toEqual({
      "ml.g5.xlarge": 10,
      "ml.c6i.2xlarge": 3,
    });
  });

  test("of each use is its own, and of a type that is not known there is none", () => {
    const pool = (use: "training job usage" | "training warm pool usage") =>
      one("a", 0, 60, { raised: [{ use, instanceType: "ml.g5.xlarge", instances: 4 }] });
    expect(conflictsOf([], [pool("training job usage"), one("b", 0, 60)], quotaOf(4))).toEqual([]);
    expect(conflictsOf([], [one("a", 0, 60), one("b", 0, 60)], unlimited)).toEqual([]);
  });

  test("is short exactly in the minutes in which more is needed, whatever is planned", () => {
    const some = fc.array(
      fc.record({
        from: fc.integer({ min: 0, max: 50 }),
        minutes: fc.integer({ min: 1, max: 30 }),
        instances: fc.integer({ min: 0, max: 5 }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 10 }), (all, limit) => {
        const occurrences = all.map(({ from, minutes, instances }, nth) =>
          one(`m${nth}`, from, from + minutes, {
            raised: [{ use: "endpoint usage", instanceType: "ml.g5.xlarge", instances }],
          }),
        );
        const found = conflictsOf([], occurrences, quotaOf(limit)).map(minutesOf);
        const short = (at: number) => found.some(([from = 0, to = 0]) => from <= at && at < to);
        for (let at = 0; at < 90; at++) {
          const needed = all
            .filter(({ from, minutes }) => from <= at && at < from + minutes)
            .reduce((sum, { instances }) => sum + instances, 0);
          expect([at, short(at)]).toEqual([at, needed > limit]);
        }
      }),
    );
  });
});

test("two releases on one endpoint are named, the one beside the longest before it", () => {
  const long = one("a", 0, 100);
  const within = one("b", 10, 20, { subject: long.subject });
  const late = one("c", 90, 120, { subject: long.subject });

  expect(conflictsOf([], [late, within, long, one("d", 0, 200)], unlimited)).toMatchObject([
    { what: "endpoint", subject: "endpoint/a", who: [long, within] },
    { what: "endpoint", subject: "endpoint/a", who: [long, late] },
  ]);
});

test("a month that costs more than its budget is named by what comes in it", () => {
  const budgeted: Plan = { ...plan, budget: { ...plan.budget, usdPerMonth: 25 } };
  const in2 = (month: number, costUsd: number | null) =>
    one(plan.model, 0, 10, { dueMs: Date.UTC(2027, month, 3), costUsd });
  const all = [in2(0, 20), in2(0, 5), in2(1, 20), in2(1, null), in2(1, 5.01)];

  const dear = (of: Plan) => conflictsOf([of], all, unlimited).filter(({ what }) => what === "budget");
  expect(dear(budgeted)).toMatchObject([
    {
      what: "budget",
      model: plan.model,
      usd: expect.closeTo(25.01, 6),
      budgetUsd: 25,
      fromMs: Date.UTC(2027, 1),
    },
  ]);
  expect(dear(plan)).toEqual([]);
});

test("a release that meets a freeze of its plan is named; a pool is not kept by one", () => {
  const windows = [{ from: "2027-01-11T00:30:00Z", to: "2027-01-11T02:00:00Z", reason: "stocktaking" }];
  const frozen: Plan = { ...plan, freezes: { ...plan.freezes, windows } };
  const release = one(plan.model, 0, 60);
  const all = [
    release,
    one(plan.model, 0, 60, { kind: "training", subject: "pool/x/training" }),
    one("b", 0, 60),
  ];

  const found = conflictsOf([frozen], all, unlimited);
  expect(found).toMatchObject([{ what: "freeze", reason: "stocktaking", who: [release] }]);
  expect(found.map(minutesOf)).toEqual([[30, 60]]);
  expect(conflictsOf([frozen], [one(plan.model, 0, 30), one(plan.model, 120, 130)], unlimited)).toEqual([]);
});

test("production that starts before its staging is over is named with how long it waits", () => {
  const [model, other] = [staged.model, "b"];
  const stage = (from: number, until: number, of = model) =>
    one(of, from, until, {
      kind: "staging",
      subject: `endpoint/${of}-staging`,
      dueMs: startMs + until * minute,
    });
  const production = (from: number, until: number, of = model) => one(of, from, until);
  const waits = (...all: Occurrence[]) =>
    conflictsOf([staged], all, unlimited).filter(({ what }) => what === "order");

  expect(waits(stage(0, 60), production(60, 120))).toEqual([]);
  const found = waits(stage(0, 60), stage(1000, 1060), production(50, 120), production(1060, 1100));
  expect(found.map(minutesOf)).toEqual([[50, 60]]);
  expect(found[0]?.who.map(({ kind }) => kind)).toEqual(["staging", "production"]);
  expect(waits(stage(0, 60, other), production(50, 120, other))).toEqual([]);
  expect(waits(stage(70, 90), production(50, 120)).map(minutesOf)).toEqual([[50, 90]]);
  expect(waits(stage(70, 130), production(50, 120))).toEqual([]);
});

test("plans of one account: what is raised for dates of their own meets in a quota", () => {
  const when: When = { cron: "cron(0 9 ? * TUE *)", timeZone: "UTC", start: "ahead" };
  const named = (name: string): Plan => ({
    ...plan,
    model: name,
    endpoint: { ...plan.endpoint, name },
    milestones: { production: { when } },
  });
  const plans = [named("one"), named("other")];
  const span = { fromMs: startMs, toMs: startMs + 14 * 86_400_000 };
  const all = plans.flatMap((each) => occurrencesOf(each, span, { launches: [] }));

  expect(conflictsOf(plans, all, quotaOf(48))).toEqual([]);
  const found = conflictsOf(plans, all, quotaOf(47));
  expect(found.map(({ what, who }) => [what, ...who.map(({ model }) => model)])).toEqual([
    ["quota", "one", "other"],
    ["quota", "one", "other"],
  ]);
});
