/** Units: a value of one passes for no other, which the compiler says of these lines; and what makes one of another. */
import { describe, expect, test } from "vitest";
import type { Tools } from "../../src/aws/lambda.ts";
import type { Moment } from "../../src/core/capacity/warm.ts";
import { markOf } from "../../src/core/kpis/mark.ts";
import { unseenSeconds } from "../../src/core/kpis/seen.ts";
import {
  type EpochMs,
  type EpochSeconds,
  epochMs,
  msOf,
  type Percent,
  type Share,
  secondsOf,
  shareOf,
} from "../../src/core/units.ts";
import { waitUntilSeconds } from "../../src/core/wait.ts";
import { plan } from "./example.ts";

const nowMs = epochMs("2026-08-03T09:00:00Z");
const nowSeconds = secondsOf(nowMs);
const [half]: Percent[] = [50];
const fleets = { candidateInstances: 8, stableInstances: 8 };

/** Compiled, never called: each slip below must be an error, or `tsc` says that it expected one. */
function slips(tools: Tools, share: Share, percent: Percent): void {
  // @ts-expect-error a percentage is no share
  const weight: Share = percent;
  // @ts-expect-error a share is no percentage
  shareOf(share);
  // @ts-expect-error a stage's share is given in percent
  markOf(plan, { index: 0, trafficPercent: share, shiftedAtSeconds: nowSeconds }, fleets);
  // @ts-expect-error what is counted in seconds is not begun at a clock's milliseconds
  markOf(plan, { index: 0, trafficPercent: percent, shiftedAtSeconds: nowMs }, fleets);
  // @ts-expect-error a plan's percentage is no share either
  const utilisation: Share = plan.requirements.utilisationPercent;
  // @ts-expect-error nor is a stage's
  const traffic: Share = plan.rollout.stages[0]?.trafficPercent ?? percent;
  // @ts-expect-error a weight is no percentage
  const weighed: Percent =
    plan.kpis.flatMap((kpi) => ("weight" in kpi ? [kpi.weight ?? share] : []))[0] ?? share;
  // @ts-expect-error seconds for a clock's milliseconds
  const until = waitUntilSeconds(nowSeconds, nowMs);
  // @ts-expect-error a clock's milliseconds for seconds
  const moment: Moment = { nowSeconds: tools.now(), loadSeconds: 60 };
  // @ts-expect-error the same, out of a moment of the verdict's
  const unseen = unseenSeconds([], { nowSeconds, sinceSeconds: tools.now() });
  // @ts-expect-error a clock says milliseconds
  const now: EpochSeconds = tools.now();
  // @ts-expect-error what is in seconds is made milliseconds of first
  const ms: EpochMs = nowSeconds;
  void [weight, utilisation, traffic, weighed, until, moment, unseen, now, ms];
}

test("a slip does not compile", () => {
  expect(slips).toBeTypeOf("function");
});

describe("a unit is made of another", () => {
  test("moments, forth and back", () => {
    expect(nowSeconds).toBe(1_785_747_600);
    expect(msOf(nowSeconds)).toBe(nowMs);
    expect(secondsOf(1500)).toBe(1.5);
  });

  test("shares, of percentages that are some", () => {
    expect(shareOf(half ?? 0)).toBe(0.5);
    expect([0, 100].map(shareOf)).toEqual([0, 1]);
    for (const odd of [-1, 100.1, Number.NaN])
      expect(() => shareOf(odd)).toThrow(`expected 0 to 100 percent, found ${odd}`);
  });

  test("a moment of its text, and of no other text", () => {
    expect(() => epochMs("soon")).toThrow('expected a moment as ISO 8601 has it, found "soon"');
  });
});

test("a stage is judged from the first whole interval under its share on", () => {
  const at = 1_785_747_601;
  const mark = markOf(plan, { index: 0, trafficPercent: 5, shiftedAtSeconds: at }, fleets);

  expect(mark).toMatchObject({ stage: 0, at: 1_785_747_660, trafficShare: 0.05, ...fleets });
  expect(mark.settledAt).toBeGreaterThan(mark.at);
});
