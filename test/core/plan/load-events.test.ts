/** Events that a plan names: what is wrong with one is said, each with what was expected. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parsePlan } from "../../../src/core/plan/file.ts";

const sample = readFileSync("plans/chat-assistant.yml", "utf8");
const sale = {
  name: "sale",
  from: "2026-12-01T08:00:00+01:00",
  to: "2026-12-01T20:00:00+01:00",
  timesPercent: 180,
};

function parsed(event: object) {
  const text = sample.replace(
    "utilisationPercent: 70",
    `utilisationPercent: 70\n  events: [${JSON.stringify(event)}]`,
  );
  const read = parsePlan(text, "plan.yml");
  return read.ok
    ? read.plan.requirements.events
    : read.mistakes.map(({ where, expected, found }) => `${where}: expected ${expected}, found ${found}`);
}

describe("an event of a plan", () => {
  test("is from when to when, and how many times as much", () => {
    expect(parsed(sale)).toEqual([sale]);
  });

  test.each([
    [
      { ...sale, to: "2026-12-01T06:00:00Z" },
      "requirements.events[0].to: expected a time after 2026-12-01T08:00:00+01:00, found 2026-12-01T06:00:00Z",
    ],
    [
      { ...sale, from: "2026-12-01 08:00" },
      'requirements.events[0].from: expected a date and time with its offset such as "2026-12-23T18:00:00+01:00", found "2026-12-01 08:00"',
    ],
    [{ ...sale, timesPercent: 0 }, "requirements.events[0].timesPercent: expected at least 1, found 0"],
    [{ ...sale, factor: 2 }, /requirements\.events\[0\]\.factor/],
  ])("is no such as %j", (event, told) => {
    const [first, ...more] = parsed(event) as string[];
    expect(first).toEqual(typeof told === "string" ? told : expect.stringMatching(told));
    expect(more).toEqual([]);
  });
});
