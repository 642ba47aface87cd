/** Several KPIs, one question: their evidence is averaged by weight, which is valid however they depend. */
import { SAFETY_WEIGHTS } from "../evidence/error-ratio.ts";
import { logEvidence } from "../evidence/harm.ts";
import { logMixture, logStageEvidence, logSum } from "../evidence/spending.ts";
import { shareOfAlpha, type VerdictSettings } from "../settings.ts";
import type { EvidenceState, Stakes, VerdictState } from "../state.ts";

export interface KpiEvidence {
  readonly name: string;
  /** ln E of harm since the release began, boosted; with any one host left out, where hosts are known. */
  readonly logE: number;
  /** The same with all hosts, and the one without which least is left. */
  readonly logPooled: number;
  readonly host?: string;
  /** The same unboosted: beyond the threshold, only this bounds a chance. */
  readonly logPlain: number;
  /** ln(1 / (alpha · share)): alone enough to fail the release. */
  readonly logThreshold: number;
  /** ln E of this stage's intervals alone, with nothing held back. */
  readonly logStage: number;
  /** ln E of safety within this stage. */
  readonly logSafe: number;
}

export interface Lone {
  readonly name: string;
  readonly host: string;
  /** ln E with it, and without. */
  readonly logE: number;
  readonly logWithout: number;
}

export interface Combined {
  readonly kpis: readonly KpiEvidence[];
  /** ln Σ share·E, boosted and not. */
  readonly logE: number;
  readonly logPlain: number;
  /** ln(1 / alpha). */
  readonly logThreshold: number;
  /** KPIs whose own evidence suffices, or the weightiest when only the sum does; empty without harm. */
  readonly culprits: readonly string[];
  /** KPIs whose evidence would suffice, but for the one host that has it all. */
  readonly lone: readonly Lone[];
  /** This stage's own evidence speaks against harm. */
  readonly falling: boolean;
}

export function combine(state: VerdictState, settings: VerdictSettings): Combined {
  const logThreshold = -Math.log(settings.alpha);
  const kpis: KpiEvidence[] = [];
  const shares: number[] = [];
  for (const kpi of settings.kpis) {
    const kpiState = state.kpis[kpi.name];
    if (kpi.kind === "guardrail" || kpiState === undefined || kpiState.kind === "guardrail") continue;
    const share = shareOfAlpha(settings, kpi);
    shares.push(Math.log(share));
    kpis.push({
      name: kpi.name,
      logThreshold: logThreshold - Math.log(share),
      ...evidenceIn(kpiState, state.spending),
    });
  }
  const average = (log: (kpi: KpiEvidence) => number) =>
    kpis.length === 0 ? 0 : logSum(kpis.map((kpi, i) => (shares[i] ?? 0) + log(kpi)));
  const logE = average((kpi) => kpi.logE);
  return {
    kpis,
    logE,
    logPlain: average(({ logPlain }) => logPlain),
    logThreshold,
    culprits: logE >= logThreshold ? culpritsOf(kpis) : [],
    lone: logE >= logThreshold ? [] : loneIn(kpis),
    falling: average(({ logStage }) => logStage) < 0,
  };
}

function evidenceIn(
  state: EvidenceState,
  spending: readonly number[],
): Omit<KpiEvidence, "name" | "logThreshold"> {
  const stage = state.open.at(-1);
  const { harm, countedSeconds } = state;
  const at = { stage: stage?.stage ?? 0, spending, countedSeconds };
  const logPlain = harm === null ? 0 : logEvidence(harm, at);
  const logE = logPlain + (harm?.logBoost ?? 0);
  const left = state.kind === "count" && harm !== null ? leastWithout(state.without, at) : null;
  return {
    // No single host decides: the evidence must stand with any one of them left out.
    logE: left === null ? logE : Math.min(logE, left.logE),
    logPlain: left === null ? logPlain : Math.min(logPlain, left.logE),
    logPooled: logE,
    ...(left === null ? {} : { host: left.host }),
    logStage: stage === undefined ? 0 : logStageEvidence(stage),
    logSafe: stage === undefined ? 0 : logMixture(stage.safe, SAFETY_WEIGHTS),
  };
}

function loneIn(kpis: readonly KpiEvidence[]): Lone[] {
  return kpis.flatMap(({ name, host, logPooled, logE, logThreshold }) =>
    host !== undefined && logPooled >= logThreshold && logE < logThreshold
      ? [{ name, host, logE: logPooled, logWithout: logE }]
      : [],
  );
}

/** Fewer hosts than this cannot outvote one. */
const LEAST_HOSTS = 3;

/** The evidence with that host left out which leaves least. */
function leastWithout(
  without: Readonly<Record<string, Stakes>>,
  at: Parameters<typeof logEvidence>[1],
): { readonly host: string; readonly logE: number } | null {
  const all = Object.entries(without).map(([host, stakes]) => ({
    host,
    logE: logEvidence(stakes, at) + stakes.logBoost,
  }));
  if (all.length < LEAST_HOSTS) return null;
  return all.reduce((least, each) => (each.logE < least.logE ? each : least));
}

function culpritsOf(kpis: readonly KpiEvidence[]): string[] {
  const alone = kpis.filter(({ logE, logThreshold }) => logE >= logThreshold);
  if (alone.length > 0) return alone.map(({ name }) => name);
  const nearest = kpis.toSorted((a, b) => b.logE - b.logThreshold - (a.logE - a.logThreshold))[0];
  return nearest === undefined ? [] : [nearest.name];
}
