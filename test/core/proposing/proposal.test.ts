/** What is proposed for a plan, when nothing is, and what each change rests on. */
import { describe, expect, test } from "vitest";
import type { QuantitySeen } from "../../../src/core/learning/quantity.ts";
import { priorBelief } from "../../../src/core/learning/quantity.ts";
import { Plan } from "../../../src/core/plan/plan.ts";
import { type ProposedChange, promotedWith, withChanges } from "../../../src/core/proposing/changes.ts";
import type { Evidence } from "../../../src/core/proposing/known.ts";
import { type Proposal, proposalOf } from "../../../src/core/proposing/proposal.ts";
import { breachChance, peakWithin } from "../../../src/core/proposing/risk.ts";
import type { PastRelease } from "../../../src/core/release/past.ts";
import type { Throughput } from "../../../src/core/release/throughput-seen.ts";
import { plan } from "../example.ts";
import { lookedBack } from "../release/looked-back.ts";

const nowMs = Date.UTC(2026, 10, 29);
const at = (daysAgo: number) => new Date(nowMs - daysAgo * 86_400_000).toISOString();
const instanceType = "ml.g5.xlarge";
/** Ten times the sample's load, so that one instance is not a tenth. */
const large = Plan.parse({
  ...plan,
  requirements: { ...plan.requirements, peakRequestsPerSecond: 600 },
  endpoint: { ...plan.endpoint, instances: 72 },
  budget: { ...plan.budget, usdPerRelease: 400 },
});

const tested = (daysAgo: number, moreThan: number, atMost?: number): PastRelease => {
  const seen: Throughput = {
    instanceType,
    moreThan,
    ...(atMost !== undefined && { atMost }),
    by: "load-test",
  };
  return {
    releaseId: `v${daysAgo}`,
    ...{ model: plan.model, milestone: "production", attempt: 1, outcome: "promoted", reason: "", left: 0 },
    ...{ openedAt: at(daysAgo), closedAt: at(daysAgo - 0.1) },
    retrospective: {
      schema: 1,
      instances: lookedBack.instances,
      throughput: { planned: 12, seen: [seen] },
      modelLoad: { plannedSeconds: 300, moreThan: 180, atMost: 200 },
    },
  };
};
/** Each as the last but for a tenth up and down. */
const days = (count: number, highest: number): QuantitySeen[] =>
  Array.from({ length: count }, (_, nth) => {
    const value = highest * (1 + 0.1 * Math.sin(nth));
    return { instances: 1, moreThan: 0.99 * value, atMost: 1.01 * value, at: at(count - nth), weight: 1 };
  });
const evidence = (more: Partial<Evidence>): Evidence => ({ past: [], days: [], nowMs, ...more });
const ask = (more: Partial<Evidence>, of = large) => proposalOf(of, evidence(more));
function proposed(more: Partial<Evidence>, of = large): Proposal {
  const found = ask(more, of);
  if ("quiet" in found) throw new Error(found.quiet);
  return found;
}
const keys = ({ changes }: Proposal) => changes.map(({ path }: ProposedChange) => path.join("."));
const serving16 = [9, 6, 3].map((daysAgo) => tested(daysAgo, 15.2, 16.8));

describe("nothing is proposed", () => {
  test.each([
    ["where nothing is known", {}, /three releases with a test under load, or a week/],
    ["by two tests that bear the plan out", { past: serving16.slice(1) }, /nothing is known yet/],
    ["by six days", { days: days(6, 200) }, /nothing is known yet/],
    ["where the plan is about right", { days: days(28, 460) }, /the plan stands: a change would save \d/],
  ])("%s", (_, more, expected) => {
    expect(ask(more)).toEqual({ quiet: expect.stringMatching(expected) });
  });

  test("by what traffic alone has shown", () => {
    const carried = serving16.map((one) => ({
      ...one,
      retrospective: {
        schema: 1 as const,
        throughput: { planned: 12, seen: [{ instanceType, moreThan: 15, by: "traffic" as const }] },
      },
    }));
    expect(ask({ past: carried })).toHaveProperty("quiet");
  });
});

describe("the utilisation at which latency breaks", () => {
  const breaking = (moreThan: number, atMost?: number) =>
    [9, 6, 3].map((daysAgo): PastRelease => {
      const one = tested(daysAgo, 11.5, 12.5);
      const utilisation = { instanceType, planned: 0.7, moreThan, ...(atMost !== undefined && { atMost }) };
      return { ...one, retrospective: { schema: 1, ...one.retrospective, utilisation } };
    });
  const quiet = (past: readonly PastRelease[]) => {
    const found = ask({ past, days: days(28, 460) });
    return "quiet" in found ? found.quiet : found.notes.join();
  };

  test("is told where it is another than the plan's, with why that stays", () => {
    expect(quiet(breaking(0.55, 0.6))).toMatch(
      /latency of an ml\.g5\.xlarge breaks at 5\d % of its full load \(95 %: 5\d % to 6\d %, n = 2\.\d+ of 3 tests\), and the plan runs it at 70 %; requirements\.utilisationPercent stays, since .* twice/,
    );
    expect(quiet(breaking(0.95, 1))).toMatch(/breaks at 9\d % .* of which a test says nothing/);
    expect(proposed({ past: breaking(0.55, 0.6), days: days(28, 300) }).notes).toHaveLength(1);
  });

  test("is not where it is about the plan's, nor by two tests", () => {
    expect(quiet(breaking(0.77, 0.83))).not.toContain("breaks");
    expect(quiet(breaking(0.55, 0.6).slice(1))).not.toContain("breaks");
    expect(proposed({ days: days(28, 300) }).notes).toEqual([]);
  });
});

describe("fleets of several sizes that were tested", () => {
  /** Seven sizes, of which each serves at the plan's utilisation what it keeps to. */
  const grown = (contention: number) =>
    [24, 32, 40, 48, 56, 64, 72].map((instances, nth): PastRelease => {
      const served = (12 * (1 + contention * 47)) / (1 + contention * (instances - 1));
      const knee = 0.7 * served * instances;
      const one = tested(3 * (nth + 1), 0.97 * served, 1.03 * served);
      const size = { instanceType, instances, from: 0.97 * knee, to: 1.03 * knee };
      return { ...one, retrospective: { schema: 1, ...one.retrospective, sizes: [size] } };
    });
  const busy = days(28, 900);
  const larger = (contention: number) => proposed({ past: grown(contention), days: busy });
  const endpointOf = ({ changes }: Proposal) =>
    changes.find(({ path }) => path.join() === "endpoint,instances");

  test("that hold up each other have a larger one take more than in proportion, and say so", () => {
    const [even, held] = [larger(0), larger(0.003)];

    expect(endpointOf(even)?.why).not.toContain("hold up");
    expect(endpointOf(held)?.why).toMatch(
      /; each serves [678]\d % of what it did in fleets that were tested, as 7 sizes of them show that instances hold up each other$/,
    );
    expect(held.after.instances).toBeGreaterThan(1.15 * even.after.instances);
    // As many as the law has it: what each keeps to there, at the peak that is proposed.
    const each = (instances: number) => (12 * (1 + 0.003 * 47)) / (1 + 0.003 * (instances - 1));
    const peak = withChanges(large, held.changes).requirements.peakRequestsPerSecond;
    expect(held.after.instances * each(held.after.instances) * 0.7).toBeGreaterThan(0.9 * peak);
    expect(even.after.instances * each(even.after.instances) * 0.7).toBeLessThan(0.95 * peak);
  });

  test("that are too few leave all in proportion", () => {
    const few = proposed({ past: grown(0.003).slice(0, 5), days: busy });

    expect(endpointOf(few)?.why).not.toContain("hold up");
  });

  test("are told apart from a fleet far beyond them, of which nothing is said", () => {
    const far = proposed({
      past: grown(0.003).map((one) => ({
        ...one,
        retrospective: {
          ...one.retrospective,
          schema: 1 as const,
          sizes: one.retrospective?.sizes?.map((size) => ({
            ...size,
            instances: size.instances / 8,
            from: size.from / 8,
            to: size.to / 8,
          })),
        },
      })),
      days: busy,
    });

    expect(far.notes.join()).toMatch(/^\d+ instances are too far from the 3 to 9 that were measured$/);
  });
});

describe("less is proposed", () => {
  test("where the load is lower, with what it rests on, what it saves, and what it risks", () => {
    const found = proposed({ days: days(28, 300) });

    expect(keys(found)).toEqual(["requirements.peakRequestsPerSecond", "endpoint.instances"]);
    const [peak] = found.changes;
    expect(peak?.to).toBeGreaterThan(330);
    expect(peak?.to).toBeLessThan(480);
    expect(peak?.evidence).toMatchObject({ records: 4, posterior: { n: 4 } });
    expect(peak?.alone).toEqual(found.after);
    expect(found.after.instances).toBeLessThan(0.9 * found.before.instances);
    expect(found.after.risk).toBeLessThan(0.01);
    expect(found.after.usdPerMonth).toBe(Math.round(found.after.instances * 1.4084 * 30.4 * 24));
    expect(found.evidence).toBe(4);
  });

  test("where an instance serves more, and no more of it than was shown by a quarter", () => {
    const found = proposed({ past: serving16 });
    const served = found.changes.filter(({ path }) => path.at(-1) === "requestsPerSecondPerInstance");

    // Wherever the plan names the type; not of major releases, which have another.
    expect(served.map(({ path }) => path[1] ?? path[0])).toEqual([
      "requestsPerSecondPerInstance",
      ...["patch", "minor", "retrain"],
    ]);
    for (const { to } of served) {
      expect(to).toBeGreaterThan(13);
      expect(to).toBeLessThanOrEqual(1.25 * 16);
    }
    const bound = proposed({ past: [9, 6, 3].map((daysAgo) => tested(daysAgo, 14)) });
    expect(bound.changes[0]?.to).toBeLessThanOrEqual(1.25 * 14);
  });
});

test("whatever is proposed leaves less than one month in a hundred with too little, however full instances run", () => {
  const all = [70, 80, 90, 95].flatMap((utilisationPercent) => {
    const full = Plan.parse({ ...large, requirements: { ...large.requirements, utilisationPercent } });
    return [300, 700].map((highest) => ask({ days: days(28, highest) }, full));
  });
  const found = all.flatMap((each) => ("quiet" in each ? [] : [each.after.risk]));

  expect(found.length).toBeGreaterThan(3);
  for (const risk of found) expect(risk).toBeLessThan(0.01);
});

test("tests that went less far than the plan's number leave it as it is", () => {
  const short = [9, 6, 3].map((daysAgo) => tested(daysAgo, 6));

  expect(keys(proposed({ past: short, days: days(28, 300) }))).toEqual([
    "requirements.peakRequestsPerSecond",
    "endpoint.instances",
  ]);
});

describe("more is proposed", () => {
  test("where the load has outgrown the plan", () => {
    const found = proposed({ days: days(28, 900) });

    expect(found.before.risk).toBeGreaterThan(0.05);
    expect(found.after.risk).toBeLessThan(0.01);
    expect(found.after.instances).toBeGreaterThan(found.before.instances);
  });

  test("at once where a test has shown that an instance serves less, and with the budget that its releases take", () => {
    const found = proposed(
      { past: [tested(1, 5.7, 6.3)] },
      Plan.parse({ ...large, budget: { ...large.budget, usdPerRelease: 320 } }),
    );

    expect(found.changes[0]?.to).toBeLessThan(9);
    expect(found.after.instances).toBeGreaterThan(found.before.instances);
    expect(keys(found)).toContain("budget.usdPerRelease");
  });

  test("of the time that a model loads, where it is longer", () => {
    const slow = serving16.map((one) => ({
      ...one,
      retrospective: {
        schema: 1 as const,
        instances: lookedBack.instances,
        modelLoad: { plannedSeconds: 300, moreThan: 700, atMost: 730 },
      },
    }));
    const found = proposed({ past: slow, days: days(28, 460) });

    expect(keys(found)).toEqual(["warmth.loadSecondsP95"]);
    expect(found.changes[0]?.to).toBeGreaterThan(700);
    expect(found.changes[0]?.alone).toBeUndefined();
  });
});

describe("a proposal that was declined", () => {
  const declined = (of: number): Plan =>
    Plan.parse({ ...large, proposals: { declined: { on: "2026-11-01", evidence: of } } });

  test("stays quiet until what it rests on has doubled", () => {
    expect(ask({ days: days(28, 300) }, declined(2.1))).toEqual({
      quiet: expect.stringMatching(/declined on 2026-11-01 by an evidence of 2\.1, and it is 4 by now/),
    });
    expect(ask({ days: days(28, 300) }, declined(2))).toHaveProperty("changes");
  });
});

test("once it is taken over, nothing more is proposed by the same", () => {
  for (const more of [
    { days: days(28, 300) },
    { days: days(28, 900) },
    { past: serving16, days: days(28, 460) },
  ])
    expect(ask(more, withChanges(large, proposed(more).changes))).toHaveProperty("quiet");
});

test("a plan that is edited is otherwise as it was", () => {
  const { changes } = proposed({ days: days(28, 300) });
  const after = withChanges(large, changes);

  expect(after.requirements.peakRequestsPerSecond).toBe(changes[0]?.to);
  expect({ ...after, requirements: large.requirements, endpoint: large.endpoint }).toEqual(large);
  expect(large.requirements.peakRequestsPerSecond).toBe(600);
});

test("the more instances, the less is risked; the surer a month is to be, the higher its load", () => {
  const belief = (centre: number) =>
    priorBelief({ centre, deviation: 0.1, spread: 0.1, spreadDeviation: 0.2 });
  const chance = breachChance({ load: belief(500), throughput: belief(12) });
  const all = [0, 10, 30, 50, 60, 80, 200].map(chance);

  expect(all[0]).toBe(1);
  expect(all).toEqual(all.toSorted((one, other) => other - one));
  expect(all.at(-1)).toBeLessThan(1e-3);
  expect(peakWithin(belief(500), 0.99)).toBeGreaterThan(peakWithin(belief(500), 0.9));
  expect(promotedWith(large)).toBe(72);
});
