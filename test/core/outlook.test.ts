/** What a plan means before anything is run, and what a careful reader warns of. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ExpectedLoad, outlookOf } from "../../src/core/outlook.ts";
import { parsePlan } from "../../src/core/plan/file.ts";

/** The sample plan, with a quarter of an hour for each stage and the settling time that this gives. */
const sample = readFileSync(new URL("../../plans/chat-assistant.yml", import.meta.url), "utf8")
  .replaceAll(/bakeMinutes: \d+/g, "bakeMinutes: 15")
  .replace(/ +settleMinutes: .*\n/, "");

/** Many requests, so that no bake is short unless a test makes it so. */
const busy: ExpectedLoad = { requestsPerSecond: 450, errorPercent: 0.5 };

function outlook(...edits: readonly (readonly [find: string | RegExp, replace: string])[]) {
  const text = edits.reduce((before, [find, replace]) => before.replace(find, replace), sample);
  const parsed = parsePlan(text, "plan.yml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  return outlookOf(parsed.plan, busy);
}

describe("The outlook of a plan", () => {
  it("sizes each stage for its share of the peak at the plan's utilisation", () => {
    // 60 requests per second at 12 per instance, 70 % full: 8.4 each.
    expect(outlook().stages.map((stage) => [stage.requestsPerSecond, stage.instancesNeeded])).toEqual([
      [3, 1],
      [15, 2],
      [30, 4],
      [57, 7],
    ]);
  });

  it("names the quota that each type of release takes: an update runs old and new fleets side by side", () => {
    const peaks = Object.fromEntries(outlook().releases.map((each) => [each.releaseType, each.peak]));

    expect(peaks).toMatchObject({
      minor: { "ml.g5.xlarge": 24 },
      major: { "ml.g5.xlarge": 16, "ml.g5.2xlarge": 12 },
    });
    expect(
      outlook()
        .releases.filter((each) => each.isDefault)
        .map((each) => each.releaseType),
    ).toEqual(["minor"]);
  });

  it("has the milestones in their order, and what a pool costs to its end", () => {
    expect(outlook().milestones).toMatchObject([
      { kind: "training", pool: { instances: 2, holdMinutes: 180 }, costUsd: 46.79 },
      { kind: "production", when: { event: "model-approved" } },
    ]);
  });

  it("tells how soon each stage finds a bad candidate, and says never where it cannot", () => {
    const parsed = parsePlan(sample, "plan.yml");
    if (!parsed.ok) throw new Error("the sample is valid");
    const quiet = outlookOf(parsed.plan, { requestsPerSecond: 45, errorPercent: 0 });
    const { sight } = outlook();

    expect(sight.map(({ trafficPercent, kpi }) => [trafficPercent, kpi])).toEqual([
      [5, "errors"],
      [5, "latency"],
      [25, "errors"],
      [25, "latency"],
      [50, "errors"],
      [50, "latency"],
      [95, "errors"],
      [95, "latency"],
    ]);
    expect(sight.at(-1)).toMatchObject({ findsMinutes: [], provesSafeMinutes: null, unlikeTimes: 19 });
    for (const { findsMinutes } of sight.slice(0, -1)) {
      const minutes = findsMinutes.map((each) => each.minutes ?? Number.POSITIVE_INFINITY);
      expect(findsMinutes.map((each) => each.times)).toEqual([2, 3, 10]);
      expect(minutes).toEqual(minutes.toSorted((a, b) => b - a));
    }
    expect(quiet.sight[0]).toMatchObject({
      findsMinutes: [{ minutes: null }, { minutes: null }, { minutes: null }],
      leastTimes: null,
    });
  });

  it("tells the least that each stage finds in its bake, between what it finds in time and what it does not", () => {
    const all = [outlook(), outlook([/bakeMinutes: \d+/g, "bakeMinutes: 60"])].map(({ sight }) => sight);
    for (const { findsMinutes, leastTimes, bakeMinutes } of all.flatMap((sight) => sight.slice(0, -1))) {
      const late = findsMinutes.filter(({ minutes }) => (minutes ?? Number.POSITIVE_INFINITY) > bakeMinutes);
      const inTime = findsMinutes.filter((each) => !late.includes(each));
      expect(Math.max(1, ...late.map(({ times }) => times))).toBeLessThan(leastTimes ?? 0);
      expect(Math.min(...inTime.map(({ times }) => times))).toBeGreaterThanOrEqual(leastTimes ?? 0);
    }
    const [short, long] = all.map((sight) => sight.slice(0, -1).map(({ leastTimes }) => leastTimes ?? 0));
    expect(short?.every((least, nth) => least > (long?.[nth] ?? 0))).toBe(true);
  });

  it("warns of a bake that is too short for the traffic", () => {
    const parsed = parsePlan(sample, "plan.yml");

    expect(parsed.ok && outlookOf(parsed.plan, { ...busy, requestsPerSecond: 45 }).warnings).toEqual([
      expect.stringMatching(
        /^stage 1 \(5 %\), errors: a bake of 15 minutes is short: a model 3 times as bad takes/,
      ),
      expect.stringMatching(/^stage 4 \(95 %\), errors: a bake of 15 minutes is short: /),
    ]);
  });

  it("warns of bakes that a healthy model does not reliably pass, where the plan does not go on then", () => {
    const quiet = (policy: string) => {
      const parsed = parsePlan(sample.replace("{ action: proceed }", policy), "plan.yml");
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
      const { warnings } = outlookOf(parsed.plan, { ...busy, requestsPerSecond: 40 });
      return warnings.filter((warning) => warning.includes("rollout.onInconclusive"));
    };

    expect(quiet("{ action: proceed }")).toEqual([]);
    expect(quiet("{ action: extend, upToMinutes: 60, then: proceed }")).toEqual([]);
    expect(quiet("{ action: roll-back }")).toEqual([
      "stage 1 (5 %), errors: a healthy model takes about 35 minutes to be proved safe, often longer; after 15 minutes without that, it is rolled back (rollout.onInconclusive)",
      expect.stringMatching(/^stage 1 \(5 %\), latency: a healthy model takes about 10 minutes /),
      expect.stringMatching(/^stage 2 \(25 %\), errors: a healthy model takes about 14 minutes /),
      expect.stringMatching(/^stage 2 \(25 %\), latency: a healthy model takes about 10 minutes /),
      expect.stringMatching(/^stage 3 \(50 %\), errors: a healthy model takes about 13 minutes /),
      expect.stringMatching(/^stage 3 \(50 %\), latency: a healthy model takes about 10 minutes /),
      expect.stringMatching(/^stage 4 \(95 %\), errors: a healthy model takes about \d+ minutes /),
    ]);
    expect(quiet("{ action: extend, upToMinutes: 60, then: roll-back }")).toEqual([
      expect.stringMatching(/^stage 4 .* after 75 minutes without that, it is rolled back/),
    ]);
    expect(quiet("{ action: ask, waitMinutes: 60 }")[0]).toMatch(
      /after 15 minutes without that, a person is asked, and it is rolled back where nobody answers/,
    );
  });

  it("tells what a last stage of all traffic gives up, and what one that leaves a part to stable keeps", () => {
    const whole = outlook(["trafficPercent: 95", "trafficPercent: 100"]);

    expect(whole.warnings).toEqual([
      "stage 4 (100 %): no stable traffic is left to compare with, so nothing but ceilings judges its 15 minutes; let it end at 95 %, and stable is compared with until the promotion",
    ]);
    expect(whole.heldBackPercent).toBe(0);
    expect(outlook().heldBackPercent).toBe(5);
    expect(outlook(["trafficPercent: 95", "trafficPercent: 98"]).heldBackPercent).toBe(2);
  });

  it("names the ceilings, those that follow from the requirements too", () => {
    const named = outlook().ceilings;
    const without = outlook([/ {2}- kind: guardrail[\s\S]*?(?=\nbudget)/, ""]);

    expect(named.map(({ name, isRequired }) => [name, isRequired])).toEqual([
      ["latency-ceiling", false],
      ["error-ceiling", false],
    ]);
    expect(without.ceilings).toEqual([
      {
        name: "latency-requirement",
        of: "latency-p99-ms",
        ceiling: 1500,
        isRequired: true,
        minutes: { breaching: 3, outOf: 5 },
      },
      {
        name: "error-requirement",
        of: "error-rate-percent",
        ceiling: 5,
        isRequired: true,
        minutes: { breaching: 3, outOf: 5 },
      },
    ]);
  });

  it("compares latency where the instances of both sides carry about as much, and not by shares alone", () => {
    const unlike = (...edits: readonly (readonly [string | RegExp, string])[]) =>
      outlook(...edits).sight.flatMap(({ unlikeTimes, ...at }) =>
        unlikeTimes === undefined ? [] : [[at.trafficPercent, at.kpi, unlikeTimes]],
      );

    expect(unlike(["trafficPercent: 50", "trafficPercent: 60"])).toEqual([[95, "latency", 19]]);
    expect(unlike(["trafficPercent: 50", "trafficPercent: 61"])).toEqual([
      [61, "latency", 1.6],
      [95, "latency", 19],
    ]);
    // A fleet of two that serve no less together is loaded no otherwise.
    expect(
      unlike(
        [/instances: 8/, "instances: 2"],
        [/(endpoint:[\s\S]*?)requestsPerSecondPerInstance: 12/, "$1requestsPerSecondPerInstance: 48"],
      ),
    ).toEqual([[95, "latency", 19]]);
  });

  it("warns of nothing in the sample where there is traffic enough", () => {
    expect(outlook().warnings).toEqual([]);
  });

  it("warns of a steady fleet that does not serve the peak", () => {
    expect(outlook(["instances: 8", "instances: 5"]).warnings).toEqual([
      "the steady fleet of 5 ml.g5.xlarge does not serve the peak of 60 requests per second at 70 %: that takes 8",
    ]);
  });

  it("warns of what would be refused for its cost, and of what has no price and is consented to", () => {
    const { warnings, releases, milestones } = outlook(
      ["usdPerRelease: 120", "usdPerRelease: 20\n  unpriced: [ml.g6.xlarge, ml.p5e.48xlarge]"],
      ["ml.g5.2xlarge", "ml.g6.xlarge"],
      ["ml.g5.12xlarge", "ml.p5e.48xlarge"],
    );

    expect(warnings).toEqual([
      "a patch release is estimated at $22.71 at most and would be refused: the budget is $20.00",
      "a minor release is estimated at $22.71 at most and would be refused: the budget is $20.00",
      "the price of ml.g6.xlarge is not known, and the plan consents to that: a major release spends on it without limit",
      "a retrain release is estimated at $22.71 at most and would be refused: the budget is $20.00",
      "the price of ml.p5e.48xlarge is not known, and the plan consents to that: the pool of training spends on it without limit",
    ]);
    expect(releases.map(({ costUsd }) => costUsd)).toEqual([22.57, 22.57, null, 22.57]);
    expect(milestones.map(({ costUsd }) => costUsd)).toEqual([null, undefined]);
  });

  it("warns of a stage that cannot serve the requests it must have served", () => {
    expect(
      outlook(["trafficPercent: 5, bakeMinutes: 15", "trafficPercent: 0.1, bakeMinutes: 15"]).warnings,
    ).toEqual([
      "the stage of 0.1 % serves about 54 requests in 15 min at the peak, fewer than the 100 that it must have served to pass",
      expect.stringMatching(/^stage 1 \(0\.1 %\), errors: /),
    ]);
  });
});
