/** What the history says of each model: how often and how well its versions are released. */
import { expect, test } from "vitest";
import { type PastRelease, summariesOf } from "../../../src/core/release/past.ts";

const release = (model: string, outcome: PastRelease["outcome"] = "promoted"): PastRelease => ({
  releaseId: `${model}-v7-production`,
  model,
  milestone: "production",
  attempt: 1,
  openedAt: "2026-11-23T08:00:00.000Z",
  closedAt: "2026-11-23T10:00:00.000Z",
  outcome,
  reason: "",
  left: 0,
});

test("a model has as many releases per month as came in the days that were asked for, however many those are", () => {
  const chat = ["promoted", "rolled-back", "promoted"] as const;
  const past = [release("fraud"), ...chat.map((outcome) => release("chat", outcome))];
  const perMonth = (days: number) =>
    summariesOf(past, days).map((one) => `${one.model}: ${one.perMonth.toFixed(2)}`);

  expect(perMonth(30.4)).toEqual(["chat: 3.00", "fraud: 1.00"]);
  expect(perMonth(4 * 30.4)).toEqual(["chat: 0.75", "fraud: 0.25"]);
  expect(perMonth(7.6)).toEqual(["chat: 12.00", "fraud: 4.00"]);
});
