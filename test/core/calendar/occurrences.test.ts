/** When milestones come in a span: as Scheduler fires them, from when until when, and what each raises. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExpression } from "#twin/vocabulary";
import { leadTimeOf } from "../../../src/core/calendar/lead-time.ts";
import { occurrencesOf } from "../../../src/core/calendar/occurrences.ts";
import type { Plan, When } from "../../../src/core/plan/plan.ts";
import { plan, shortAndWhole, staged } from "../example.ts";

const at = (iso: string) => Date.parse(iso);
const year = { fromMs: at("2026-12-01T00:00:00Z"), toMs: at("2027-12-01T00:00:00Z") };
const training = (when: When, of: Plan = plan): Plan => ({
  ...of,
  milestones: { ...of.milestones, training: { ...of.milestones.training, when } },
});
const released = (when: When, of: Plan = plan): Plan => ({
  ...of,
  milestones: { production: { when } },
});
const onDate = { start: "on-date" } as const;
const dues = (of: Plan, span = year) =>
  occurrencesOf(of, span, { launches: [] }).map(({ dueMs }) => new Date(dueMs).toISOString());

const zones = ["UTC", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"];
const crons = [
  ...["cron(0 2 ? * MON *)", "cron(30 2 * * ? *)", "cron(15 */6 1,15 * ? *)", "cron(0 0 L * ? *)"],
  ...["cron(0 9 15W * ? *)", "cron(30 1 ? 3,10,11 SUN *)", "cron(0 12 ? * FRI#2 *)", "cron(5 3 ? * L *)"],
  ...["cron(0 8 ? * 6L *)", "cron(0 2 29 2 ? 2026-2030)", "cron(0/20 23 ? * MON-FRI 2027)"],
];

test("a cron comes when Scheduler fires it, in any zone and over both changes of the clocks", () => {
  const from = fc.integer({ min: 0, max: 300 }).map((day) => year.fromMs + day * 86_400_000);
  fc.assert(
    fc.property(fc.constantFrom(...crons), fc.constantFrom(...zones), from, (cron, timeZone, fromMs) => {
      const span = { fromMs, toMs: fromMs + 40 * 86_400_000 };
      const fires = parseExpression(cron, timeZone, 0);
      const expected: string[] = [];
      // The twin leaves out a time that comes twice the second time, as its own reading of the user guide has it.
      for (
        let next = fires?.next(fromMs - 1);
        next !== undefined && next < span.toMs;
        next = fires?.next(next)
      )
        expected.push(new Date(next).toISOString());
      const found = occurrencesOf(training({ cron, timeZone, ...onDate }), span, { launches: [] })
        .filter(({ kind, dueMs }) => kind === "training" && dueMs >= fromMs)
        .map(({ dueMs }) => new Date(dueMs).toISOString());
      expect(found).toEqual(expected);
    }),
    { numRuns: 300, seed: 7 },
  );
});

describe("what is raised", () => {
  test("for a pool is there from its start ahead until its hold ends, and counts against two quotas", () => {
    const of = training({ at: "2027-01-11T09:00:00", timeZone: "Europe/Amsterdam", start: "ahead" });
    const [one] = occurrencesOf(of, year, { launches: [] });
    const lead = leadTimeOf(of, "training", []).minutes;

    expect(one).toMatchObject({
      id: "chat-assistant-training",
      subject: "pool/chat-assistant/training",
      dueMs: at("2027-01-11T08:00:00Z"),
      fromMs: at("2027-01-11T08:00:00Z") - lead * 60_000,
      untilMs: at("2027-01-11T11:00:00Z"),
      raised: [
        { use: "training job usage", instanceType: "ml.g5.12xlarge", instances: 2 },
        { use: "training warm pool usage", instanceType: "ml.g5.12xlarge", instances: 2 },
      ],
      isTentative: false,
    });
  });

  test("for a release is what it takes at most beside the steady fleet, of both types", () => {
    const when: When = { at: "2027-01-11T09:00:00", timeZone: "UTC", start: "ahead" };
    expect(occurrencesOf(released(when), year, { launches: [] })[0]?.raised).toEqual([
      { use: "endpoint usage", instanceType: "ml.g5.xlarge", instances: 16 },
    ]);
    const [other] = occurrencesOf(released(when, shortAndWhole), year, { launches: [] });
    const types = new Set(other?.raised.map(({ instanceType }) => instanceType));
    expect(types.size).toBe(2);
    expect(other?.raised.every(({ instances }) => instances > 0)).toBe(true);
  });

  test("for staging is on its own endpoint", () => {
    const when: When = { cron: "cron(0 9 ? * TUE *)", timeZone: "UTC", start: "ahead" };
    const of: Plan = {
      ...staged,
      milestones: { ...staged.milestones, staging: { ...staged.milestones.staging, when } },
    };
    const found = occurrencesOf(of, year, { launches: [] }).filter(({ kind }) => kind === "staging");
    expect(found).toHaveLength(53);
    expect(found[0]).toMatchObject({
      subject: "endpoint/chat-assistant-staging",
      raised: [{ use: "endpoint usage", instanceType: "ml.g5.xlarge", instances: 4 }],
    });
  });
});

describe("a span", () => {
  const of = training({ at: "2027-01-11T09:00:00", timeZone: "UTC", start: "ahead" });
  const seen = (fromIso: string, toIso: string) => dues(of, { fromMs: at(fromIso), toMs: at(toIso) }).length;

  test("has what is raised within it, though its date is not", () => {
    expect(seen("2027-01-11T11:59:00Z", "2027-01-12T00:00:00Z")).toBe(1);
    expect(seen("2027-01-11T12:00:00Z", "2027-01-12T00:00:00Z")).toBe(0);
    expect(seen("2027-01-11T00:00:00Z", "2027-01-11T08:59:00Z")).toBe(1);
    expect(seen("2027-01-11T00:00:00Z", "2027-01-11T08:30:00Z")).toBe(0);
  });
});

test("a release that comes when a version is approved is expected where somebody says so, tentatively", () => {
  const expectedMs = at("2027-02-01T10:00:00Z");
  const tentative = occurrencesOf(plan, year, { launches: [], expectedMs }).filter(
    ({ kind }) => kind === "production",
  );
  expect(tentative).toMatchObject([{ dueMs: expectedMs, fromMs: expectedMs, isTentative: true }]);
  expect(occurrencesOf(released({ event: "model-approved" }), year, { launches: [] })).toEqual([]);
});
