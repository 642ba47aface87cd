/** A milestone that is late moves the dates after it: by as much, once, and none that somebody else has changed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Schedule } from "../../../src/core/calendar/calendar.ts";
import { scheduleAhead } from "../../../src/core/calendar/calendar.ts";
import { slips } from "../../../src/core/calendar/slip.ts";
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
