/** The longest release that a plan may ask for stays within what Step Functions holds: its history and its document. */
import { expect, test } from "vitest";
import {
  allowedBakeMinutes,
  expectedHistoryEvents,
  historyLimitEvents,
} from "../../src/core/plan/execution-events.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { plan, rehearsing } from "./explore/rehearsing.ts";

/** As many stages as a plan may have, each baked for some minutes, judged by as many KPIs as anyone would want. */
function longPlan(bakeMinutes: number): Plan {
  const stages = Array.from({ length: 20 }, (_, nth) => ({ trafficPercent: 5 * (nth + 1), bakeMinutes }));
  const values = { "latency-p99-ms": 1500, "error-rate-percent": 100, "cpu-percent": 400 };
  const ceilings = Object.entries({ ...values, "gpu-percent": 100, "memory-percent": 100 }).map(
    ([of, ceiling]) => ({
      kind: "guardrail",
      name: `ceiling-of-${of}`,
      of,
      ceiling,
      minutes: { breaching: 5, outOf: 10 },
    }),
  );
  const compared = [
    { kind: "availability", name: "errors", weight: 0.3 },
    { kind: "availability", name: "errors-of-callers-too", weight: 0.3, count4xx: true },
    { kind: "latency-mean", name: "latency", weight: 0.4, tolerance: 0.1 },
  ];
  return Plan.parse({
    ...plan,
    rollout: { ...plan.rollout, stages },
    kpis: [...compared, ...ceilings],
    budget: { usdPerRelease: 9999, maxLockedMinutes: 15 },
  });
}

/** History events and document bytes of a release of such a plan, and how many looks it took. */
async function measured(bakeMinutes: number) {
  const { record, violations } = await rehearsing({ plan: longPlan(bakeMinutes) });
  expect(violations).toEqual([]);
  expect(record).toMatchObject({ outcome: "promoted" });
  const looks = record.stages.reduce((sum, { entries }) => sum + (entries.CheckKpis ?? 0), 0);
  const bytes = Buffer.byteLength(JSON.stringify(record.document));
  return { looks, bytes, events: record.executions[0]?.historyEvents ?? 0 };
}

test("by what two lengths of bake add, the longest plan allowed writes under 20,000 events and 100 KB", async () => {
  const short = await measured(1);
  const long = await measured(5);

  const perLook = (one: "events" | "bytes") => (long[one] - short[one]) / (long.looks - short.looks);
  const stages = 20;
  const longest = longPlan(1);
  const looks = allowedBakeMinutes(longest) + 3 * stages;
  const events = long.events + perLook("events") * (looks - long.looks);
  const bytes = long.bytes + Math.max(0, perLook("bytes")) * (looks - long.looks);
  expect(looks).toBeGreaterThan(500);
  expect(events).toBeLessThan(historyLimitEvents);
  expect(bytes).toBeLessThan(100_000);
  expect(long.events).toBeLessThan(expectedHistoryEvents(longPlan(5)));
});
