/** A log-normal quantity that is drawn for each release: what is believed beforehand, and once some were seen. */
import {
  type Belief,
  bell,
  evenly,
  logLikelihoods,
  normalised,
  type SeenSpan,
  weighedBy,
} from "./log-normal.ts";
import { changedAt } from "./regime.ts";

/** All of it but the centre as natural logarithms. */
export interface QuantityPrior {
  /** Half of those beforehand are below it. */
  readonly centre: number;
  /** How far off that may be. */
  readonly deviation: number;
  /** How far single ones are from their median, and how far off that may be, as the logarithm of a factor. */
  readonly spread: number;
  readonly spreadDeviation: number;
}

export interface QuantitySeen extends SeenSpan {
  /** ISO 8601. */
  readonly at: string;
}

export interface QuantityBelief {
  readonly belief: Belief;
  /** Those that still count, oldest first. */
  readonly seen: readonly QuantitySeen[];
  /** When those of before were found to say nothing any more, ISO 8601. */
  readonly changedAt?: string;
}

const reach = 4;

/** By a grid of medians and spreads. */
export function priorBelief({ centre, deviation, spread, spreadDeviation }: QuantityPrior): Belief {
  const medians = evenly(-reach, reach, 81);
  const spreads = evenly(-2, 2, 7);
  return normalised(
    medians.flatMap((one) =>
      spreads.map((other) => ({
        median: Math.log(centre) + one * deviation,
        spread: spread * Math.exp(other * spreadDeviation),
        perOther: 0,
        weight: bell(one) * bell(other),
      })),
    ),
  );
}

/** In whatever order they are handed in. */
export function learntOf(given: QuantityPrior, all: readonly QuantitySeen[]): QuantityBelief {
  const prior = priorBelief(given);
  const seen = all.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  const logs = seen.map((span) => logLikelihoods(prior, span));
  const first = changedAt(prior, logs);
  const at = seen[first]?.at;
  return {
    belief: weighedBy(prior, logs.slice(first)),
    seen: seen.slice(first),
    ...(first > 0 && at !== undefined && { changedAt: at }),
  };
}

const orderOf = ({ at, moreThan, atMost, weight }: QuantitySeen): string =>
  `${at} ${moreThan} ${atMost} ${weight}`;
