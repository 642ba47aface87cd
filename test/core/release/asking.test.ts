/** When a stage asks, and until when. */
import { expect, test } from "vitest";
import { answerUntil, askedWith, momentOf } from "../../../src/core/release/asking.ts";
import { bakeEndsAt } from "../../../src/core/release/bake.ts";
import { neverHeld } from "../../../src/core/release/held-time.ts";
import { planWith, quarters } from "../example.ts";

const plan = planWith({
  rollout: { ...quarters.rollout, onInconclusive: { action: "ask", waitMinutes: 30 } },
});
const shiftedAtSeconds = 1_780_000_000.123;
const at = { plan, stage: 1, shiftedAtSeconds, heldFor: neverHeld };
const endsAt = bakeEndsAt(at);
const look = (more: object = {}) => ({
  ...at,
  nowSeconds: endsAt,
  verdict: { verdict: "inconclusive" as const, held: false, sentence: "" },
  ...more,
});

test("a stage asks once its bake is over without an answer of its own, for as long as the plan waits", () => {
  const until = new Date((endsAt + 1800) * 1000).toISOString();
  expect(answerUntil(at)).toBe(endsAt + 1800);
  expect(askedWith(look(), "continue")).toEqual({ shiftedAt: "2026-05-28T20:26:40.123Z", until });
  expect(askedWith(look({ nowSeconds: endsAt - 1 }), "continue")).toBeUndefined();
  expect(askedWith(look(), "advance")).toBeUndefined();
  expect(
    askedWith(look({ verdict: { verdict: "pass", held: false, sentence: "" } }), "continue"),
  ).toBeUndefined();
});

test("what a stage was held counts as baked, and is waited out", () => {
  const heldFor = { stageSeconds: 600, releaseSeconds: 600 };
  expect(answerUntil({ ...at, heldFor })).toBe(endsAt + 600 + 1800);
});

test("a plan that asks nobody has no question", () => {
  const own = { ...at, plan: quarters };
  expect(answerUntil(own)).toBeUndefined();
  expect(askedWith(look({ plan: quarters }), "continue")).toBeUndefined();
});

test("a moment is the same again after a document has had it in seconds", () => {
  const iso = "2026-11-23T08:00:00.007Z";
  expect(momentOf(Date.parse(iso) / 1000)).toBe(iso);
});
