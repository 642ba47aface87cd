/** Starts apart from a recurring one: which dates have one, where it is kept, and what becomes of those that stand. */
import { describe, expect, it } from "vitest";
import {
  mayWait,
  placesApart,
  retiringApart,
  type StandingApart,
  stepsApart,
} from "../../../src/core/calendar/apart.ts";
import type { Schedule, ScheduleStep } from "../../../src/core/calendar/calendar.ts";
import { realignment } from "../../../src/core/calendar/realignment.ts";
import type { Launch } from "../../../src/core/learning/launch.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { plan } from "../example.ts";

const target = { machine: "arn:aws:states:eu-west-1:1:stateMachine:m", role: "arn:aws:iam::1:role/r" };
const winter = Date.parse("2026-12-01T12:00:00Z");
const { pool } = plan.milestones.training ?? {};
const training = (cron: string, start: "ahead" | "on-date" = "ahead"): Plan => ({
  ...plan,
  milestones: { ...plan.milestones, training: { when: { cron, timeZone: "Europe/Amsterdam", start }, pool } },
});
const nightly = training("cron(0 3 * * ? *)");
const slow: Launch = {
  of: "training",
  instances: { "ml.g5.12xlarge": 2 },
  askedAt: "2026-11-23T01:00:00.000Z",
  missingAt: "2026-11-23T01:30:00.000Z",
  thereAt: "2026-11-23T01:33:00.000Z",
};

const stepsOf = (
  of: Plan,
  standing: StandingApart = {},
  { nowMs = winter, launches = [] as Launch[] } = {},
) => stepsApart(of, { launches, standing, target, nowMs });

/** What stands once the steps are taken. */
function taken(
  standing: StandingApart,
  steps: readonly ScheduleStep[],
): StandingApart & { training: Schedule[] } {
  const there: (Schedule | undefined)[] = [...(standing.training ?? [])];
  for (const step of steps)
    if (step.place !== undefined && step.act !== "pass")
      there[step.place - 1] = step.act === "remove" ? undefined : step.to;
  return { training: there as Schedule[] };
}

const told = (steps: readonly ScheduleStep[]) =>
  steps.map(
    (step) =>
      `${step.act} ${step.place} ${step.act === "remove" ? `${step.from.expression} ${step.why}` : step.to.expression}`,
  );

const spring = "at(2027-03-28T00:42:00)";
const autumn = "at(2027-10-31T01:42:00)";

describe("of a nightly milestone", () => {
  it("the next dates before which clocks change have a start of their own, with the input of a dated one", () => {
    const steps = stepsOf(nightly);
    const [first] = steps;

    expect(told(steps)).toEqual([`make 1 ${spring}`, `make 2 ${autumn}`]);
    if (first?.act !== "make") throw new Error("expected a new one");
    expect(first.to).toMatchObject({ timeZone: "UTC", enabled: true, ...target });
    expect(JSON.parse(first.to.input)).toEqual({
      milestone: {
        model: plan.model,
        kind: "training",
        scheduledTime: "<aws.scheduler.scheduled-time>",
        leadMinutes: 18,
      },
    });
  });

  it("what stands is kept, and the next is laid where one has gone", () => {
    const standing = taken({}, stepsOf(nightly));
    const may = Date.parse("2027-05-01T12:00:00Z");

    expect(told(stepsOf(nightly, standing))).toEqual([`keep 1 ${spring}`, `keep 2 ${autumn}`]);
    const fired = { training: [undefined, standing.training[1]] };
    expect(told(stepsOf(nightly, fired, { nowMs: may }))).toEqual([
      `keep 2 ${autumn}`,
      "make 1 at(2028-03-26T00:42:00)",
    ]);
  });

  it("one that has just fired is left to Scheduler, and goes where that has not deleted it", () => {
    const standing = taken({}, stepsOf(nightly));
    const hoursAfter = (hours: number) => ({ nowMs: Date.parse("2027-03-28T00:42:00Z") + hours * 3_600_000 });

    expect(told(stepsOf(nightly, standing, hoursAfter(0)))).toEqual([
      `keep 2 ${autumn}`,
      "make 3 at(2028-03-26T00:42:00)",
    ]);
    expect(told(stepsOf(nightly, standing, hoursAfter(30)))).toContain(`remove 1 ${spring} past`);
  });

  it("what time alone has brought may wait for the next release, until it is near", () => {
    const [first, second] = stepsOf(nightly);
    if (first === undefined || second === undefined) throw new Error("expected two");

    expect([first, second].map((step) => mayWait(step, winter))).toEqual([false, true]);
    expect(mayWait(second, Date.parse("2027-05-01T12:00:00Z"))).toBe(false);
    const { place, ...recurring } = second;
    expect([place, mayWait(recurring, winter)]).toEqual([2, false]);
  });

  it("one moves with its lead time, and stays where its start would be over by that", () => {
    const standing = taken({}, stepsOf(nightly));
    const justBefore = Date.parse("2027-03-28T00:41:00Z");

    const moved = stepsOf(nightly, standing, { launches: [slow] });
    expect(moved.map(({ act, place }) => `${act} ${place}`)).toEqual(["change 1", "change 2"]);
    const late = stepsOf(nightly, standing, { launches: [slow], nowMs: justBefore });
    expect(told(late)[0]).toBe(`keep 1 ${spring}`);
  });

  it.each([
    ["has no date any more", training("cron(0 5 * * ? *)"), "lost"],
    ["starts on its date", training("cron(0 3 * * ? *)", "on-date"), "apart"],
  ])("they go where it %s", (_, next, why) => {
    const standing = taken({}, stepsOf(nightly));

    expect(told(stepsOf(next, standing))).toEqual([`remove 1 ${spring} ${why}`, `remove 2 ${autumn} ${why}`]);
    expect(told(retiringApart(standing))).toEqual([
      `remove 1 ${spring} unplanned`,
      `remove 2 ${autumn} unplanned`,
    ]);
  });

  it("of several dates in the hour there are as many as there are places", () => {
    const often = stepsOf(training("cron(0/3 * * * ? *)"));

    expect(often).toHaveLength(placesApart);
    expect(told(often)[0]).toBe("make 1 at(2027-10-31T01:42:00)");
  });
});

describe("as a release closes", () => {
  const recurring: Schedule = {
    expression: "cron(42 2 * * ? *)",
    timeZone: "Europe/Amsterdam",
    enabled: true,
    ...target,
    input: JSON.stringify({
      milestone: {
        model: plan.model,
        kind: "training",
        scheduledTime: "<aws.scheduler.scheduled-time>",
        leadMinutes: 18,
        recurring: true,
      },
    }),
  };
  const closed = (standing: Schedule, apart: StandingApart, launches: Launch[] = []) =>
    realignment(nightly, { standing: { training: standing }, apart }, { launches, target, nowMs: winter });

  it("those that are missing are laid, and again nothing is to be done", () => {
    const steps = closed(recurring, {});

    expect(told(steps)).toEqual([`make 1 ${spring}`, `make 2 ${autumn}`]);
    expect(closed(recurring, taken({}, steps))).toEqual([]);
  });

  it("a recurring one of before starts apart is made to know of them", () => {
    const { input } = recurring;
    const before = { ...recurring, input: input.replace(',"recurring":true', "") };

    expect(closed(before, {})[0]).toEqual({ kind: "training", act: "change", from: before, to: recurring });
  });

  it("they move with the recurring one, but for those that a person has switched off", () => {
    const { training: apart } = taken({}, closed(recurring, {}));
    const [first, second] = apart;
    if (first === undefined || second === undefined) throw new Error("expected two");

    const moved = closed(recurring, { training: apart }, [slow]);
    expect(moved.map(({ act, place }) => `${act} ${place}`)).toEqual([
      "change undefined",
      "change 1",
      "change 2",
    ]);
    const off = closed(recurring, { training: [{ ...first, enabled: false }, second] }, [slow]);
    expect(off.map(({ act, place }) => `${act} ${place}`)).toEqual(["change undefined", "change 2"]);
  });

  it("nothing is laid beside one that is somebody else's", () => {
    expect(closed({ ...recurring, enabled: false }, {})).toEqual([]);
    expect(closed({ ...recurring, expression: "cron(0 1 * * ? *)" }, {})).toEqual([]);
  });
});
