/**
 * How a stage's stake is divided among the alternatives: most goes to those that its traffic could show within minutes.
 * At a small share a doubling takes hours, whatever is staked on it; at a large one, what is ten times as bad is as
 * clear within a minute to a smaller alternative. Weights are chosen before the stage, so any will do for the guarantee.
 */
import type { CountNoise } from "./count-past.ts";
import { deflationOf } from "./deflation.ts";
import { HARM_RATIOS } from "./error-ratio.ts";
import { informationPerMinute } from "./information.ts";
import { NO_PACE } from "./pace.ts";

/** About what decides: ln(1/alpha) at alpha = 1 %. */
const DECIDING_NATS = 4.6;
/** An alternative that decides sooner than this is found by its neighbours too, one that takes longer is hardly found. */
const SOON_MINUTES = 1.5;
const LATE_MINUTES = 15;
/** None goes without: what is found late is still found. */
const LEAST = 0.03;

const FLAT: readonly number[] = HARM_RATIOS.map(() => 1 / HARM_RATIOS.length);

/**
 * Weights of HARM_RATIOS, sum 1; all alike where stable's usual bad events are not known, and where the share is not or
 * leaves nothing to compare with.
 * @param stage `share`: the candidate's part of traffic; `acceptable`: the largest ratio of bad rates that is healthy
 * @param noise stable's usual bad events, and what hides them
 */
export function harmWeights(
  stage: { readonly share: number | undefined; readonly acceptable: number },
  noise: CountNoise,
): readonly number[] {
  const { share, acceptable } = stage;
  const stableBad = noise.source === "assumed" ? 0 : (noise.meanBad * 60) / noise.seconds;
  if (share === undefined || share >= 1 || stableBad <= 0) return FLAT;
  const weights = HARM_RATIOS.map((beyond) => {
    const ratio = beyond * acceptable;
    // In units of stable's bad rate: bad events alone inform, however many requests they are among.
    const traffic = { requestsPerMinute: stableBad, share, stableRate: 1, candidateRate: ratio };
    const bad = (share * ratio + 1 - share) * stableBad;
    const requests = noise.rate > 0 ? stableBad / noise.rate : Number.POSITIVE_INFINITY;
    const deflation = deflationOf(noise, NO_PACE, { share, bad, requests, seconds: 60 });
    const natsPerMinute = informationPerMinute(traffic, acceptable) / deflation;
    const minutes = natsPerMinute > 0 ? DECIDING_NATS / natsPerMinute : Number.POSITIVE_INFINITY;
    return LEAST + 1 / (1 + (minutes / LATE_MINUTES) ** 2 + (SOON_MINUTES / minutes) ** 2);
  });
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}
