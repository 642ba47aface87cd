/** What a KPI saw in the present stage, and over which part of the release candidate and stable are compared. */
import { logMixture } from "../evidence/spending.ts";
import type { VerdictSettings } from "../settings.ts";
import type { EvidenceState, KpiState, Tally, VerdictState } from "../state.ts";

/** Did the KPI see the candidate in this stage, and stable too unless all traffic is the candidate's? */
export function sawData(kpi: KpiState, state: VerdictState, settings: VerdictSettings): boolean {
  const mark = state.stages.at(-1);
  if (mark === undefined) return false;
  if (kpi.kind === "guardrail") {
    const first = Math.ceil(mark.at / settings.intervalSeconds);
    return kpi.readings.some(({ index, candidate }) => index >= first && candidate !== null);
  }
  const stage = kpi.open.at(-1);
  if (stage === undefined || stage.candidate.requests === 0) return false;
  return stage.compared > 0 || mark.trafficShare === 1;
}

/** Sums of both sides since the present stage began, or over those open stages in which harm shows most. */
export function comparisonOf(
  kpi: EvidenceState,
  part: "stage" | "where-harm-shows",
): { readonly candidate: Tally; readonly stable: Tally } {
  const from = part === "stage" ? kpi.open.length - 1 : strongestStart(kpi);
  const stages = kpi.open.slice(Math.max(0, from));
  return {
    candidate: sum(stages.map((stage) => stage.candidate)),
    stable: sum(stages.map((stage) => stage.stable)),
  };
}

/** The open stage from which on the evidence of harm is largest. */
function strongestStart({ open }: EvidenceState): number {
  let best = { from: 0, logE: Number.NEGATIVE_INFINITY };
  for (const from of open.keys()) {
    const sums = open
      .slice(from)
      .reduce<number[]>((all, { harm }) => harm.map((each, i) => each + (all[i] ?? 0)), []);
    const logE = logMixture(
      sums,
      sums.map(() => 1 / sums.length),
    );
    if (logE > best.logE) best = { from, logE };
  }
  return best.from;
}

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (all, each) => ({ requests: all.requests + each.requests, amount: all.amount + each.amount }),
    { requests: 0, amount: 0 },
  );
}
