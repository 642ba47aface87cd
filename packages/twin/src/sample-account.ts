/** The account of an application that says nothing of one: a small SageMaker endpoint, and quotas to match. */
import type { AccountSeed } from "./world/account-seed.ts";

const instanceType = "ml.m5.large";

export const sampleAccount: AccountSeed = {
  model: "sample",
  versions: [],
  endpoint: { name: "sample", instanceType, instances: 2 },
  types: { [instanceType]: { requestsPerSecond: 20, needed: 2 } },
  peakRequestsPerSecond: 20,
  utilisationPercent: 70,
  latencyMsP99: 1000,
  errorRatePercent: 1,
  endpointNeeds: {},
  trainingNeeds: {},
  bakeMinutes: 60,
};
