/** (state, new observations) → state: the path of an observation into the evidence of its KPI. */

import { FIRST_LOG_BOOST, logBoostOf } from "./evidence/boost.ts";
import { ASSUMED_COUNT_NOISE, type CountNoise } from "./evidence/count-noise.ts";
import { withReading } from "./evidence/guardrail.ts";
import { harmWeights } from "./evidence/harm-weights.ts";
import { countEvidence, type IntervalEvidence, meanEvidence } from "./evidence/interval.ts";
import { ASSUMED_LATENCY_NOISE, type LatencyNoise } from "./evidence/latency-noise.ts";
import { SLOWER_WEIGHTS } from "./evidence/log-mean.ts";
import { logStakedOf, logStakes, reserveAfter, spendingOf } from "./evidence/spending.ts";
import { addInterval, openStage } from "./evidence/stages.ts";
import { acceptableRatio } from "./evidence/tolerance.ts";
import { countOnce, intervalIndex, nothingCountedBefore } from "./observations/counted.ts";
import { type Observation, type Seen, seenBy } from "./observations/observation.ts";
import { nothingSighted, sight } from "./observations/sighted.ts";
import {
  checkSettings,
  type JudgedKpi,
  type KpiSettings,
  shareOfAlpha,
  type VerdictSettings,
} from "./settings.ts";
import {
  type CountState,
  type EvidenceState,
  type KpiState,
  roundNats,
  type StageMark,
  type VerdictState,
} from "./state.ts";

/** What was measured on stable before the release, by KPI name; a KPI left out is judged on stated assumptions. */
export interface Measured {
  readonly noise?: Readonly<Record<string, CountNoise | LatencyNoise>>;
  /** Standard deviation of ln(bad rate) among stable's hosts. */
  readonly hostLogSd?: Readonly<Record<string, number>>;
}

/**
 * The state before any stage.
 * @throws RangeError on settings under which no verdict could be right
 */
export function startVerdict(settings: VerdictSettings, measured: Measured = {}): VerdictState {
  checkSettings(settings);
  const kpis = settings.kpis.map((kpi): [string, KpiState] => [kpi.name, startKpi(kpi, measured)]);
  return { spending: spendingOf(settings.stages), stages: [], kpis: Object.fromEntries(kpis) };
}

/**
 * A stage begins: its part of alpha is spent, on what its share of the traffic can show. Starting the present stage again changes nothing.
 * @throws RangeError when stages are skipped, taken in another order, or more than the settings said
 */
export function startStage(state: VerdictState, settings: VerdictSettings, mark: StageMark): VerdictState {
  const begun = state.stages.length;
  if (mark.stage === begun - 1) return state;
  if (mark.stage !== begun || begun === state.spending.length)
    throw new RangeError(`stage: expected ${begun} of ${state.spending.length}, found ${mark.stage}`);
  const part = state.spending[begun] ?? 0;
  const kpis = Object.entries(state.kpis).map(([name, kpi]): [string, KpiState] => {
    const judged = settings.kpis.find((each) => each.name === name);
    if (kpi.kind === "guardrail" || judged === undefined || judged.kind === "guardrail") return [name, kpi];
    const weights = kpi.kind === "mean" ? SLOWER_WEIGHTS : countWeights(kpi, judged, mark);
    return [name, openStage(kpi, mark.stage, logStakedOf(part, weights))];
  });
  const sighted = nothingSighted(mark.at, settings.intervalSeconds);
  return { ...state, stages: [...state.stages, mark], sighted, kpis: Object.fromEntries(kpis) };
}

/**
 * Adds observations to the evidence. An interval counts once, whenever and however often it arrives; one that began
 * before the release or comes too late, and one without data on a side, adds nothing.
 * @throws RangeError when an observation names no KPI of the plan or has another length than the settings say
 */
export function observe(
  state: VerdictState,
  settings: VerdictSettings,
  observations: readonly Observation[],
): VerdictState {
  const kpis: Record<string, KpiState> = { ...state.kpis };
  let { sighted } = state;
  for (const observation of observations) {
    const kpi = settings.kpis.find(({ name }) => name === observation.kpi);
    const kpiState = kpis[observation.kpi];
    if (kpi === undefined || kpiState === undefined)
      throw new RangeError(`kpi: expected one of the plan's, found ${observation.kpi}`);
    if (observation.seconds !== settings.intervalSeconds)
      throw new RangeError(`seconds: expected ${settings.intervalSeconds}, found ${observation.seconds}`);
    const mark = state.stages.findLast(({ at }) => at <= observation.at);
    if (mark === undefined) continue;
    if (sighted !== undefined && mark === state.stages.at(-1))
      sighted = sight(sighted, observation, seenBy(kpi, observation).candidate);
    const releaseAt = state.stages[0]?.at ?? mark.at;
    const arrival = { observation, mark, releaseAt, settings, spending: state.spending };
    kpis[observation.kpi] = count(kpiState, kpi, arrival);
  }
  return { ...state, ...(sighted === undefined ? {} : { sighted }), kpis };
}

interface Arrival {
  readonly observation: Observation;
  readonly mark: StageMark;
  readonly releaseAt: number;
  readonly settings: VerdictSettings;
  readonly spending: readonly number[];
}

function startKpi(kpi: KpiSettings, { noise, hostLogSd }: Measured): KpiState {
  if (kpi.kind === "guardrail") return { kind: "guardrail", readings: [] };
  const measured = noise?.[kpi.name];
  const common = { counted: null, folded: null, open: [] };
  if (kpi.kind === "latency-mean") {
    if (measured !== undefined && !("minuteVariance" in measured))
      throw new RangeError(`noise of ${kpi.name}: expected a latency's, found a count's`);
    return { kind: "mean", noise: measured ?? ASSUMED_LATENCY_NOISE, ...common };
  }
  if (measured !== undefined && !("excess" in measured))
    throw new RangeError(`noise of ${kpi.name}: expected a count's, found a latency's`);
  const hosts = hostLogSd?.[kpi.name];
  return {
    kind: "count",
    noise: measured ?? ASSUMED_COUNT_NOISE,
    ...(hosts === undefined ? {} : { hostLogSd: hosts }),
    ...common,
    logBoost: roundNats(FIRST_LOG_BOOST),
  };
}

function count(state: KpiState, kpi: KpiSettings, arrival: Arrival): KpiState {
  const { observation, mark, releaseAt } = arrival;
  const { at, seconds } = observation;
  const seen = seenBy(kpi, observation);
  const index = intervalIndex(at, seconds);
  if (state.kind === "guardrail") {
    if (kpi.kind !== "guardrail" || seen.shape !== "value") return state;
    if (seen.candidate === null && seen.stable === null) return state;
    return { ...state, readings: withReading(state.readings, kpi, { index, seconds, ...seen }) };
  }
  if (kpi.kind === "guardrail" || !isWhole(seen, mark)) return state;
  const place = state.open.findIndex(({ stage }) => stage === mark.stage);
  const stage = state.open[place];
  if (stage === undefined) return state;
  const counted = countOnce(state.counted ?? nothingCountedBefore(Math.ceil(releaseAt / seconds)), index);
  if (counted === null) return state;
  const evidence = evidenceOf({ state, kpi, seen, mark, seconds });
  const open = state.open.with(place, addInterval(stage, evidence, seen));
  if (state.kind === "mean") return { ...state, counted, open };
  return {
    ...state,
    counted,
    open,
    logBoost: boosted(state, kpi, { ...arrival, evidence, stage: stage.stage }),
  };
}

/** Intervals of a stage that is over come unboosted: that only errs on the slow side. */
function boosted(
  state: CountState,
  kpi: JudgedKpi,
  next: Arrival & { readonly evidence: IntervalEvidence | null; readonly stage: number },
): number {
  const { evidence, stage, settings, spending } = next;
  if (evidence?.draw === undefined || state.open.at(-1)?.stage !== stage) return state.logBoost;
  const stake = {
    logStakes: logStakes(state),
    reserve: reserveAfter(stage, spending),
    logBoost: state.logBoost,
    logThreshold: -Math.log(settings.alpha * shareOfAlpha(settings, kpi)),
  };
  return roundNats(state.logBoost + logBoostOf(stake, evidence.draw));
}

/** A side still missing may come later: the interval is counted then. At full share stable has nothing to come. */
function isWhole(seen: Seen, mark: StageMark): boolean {
  return seen.candidate !== null && (seen.stable !== null || mark.trafficShare === 1);
}

function evidenceOf(interval: {
  readonly state: EvidenceState;
  readonly kpi: JudgedKpi;
  readonly seen: Seen;
  readonly mark: StageMark;
  readonly seconds: number;
}): IntervalEvidence | null {
  const { state, kpi, seen, mark, seconds } = interval;
  if (state.kind === "mean") {
    if (seen.shape !== "mean" || seen.candidate === null || seen.stable === null) return null;
    return meanEvidence({ candidate: seen.candidate, stable: seen.stable }, { kpi, noise: state.noise });
  }
  if (seen.shape !== "count" || seen.candidate === null || seen.stable === null) return null;
  const acceptable = acceptableIn(state, kpi, mark);
  const sides = { candidate: seen.candidate, stable: seen.stable };
  return countEvidence(sides, { kpi, acceptable, noise: state.noise, seconds });
}

function countWeights(state: CountState, kpi: JudgedKpi, mark: StageMark): readonly number[] {
  return harmWeights({ share: mark.trafficShare, acceptable: acceptableIn(state, kpi, mark) }, state.noise);
}

function acceptableIn({ hostLogSd }: CountState, kpi: JudgedKpi, { candidateInstances }: StageMark): number {
  return acceptableRatio(kpi.tolerance, {
    ...(candidateInstances === undefined ? {} : { candidateInstances }),
    ...(hostLogSd === undefined ? {} : { hostLogSd }),
  });
}
