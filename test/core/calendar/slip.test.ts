/** A milestone that is late moves the dates after it: by as much, once, and none that somebody else has changed. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Schedule } from "../../../src/core/calendar/calendar.ts";
import { scheduleAhead } from "../../../src/core/calendar/calendar.ts";
import { duesIn } from "../../../src/core/calendar/occurrences.ts";
import { mayMove, plannedDateOf, slips, withSlips } from "../../../src/core/calendar/slip.ts";
import { type MilestoneKind, Plan } from "../../../src/core/plan/plan.ts";
import { holds } from "../../property.ts";
import { plan as sample } from "../example.ts";

const pool = sample.milestones.training?.pool;
const plan = Plan.parse({
  ...sample,
  milestones: {
    training: { when: { at: "2026-12-01T02:00:00", timeZone: "Europe/Amsterdam" }, pool },
    validation: { when: { at: "2026-12-01T09:00:00", timeZone: "Europe/Amsterdam" }, pool },
    staging: { when: { cron: "cron(0 12 ? * MON *)", timeZone: "UTC" }, pool },
    production: { when: { at: "2026-12-02T09:00:00", timeZone: "Europe/Amsterdam" } },
    patch: { when: { at: "2026-12-03T09:00:00", timeZone: "Europe/Amsterdam" } },
  },
  releaseTypes: { ...sample.releaseTypes, patch: sample.releaseTypes[sample.defaultReleaseType] },
});
const target = { machine: "arn:machine", role: "arn:role" };
const nowMs = Date.parse("2026-12-01T05:00:00Z");
const planned = (kind: MilestoneKind, leadMinutes = 30) => {
  const found = scheduleAhead(plan, { kind, target, leadMinutes });
  if (found === undefined) throw new Error(`expected a schedule for ${kind}`);
  return found;
};
const standing = {
  validation: planned("validation"),
  staging: planned("staging"),
  production: planned("production", 90),
  // What serves is patched on its date, whatever becomes of the next version.
  patch: planned("patch"),
};
const late = (there: Partial<Record<MilestoneKind, Schedule>>, minutes = 120) =>
  slips(plan, there, { kind: "training", minutes, target, nowMs });

test("dates after it are moved by as much as it is extended, crons are not", () => {
  expect(late(standing)).toEqual([
    {
      kind: "validation",
      act: "change",
      from: standing.validation,
      // 09:00 in Amsterdam is 08:00 UTC, half an hour ahead of that it starts.
      to: { ...standing.validation, expression: "at(2026-12-01T09:30:00)", timeZone: "UTC" },
    },
    {
      kind: "production",
      act: "change",
      from: standing.production,
      to: { ...standing.production, expression: "at(2026-12-02T08:30:00)", timeZone: "UTC" },
    },
  ]);
});

test("telling it again, or of a shorter delay, moves nothing more; of a longer one as far as that", () => {
  const minutes = fc.integer({ min: 15, max: 3000 });
  holds(
    fc.property(minutes, minutes, (first, second) => {
      const moved = late(standing, first)[0];
      const to = moved?.act === "change" ? moved.to : standing.validation;
      const again = late({ validation: to }, second);
      if (second <= first) expect(again).toEqual([]);
      else
        expect(again).toEqual(
          late(standing, second)
            .slice(0, 1)
            .map((step) => ({ ...step, from: to })),
        );
    }),
  );
});

test("what somebody has changed or brought forward, and what has begun, stays", () => {
  const { validation } = standing;
  expect(late({ validation: { ...validation, enabled: false } })).toEqual([]);
  expect(late({ validation: { ...validation, input: "{}" } })).toEqual([]);
  expect(late({ validation: { ...validation, expression: "at(2026-12-01T07:00:00)" } })).toEqual([]);
  expect(late({ validation: { ...validation, expression: "at(2026-12-01T04:59:00)" } })).toEqual([]);
  expect(late({})).toEqual([]);
  // A start that is over, and whose schedule has not gone yet, is not made to come again.
  const begun = {
    kind: "training",
    minutes: 120,
    target,
    nowMs: Date.parse("2026-12-01T08:00:00Z"),
  } as const;
  expect(slips(plan, { validation }, begun)).toEqual([]);
});

test("dates before it stay", () => {
  const there = { training: planned("training"), validation: standing.validation };
  expect(slips(plan, there, { kind: "validation", minutes: 60, target, nowMs })).toEqual([]);
});

describe("dates as they stand", () => {
  const moving: Plan = Plan.parse({
    ...plan,
    milestones: {
      ...plan.milestones,
      training: {
        ...plan.milestones.training,
        completedBy: { trainingJob: "chat-*" },
        late: { extendMinutes: 120, laterDates: "move" },
      },
    },
  });
  const dueMs = (of: Plan, kind: MilestoneKind): number => {
    const when = of.milestones[kind]?.when;
    if (when === undefined || "event" in when) throw new Error(`expected a date of ${kind}`);
    return duesIn(when, { fromMs: 0, toMs: Date.parse("2027-01-01") })[0] ?? Number.NaN;
  };
  const movedBy = (steps: ReturnType<typeof slips>) =>
    Object.fromEntries(steps.flatMap((step) => (step.act === "change" ? [[step.kind, step.to]] : [])));

  test("those that may move are those after a milestone whose plan has them moved, but crons and patches", () => {
    expect(mayMove(moving)).toEqual(["validation", "production"]);
    expect(mayMove(plan)).toEqual([]);
  });

  test("a date is where it was moved to, in the plan's zone, and stays that date of the plan", () => {
    holds(
      fc.property(fc.integer({ min: 15, max: 120 }), (minutes) => {
        const moved = withSlips(moving, { ...standing, ...movedBy(late(standing, minutes)) }, target);
        for (const kind of ["validation", "production"] as const) {
          const [planned, stands] = [dueMs(moving, kind), dueMs(moved, kind)];
          expect(stands).toBe(planned + minutes * 60_000);
          expect(moved.milestones[kind]?.when).toMatchObject({ timeZone: "Europe/Amsterdam" });
          expect(plannedDateOf(moving, kind, stands)).toBe(planned);
        }
        expect(moved.milestones.staging).toBe(moving.milestones.staging);
        expect(moved.milestones.patch).toBe(moving.milestones.patch);
      }),
    );
  });

  test("it is said in UTC where the zone's clocks show that time twice", () => {
    const when = { at: "2027-10-31T01:30:00", timeZone: "Europe/Amsterdam" };
    const back = Plan.parse({ ...moving, milestones: { ...moving.milestones, production: { when } } });
    const there = scheduleAhead(back, { kind: "production", target, leadMinutes: 0 });
    if (there === undefined) throw new Error("expected a schedule");
    // Half past one in summer is 23:30 UTC; two hours later it is half past two for the second time.
    const moved = { ...there, expression: "at(2027-10-31T01:30:00)", timeZone: "UTC" };
    expect(withSlips(back, { production: moved }, target).milestones.production?.when).toMatchObject({
      at: "2027-10-31T01:30:00",
      timeZone: "UTC",
    });
  });

  test("what somebody else has changed, or took away, is as planned", () => {
    const moved = movedBy(late(standing)).production;
    if (moved === undefined) throw new Error("expected a date that was moved");
    for (const theirs of [
      { ...moved, enabled: false },
      { ...moved, input: "{}" },
      { ...moved, role: "arn:other" },
      { ...moved, expression: "at(2026-12-01T07:00:00)" },
    ])
      expect(withSlips(moving, { production: theirs }, target)).toBe(moving);
    expect(withSlips(moving, {}, target)).toBe(moving);
    expect(withSlips(plan, { production: moved }, target)).toBe(plan);
  });

  test("none is the plan's that lies before it, or further after it than its rule moves it", () => {
    const planned = dueMs(moving, "production");
    expect(plannedDateOf(moving, "production", planned + 120 * 60_000)).toBe(planned);
    expect(plannedDateOf(moving, "production", planned + 121 * 60_000)).toBeUndefined();
    expect(plannedDateOf(moving, "production", planned - 60_000)).toBeUndefined();
    expect(plannedDateOf(plan, "production", planned + 60_000)).toBeUndefined();
    expect(plannedDateOf(moving, "training", dueMs(moving, "training") + 60_000)).toBeUndefined();
  });

  test("a cron's is its own where clocks are changed between its start and the date", () => {
    const monday = Date.parse("2026-12-07T12:00:00Z");
    for (const hours of [-1, 0, 1])
      expect(plannedDateOf(moving, "staging", monday + hours * 3_600_000)).toBe(monday);
    expect(plannedDateOf(moving, "staging", monday + 2 * 3_600_000)).toBeUndefined();
  });
});
