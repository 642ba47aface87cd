/** What one interval says of one KPI, and how a stage's stake on it is divided, by the KPI's kind. */
import type { Seen } from "../observations/observation.ts";
import type { JudgedKpi } from "../settings.ts";
import type { CountState, EvidenceState, StageMark } from "../state.ts";
import { withSettling } from "./harm.ts";
import { harmWeights } from "./harm-weights.ts";
import { countEvidence, type IntervalEvidence, meanEvidence } from "./interval.ts";
import { acceptableRatio } from "./tolerance.ts";

export interface Interval<S extends EvidenceState = EvidenceState> {
  readonly state: S;
  readonly kpi: JudgedKpi;
  readonly seen: Seen;
  readonly mark: StageMark;
  readonly seconds: number;
  readonly settling: boolean;
}

export function evidenceOf({ state, kpi, seen, mark, seconds, settling }: Interval): IntervalEvidence | null {
  if (state.kind === "mean") {
    if (settling || seen.shape !== "mean" || seen.candidate === null || seen.stable === null) return null;
    return meanEvidence({ candidate: seen.candidate, stable: seen.stable }, { kpi, noise: state.noise });
  }
  if (seen.shape !== "count" || seen.candidate === null || seen.stable === null) return null;
  const acceptable = acceptableIn(state, kpi, mark);
  const sides = { candidate: seen.candidate, stable: seen.stable };
  const { noise, pace } = state;
  return countEvidence(sides, { kpi, acceptable, noise, pace, seconds, settling });
}

export function countWeights(state: CountState, kpi: JudgedKpi, mark: StageMark): readonly number[] {
  const weights = harmWeights(
    { share: mark.trafficShare, acceptable: acceptableIn(state, kpi, mark) },
    state.noise,
  );
  return withSettling(weights, (mark.settledAt ?? 0) > mark.at);
}

function acceptableIn({ hostLogSd }: CountState, kpi: JudgedKpi, mark: StageMark): number {
  const { candidateInstances, stableInstances } = mark;
  return acceptableRatio(kpi.tolerance, {
    ...(candidateInstances === undefined ? {} : { candidateInstances }),
    ...(stableInstances === undefined ? {} : { stableInstances }),
    ...(kpi.hostSpread === undefined ? {} : { hostSpread: kpi.hostSpread }),
    ...(hostLogSd === undefined ? {} : { hostLogSd }),
  });
}
