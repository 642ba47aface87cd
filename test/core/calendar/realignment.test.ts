/** Schedules that follow what is known of launches, and leave alone what a person has made of them. */
import { describe, expect, it } from "vitest";
import {
  calendarSteps,
  leadMinutesOf,
  type Schedule,
  type SchedulesInForce,
} from "../../../src/core/calendar/calendar.ts";
import { realignment } from "../../../src/core/calendar/realignment.ts";
import type { Launch } from "../../../src/core/learning/launch.ts";
import type { Plan, When } from "../../../src/core/plan/plan.ts";
import { plan } from "../example.ts";

const target = { machine: "arn:aws:states:eu-west-1:1:stateMachine:m", role: "arn:aws:iam::1:role/r" };
const noon = Date.parse("2026-11-23T12:00:00Z");
const slow: Launch = {
  of: "training",
  instances: { "ml.g5.12xlarge": 2 },
  askedAt: "2026-11-23T01:00:00.000Z",
  missingAt: "2026-11-23T01:30:00.000Z",
  thereAt: "2026-11-23T01:33:00.000Z",
};
const { pool } = plan.milestones.training ?? {};
const training = (when: When): Plan => ({
  ...plan,
  milestones: { ...plan.milestones, training: { when, pool } },
});
const weekly = training({ cron: "cron(0 9 ? * MON *)", timeZone: "Europe/Amsterdam", start: "ahead" });

function standing(of: Plan, nowMs = noon): SchedulesInForce & { training: Schedule } {
  const [made] = calendarSteps(of, { launches: [], standing: {}, former: {} }, { target, nowMs });
  if (made?.act !== "make") throw new Error("expected a schedule");
  return { training: made.to };
}
const moved = (of: Plan, stood: SchedulesInForce, { launches = [slow], nowMs = noon } = {}) =>
  realignment(of, { standing: stood, apart: {} }, { launches, target, nowMs });

describe("a schedule that stands", () => {
  it("is moved to the lead time that is known by now, for the same dates", () => {
    const { training: from } = standing(weekly);
    const [step] = moved(weekly, { training: from });

    expect(step).toMatchObject({ kind: "training", act: "change", from });
    if (step?.act !== "change") throw new Error("expected a change");
    expect(leadMinutesOf(step.to)).toBeGreaterThan(leadMinutesOf(from) + 10);
    const [, minute, hour] = /cron\((\d+) (\d+)/.exec(step.to.expression) ?? [];
    expect(60 * Number(hour) + Number(minute) + leadMinutesOf(step.to)).toBe(9 * 60);
    expect(moved(weekly, { training: step.to })).toEqual([]);
  });

  it.each<[string, Partial<Schedule>]>([
    ["switched off by a person", { enabled: false }],
    ["at another time by a person's hand", { expression: "cron(0 7 ? * MON *)" }],
    ["with another input", { input: "{}" }],
    ["another deployment's", { machine: "arn:aws:states:eu-west-1:1:stateMachine:other" }],
  ])("is left as it is: %s", (_, hand) => {
    expect(moved(weekly, { training: { ...standing(weekly).training, ...hand } })).toEqual([]);
  });

  it("is not made where none stands, nor where the milestone starts on its date", () => {
    const onDate = training({ cron: "cron(0 9 ? * MON *)", timeZone: "UTC", start: "on-date" });

    expect(moved(weekly, {})).toEqual([]);
    expect(moved(onDate, standing(onDate))).toEqual([]);
  });

  it("stays where its cron cannot be said so much earlier", () => {
    const first = training({ cron: "cron(25 0 1 * ? *)", timeZone: "UTC", start: "ahead" });

    expect(moved(first, standing(first))).toEqual([]);
  });

  it("for one date stays where its earlier start would be over", () => {
    const at = training({ at: "2026-11-23T12:30:00", timeZone: "UTC", start: "ahead" });

    expect(moved(at, standing(at))).toEqual([]);
    expect(moved(at, standing(at), { nowMs: noon - 3_600_000 })).toHaveLength(1);
  });

  it.each([
    // It starts at 08:42 by what stands, and with the slow launch well before that.
    ["2026-11-30T08:41:00+01:00", 0],
    ["2026-11-30T08:43:00+01:00", 0],
    ["2026-11-30T08:30:00+01:00", 0],
    ["2026-11-30T08:50:00+01:00", 1],
    ["2026-11-30T07:30:00+01:00", 1],
  ])("at %s, around its start, is moved %i times", (now, times) => {
    expect(moved(weekly, standing(weekly), { nowMs: Date.parse(now) })).toHaveLength(times);
  });
});
