/** Which of a milestone's dates a text means: by the plan's clocks, also over a change of them, and by an offset. */
import { expect, test } from "vitest";
import { datesMeant, isDateText } from "../../../src/core/calendar/dates-meant.ts";
import { Plan } from "../../../src/core/plan/plan.ts";
import { plan as sample } from "../example.ts";

const plan = Plan.parse({
  ...sample,
  milestones: {
    production: { when: { cron: "cron(30 8 ? * MON *)", timeZone: "Europe/Amsterdam", start: "on-date" } },
  },
});
const nowMs = Date.parse("2026-03-20T00:00:00Z");
const meant = (text: string) =>
  datesMeant({ plan, standing: plan, kind: "production" }, text, nowMs).meant.map(({ dueMs }) =>
    new Date(dueMs).toISOString(),
  );

test("a time is the plan's, in winter and in summer, and a moment its own", () => {
  expect(meant("2026-03-23")).toEqual(["2026-03-23T07:30:00.000Z"]);
  expect(meant("2026-03-30T08:30")).toEqual(["2026-03-30T06:30:00.000Z"]);
  expect(meant("2026-03-30T08:30:00")).toEqual(["2026-03-30T06:30:00.000Z"]);
  expect(meant("2026-03-30T06:30Z")).toEqual(["2026-03-30T06:30:00.000Z"]);
  expect(meant("2026-03-30T08:30:00.000+02:00")).toEqual(["2026-03-30T06:30:00.000Z"]);
  expect(meant("2026-03-30T08:30Z")).toEqual([]);
  expect(meant("2026-03-30T07:30")).toEqual([]);
  expect(meant("2026-03-31")).toEqual([]);
});

test("each date is meant by what it is shown as, and by no other's", () => {
  const { all } = datesMeant({ plan, standing: plan, kind: "production" }, "2026-03-23", nowMs);
  expect(all.length).toBeGreaterThan(50);
  for (const { dueMs, text } of all.filter((_, nth) => nth % 13 === 0)) {
    const [shown = ""] = text.split(" ");
    for (const said of [shown, shown.slice(0, 16), shown.slice(0, 10), new Date(dueMs).toISOString()]) {
      expect(isDateText(said)).toBe(true);
      expect(meant(said)).toEqual([new Date(dueMs).toISOString()]);
    }
  }
});

test("what an event makes due has no dates, and what is no day means none", () => {
  const { milestones } = sample;
  expect(milestones.production?.when).toEqual({ event: "model-approved" });
  expect(datesMeant({ plan: sample, standing: sample, kind: "production" }, "2026-03-23", nowMs)).toEqual({
    all: [],
    meant: [],
  });
  for (const text of [
    "2026-02-29",
    "2026-13-01",
    "0000-00-00",
    "2026-3-1",
    "2026-03-23 08:30",
    "",
    "23 March",
  ])
    expect([text, isDateText(text)]).toEqual([text, false]);
});
