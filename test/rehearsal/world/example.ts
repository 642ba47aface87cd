/** The plan and the worlds that the tests of the world and of its services share. */

import type * as z from "zod";
import { createWorld, type World, WorldSpec } from "#twin/world";
import { Plan } from "../../../src/core/plan/plan.ts";
import { accountOf } from "../../../src/rehearsal/account-of-plan.ts";

export const startMs = Date.UTC(2026, 10, 24, 9, 0, 0);
export const minuteMs = 60_000;

/** Eight instances of 12 requests per second each; a peak of 60. */
export const plan = Plan.parse({
  model: "chat",
  endpoint: { name: "chat", instanceType: "ml.g5.xlarge", instances: 8, requestsPerSecondPerInstance: 12 },
  requirements: {
    latencyMsP99: 1500,
    errorRatePercent: 5,
    peakRequestsPerSecond: 60,
    utilisationPercent: 70,
  },
  defaultReleaseType: "minor",
  releaseTypes: { minor: { inference: { instanceType: "ml.g5.xlarge", requestsPerSecondPerInstance: 12 } } },
  milestones: {
    training: {
      when: { cron: "cron(0 2 ? * MON *)", timeZone: "Europe/Amsterdam" },
      pool: {
        instanceType: "ml.g5.12xlarge",
        instances: 2,
        roleArn: "arn:aws:iam::123456789012:role/training",
        trainingImage: "train:1",
        outputPath: "s3://bucket/pool",
        keepAliveMinutes: 30,
        holdMinutes: 60,
      },
    },
    production: { when: { event: "model-approved" } },
  },
  rollout: {
    stages: [{ trafficPercent: 100, bakeMinutes: 15 }],
    onInconclusive: { action: "proceed" },
    onNoData: { waitMinutes: 20, then: "roll-back" },
  },
  kpis: [{ kind: "availability", name: "errors" }],
  budget: { usdPerRelease: 100 },
});

export type SpecInput = Partial<z.input<typeof WorldSpec>>;

/** A world with steady instances: no scaling in below the plan's eight, unless a test asks for it. */
export function exampleWorld(spec: SpecInput = {}, seed = 1): World {
  const parsed = WorldSpec.parse({ description: "test", scaling: { minPercent: 100 }, ...spec });
  return createWorld({ seed, startMs, spec: parsed, account: accountOf(plan) });
}
