/** Over which part of the release candidate and stable are compared, and what both came to in it. */
import type { EvidenceState, Tally } from "../kept.ts";
import { logMixture } from "./spending.ts";

export interface Sides {
  readonly candidate: Tally;
  readonly stable: Tally;
}

/** Sums of both sides since the present stage began, or over those open stages in which harm shows most. */
export function comparisonOf(kpi: EvidenceState, part: "stage" | "where-harm-shows"): Sides {
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
