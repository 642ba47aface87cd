/** The calendar of a plan: what must be done so that the schedules which stand become the plan's. */

import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  calendarMistakes,
  calendarWarnings,
  leadMinutesOf,
  type Schedule,
  type ScheduleStep,
  type SchedulesInForce,
  calendarSteps as stepsOfCalendar,
  type Target,
} from "../../../src/core/calendar/calendar.ts";
import type { Launch } from "../../../src/core/learning/launch.ts";
import { milestoneKinds, type Plan, type When } from "../../../src/core/plan/plan.ts";
import { holds } from "../../property.ts";
import { plan } from "../example.ts";

const target = {
  machine: "arn:aws:states:eu-west-1:123456789012:stateMachine:m",
  role: "arn:aws:iam::1:role/r",
};
const nowMs = Date.parse("2026-11-23T09:00:00Z");
const { pool } = plan.milestones.training ?? {};

/** The sample plan with its milestones at other times; those not named are not in it. */
function planAt(when: { readonly [kind: string]: When }): Plan {
  const dated = Object.entries(when).map(([kind, each]) => [kind, { when: each, pool }]);
  return { ...plan, milestones: { production: plan.milestones.production, ...Object.fromEntries(dated) } };
}

const acts = (steps: readonly ScheduleStep[]) => steps.map(({ kind, act }) => `${act} ${kind}`);

const calendarSteps = (
  wanted: Plan,
  standing: SchedulesInForce,
  {
    former = {},
    launches = [],
    ...rest
  }: { former?: SchedulesInForce; launches?: readonly Launch[]; target: Target; nowMs: number },
) => stepsOfCalendar(wanted, { launches, standing, former }, rest);

/** The schedules once the steps are taken. */
function taken(standing: SchedulesInForce, steps: readonly ScheduleStep[]): SchedulesInForce {
  const after: Record<string, Schedule | undefined> = { ...standing };
  for (const step of steps) {
    if (step.act === "make" || step.act === "change") after[step.kind] = step.to;
    if (step.act === "remove") after[step.kind] = undefined;
  }
  return after;
}

const weekly: When = { cron: "cron(0 2 ? * MON *)", timeZone: "Europe/Amsterdam", start: "on-date" };
const daily: When = { cron: "cron(0 2 * * ? *)", timeZone: "Europe/Amsterdam", start: "on-date" };

test("a schedule starts the machine with its milestone, in the plan's time zone", () => {
  const [made] = calendarSteps(planAt({ training: weekly }), {}, { target, nowMs });

  expect(made).toEqual({
    kind: "training",
    act: "make",
    to: {
      expression: "cron(0 2 ? * MON *)",
      timeZone: "Europe/Amsterdam",
      enabled: true,
      ...target,
      input:
        '{"milestone":{"model":"chat-assistant","kind":"training","scheduledTime":"<aws.scheduler.scheduled-time>"}}',
    },
  });
});

test("what is to be there comes before what is to go", () => {
  const before = taken(
    {},
    calendarSteps(planAt({ "data-collection": weekly, training: weekly }), {}, { target, nowMs }),
  );

  const steps = calendarSteps(planAt({ training: daily, staging: weekly }), before, { target, nowMs });

  expect(acts(steps)).toEqual(["change training", "make staging", "remove data-collection"]);
});

test("a schedule that somebody switched off, or points elsewhere, is not the plan's", () => {
  const wanted = planAt({ training: weekly });
  const { training } = taken({}, calendarSteps(wanted, {}, { target, nowMs }));
  if (training === undefined) throw new Error("expected a schedule");

  for (const other of [{ enabled: false }, { machine: "arn:of:another" }, { input: "{}" }])
    expect(acts(calendarSteps(wanted, { training: { ...training, ...other } }, { target, nowMs }))).toEqual([
      "change training",
    ]);
});

test("what an earlier version made for this machine goes last, and for another stays", () => {
  const former = taken(
    {},
    calendarSteps(planAt({ training: weekly, staging: weekly }), {}, { target, nowMs }),
  );
  const { staging } = former;
  if (staging === undefined) throw new Error("expected a schedule");
  const elsewhere = { ...former, staging: { ...staging, machine: "arn:of:another" } };

  const steps = calendarSteps(planAt({ training: weekly }), {}, { target, nowMs, former: elsewhere });

  expect(acts(steps)).toEqual(["make training", "remove training"]);
  expect(steps[1]).toMatchObject({ why: "former" });
});

describe("a milestone that starts ahead of its date", () => {
  const made = (when: When, kind = "training") => {
    const [step] = calendarSteps(planAt({ [kind]: when }), {}, { target, nowMs });
    if (step?.act !== "make") throw new Error(`expected a schedule to be made, found ${step?.act}`);
    return step.to;
  };

  it("by a cron does so on the same wall clock, and says by how much", () => {
    const { expression, timeZone, input } = made({ ...weekly, start: "ahead" });

    expect([expression, timeZone]).toEqual(["cron(42 1 ? * MON *)", "Europe/Amsterdam"]);
    expect(JSON.parse(input)).toEqual({
      milestone: {
        model: "chat-assistant",
        kind: "training",
        scheduledTime: "<aws.scheduler.scheduled-time>",
        leadMinutes: 18,
        recurring: true,
      },
    });
    expect(leadMinutesOf({ input })).toBe(18);
    expect(leadMinutesOf(made(weekly))).toBe(0);
  });

  it.each([
    ["2026-12-01T09:00:00", "Europe/Amsterdam", "2026-12-01T07:42:00"],
    // The first of two, on the night on which clocks are put back; and through that night.
    ["2027-10-31T02:30:00", "Europe/Amsterdam", "2027-10-31T00:12:00"],
    ["2027-10-31T03:00:00", "Europe/Amsterdam", "2027-10-31T01:42:00"],
    // What clocks skip in spring, as it would have been.
    ["2027-03-28T02:30:00", "Europe/Amsterdam", "2027-03-28T01:12:00"],
    ["2027-01-01T00:05", "Asia/Kolkata", "2026-12-31T18:17:00"],
  ])("by a date, %s %s, does so at %s UTC", (at, timeZone, start) => {
    expect(made({ at, timeZone, start: "ahead" })).toMatchObject({
      expression: `at(${start})`,
      timeZone: "UTC",
    });
  });

  it("of production does so by the length of its release", () => {
    const dated = { when: { at: "2026-12-01T09:00:00", timeZone: "UTC", start: "ahead" as const } };
    const [step] = calendarSteps({ ...plan, milestones: { production: dated } }, {}, { target, nowMs });

    expect(step).toMatchObject({ act: "make", to: { expression: "at(2026-12-01T07:18:00)" } });
  });

  it("is not started any more once its start is over, and that is warned of", () => {
    const soon = planAt({ training: { at: "2026-11-23T09:10:00", timeZone: "UTC", start: "ahead" } });

    expect(acts(calendarSteps(soon, {}, { target, nowMs }))).toEqual(["pass training"]);
    expect(calendarWarnings(soon, { launches: [], nowMs })).toEqual([
      "the start of training is over, 18 minutes ahead of its date (2026-11-23T09:10:00 UTC): plan apply schedules nothing new for it, and by hand it would be late",
    ]);
  });

  it("keeps what is still to come for its date where its lead time has grown past now, and no other", () => {
    const soon = (at: string, start: "ahead" | "on-date") =>
      planAt({ training: { at, timeZone: "UTC", start } });
    const standing = taken({}, calendarSteps(soon("2026-11-23T09:10:00", "on-date"), {}, { target, nowMs }));

    const same = calendarSteps(soon("2026-11-23T09:10:00", "ahead"), standing, { target, nowMs });
    const moved = calendarSteps(soon("2026-11-23T09:08:00", "ahead"), standing, { target, nowMs });

    expect(same).toEqual([{ kind: "training", act: "keep", to: standing.training }]);
    expect(acts(moved)).toEqual(["remove training"]);
  });

  it("needs a cron that can be said earlier", () => {
    const first: When = { cron: "cron(0 0 1 * ? *)", timeZone: "UTC", start: "ahead" };

    expect(calendarMistakes(planAt({ training: first }), [])).toEqual([
      "milestones.training.when.cron: expected one that can be said 18 minutes earlier as well (whose days stay days of the same month, whose minutes are the same in each hour), or start: on-date, found cron(0 0 1 * ? *)",
    ]);
    expect(calendarMistakes(planAt({ training: { ...first, start: "on-date" } }), [])).toEqual([]);
    expect(calendarMistakes(planAt({ training: { ...weekly, start: "ahead" } }), [])).toEqual([]);
  });
});

describe("a date that is over", () => {
  const at = (text: string, timeZone = "UTC"): Plan =>
    planAt({ training: { at: text, timeZone, start: "on-date" } });

  it.each([
    ["2026-11-23T09:00:00", "UTC", "pass"],
    ["2026-11-23T09:00:01", "UTC", "make"],
    ["2026-11-23T09:00", "UTC", "pass"],
    ["2026-11-23T09:59:59", "Europe/Amsterdam", "pass"],
    ["2026-11-23T10:00:01", "Europe/Amsterdam", "make"],
    ["2026-11-23T04:00:01", "America/New_York", "make"],
    ["2027-01-01T00:00:00", "UTC", "make"],
  ])("is told by the zone's own clock: %s %s", (text, zone, act) => {
    expect(acts(calendarSteps(at(text, zone), {}, { target, nowMs }))).toEqual([`${act} training`]);
  });

  it("is warned of, and one to come is not", () => {
    expect(calendarWarnings(at("2026-11-23T08:00:00"), { launches: [], nowMs })).toEqual([
      "the date of training is over (2026-11-23T08:00:00 UTC): nothing will start it",
    ]);
    expect(calendarWarnings(at("2026-11-24T08:00:00"), { launches: [], nowMs })).toEqual([]);
  });

  it("leaves its own schedule, and takes one for another date away", () => {
    const due = taken({}, calendarSteps(at("2026-11-23T09:00:30"), {}, { target, nowMs }));
    const later = { target, nowMs: nowMs + 60_000 };

    expect(acts(calendarSteps(at("2026-11-23T09:00:30"), due, later))).toEqual(["pass training"]);
    expect(acts(calendarSteps(at("2026-11-23T08:00:00"), due, later))).toEqual(["remove training"]);
  });
});

test("whatever stood before, once the steps are taken there is nothing left to do", () => {
  const when = fc.constantFrom<When | undefined>(
    ...[undefined, weekly, daily],
    ...["2026-11-22T09:00:00", "2026-12-24T09:00:00"].map((at) => ({
      at,
      timeZone: "Asia/Tokyo",
      start: "ahead" as const,
    })),
  );
  const plans = fc
    .record(Object.fromEntries(milestoneKinds.slice(0, 4).map((kind) => [kind, when])))
    .map((each) =>
      planAt(Object.fromEntries(Object.entries(each).filter(([, one]) => one)) as Record<string, When>),
    );

  holds(
    fc.property(plans, plans, (one, other) => {
      const before = taken({}, calendarSteps(one, {}, { target, nowMs }));
      const after = taken(before, calendarSteps(other, before, { target, nowMs }));

      const left = calendarSteps(other, after, { target, nowMs });

      expect(left.filter(({ act }) => act !== "keep" && act !== "pass")).toEqual([]);
    }),
  );
});
