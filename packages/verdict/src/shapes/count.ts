/** Counts: bad events out of a total, such as failures, requests slower than a threshold, any two metrics. */
import { ASSUMED_COUNT_NOISE, incidentMinutes, measureCountNoise } from "../evidence/count-noise.ts";
import type { CountNoise, CountPast } from "../evidence/count-past.ts";
import { COUNT_SAFETY_TOLERANCE } from "../evidence/error-ratio.ts";
import { withSettling } from "../evidence/harm.ts";
import { harmWeights } from "../evidence/harm-weights.ts";
import { countEvidence } from "../evidence/interval.ts";
import { NO_PACE, paceAfter, unstirred } from "../evidence/pace.ts";
import type { Sides } from "../evidence/sides.ts";
import { acceptableRatio, measureHostLogSd } from "../evidence/tolerance.ts";
import { leastWithout, type Without, withoutEach } from "../evidence/without-host.ts";
import type { JudgedKpi } from "../judged-kpi.ts";
import type { EvidenceState, Pace, StageMark, Tally } from "../kept.ts";
import { type CountSample, countIn } from "../observations/samples.ts";
import { countTests } from "../planning/count-tests.ts";
import { decimal, number } from "../wording.ts";
import { defineComparison, type Interval, NOTHING_KEPT } from "./compared.ts";
import type { MeasuredKpi, StablePast } from "./shape.ts";

export interface CountKpi extends JudgedKpi {
  readonly shape: "count";
  /** What the candidate does in a bad event, for sentences: "fails", "is slow"; default "goes wrong". */
  readonly verb?: string;
  /**
   * Whether how many are bad depends on what instances carry, as it does of slow answers: what it varies by then is on
   * both sides alike, and no noise between them. How many fail does not, until there are too few instances.
   */
  readonly followsLoad?: boolean;
}

export interface CountState extends EvidenceState {
  readonly kind: "count";
  readonly noise: CountNoise;
  /** Standard deviation of ln(bad rate) among stable's hosts, where measured. */
  readonly hostLogSd?: number;
  /** Evidence of harm with one of the candidate's hosts left out, by its id. */
  readonly without: Without;
  readonly pace: Pace;
}

export const count = defineComparison<CountKpi, CountState, CountSample>({
  shape: "count",
  state: "count",
  safetyTolerance: COUNT_SAFETY_TOLERANCE,
  isBoosted: true,
  sampleIn: countIn,
  tallyOf: ({ requests, bad }) => ({ requests, amount: bad }),
  start: ({ name }, { noise = ASSUMED_COUNT_NOISE, hostLogSd }) => {
    if (!isCountNoise(noise)) throw new RangeError(`noise of ${name}: expected a count's, found another's`);
    const hosts = hostLogSd === undefined ? {} : { hostLogSd };
    return { kind: "count", noise, ...hosts, without: {}, pace: NO_PACE, ...NOTHING_KEPT };
  },
  weights: (state, kpi, mark) => {
    const share = mark.trafficShare;
    const weights = harmWeights({ share, acceptable: acceptableIn(state, kpi, mark) }, state.noise);
    return withSettling(weights, (mark.settledAt ?? 0) > mark.at);
  },
  weigh,
  sentence: worse,
  tests: countTests,
  measure,
  byHost: {
    begin: (state, stakedOn) => ({
      ...state,
      without: Object.fromEntries(
        Object.entries(state.without).map(([host, stakes]) => [host, stakedOn(stakes)]),
      ),
    }),
    add: (interval, hosts, next) => {
      const { state, kpi, candidate, stable } = interval;
      const pace = paceAfter(state.pace, state.noise, { candidate, stable });
      const { without, harm } = state;
      const seen = {
        candidate,
        hosts,
        weigh: (left: CountSample) => weigh({ ...interval, candidate: left }),
      };
      return {
        without: harm === null ? without : withoutEach({ without, harm }, seen, next),
        pace: kpi.followsLoad === true ? unstirred(pace) : pace,
      };
    },
    least: ({ without }, at) => leastWithout(without, at),
  },
});

const isCountNoise = (noise: object): noise is CountNoise => "excess" in noise;

function weigh({ state, kpi, mark, ...interval }: Interval<CountKpi, CountState, CountSample>) {
  const { candidate, stable, seconds, settling } = interval;
  const acceptable = acceptableIn(state, kpi, mark);
  const { noise, pace } = state;
  return countEvidence({ candidate, stable }, { kpi, acceptable, noise, pace, seconds, settling });
}

function acceptableIn({ hostLogSd }: CountState, kpi: JudgedKpi, mark: StageMark): number {
  const { candidateInstances, stableInstances } = mark;
  return acceptableRatio(kpi.tolerance, {
    ...(candidateInstances === undefined ? {} : { candidateInstances }),
    ...(stableInstances === undefined ? {} : { stableInstances }),
    ...(kpi.hostSpread === undefined ? {} : { hostSpread: kpi.hostSpread }),
    ...(hostLogSd === undefined ? {} : { hostLogSd }),
  });
}

function worse({ candidate, stable }: Sides, { verb = "goes wrong" }: CountKpi): string {
  const counts = `${ofAll(candidate)} against ${ofAll(stable)}`;
  if (stable.amount === 0 || stable.requests === 0 || candidate.requests === 0)
    return `candidate ${verb} in ${counts}`;
  const ratio = candidate.amount / candidate.requests / (stable.amount / stable.requests);
  return `candidate ${verb} ${decimal(ratio)}× as often as stable, ${counts}`;
}

function ofAll({ amount, requests }: Tally): string {
  return `${number(amount)} of ${number(requests)}`;
}

const read = (sample: object | null): CountSample | null => (sample === null ? null : countIn(sample));

/** Noise, and how far instances differ for good: over all that were read, in a past without its incidents. */
function measure({ intervals, inHalf, seconds }: StablePast): MeasuredKpi<CountNoise> {
  const rows = intervals.flatMap(({ at, stable, instances }) => {
    const whole = countIn(stable);
    return whole === null ? [] : [{ at, ...whole, instances: instances.map(read) }];
  });
  const incidents = incidentMinutes(rows);
  const usual = rows.filter(({ at }) => !incidents.has(at));
  const hosts = inHalf.map((_, nth) => sum(usual.map(({ instances }) => instances[nth] ?? null)));
  const hostLogSd = measureHostLogSd(hosts) ?? undefined;
  const history = rows.map(({ at, requests, bad, instances }): CountPast => {
    const ones = instances.filter((_, nth) => inHalf[nth] === true);
    const whole = { at, requests, bad };
    return ones.every((one) => one === null) ? whole : { ...whole, half: sum(ones), ones };
  });
  const noise = measureCountNoise(history, seconds);
  return hostLogSd === undefined ? { noise } : { noise, hostLogSd };
}

function sum(samples: readonly (CountSample | null)[]): CountSample {
  return samples.reduce<CountSample>(
    (all, one) => ({
      requests: all.requests + (one?.requests ?? 0),
      bad: all.bad + (one?.bad ?? 0),
    }),
    { requests: 0, bad: 0 },
  );
}
