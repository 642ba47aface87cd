/** Capacity that was bought before, held against the dates of releases: what is in their way, and when it ends. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conflictsOf } from "../../../src/core/calendar/conflicts.ts";
import { occurrencesOf } from "../../../src/core/calendar/occurrences.ts";
import { endOf, faultOf, reservedReleases, spansOf } from "../../../src/core/calendar/reservations.ts";
import {
  reservationEnds,
  reservedOutlook,
  reservedWarnings,
} from "../../../src/core/calendar/reserved-dates.ts";
import type { TrainingPlanView } from "../../../src/core/feasibility/reserved.ts";
import { releaseOutlook } from "../../../src/core/outlook/release-outlook.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { onReserved, plan } from "../example.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.parse("2027-03-01T09:00:00Z");
const arn = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/launch-week";
const part = (fromMs: number, toMs: number) => ({
  instanceType: "ml.p4d.24xlarge",
  instances: 12,
  fromMs,
  toMs,
});
const view = (...parts: TrainingPlanView["parts"]): TrainingPlanView => ({
  arn,
  name: "launch-week",
  status: "Active",
  targets: ["endpoint"],
  available: 12,
  parts,
});
const until = (toMs: number) => [{ trainingPlan: arn, view: view(part(nowMs - dayMs, toMs)) }];
const dated: Plan = {
  ...onReserved,
  milestones: { production: { when: { at: "2027-03-03T09:00:00", timeZone: "UTC", start: "on-date" } } },
};
const span = { fromMs: nowMs, toMs: nowMs + 90 * dayMs };
const none = {
  "endpoint usage": {},
  "training job usage": {},
  "training warm pool usage": {},
  "cluster usage": {},
};
const found = (seen: ReturnType<typeof until> | { trainingPlan: string; view: undefined }[], of = dated) =>
  conflictsOf([of], occurrencesOf(of, span, { launches: [] }), {
    quota: none,
    elsewhere: none,
    reservations: seen,
  });

test("parts that follow on one another are one span, whatever their order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 20 })), { maxLength: 6 }), (all) => {
      const spans = spansOf({ parts: all.map(([from, lasts]) => part(from, from + lasts)) });
      const isIn = (ms: number) => spans.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
      for (let ms = 0; ms < 80; ms++)
        expect(isIn(ms)).toBe(all.some(([from, lasts]) => from <= ms && ms < from + lasts));
      for (const [nth, one] of spans.entries())
        expect(one.fromMs).toBeGreaterThan(spans[nth - 1]?.toMs ?? -1);
    }),
  );
  expect(endOf(view(part(0, 5), part(5, 9), part(20, 30)), 7)).toBe(9);
  expect(endOf(view(part(20, 30)), 7)).toBeUndefined();
});

test("a release is told of the first thing that is in its way", () => {
  const release = { fromMs: 10, closeMs: 20, keptMs: 50 };
  expect(faultOf(undefined, release)).toEqual({ fault: "missing" });
  expect(faultOf(view(part(11, 90)), release)).toEqual({ fault: "not-there" });
  expect(faultOf(view(part(0, 10)), release)).toEqual({ fault: "not-there" });
  expect(faultOf({ ...view(part(0, 90)), status: "Failed" }, release)).toEqual({ fault: "not-there" });
  expect(faultOf(view(part(0, 19)), release)).toEqual({ fault: "ends-before-close", endMs: 19 });
  expect(faultOf(view(part(0, 20)), release)).toEqual({ fault: "ends-while-kept", endMs: 20 });
  expect(faultOf(view(part(0, 50)), release)).toBeUndefined();
});

describe("a date of production", () => {
  const [release] = reservedReleases(dated, { fromMs: nowMs, untilMs: nowMs });
  const minutes = (release?.closeMs ?? 0) / 60_000 - nowMs / 60_000;

  test("takes its way back as well, before it is over", () => {
    expect(release).toMatchObject({
      releaseType: "major",
      instanceType: "ml.p4d.24xlarge",
      trainingPlan: arn,
    });
    expect(minutes).toBeGreaterThan(releaseOutlook(dated, "major").minutes + 5);
    expect(release?.keptMs).toBe((release?.closeMs ?? 0) + 7 * dayMs);
  });

  test("is in conflict with a training plan that ends before it would be over, or while it could be reverted", () => {
    const fromMs = Date.parse("2027-03-03T09:00:00Z");
    const closeMs = fromMs + minutes * 60_000;
    expect(found(until(closeMs - 1))).toMatchObject([
      {
        what: "reservation",
        fault: "ends-before-close",
        fromMs: closeMs - 1,
        toMs: closeMs,
        who: [{ kind: "production" }],
      },
    ]);
    expect(found(until(closeMs + 7 * dayMs - 1))).toMatchObject([
      { fault: "ends-while-kept", fromMs: closeMs + 7 * dayMs - 1, revertDays: 7 },
    ]);
    expect(found(until(closeMs + 7 * dayMs))).toEqual([]);
    expect(found([{ trainingPlan: arn, view: undefined }])).toMatchObject([{ fault: "missing" }]);
    expect(found([])).toEqual([]);
    expect(found(until(fromMs - 1), { ...plan, milestones: dated.milestones })).toEqual([]);
  });
});

describe("a plan's page", () => {
  const seen = until(nowMs + 2 * dayMs);
  const outlook = (of: Plan, looked?: typeof seen) =>
    reservedOutlook(of, { nowMs, launches: [], ...(looked && { seen: looked }) });

  test("goes by the next date, or by a release that begins now", () => {
    expect(outlook(dated, seen)).toMatchObject([
      {
        isDated: true,
        from: "2027-03-03T09:00:00.000Z",
        endsAt: "2027-03-03T09:00:00.000Z",
        fault: "not-there",
      },
    ]);
    const [now] = outlook(onReserved, seen);
    expect(now).toMatchObject({ isDated: false, from: "2027-03-01T09:00:00.000Z", fault: "ends-while-kept" });
    expect(reservedWarnings(onReserved, now === undefined ? [] : [now])).toEqual([
      "training plan launch-week ends at 2027-03-03T09:00Z, within the 7 days in which a major release on ml.p4d.24xlarge could be reverted: what is promoted on it stops serving then (if it began now)",
    ]);
  });

  test("says nothing of a plan that names none, and knows nothing where nobody has looked", () => {
    expect(outlook(plan, seen)).toEqual([]);
    expect(outlook(onReserved)).toMatchObject([{ status: null, endsAt: null, fault: null }]);
  });
});

test("ends are told with who names and who serves on them, each part by itself", () => {
  const both = [
    { trainingPlan: arn, view: view(part(nowMs, nowMs + dayMs), part(nowMs + 3 * dayMs, nowMs + 4 * dayMs)) },
  ];
  const on = { endpoint: "legal-drafts", model: "legal-drafts", version: 4 };
  const serving = new Map([[arn, [on]]]);
  expect(reservationEnds(both, span, { plans: [onReserved, plan], serving })).toEqual([
    {
      id: "reservation-launch-week",
      trainingPlan: arn,
      status: "Active",
      endsMs: nowMs + dayMs,
      models: ["legal-drafts"],
      serving: [on],
    },
    expect.objectContaining({ id: "reservation-launch-week-2", endsMs: nowMs + 4 * dayMs }),
  ]);
  const later = { fromMs: nowMs + 2 * dayMs, toMs: nowMs + 3 * dayMs };
  expect(reservationEnds(both, later, { plans: [], serving })).toEqual([]);
});
