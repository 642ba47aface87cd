/** What releases have taught of the noise in a model's KPIs, and of how far its instances differ: what verdicts went by, release after release. */
import { learntOf } from "../learning/quantity.ts";
import type { EpochMs } from "../units.ts";
import type { NoiseSeen } from "./noise-seen.ts";
import type { PastRelease } from "./past.ts";
import {
  exactly,
  lesson,
  type Observed,
  ofModel,
  type QuantityLesson,
  seenIn,
  toldOf,
} from "./quantity-lessons.ts";

/** Chosen: about as noisy as a verdict assumes where nothing is measured, or far more or less; days of one model are much alike. */
const priors = {
  "KPI noise": { centre: 0.2, deviation: 0.9, spread: 0.25, spreadDeviation: 0.4 },
  "KPI noise that lasts": { centre: 2, deviation: 0.6, spread: 0.25, spreadDeviation: 0.4 },
  "host spread": { centre: 0.15, deviation: 0.7, spread: 0.25, spreadDeviation: 0.4 },
} as const;

type Noise = keyof typeof priors;

const seenOf: { readonly [N in Noise]: (seen: NoiseSeen) => Omit<Observed, "of"> | undefined } = {
  "KPI noise": ({ logSd }) => logSd,
  "KPI noise that lasts": ({ persistence }) =>
    persistence === undefined ? undefined : exactly(persistence, 0.1),
  "host spread": ({ hostLogSd }) => hostLogSd,
};

/** By KPI. */
export const noiseLessons = (model: string, past: readonly PastRelease[], nowMs: EpochMs): QuantityLesson[] =>
  (Object.keys(priors) as Noise[]).flatMap((what) => {
    const all = seenIn(ofModel(past, model), nowMs, (_, { noise = [] }) =>
      noise.flatMap((each) => {
        const seen = seenOf[what](each);
        return seen === undefined ? [] : [{ of: each.kpi, ...seen }];
      }),
    );
    return [...all].map(([of, { seen }]) => ({
      ...lesson(what, model, of),
      ...toldOf(learntOf(priors[what], seen)),
    }));
  });
