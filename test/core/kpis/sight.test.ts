/** What a rollout can show: found sooner with more traffic, and nothing compared where the sides are loaded too unlike. */
import { expect, test } from "vitest";
import { expectedOf } from "../../../src/core/kpis/sight.ts";
import { plan, planWith } from "../example.ts";

const load = { requestsPerSecond: 40, errorPercent: 0.5 };

test("latency is compared by how much instances carry, which both fleets' sizes and the shares say", () => {
  const stages = [50, 70, 95].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 15 }));
  const own = planWith({ rollout: { stages } });
  const unlike = (of: typeof own) =>
    expectedOf(of, load)
      .sight.filter(({ kpi }) => kpi === "latency")
      .map(({ unlikeTimes }) => unlikeTimes);

  // Eight of each: 1, 2.3 and 19 times what stable's carry.
  expect(unlike(own)).toEqual([undefined, 2.3, 19]);
  // Stable has sixteen of the same, of which each carries half as much.
  expect(unlike({ ...own, endpoint: { ...own.endpoint, instances: 16 } })).toEqual([2, 4.7, 38]);
  expect(unlike(planWith({ rollout: { stages: plan.rollout.stages.slice(0, 2) } }))).toEqual([
    undefined,
    undefined,
  ]);
});

test("what is not compared is expected of nothing, and a larger share finds the same sooner", () => {
  const stages = [5, 50, 95, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 15 }));
  const { expectations, sight } = expectedOf(planWith({ rollout: { stages } }), load);

  expect(sight.map(({ trafficPercent, kpi }) => `${kpi} at ${trafficPercent}`)).toEqual([
    "errors at 5",
    "latency at 5",
    "errors at 50",
    "latency at 50",
    "errors at 95",
    "latency at 95",
  ]);
  expect(expectations.map(({ stage, kpi }) => `${kpi} in ${stage}`)).toEqual([
    ...["errors in 0", "latency in 0", "errors in 1", "latency in 1", "errors in 2"],
  ]);
  const tenfold = (percent: number) =>
    sight
      .find(({ kpi, trafficPercent }) => kpi === "errors" && trafficPercent === percent)
      ?.findsMinutes.find(({ times }) => times === 10)?.minutes;
  expect(tenfold(50)).toBeLessThan(tenfold(5) ?? 0);
});
