/** Lead times: what has to be over by a milestone's date, one after another. */
import { expect, test } from "vitest";
import { leadTimeOf } from "../../../src/core/calendar/lead-time.ts";
import type { Launch } from "../../../src/core/learning/launch.ts";
import { leaning, plan } from "../example.ts";

const rounded = (of: typeof plan, kind: "production" | "training") =>
  Object.fromEntries(
    leadTimeOf(of, kind, []).parts.map(({ what, minutes }) => [what, Math.round(10 * minutes) / 10]),
  );

test("of a production milestone: both fleets anew, the model's load, its proof, and every stage", () => {
  expect(rounded(plan, "production")).toEqual({
    provisioning: 17.2,
    "taking over": 2,
    "model load": 5,
    "proof of warmth": 5,
    // Bakes of 60 minutes, and looks at each of four and at what stable held back: two minutes of metrics, and weights in force.
    stages: 71.9,
  });
  expect(leadTimeOf(plan, "production", []).minutes).toBe(102);
});

test("of a pool: its instances and the job that primes it", () => {
  expect(rounded(plan, "training")).toEqual({ provisioning: 12.6, "priming job": 5 });
});

test("grows with how sure it has to be, with loading and with bakes", () => {
  const minutes = (of: typeof plan) => leadTimeOf(of, "production", []).minutes;
  const [first, ...stages] = plan.rollout.stages;
  if (first === undefined) throw new Error("expected a stage");
  const longer = { ...plan.rollout, stages: [{ ...first, bakeMinutes: first.bakeMinutes + 30 }, ...stages] };

  expect(minutes({ ...plan, leadTimeQuantile: 0.5 })).toBeLessThan(102);
  expect(minutes({ ...plan, warmth: { ...plan.warmth, loadSecondsP95: 900 } })).toBe(112);
  expect(minutes({ ...plan, rollout: longer })).toBe(132);
});

test("counts what the model leans on, which is raised first", () => {
  const { alongside: _, ...alone } = leaning;

  expect(leadTimeOf(leaning, "production", []).parts[0]?.what).toBe("what is leant on");
  expect(leadTimeOf(leaning, "production", []).minutes).toBe(leadTimeOf(alone, "production", []).minutes + 5);
});

test("is worked back from what the account's own launches took, by a milestone's instance types", () => {
  const launch = (instances: Record<string, number>, minutes: number): Launch => ({
    of: "endpoint",
    instances,
    askedAt: "2026-11-02T09:00:00.000Z",
    missingAt: new Date(Date.UTC(2026, 10, 2, 9, minutes + 1)).toISOString(),
    thereAt: new Date(Date.UTC(2026, 10, 2, 9, minutes + 2)).toISOString(),
  });
  const serving = Array.from({ length: 3 }, () => launch({ "ml.g5.xlarge": 16 }, 30));
  const training = [launch({ "ml.g5.12xlarge": 2 }, 4)];
  const minutesOf = (kind: "production" | "training", launches: readonly Launch[]) =>
    leadTimeOf(plan, kind, launches).minutes;

  expect(minutesOf("production", serving)).toBeGreaterThan(minutesOf("production", []) + 10);
  // Of its family, and yet of another type.
  expect(minutesOf("training", serving)).toBeGreaterThan(minutesOf("training", []));
  expect(minutesOf("training", training)).toBeLessThan(minutesOf("training", []));
});
