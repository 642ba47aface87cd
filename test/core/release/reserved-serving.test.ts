/** When people are told that what was promoted on reserved capacity will lose it, and which of what is kept still serves. */
import { expect, test } from "vitest";
import {
  dueNotice,
  isToBeSeen,
  openOnes,
  type ReservedServing,
  servingOn,
} from "../../../src/core/release/reserved-serving.ts";

const nowMs = Date.parse("2027-03-01T09:00:00Z");
const at = (hours: number) => new Date(nowMs + hours * 3_600_000).toISOString();
const arn = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/launch-week";
const one = (more: Partial<ReservedServing> = {}): ReservedServing => ({
  releaseId: "chat-v6-production",
  model: "chat",
  version: 6,
  subject: "endpoint/chat",
  milestone: "production",
  trainingPlan: arn,
  since: at(-100),
  written: 0,
  ...more,
});
const ending = (hours: number, told?: number, toldOf = hours) =>
  one({
    seen: { at: at(0), endsAt: at(hours) },
    ...(told !== undefined && { told: { at: at(0), hoursAhead: told, endsAt: at(toldOf) } }),
  });

test("a week, a day, and the end itself are told, each once, and of another end anew", () => {
  const due = (hours: number, told?: number, of?: number) => dueNotice(ending(hours, told, of), nowMs);
  expect([due(169), due(168), due(25), due(24), due(1), due(0), due(-5)]).toEqual([
    undefined,
    168,
    168,
    24,
    24,
    0,
    0,
  ]);
  expect([due(100, 168), due(20, 168), due(20, 24), due(0, 24), due(-5, 0)]).toEqual([
    undefined,
    24,
    undefined,
    0,
    undefined,
  ]);
  expect([due(100, 0, -1), due(200, 0, -1)]).toEqual([168, undefined]);
  expect(dueNotice(one(), nowMs)).toBeUndefined();
});

test("one is looked at once an hour, at once where something is due, and no more once it has left", () => {
  expect(isToBeSeen(one(), nowMs)).toBe(true);
  expect(isToBeSeen(ending(200), nowMs)).toBe(false);
  expect(isToBeSeen(ending(200), nowMs + 3_600_000)).toBe(true);
  expect(isToBeSeen(ending(168), nowMs)).toBe(true);
  expect(isToBeSeen({ ...one(), end: { at: at(0), outcome: "left", reason: "" } }, nowMs)).toBe(false);
});

test("the newest of an endpoint serves, unless it has left", () => {
  const later = one({ releaseId: "chat-v7-production", version: 7, since: at(-1) });
  const other = one({
    releaseId: "fraud-v2-production",
    subject: "endpoint/fraud",
    model: "fraud",
    version: 2,
  });
  expect(openOnes([later, one(), other])).toEqual([later, other]);
  expect(openOnes([one(), { ...later, end: { at: at(0), outcome: "left", reason: "" } }])).toEqual([]);
  expect([...servingOn([one(), later, other])]).toEqual([
    [
      arn,
      [
        { endpoint: "chat", model: "chat", version: 7 },
        { endpoint: "fraud", model: "fraud", version: 2 },
      ],
    ],
  ]);
});
