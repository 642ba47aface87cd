/** What conflicts are told as: in UTC, and as few words as a cron that comes time and again leaves room for. */
import { expect, test } from "vitest";
import { conflictTexts } from "../../../src/core/calendar/calendar-texts.ts";
import type { DatedConflict } from "../../../src/core/calendar/conflicts.ts";
import type { Occurrence } from "../../../src/core/calendar/occurrences.ts";

const startMs = Date.parse("2027-01-11T00:00:00Z");
const halfHour = 1_800_000;
const one = (model: string, nth: number): Occurrence => ({
  id: `${model}-${nth}`,
  model,
  kind: "production",
  subject: `endpoint/${model}`,
  dueMs: startMs + nth * halfHour,
  timeZone: "UTC",
  fromMs: startMs + nth * halfHour,
  untilMs: startMs + (nth + 4) * halfHour,
  raised: [],
  costUsd: null,
  isTentative: false,
});
const short = (who: readonly Occurrence[]): DatedConflict => ({
  what: "quota",
  use: "endpoint usage",
  instanceType: "ml.g5.xlarge",
  needed: 48,
  quota: 32,
  fromMs: startMs,
  toMs: startMs + 60 * halfHour,
  who,
});
const begin =
  "48 ml.g5.xlarge are needed at one time from 2027-01-11 00:00 until 2027-01-12 06:00 UTC, and the account's quota for endpoint usage is 32: ";

test("a milestone that comes every half an hour is named three times, with how many more until when", () => {
  const often = Array.from({ length: 2176 }, (_, nth) => one("chat", nth));

  expect(conflictTexts([short([...often, one("fraud", 3)])])).toEqual([
    `${begin}chat production of 2027-01-11 00:00, chat production of 2027-01-11 00:30, chat production of 2027-01-11 01:00, and 2173 more of chat production until 2027-02-25, fraud production of 2027-01-11 01:30`,
  ]);
});

test("plans are all named, however many", () => {
  const models = ["a", "b", "c", "d", "e"];
  const named = models.map((model) => `${model} production of 2027-01-11 00:00`).join(", ");
  expect(conflictTexts([short(models.map((model) => one(model, 0)))])).toEqual([`${begin}${named}`]);
});

test("three of a milestone are all of it", () => {
  const three = [0, 1, 2].map((nth) => one("chat", nth));
  expect(conflictTexts([short(three)])[0]).toMatch(/00:00, .*00:30, .*01:00$/);
});
