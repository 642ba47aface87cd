/** Releases for the verdict's tests: settings and observations in a few words. */

import { NO_COUNT_NOISE } from "../src/evidence/count-noise.ts";
import {
  type CountKpi,
  type GuardrailKpi,
  type KpiSettings,
  type Measured,
  type Observation,
  startStage,
  startVerdict,
  type VerdictSettings,
  type VerdictState,
} from "../src/index.ts";

/** A whole minute, epoch seconds. */
export const START = 1_780_000_020;

export const errors: CountKpi = { shape: "count", verb: "fails", name: "errors", weight: 1, tolerance: 0 };
export const ceiling: GuardrailKpi = {
  shape: "value",
  name: "ceiling",
  ceiling: 1500,
  breaching: 2,
  outOf: 3,
};

export function settingsOf(
  kpis: readonly KpiSettings[],
  rest: Partial<VerdictSettings> = {},
): VerdictSettings {
  return { alpha: 0.01, beta: 0.05, minimumRequests: 50, intervalSeconds: 60, stages: 4, kpis, ...rest };
}

/** No noise but counting, for every KPI that counts. */
export function calm(settings: VerdictSettings): Measured {
  const counts = settings.kpis.filter(({ shape }) => shape === "count");
  return { noise: Object.fromEntries(counts.map(({ name }) => [name, NO_COUNT_NOISE])) };
}

export function begun(settings: VerdictSettings, trafficShare = 0.1): VerdictState {
  return startStage(startVerdict(settings, calm(settings)), settings, { stage: 0, at: START, trafficShare });
}

export function minuteAt(minute: number): number {
  return START + 60 * minute;
}

/** Bad and requests of candidate, then of stable, in one minute. */
export function counts(
  minute: number,
  [xc, nc, xb, nb]: readonly [number, number, number, number],
  kpi = "errors",
): Observation {
  return {
    kpi,
    at: minuteAt(minute),
    seconds: 60,
    candidate: { requests: nc, bad: xc },
    stable: { requests: nb, bad: xb },
  };
}

export function values(
  minute: number,
  candidate: number | null,
  stable: number | null,
  kpi = "ceiling",
): Observation {
  const sample = (value: number | null) => (value === null ? null : { value });
  return { kpi, at: minuteAt(minute), seconds: 60, candidate: sample(candidate), stable: sample(stable) };
}

export function means(minute: number, candidate: number, stable: number, count = 300): Observation {
  return {
    kpi: "latency",
    at: minuteAt(minute),
    seconds: 60,
    candidate: { mean: candidate, count },
    stable: { mean: stable, count: count * 9 },
  };
}
