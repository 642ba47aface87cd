/** (state, new observations) → state: the path of an observation into the evidence of its KPI. */

import { ASSUMED_COUNT_NOISE } from "./evidence/count-noise.ts";
import type { CountNoise } from "./evidence/count-past.ts";
import { withReading } from "./evidence/guardrail.ts";
import { harmAfter, type Next, stakedOn } from "./evidence/harm.ts";
import { ASSUMED_LATENCY_NOISE, type LatencyNoise } from "./evidence/latency-noise.ts";
import { SLOWER_WEIGHTS } from "./evidence/log-mean.ts";
import { NO_PACE, paceAfter, unstirred } from "./evidence/pace.ts";
import { isSettling, settlingAnew } from "./evidence/settling.ts";
import { logStakedOf, logSum, spendingOf } from "./evidence/spending.ts";
import { addInterval, openStage } from "./evidence/stages.ts";
import { countWeights, evidenceOf, type Interval } from "./evidence/weigh.ts";
import { countOnce, intervalIndex, nothingCountedBefore } from "./observations/counted.ts";
import { type CountSample, type Observation, type Seen, seenBy } from "./observations/observation.ts";
import {
  type CountKpi,
  checkSettings,
  type JudgedKpi,
  type KpiSettings,
  type LatencyMeanKpi,
  shareOfAlpha,
  type VerdictSettings,
} from "./settings.ts";
import type { CountState, EvidenceState, KpiState, StageMark, Stakes, VerdictState } from "./state.ts";

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
 * A stage begins: its part of alpha is spent, on what its share of the traffic can show. Starting the present stage again changes
 * nothing but when it has settled.
 * @throws RangeError when stages are skipped, taken in another order, or more than the settings said
 */
export function startStage(state: VerdictState, settings: VerdictSettings, mark: StageMark): VerdictState {
  const begun = state.stages.length;
  if (mark.stage === begun - 1) return settlingAnew(state, mark);
  if (mark.stage !== begun || begun === state.spending.length)
    throw new RangeError(`stage: expected ${begun} of ${state.spending.length}, found ${mark.stage}`);
  const part = state.spending[begun] ?? 0;
  const kpis = Object.entries(state.kpis).map(([name, kpi]): [string, KpiState] => {
    const judged = settings.kpis.find((each) => each.name === name);
    if (kpi.kind === "guardrail" || judged === undefined || judged.kind === "guardrail") return [name, kpi];
    const logStaked = logStakedOf(
      part,
      kpi.kind === "mean" ? SLOWER_WEIGHTS : countWeights(kpi, judged, mark),
    );
    const open = openStage(kpi.open, mark.stage, logStaked);
    const harm = stakedOn(kpi.harm, logStaked, kpi.kind === "count");
    if (kpi.kind === "mean") return [name, { ...kpi, open, harm }];
    const without = Object.entries(kpi.without).map(([host, stakes]): [string, Stakes] => [
      host,
      stakedOn(stakes, logStaked, true),
    ]);
    return [name, { ...kpi, open, harm, without: Object.fromEntries(without) }];
  });
  return { ...state, stages: [...state.stages, mark], kpis: Object.fromEntries(kpis) };
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
  for (const observation of observations) {
    const kpi = settings.kpis.find(({ name }) => name === observation.kpi);
    const kpiState = kpis[observation.kpi];
    if (kpi === undefined || kpiState === undefined)
      throw new RangeError(`kpi: expected one of the plan's, found ${observation.kpi}`);
    if (observation.seconds !== settings.intervalSeconds)
      throw new RangeError(`seconds: expected ${settings.intervalSeconds}, found ${observation.seconds}`);
    const mark = state.stages.findLast(({ at }) => at <= observation.at);
    if (mark === undefined) continue;
    const releaseAt = state.stages[0]?.at ?? mark.at;
    const newest = state.stages.length - 1;
    const arrival = { observation, mark, releaseAt, settings, spending: state.spending, newest };
    kpis[observation.kpi] = count(kpiState, kpi, arrival);
  }
  return { ...state, kpis };
}

interface Arrival {
  readonly observation: Observation;
  readonly mark: StageMark;
  readonly releaseAt: number;
  readonly settings: VerdictSettings;
  readonly spending: readonly number[];
  /** The stage that began last. */
  readonly newest: number;
}

function startKpi(kpi: KpiSettings, { noise, hostLogSd }: Measured): KpiState {
  if (kpi.kind === "guardrail") return { kind: "guardrail", readings: [] };
  const measured = noise?.[kpi.name];
  const common = { counted: null, harm: null, countedSeconds: 0, open: [] };
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
    without: {},
    pace: NO_PACE,
    ...common,
  };
}

function count(state: KpiState, kpi: KpiSettings, arrival: Arrival): KpiState {
  const { at, seconds } = arrival.observation;
  const seen = seenBy(kpi, arrival.observation);
  if (state.kind !== "guardrail") return kpi.kind === "guardrail" ? state : judged(state, kpi, seen, arrival);
  if (kpi.kind !== "guardrail" || seen.shape !== "value") return state;
  if (seen.candidate === null && seen.stable === null) return state;
  const reading = { index: intervalIndex(at, seconds), seconds, ...seen };
  return { ...state, readings: withReading(state.readings, kpi, reading) };
}

function judged(
  state: EvidenceState,
  kpi: CountKpi | LatencyMeanKpi,
  seen: Seen,
  arrival: Arrival,
): EvidenceState {
  const { mark, releaseAt, observation } = arrival;
  const { at, seconds } = observation;
  if (!isWhole(seen, mark)) return state;
  const place = state.open.findIndex(({ stage }) => stage === mark.stage);
  const stage = state.open[place];
  if (stage === undefined) return state;
  const before = state.counted ?? nothingCountedBefore(Math.ceil(releaseAt / seconds));
  const counted = countOnce(before, intervalIndex(at, seconds));
  if (counted === null) return state;
  const interval = { state, kpi, seen, mark, seconds, settling: isSettling(at, mark) };
  const evidence = evidenceOf(interval);
  const open = state.open.with(place, addInterval(stage, evidence, seen));
  if (evidence === null || state.harm === null) return { ...state, counted, open };
  const next = nextOf(state, kpi, arrival);
  const harm = harmAfter(state.harm, evidence, next);
  const countedSeconds = state.countedSeconds + seconds;
  if (state.kind === "mean") return { ...state, counted, countedSeconds, open, harm };
  const without = withoutEach({ ...interval, state }, next, observation.hosts ?? {});
  return { ...state, counted, countedSeconds, open, harm, without, pace: paced(state, kpi, seen) };
}

function nextOf(
  { open, countedSeconds }: EvidenceState,
  kpi: JudgedKpi,
  { observation, settings, spending, newest }: Arrival,
): Next {
  return {
    logStaked: open.at(-1)?.logStaked ?? [],
    stage: newest,
    spending,
    countedSeconds,
    seconds: observation.seconds,
    logThreshold: -Math.log(settings.alpha * shareOfAlpha(settings, kpi)),
  };
}

/** How many answers are slow depends on what instances carry; how many fail does not, until there are too few of them. */
function paced(
  { pace, noise }: CountState,
  { kind }: CountKpi | LatencyMeanKpi,
  seen: Seen,
): CountState["pace"] {
  if (seen.shape !== "count" || seen.candidate === null || seen.stable === null) return pace;
  const next = paceAfter(pace, noise, { candidate: seen.candidate, stable: seen.stable });
  return kind === "latency-threshold" ? unstirred(next) : next;
}

/** With one of the candidate's hosts left out, for each: a host that is new had no part in what came before. */
function withoutEach(
  interval: Interval<CountState>,
  next: Next,
  hosts: Readonly<Record<string, CountSample>>,
): Readonly<Record<string, Stakes>> {
  const { state, seen } = interval;
  if (seen.shape !== "count" || seen.candidate === null || state.harm === null) return state.without;
  const all = seen.candidate;
  const names = new Set([...Object.keys(state.without), ...Object.keys(hosts)]);
  const stakes: [string, Stakes][] = [];
  for (const name of names) {
    const before = state.without[name] ?? state.harm;
    const own = hosts[name] ?? { requests: 0, bad: 0 };
    const candidate = {
      requests: Math.max(0, all.requests - own.requests),
      bad: Math.max(0, Math.min(all.bad, all.bad - own.bad)),
    };
    const evidence = evidenceOf({ ...interval, seen: { ...seen, candidate } });
    stakes.push([name, harmAfter(before, evidence ?? { harm: [] }, next)]);
  }
  return Object.fromEntries(keptOf(stakes, hosts));
}

/** Hosts that are remembered: more than are judged at one time, so that those that leave and come make no state that grows. */
const KEPT_HOSTS = 64;

/**
 * Of hosts that are not seen, those whose leaving out takes away most: from now on all of them gain alike, and the least
 * of all decides.
 */
function keptOf(
  stakes: readonly (readonly [string, Stakes])[],
  hosts: Readonly<Record<string, CountSample>>,
): readonly (readonly [string, Stakes])[] {
  if (stakes.length <= KEPT_HOSTS) return stakes;
  const seen = stakes.filter(([name]) => name in hosts);
  const ranked = stakes
    .filter(([name]) => !(name in hosts))
    .map((each) => ({ each, logE: logSum(each[1].logStakes) + each[1].logBoost }))
    .toSorted((a, b) => a.logE - b.logE);
  return [...seen, ...ranked.slice(0, Math.max(0, KEPT_HOSTS - seen.length)).map(({ each }) => each)];
}

/** A side still missing may come later: the interval is counted then. At full share stable has nothing to come. */
function isWhole(seen: Seen, mark: StageMark): boolean {
  return seen.candidate !== null && (seen.stable !== null || mark.trafficShare === 1);
}
