/** What a release was planned with and what happened, for tests of what is learnt and shown of it. */
import type { Retrospective } from "../../../src/core/release/retrospective.ts";

export const lookedBack: Retrospective = {
  schema: 1,
  minutes: { planned: 98.5, happened: 104 },
  leadMinutes: { planned: 102, happened: 95 },
  instances: { instanceType: "ml.g5.xlarge", planned: 8, most: 9 },
  load: {
    before: 33,
    readyFor: 60,
    highest: 50,
    last: 40,
    forecast: { requestsPerSecond: 40, percent: 99 },
  },
  usd: { planned: 22.57, p95: 24, happened: 19, inAll: 23.1 },
  minutesToDetect: 10.5,
  modelLoad: { plannedSeconds: 300, moreThan: 45, atMost: 75 },
  throughput: {
    planned: 12,
    seen: [
      { instanceType: "ml.g5.xlarge", moreThan: 7.7, atMost: 8.3, by: "load-test" },
      { instanceType: "ml.g5.xlarge", moreThan: 7, by: "traffic" },
    ],
  },
  raises: [{ instanceType: "ml.g5.xlarge", of: "endpoint", came: true, at: "2026-11-23T09:01:00.000Z" }],
  sizes: [{ instanceType: "ml.g5.xlarge", instances: 8, from: 61, to: 67 }],
  utilisation: { instanceType: "ml.g5.xlarge", planned: 0.7, moreThan: 0.64, atMost: 0.7 },
  noise: [
    {
      kpi: "errors",
      of: "counts",
      intervals: 1438,
      logSd: { moreThan: 0.25, atMost: 0.35 },
      persistence: 1.8,
      hostLogSd: { moreThan: 0.06, atMost: 0.12 },
    },
    { kpi: "latency", of: "means", intervals: 1438, logSd: { moreThan: 0, atMost: 0.01 } },
  ],
  usdPerHour: { "ml.g5.xlarge": 1.4084 },
};
