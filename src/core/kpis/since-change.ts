/**
 * Whether what serves has turned worse since its fleet was changed: its minutes since then against those of before, each by the same
 * time of the week before or, where that is not known, of the last day before. What is compared is judged by the verdict that releases
 * are judged by. It begins anew with each hour and with each day, since good hours must not speak for the one in which the load comes;
 * the plan's error rate is divided evenly among all of these, and among KPIs and ceilings.
 */
import {
  type GuardrailKpi,
  judge,
  type KpiSettings,
  type Measured,
  type Observation,
  recalled,
  remembered,
  type Sample,
  startStage,
  startVerdict,
  type VerdictMemory,
  type VerdictSettings,
} from "#verdict";
import type { Plan } from "../plan/plan.ts";
import { type EpochSeconds, msOf } from "../units.ts";
import { type CeilingEvidence, type CeilingWatch, isShown, noEvidence, withMinute } from "./ceiling-since.ts";
import { verdictSettings } from "./metrics.ts";
import { inMinutes } from "./past.ts";

const daySeconds = 86_400;
const weekSeconds = 7 * daySeconds;
export const comparedSeconds = 60;
/** What shows at once is found in an hour's minutes, and what is small in a day's. */
const spanSeconds = { hour: 3600, day: daySeconds } as const;
type SpanName = keyof typeof spanSeconds;
const spanNames = ["hour", "day"] as const satisfies readonly SpanName[];

export interface SinceChange {
  /** A whole minute. */
  readonly sinceSeconds: EpochSeconds;
  /** For how many days it is judged. */
  readonly days: number;
  /** Instances before and since. */
  readonly from: number;
  readonly to: number;
}

/** A KPI's minute of before, undefined where it is not known. */
export type MinuteBefore = (kpi: string, at: EpochSeconds) => Sample | undefined;

/** How long before a minute those are with which it may be compared: all of them lie before the change. */
export function earlierOf(
  at: EpochSeconds,
  { sinceSeconds }: Pick<SinceChange, "sinceSeconds">,
): readonly number[] {
  const lasted = Math.max(0, at - sinceSeconds);
  const lag = (seconds: number) => (Math.floor(lasted / seconds) + 1) * seconds;
  return [...new Set([lag(weekSeconds), lag(daySeconds)])];
}

/** The evidence of the hour, or of the day, that is under way. */
export interface UnderWay {
  readonly nth: number;
  readonly memory: VerdictMemory;
}

export interface EvidenceSince extends Readonly<Partial<Record<SpanName, UnderWay>>> {
  /** How loud it was before the change: what each hour and day begins with. */
  readonly before: VerdictMemory;
  /** By the name of a ceiling, over the whole watch. */
  readonly ceilings?: Readonly<Record<string, CeilingEvidence>>;
}

export interface Judged {
  readonly evidence: EvidenceSince;
  /** Minutes by which something could be compared, in all. */
  readonly minutes: number;
  /** KPIs that turned worse, and when that was seen; none while nothing shows that. */
  readonly worse: readonly string[];
  readonly worseAt?: EpochSeconds;
}

/** What was judged of it until now, and up to which minute. */
export interface SoFar {
  readonly evidence: EvidenceSince;
  readonly minutes: number;
  readonly untilSeconds: EpochSeconds;
}

/** What a change is judged with: how loud what serves was before it. */
export const evidenceBefore = (plan: Plan, noise: Measured): EvidenceSince => ({
  before: remembered(startVerdict(settingsOf(plan, 1), noise)),
});

const isCeiling = (kpi: KpiSettings): kpi is GuardrailKpi => kpi.shape === "value";

/** Ceilings have a part of the error rate, each as much as a KPI on average. */
function settingsOf(plan: Plan, times: number): VerdictSettings {
  const settings = verdictSettings(inMinutes(plan));
  const compared = settings.kpis.filter((kpi) => !isCeiling(kpi)).length;
  return { ...settings, stages: 1, alpha: (settings.alpha * compared) / settings.kpis.length / times };
}

interface Ceiling {
  readonly kpi: GuardrailKpi;
  readonly watch: CeilingWatch;
}

function ceilingsOf(plan: Plan, { days }: SinceChange): Ceiling[] {
  const { alpha, kpis } = verdictSettings(inMinutes(plan));
  const each = { alpha: alpha / kpis.length, minutes: (days * daySeconds) / comparedSeconds };
  return kpis.filter(isCeiling).map((kpi) => ({ kpi, watch: { ...each, breaching: kpi.breaching } }));
}

interface News {
  /** What was seen of what serves, as a candidate's. */
  readonly seen: readonly Observation[];
  readonly before: MinuteBefore;
}

/** With the minutes that were seen since the last look, one by one: whenever it is worse counts. Those that were counted count no second time. */
export function judgedSince(
  plan: Plan,
  change: SinceChange,
  { soFar, seen, before }: News & { readonly soFar: SoFar },
): Judged {
  const minutes = Map.groupBy(seen.flatMap(comparedWith(before, change)), ({ at }) => at);
  const ceilings = ceilingsOf(plan, change);
  let { evidence, minutes: count } = soFar;
  for (const at of [...minutes.keys()].sort((one, other) => one - other)) {
    if (at >= soFar.untilSeconds) count += 1;
    const observations = minutes.get(at) ?? [];
    evidence = withCeilings(evidence, ceilings, observations);
    for (const span of spanNames) {
      const judged = judgedIn(plan, change, { evidence, span, observations, at });
      evidence = judged.evidence;
      const worse = judged.worse.filter((name) => !isByChance(name, ceilings, evidence));
      if (worse.length > 0) return { evidence, minutes: count, worse, worseAt: at };
    }
  }
  return { evidence, minutes: count, worse: [] };
}

const comparedWith =
  (before: MinuteBefore, { sinceSeconds }: SinceChange) =>
  (now: Observation): Observation[] => {
    const stable = before(now.kpi, now.at);
    if (now.at < sinceSeconds || now.candidate === null || stable === undefined) return [];
    return [{ kpi: now.kpi, at: now.at, seconds: now.seconds, candidate: now.candidate, stable }];
  };

function withCeilings(
  evidence: EvidenceSince,
  ceilings: readonly Ceiling[],
  observations: readonly Observation[],
): EvidenceSince {
  const known = { ...evidence.ceilings };
  for (const { kpi, watch } of ceilings) {
    const seen = observations.find((one) => one.kpi === kpi.name);
    const [now, before] = [readIn(seen?.candidate), readIn(seen?.stable)];
    if (seen !== undefined && now !== undefined && before !== undefined)
      known[kpi.name] = withMinute(known[kpi.name] ?? noEvidence, { at: seen.at, now, before }, watch);
  }
  return { ...evidence, ceilings: known };
}

const readIn = (sample: Sample | null | undefined): number | undefined =>
  sample != null && "value" in sample ? sample.value : undefined;

/** A ceiling that is broken while what it holds is not shown to be worse than before. */
function isByChance(name: string, ceilings: readonly Ceiling[], { ceilings: known }: EvidenceSince): boolean {
  const ceiling = ceilings.find(({ kpi }) => kpi.name === name);
  return ceiling !== undefined && !isShown(known?.[name] ?? noEvidence, ceiling.watch);
}

interface Minute {
  readonly evidence: EvidenceSince;
  readonly span: SpanName;
  readonly observations: readonly Observation[];
  readonly at: EpochSeconds;
}

/** One minute more of the hour, or the day, that it belongs to; one that comes after its own is over is let go. */
function judgedIn(
  plan: Plan,
  { sinceSeconds, days, from, to }: SinceChange,
  { evidence, span, observations, at }: Minute,
): Pick<Judged, "evidence" | "worse"> {
  const seconds = spanSeconds[span];
  const settings = settingsOf(plan, spanNames.length * ((days * daySeconds) / seconds));
  const nth = Math.floor((at - sinceSeconds) / seconds);
  const known = evidence[span];
  if (known !== undefined && known.nth > nth) return { evidence, worse: [] };
  const begins = sinceSeconds + nth * seconds;
  const fleets = { candidateInstances: to, stableInstances: from };
  const mark = { stage: 0, at: begins, trafficShare: 0.5, settledAt: begins, ...fleets };
  const state =
    known?.nth === nth ? recalled(known.memory) : startStage(recalled(evidence.before), settings, mark);
  const look = { at: at + comparedSeconds, stageEndsAt: begins + seconds, notCompared: [] };
  const judged = judge(state, settings, { ...look, observations });
  const { verdict, kpis } = judged.verdict;
  return {
    evidence: { ...evidence, [span]: { nth, memory: remembered(judged.state) } },
    worse: verdict === "fail" ? kpis : [],
  };
}

/** In words, for whoever reads why a fleet was changed back. */
export const worseText = (kpis: readonly string[], atSeconds: EpochSeconds): string =>
  `${kpis.join(" and ")} ${kpis.length === 1 ? "was" : "were"} worse at ${new Date(msOf(atSeconds)).toISOString()} than at the same time before it was lowered`;
