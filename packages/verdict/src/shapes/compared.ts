/** The shapes that hold the candidate against stable: what evidence, stages and verdicts of all of them have in common. */
import { SAFETY_WEIGHTS } from "../evidence/error-ratio.ts";
import { harmAfter, logEvidence, type Next, stakedOn } from "../evidence/harm.ts";
import type { IntervalEvidence } from "../evidence/interval.ts";
import { isSettling } from "../evidence/settling.ts";
import { comparisonOf, type Sides } from "../evidence/sides.ts";
import { logMixture, logStageEvidence, logStakedOf } from "../evidence/spending.ts";
import { addInterval, openStage } from "../evidence/stages.ts";
import { type JudgedKpi, safetyToleranceOf } from "../judged-kpi.ts";
import type { EvidenceState, StageMark, Stakes, Tally } from "../kept.ts";
import { countOnce, intervalIndex, nothingCountedBefore } from "../observations/counted.ts";
import type { CountSample } from "../observations/samples.ts";
import { expect } from "../refusal.ts";
import { decimal } from "../wording.ts";
import {
  type AnyKpi,
  type Arrival,
  defineShape,
  type Evidence,
  type Moment,
  type OwnShape,
  type Shape,
  type Standing,
} from "./shape.ts";

/** One interval in which both sides were seen. */
export interface Interval<K, S, X> {
  readonly kpi: K;
  /** Before the interval. */
  readonly state: S;
  readonly candidate: X;
  readonly stable: X;
  readonly mark: StageMark;
  readonly seconds: number;
  readonly settling: boolean;
}

/** What a state begins with, whatever its shape. */
export const NOTHING_KEPT = { counted: null, harm: null, countedSeconds: 0, open: [] } as const;

/** What one shape that is compared has of its own. */
export interface Comparison<K extends AnyKpi & JudgedKpi, S extends EvidenceState, X>
  extends Pick<OwnShape<K, S>, "shape" | "state" | "start"> {
  readonly measure: NonNullable<OwnShape<K, S>["measure"]>;
  readonly tests: NonNullable<OwnShape<K, S>["tests"]>;
  /** Safety is shown against a ratio of 1 + this or worse, where a KPI names none. */
  readonly safetyTolerance: number;
  /** Whether evidence is enlarged by what is cut off at the threshold: where an interval's is known before it is seen. */
  readonly isBoosted: boolean;
  /** A sample in this shape; null where it is malformed, or of another one. */
  readonly sampleIn: (sample: object) => X | null;
  readonly tallyOf: (sample: X) => Tally;
  /** How a stage's stake is divided among the alternatives. */
  readonly weights: (state: S, kpi: K, mark: StageMark) => readonly number[];
  /** What one interval says; null where it says nothing. */
  readonly weigh: (interval: Interval<K, S, X>) => IntervalEvidence | null;
  /** "candidate fails 3.1× as often as stable, 412 of 9,031 against 97 of 6,550" */
  readonly sentence: (sides: Sides, kpi: K) => string;
  /** Where the evidence must stand with any one host left out. */
  readonly byHost?: {
    readonly begin: (state: S, stakedOn: (stakes: Stakes) => Stakes) => S;
    readonly add: (
      interval: Interval<K, S, X>,
      hosts: Readonly<Record<string, CountSample>>,
      next: Next,
    ) => Partial<S>;
    readonly least: (
      state: S,
      at: Parameters<typeof logEvidence>[1],
    ) => { readonly host: string; readonly logE: number } | null;
  };
}

export function defineComparison<K extends AnyKpi & JudgedKpi, S extends EvidenceState, X>(
  own: Comparison<K, S, X>,
): Shape<S> {
  return defineShape<K, S>({
    shape: own.shape,
    state: own.state,
    start: own.start,
    measure: own.measure,
    tests: own.tests,
    check: ({ name, weight, tolerance }) => {
      expect(weight > 0, `${name}.weight`, "above 0", weight);
      expect(tolerance >= 0, `${name}.tolerance`, "0 or more", tolerance);
    },
    begin: (state, kpi, { mark, part }) => {
      const logStaked = logStakedOf(part, own.weights(state, kpi, mark));
      const more = (stakes: Stakes | null) => stakedOn(stakes, logStaked, own.isBoosted);
      const begun = {
        ...state,
        open: openStage(state.open, mark.stage, logStaked),
        harm: more(state.harm),
      };
      return own.byHost?.begin(begun, more) ?? begun;
    },
    add: (state, kpi, arrival) => withInterval(own, { state, kpi }, arrival),
    evidence: (state, spending) => evidenceIn(own, state, spending),
    verdict: (state, _, moment) => {
      const logSafeThreshold = -Math.log(moment.beta);
      const standing = standingIn(state, moment);
      if (moment.evidence === undefined) return { standing: "no-data" };
      const { logE, logThreshold, logSafe } = moment.evidence;
      const { candidate, stable } = comparisonOf(state, "stage");
      const noise = state.noise.source;
      return { standing, logE, logThreshold, logSafe, logSafeThreshold, candidate, stable, noise };
    },
    sentence: (state, kpi, { about }) => {
      const part = about === "where-harm-shows" ? about : "stage";
      const compared = `${kpi.name}: ${own.sentence(comparisonOf(state, part), kpi)}`;
      if (about !== "safe") return compared;
      const tolerance = safetyToleranceOf(kpi, own.safetyTolerance);
      return `${compared}, surely less than ${decimal(1 + tolerance)}×`;
    },
  });
}

function withInterval<K extends AnyKpi & JudgedKpi, S extends EvidenceState, X>(
  own: Comparison<K, S, X>,
  { state, kpi }: { readonly state: S; readonly kpi: K },
  arrival: Arrival,
): S {
  const { at, seconds, mark } = arrival;
  const candidate = arrival.candidate === null ? null : own.sampleIn(arrival.candidate);
  const stable = arrival.stable === null ? null : own.sampleIn(arrival.stable);
  // A side still missing may come later: the interval is counted then. At full share stable has nothing to come.
  if (candidate === null || (stable === null && mark.trafficShare !== 1)) return state;
  const place = state.open.findIndex(({ stage }) => stage === mark.stage);
  const stage = state.open[place];
  if (stage === undefined) return state;
  const before = state.counted ?? nothingCountedBefore(Math.ceil(arrival.releaseAt / seconds));
  const counted = countOnce(before, intervalIndex(at, seconds));
  if (counted === null) return state;
  const tallies = {
    candidate: own.tallyOf(candidate),
    stable: stable === null ? null : own.tallyOf(stable),
  };
  const settling = isSettling(at, mark);
  const interval = stable === null ? null : { kpi, state, candidate, stable, mark, seconds, settling };
  const evidence = interval === null ? null : own.weigh(interval);
  const open = state.open.with(place, addInterval(stage, evidence, tallies));
  if (interval === null || evidence === null || state.harm === null) return { ...state, counted, open };
  const next: Next = {
    logStaked: state.open.at(-1)?.logStaked ?? [],
    stage: arrival.newest,
    spending: arrival.spending,
    countedSeconds: state.countedSeconds,
    seconds,
    logThreshold: arrival.logThreshold,
  };
  return {
    ...state,
    counted,
    countedSeconds: state.countedSeconds + seconds,
    open,
    harm: harmAfter(state.harm, evidence, next),
    ...own.byHost?.add(interval, arrival.hosts, next),
  };
}

function evidenceIn<K extends AnyKpi & JudgedKpi, S extends EvidenceState, X>(
  { byHost }: Comparison<K, S, X>,
  state: S,
  spending: readonly number[],
): Evidence {
  const stage = state.open.at(-1);
  const { harm, countedSeconds } = state;
  const at = { stage: stage?.stage ?? 0, spending, countedSeconds };
  const logPlain = harm === null ? 0 : logEvidence(harm, at);
  const logE = logPlain + (harm?.logBoost ?? 0);
  const left = harm === null || byHost === undefined ? null : byHost.least(state, at);
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

function standingIn(state: EvidenceState, { mark, beta, evidence }: Moment): Standing {
  if (evidence === undefined) return "no-data";
  if (evidence.logE >= evidence.logThreshold) return "harm";
  if (!sawData(state, mark)) return "no-data";
  return evidence.logSafe >= -Math.log(beta) ? "safe" : "unclear";
}

/** Was the candidate seen in this stage, and stable too unless all traffic is the candidate's? */
function sawData({ open }: EvidenceState, mark: StageMark | undefined): boolean {
  const stage = open.at(-1);
  if (mark === undefined || stage === undefined || stage.candidate.requests === 0) return false;
  return stage.compared > 0 || mark.trafficShare === 1;
}
