/** Several KPIs, one question: their evidence is averaged by weight, which is valid however they depend. */
import { logSum } from "../evidence/spending.ts";
import { isJudged, shareOfAlpha, type VerdictSettings } from "../settings.ts";
import { shapeOf } from "../shapes/registry.ts";
import type { Evidence } from "../shapes/shape.ts";
import type { VerdictState } from "../state.ts";

export interface KpiEvidence extends Evidence {
  readonly name: string;
  /** ln(1 / (alpha · share)): alone enough to fail the release. */
  readonly logThreshold: number;
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
    const own = state.kpis[kpi.name];
    if (!isJudged(kpi) || own === undefined) continue;
    const evidence = shapeOf(kpi).evidence(own, state.spending);
    if (evidence === null) continue;
    const share = shareOfAlpha(settings, kpi);
    shares.push(Math.log(share));
    kpis.push({ name: kpi.name, logThreshold: logThreshold - Math.log(share), ...evidence });
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

function loneIn(kpis: readonly KpiEvidence[]): Lone[] {
  return kpis.flatMap(({ name, host, logPooled, logE, logThreshold }) =>
    host !== undefined && logPooled >= logThreshold && logE < logThreshold
      ? [{ name, host, logE: logPooled, logWithout: logE }]
      : [],
  );
}

function culpritsOf(kpis: readonly KpiEvidence[]): string[] {
  const alone = kpis.filter(({ logE, logThreshold }) => logE >= logThreshold);
  if (alone.length > 0) return alone.map(({ name }) => name);
  const nearest = kpis.toSorted((a, b) => b.logE - b.logThreshold - (a.logE - a.logThreshold))[0];
  return nearest === undefined ? [] : [nearest.name];
}
