/** Means: what a request takes on average, such as a latency. */
import { meanEvidence } from "../evidence/interval.ts";
import {
  ASSUMED_LATENCY_NOISE,
  type LatencyNoise,
  type LatencyPast,
  measureLatencyNoise,
} from "../evidence/latency-noise.ts";
import { MEAN_SAFETY_TOLERANCE, SLOWER_WEIGHTS } from "../evidence/log-mean.ts";
import type { Sides } from "../evidence/sides.ts";
import type { JudgedKpi } from "../judged-kpi.ts";
import type { EvidenceState } from "../kept.ts";
import { type MeanSample, meanIn } from "../observations/samples.ts";
import { meanTests } from "../planning/mean-tests.ts";
import { decimal, number } from "../wording.ts";
import { defineComparison, NOTHING_KEPT } from "./compared.ts";
import type { StablePast } from "./shape.ts";

/** The candidate's mean against stable's. */
export interface MeanKpi extends JudgedKpi {
  readonly shape: "mean";
}

export interface MeanState extends EvidenceState {
  readonly kind: "mean";
  readonly noise: LatencyNoise;
}

export const mean = defineComparison<MeanKpi, MeanState, MeanSample>({
  shape: "mean",
  state: "mean",
  safetyTolerance: MEAN_SAFETY_TOLERANCE,
  isBoosted: false,
  sampleIn: meanIn,
  tallyOf: (sample) => ({ requests: sample.count, amount: amountOf(sample) }),
  start: ({ name }, { noise = ASSUMED_LATENCY_NOISE }) => {
    if (!isLatencyNoise(noise)) throw new RangeError(`noise of ${name}: expected a mean's, found another's`);
    return { kind: "mean", noise, ...NOTHING_KEPT };
  },
  weights: () => SLOWER_WEIGHTS,
  weigh: ({ candidate, stable, kpi, state, settling }) =>
    settling ? null : meanEvidence({ candidate, stable }, { kpi, noise: state.noise }),
  sentence: slower,
  tests: meanTests,
  measure: (past) => ({ noise: measureLatencyNoise(historyOf(past)) }),
});

const isLatencyNoise = (noise: object): noise is LatencyNoise => "minuteVariance" in noise;

const amountOf = (sample: MeanSample): number => sample.mean * sample.count;

function slower({ candidate, stable }: Sides): string {
  if (candidate.requests === 0 || stable.requests === 0) return "candidate and stable cannot be compared";
  const own = candidate.amount / candidate.requests;
  const usual = stable.amount / stable.requests;
  const means = `${number(own)} against ${number(usual)} on average`;
  const requests = `over ${number(candidate.requests)} and ${number(stable.requests)} requests`;
  return `candidate takes ${decimal(own / usual)}× as long as stable, ${means} ${requests}`;
}

/** The half of the fleet that was read and the rest of it, where both had requests. */
function historyOf({ intervals, inHalf }: StablePast): LatencyPast[] {
  return intervals.flatMap(({ at, stable, instances }): LatencyPast[] => {
    const whole = meanIn(stable);
    if (whole === null) return [];
    const { mean: all, count } = whole;
    const ones = instances
      .filter((_, nth) => inHalf[nth] === true)
      .map((one) => (one === null ? null : meanIn(one)));
    const seen = ones.filter((one) => one !== null);
    const half = {
      count: seen.reduce((sum, one) => sum + one.count, 0),
      amount: seen.reduce((sum, one) => sum + amountOf(one), 0),
    };
    if (half.count <= 0 || half.count >= count) return [{ at, mean: all, count }];
    const rest = { count: count - half.count, amount: all * count - half.amount };
    const of = (part: typeof half) => ({ mean: part.amount / part.count, count: part.count });
    const single = ones.map((one) =>
      one === null || one.count <= 0 ? null : of({ count: one.count, amount: amountOf(one) }),
    );
    return [{ at, mean: all, count, halves: [of(half), of(rest)], ones: single }];
  });
}
