/** Where each KPI stands, by its own evidence or its ceiling. */
import type { Combined, KpiEvidence } from "../combination/combination.ts";
import { type GuardrailStanding, standingOf } from "../evidence/guardrail.ts";
import type { GuardrailKpi, JudgedKpi, VerdictSettings } from "../settings.ts";
import type { EvidenceState, Tally, VerdictState } from "../state.ts";
import { comparisonOf, sawData } from "./standing.ts";

export interface KpiVerdict {
  readonly name: string;
  readonly kind: string;
  readonly standing: "harm" | "safe" | "unclear" | "no-data" | "not-compared" | GuardrailStanding;
  /** ln E of harm against its threshold; absent for guardrails, which are thresholds with no error guarantee. */
  readonly logE?: number;
  readonly logThreshold?: number;
  /** ln E of safety in this stage, against ln(1 / beta). */
  readonly logSafe?: number;
  readonly logSafeThreshold?: number;
  /** Since the stage began; amount is bad events, or latency summed over requests. */
  readonly candidate?: Tally;
  readonly stable?: Tally;
  /** How stable's noise was measured. */
  readonly noise?: "split" | "successive" | "assumed";
}

export const isCompared = ({ logE, standing }: KpiVerdict): boolean =>
  logE !== undefined && standing !== "not-compared";

export function guardrailVerdict(
  state: VerdictState,
  kpi: GuardrailKpi,
  settings: VerdictSettings,
): KpiVerdict {
  const kpiState = state.kpis[kpi.name];
  const { name, kind } = kpi;
  if (kpiState?.kind !== "guardrail") return { name, kind, standing: "no-data" };
  const standing = standingOf(kpiState.readings, kpi, settings.intervalSeconds);
  if (standing !== "clear") return { name, kind, standing };
  return { name, kind, standing: sawData(kpiState, state, settings) ? "clear" : "no-data" };
}

export function judgedVerdict(part: {
  readonly state: VerdictState;
  readonly kpi: JudgedKpi & { readonly kind: string };
  readonly settings: VerdictSettings;
  readonly combined: Combined;
}): KpiVerdict {
  const { state, kpi, settings, combined } = part;
  const { name, kind } = kpi;
  const kpiState = state.kpis[name];
  const evidence = combined.kpis.find((each) => each.name === name);
  if (kpiState === undefined || kpiState.kind === "guardrail" || evidence === undefined)
    return { name, kind, standing: "no-data" };
  const { logE, logThreshold, logSafe } = evidence;
  const { candidate, stable } = comparisonOf(kpiState, "stage");
  const logSafeThreshold = -Math.log(settings.beta);
  const standing = standingIn({ kpiState, state, settings, evidence });
  return {
    name,
    kind,
    standing,
    logE,
    logThreshold,
    logSafe,
    logSafeThreshold,
    candidate,
    stable,
    noise: kpiState.noise.source,
  };
}

function standingIn(part: {
  readonly kpiState: EvidenceState;
  readonly state: VerdictState;
  readonly settings: VerdictSettings;
  readonly evidence: KpiEvidence;
}): KpiVerdict["standing"] {
  const { kpiState, state, settings, evidence } = part;
  if (evidence.logE >= evidence.logThreshold) return "harm";
  if (!sawData(kpiState, state, settings)) return "no-data";
  return evidence.logSafe >= -Math.log(settings.beta) ? "safe" : "unclear";
}
