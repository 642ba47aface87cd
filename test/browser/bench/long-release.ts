/** A release of a whole day with ten KPIs, as a table would keep it, made by a formula: what a page has to bear. */
import { parsePlan } from "../../../src/core/plan/file.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { IntervalSeen, JournalEntry, KpiSeen } from "../../../src/core/release/journal.ts";
import type { Needs } from "../../../src/core/release/release.ts";
import type { IntervalTold, ReleaseTold, SideTold } from "../../../src/report/view/told.ts";

const daySeconds = 86_400;
/** A plan may have no shorter looks for so long. */
const minuteSeconds = 60;
const startedAt = "2026-01-05T08:00:00.000Z";
const startMs = Date.parse(startedAt);
const shares = [1, 5, 10, 25, 50, 75, 95];

const compared = ["errors", "refusals", "timeouts", "empty-answers", "latency", "tokens"];
const ceilings = ["latency-ceiling", "error-ceiling", "cpu-ceiling", "memory-ceiling"];

const side = { instanceType: "ml.g5.xlarge", instances: 8, requestsPerSecondPerInstance: 12 };
const needs: Needs = {
  measuredRequestsPerSecond: 50,
  designRequestsPerSecond: 90,
  stable: { ...side, variant: "v6", config: "chat-assistant-v6", modelName: "chat-assistant-v6" },
  candidate: { ...side, variant: "v7", modelName: "chat-assistant-v7", packageArn: "chat-assistant/7" },
  joinConfig: "chat-assistant-v7-join",
  finalConfig: "chat-assistant-v7-final",
  peakInstances: { "ml.g5.xlarge": 16 },
  costUsd: 431.2,
};

/** Like noise, the same at every run. */
const wave = (nth: number, seed: number): number =>
  (Math.sin(nth * 0.7 + seed) + Math.sin(nth * 0.137 * seed) + Math.sin(nth * nth * 0.01)) / 3;

export function longRelease(intervalSeconds: number): ReleaseTold {
  const count = daySeconds / intervalSeconds;
  const intervals = Array.from({ length: count }, (_, nth) => intervalOf(nth, intervalSeconds));
  return {
    model: "chat-assistant",
    version: 7,
    milestone: "production",
    outcome: "promoted",
    reason: "",
    startedAt,
    seconds: daySeconds,
    plan: planOfTenKpis(),
    needs,
    intervals,
    journal: [...turns(), ...looks(intervals)],
    ledger: [],
    shares: shares.map((trafficPercent, index) => ({
      index,
      trafficPercent,
      fromSeconds: startOf(index),
      untilSeconds: startOf(index + 1),
      result: "passed",
    })),
  };
}

const stageAt = (seconds: number): number =>
  Math.min(shares.length - 1, Math.floor((seconds / daySeconds) * shares.length));
const startOf = (stage: number): number => Math.ceil((stage * daySeconds) / shares.length);
const isoAt = (seconds: number): string => new Date(startMs + seconds * 1000).toISOString();

const turns = (): JournalEntry[] => [
  ...shares.map(
    (trafficPercent, stage): JournalEntry => ({
      kind: "news",
      at: isoAt(startOf(stage)),
      state: "shifted",
      stage,
      trafficPercent,
    }),
  ),
  { kind: "news", at: isoAt(daySeconds), state: "closed", outcome: "promoted" },
];

function intervalOf(nth: number, seconds: number): IntervalTold {
  const atSeconds = nth * seconds;
  const trafficPercent = shares[stageAt(atSeconds)] ?? 0;
  const all = seconds * (50 + 40 * Math.sin((atSeconds / daySeconds) * 2 * Math.PI));
  return {
    atSeconds,
    seconds,
    trafficPercent,
    sides: {
      stable: sideOf(all * (1 - trafficPercent / 100), nth, 1),
      candidate: sideOf((all * trafficPercent) / 100, nth, 2),
    },
  };
}

function sideOf(mean: number, nth: number, seed: number): SideTold {
  const requests = Math.round(mean * (1 + 0.1 * wave(nth, seed)));
  const instances = Math.max(4, Math.ceil(mean / 400));
  return {
    desired: instances,
    provisioned: instances,
    warm: instances,
    requests,
    errors: Math.round(requests * 0.005 * (1 + wave(nth, seed + 2))),
    latencyMs: requests === 0 ? null : 460 + 60 * wave(nth, seed + 4),
  };
}

const looks = (intervals: readonly IntervalTold[]): JournalEntry[] =>
  [...Map.groupBy(intervals, ({ atSeconds }) => Math.floor(atSeconds / minuteSeconds)).values()].map(lookAt);

/** At the end of a minute, with whatever intervals it has had. */
function lookAt(seen: readonly IntervalTold[], minute: number): JournalEntry {
  const of = (side: SideTold | undefined, kpi: number) => ({
    value: 60 + 30 * wave(minute, kpi) + (side?.errors ?? 0) / 100,
  });
  const intervals = seen.flatMap(({ atSeconds, seconds, sides }) =>
    ceilings.map(
      (kpi, i): IntervalSeen => ({
        kpi,
        at: startMs / 1000 + atSeconds,
        seconds,
        candidate: of(sides.candidate, i + 2),
        stable: of(sides.stable, i + 7),
      }),
    ),
  );
  const evidence = (kpi: number): Partial<KpiSeen> => ({
    logE: 2 * wave(minute / 50, kpi),
    logThreshold: 5.3,
    logSafe: 4 + 3 * wave(minute / 90, kpi + 1),
    logSafeThreshold: 5.3,
  });
  return {
    kind: "look",
    at: isoAt((minute + 1) * minuteSeconds),
    stage: stageAt(minute * minuteSeconds),
    trafficPercent: seen.at(-1)?.trafficPercent ?? 0,
    verdict: "pass",
    decision: "bake",
    reason: "No KPI speaks against the candidate.",
    logE: wave(minute / 50, 1),
    logThreshold: 5.3,
    kpis: [
      ...compared.map((name, i): KpiSeen => ({ name, standing: "good", ...evidence(i + 1) })),
      ...ceilings.map((name): KpiSeen => ({ name, standing: "good" })),
    ],
    intervals,
    fleets: {},
  };
}

function planOfTenKpis(): Plan {
  const custom = (name: string) =>
    `  - { kind: custom, name: ${name}, weight: 0.1, bad: { namespace: Chat, metric: ${name} }, total: { namespace: Chat, metric: Answers } }`;
  const of = ["latency-p99-ms", "error-rate-percent", "cpu-percent", "memory-percent"];
  const text = `
model: chat-assistant
endpoint: { name: chat-assistant, instanceType: ml.g5.xlarge, instances: 8, requestsPerSecondPerInstance: 12 }
requirements: { latencyMsP99: 1500, errorRatePercent: 5, peakRequestsPerSecond: 60, utilisationPercent: 70 }
defaultReleaseType: minor
releaseTypes:
  minor: { inference: { instanceType: ml.g5.xlarge, requestsPerSecondPerInstance: 12 } }
milestones: { production: { when: { event: model-approved } } }
rollout:
  intervalSeconds: ${minuteSeconds}
  stages:
${shares.map((share) => `    - { trafficPercent: ${share}, bakeMinutes: 180 }`).join("\n")}
  onInconclusive: { action: proceed }
  onNoData: { waitMinutes: 20, then: roll-back }
kpis:
  - { kind: availability, name: errors, weight: 0.5 }
  - { kind: latency-mean, name: latency, weight: 0.1 }
${compared
  .filter((name) => !["errors", "latency"].includes(name))
  .map(custom)
  .join("\n")}
${ceilings.map((name, i) => `  - { kind: guardrail, name: ${name}, of: ${of[i]}, ceiling: 95, minutes: { breaching: 3, outOf: 5 } }`).join("\n")}
budget: { usdPerRelease: 600 }
`;
  const parsed = parsePlan(text, "a day with ten KPIs");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  return parsed.plan;
}
