/** From evidence to one of four verdicts, or none yet, with the KPIs responsible and a sentence for a person. */
import { type Combined, combine } from "../combination/combination.ts";
import type { VerdictSettings } from "../settings.ts";
import { shapeOf } from "../shapes/registry.ts";
import type { KpiVerdict } from "../shapes/shape.ts";
import type { VerdictState } from "../state.ts";
import { loneHostAt } from "./lone-host.ts";
import {
  aloneSentence,
  apartSentence,
  ceilingSentence,
  harmSentence,
  heldSentence,
  missingSentence,
  openSentence,
  safeSentence,
  unprovenSentence,
} from "./sentences.ts";

export type VerdictName = "pass" | "fail" | "inconclusive" | "no-data" | "undecided";

export interface Verdict {
  readonly verdict: VerdictName;
  /**
   * Both fleets are above a ceiling, or may be: the stage must neither advance nor roll back, and its bake extends.
   */
  readonly held: boolean;
  /** The one instance of the candidate's without which nothing would be shown, while the stage is held for it. */
  readonly host?: string;
  /** 0-based; null before the first stage. */
  readonly stage: number | null;
  /** The KPIs responsible. */
  readonly kpis: readonly string[];
  readonly sentence: string;
  readonly evidence: {
    readonly logE: number;
    readonly logThreshold: number;
    /** This stage's own evidence speaks against harm: its candidate looks no worse than stable. */
    readonly falling: boolean;
  };
  /** Of this stage, by the KPI that saw most. */
  readonly requests: { readonly candidate: number; readonly stable: number };
  readonly details: readonly KpiVerdict[];
}

/** When the look is taken, and when the planned bake of the stage ends; epoch seconds. */
export interface Look {
  readonly at: number;
  readonly stageEndsAt: number;
  /** KPIs of which most of the stage's intervals were left out, since the sides were loaded unlike in them. */
  readonly notCompared?: readonly string[];
}

type Conclusion = Pick<Verdict, "verdict" | "held" | "host" | "kpis" | "sentence">;

interface Evaluation {
  readonly state: VerdictState;
  readonly settings: VerdictSettings;
  readonly combined: Combined;
  readonly details: readonly KpiVerdict[];
  readonly requests: Verdict["requests"];
}

/**
 * What the evidence says now. Harm counts at any look. A stage passes when every KPI is shown to be safe, or, with
 * guardrails alone, when its bake ended without a breach. A bake that ends with neither harm nor safety shown is
 * inconclusive, without data no-data; what to do then is the caller's to say. Before that: undecided. A stage with all
 * traffic leaves nothing to compare: it passes by its ceilings, since no evidence could be had by waiting or asking.
 */
export function verdictOf(state: VerdictState, settings: VerdictSettings, look: Look): Verdict {
  const combined = combine(state, settings);
  const mark = state.stages.at(-1);
  const { intervalSeconds, beta } = settings;
  const details = settings.kpis.map((kpi) => {
    const evidence = combined.kpis.find(({ name }) => name === kpi.name);
    const moment = { mark, intervalSeconds, beta, evidence };
    return unlessNotCompared(shapeOf(kpi).verdict(state.kpis[kpi.name], kpi, moment), look);
  });
  const requests = {
    candidate: Math.max(0, ...details.map(({ candidate }) => candidate?.requests ?? 0)),
    stable: Math.max(0, ...details.map(({ stable }) => stable?.requests ?? 0)),
  };
  const evaluation = { state, settings, combined, details, requests };
  const conclusion = loneHost(evaluation, look) ?? conclude(evaluation, look.at >= look.stageEndsAt);
  const { logE, logThreshold, falling } = combined;
  const stage = mark?.stage ?? null;
  const evidence = { logE, logThreshold, falling };
  return { ...conclusion, stage, evidence, requests, details };
}

/** What is judged by evidence rather than by a ceiling. */
const hasEvidence = ({ logE }: KpiVerdict): boolean => logE !== undefined;

const isCompared = (kpi: KpiVerdict): boolean => hasEvidence(kpi) && kpi.standing !== "not-compared";

/** What could not be compared shows harm or nothing: it is neither missing nor unclear. */
function unlessNotCompared(kpi: KpiVerdict, { notCompared = [] }: Look): KpiVerdict {
  return !hasEvidence(kpi) || kpi.standing === "harm" || !notCompared.includes(kpi.name)
    ? kpi
    : { ...kpi, standing: "not-compared" };
}

/** A ceiling that the whole fleet breaks is not one host's. */
function loneHost(
  { state, settings, combined, details }: Evaluation,
  { at, stageEndsAt }: Look,
): Conclusion | null {
  const lone = loneHostAt(state, settings, { alone: combined.lone, at });
  const broken = details.some(({ standing }) => standing === "breached" || standing === "breached-unseen");
  if (lone === null || broken) return null;
  const { host, kpis, sentence } = lone;
  const found = host === undefined ? {} : { host };
  if (lone.fails) return { verdict: "fail", held: false, kpis, sentence };
  return { verdict: at >= stageEndsAt ? "inconclusive" : "undecided", held: true, ...found, kpis, sentence };
}

function conclude(evaluation: Evaluation, bakeEnded: boolean): Conclusion {
  const { state, settings, combined, details, requests } = evaluation;
  if (combined.culprits.length > 0)
    return {
      verdict: "fail",
      held: false,
      kpis: combined.culprits,
      sentence: harmSentence(state, settings, combined),
    };
  const ceilings = {
    alone: withStanding(details, "breached"),
    aloneUnseen: withStanding(details, "breached-unseen"),
    shared: withStanding(details, "shared-breach"),
    unseen: withStanding(details, "unseen-breach"),
  };
  const breached = [...ceilings.alone, ...ceilings.aloneUnseen];
  if (breached.length > 0)
    return {
      verdict: "fail",
      held: false,
      kpis: breached,
      sentence: ceilingSentence(state, settings, ceilings),
    };
  const holding = [...ceilings.shared, ...ceilings.unseen];
  const ifEnded = (verdict: VerdictName): VerdictName => (bakeEnded ? verdict : "undecided");
  if (holding.length > 0)
    return {
      verdict: ifEnded("inconclusive"),
      held: true,
      kpis: holding,
      sentence: heldSentence(state, settings, ceilings),
    };
  const blind = withStanding(details, "no-data");
  const few = requests.candidate < settings.minimumRequests && details.some(isCompared);
  if (blind.length > 0 || few)
    return {
      verdict: ifEnded("no-data"),
      held: false,
      kpis: blind.length > 0 ? blind : details.map(({ name }) => name),
      sentence: missingSentence({ settings, blind, requests, bakeEnded }),
    };
  return unlessHarmed(evaluation, bakeEnded);
}

/** With data enough, no harm and no breach; of what could not be compared it is told. */
function unlessHarmed(evaluation: Evaluation, bakeEnded: boolean): Conclusion {
  const apart = withStanding(evaluation.details, "not-compared");
  const kpis = evaluation.settings.kpis.filter(({ name }) => !apart.includes(name));
  const conclusion = ofCompared({ ...evaluation, settings: { ...evaluation.settings, kpis } }, bakeEnded);
  const { sentence } = conclusion;
  return apart.length === 0
    ? conclusion
    : { ...conclusion, sentence: `${sentence}; ${apartSentence(apart)}` };
}

function ofCompared({ state, settings, details, combined }: Evaluation, bakeEnded: boolean): Conclusion {
  const judged = details.filter(isCompared);
  const unclear = withStanding(details, "unclear");
  if (judged.length > 0 && unclear.length === 0)
    return {
      verdict: "pass",
      held: false,
      kpis: judged.map(({ name }) => name),
      sentence: safeSentence(state, settings),
    };
  if (!bakeEnded)
    return {
      verdict: "undecided",
      held: false,
      kpis: unclear,
      sentence: openSentence(state, settings, combined),
    };
  const clear = withStanding(details, "clear");
  if (judged.length === 0)
    return {
      verdict: "pass",
      held: false,
      kpis: clear,
      sentence: "the bake ended with every guardrail clear (thresholds, with no error guarantee)",
    };
  if (state.stages.at(-1)?.trafficShare === 1)
    return { verdict: "pass", held: false, kpis: clear, sentence: aloneSentence(clear) };
  return {
    verdict: "inconclusive",
    held: false,
    kpis: unclear,
    sentence: unprovenSentence(state, settings, { combined, unclear }),
  };
}

function withStanding(details: readonly KpiVerdict[], standing: KpiVerdict["standing"]): string[] {
  return details.filter((each) => each.standing === standing).map(({ name }) => name);
}
