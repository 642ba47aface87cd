/**
 * How long new instances take until they are in service: log-normal, each for itself, of a median and a spread that nobody
 * knows. What is believed of these before an account's own launches are known (docs/DECISIONS.md, provisioning) is
 * weighed by what its launches say: some hundred hypotheses, each as likely as it explains them. Instances that start together
 * pull their images and models together, which may make each of them slower by as much for each other one.
 */
import { type Launch, type LaunchSpan, spansOf } from "./launch.ts";

export interface LaunchedFleet {
  readonly instanceType: string;
  readonly instances: number;
}

interface Hypothesis {
  /** Natural logarithms of seconds: the median, and the standard deviation. */
  readonly median: number;
  readonly spread: number;
  /** By how many seconds an instance is slower for each other that is launched with it. */
  readonly perOther: number;
  readonly weight: number;
}

/** Of one instance, seconds: half of them are there by then, and nineteen of twenty. */
const [p50Seconds, p95Seconds] = [346, 525];
const spreadOf95 = 1.6449;
const believed = { median: Math.log(p50Seconds), spread: Math.log(p95Seconds / p50Seconds) / spreadOf95 };
/** Chosen: nine accounts in ten are about as believed, and of the tenth little is known beforehand. */
const accounts = [
  { share: 0.9, deviation: 0.2 },
  { share: 0.1, deviation: 1 },
] as const;
/** Chosen: how far the spread may be from what is believed, as the logarithm of a factor. */
const spreadDeviation = 0.3;

const steps = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, nth) => from + ((to - from) * nth) / (count - 1));

/** From 1 min to 3 h, and a spread from a tenth to three times as much. */
const prior: readonly Hypothesis[] = normalised(
  steps(Math.log(60), Math.log(10_800), 53).flatMap((median) =>
    steps(Math.log(0.1), Math.log(0.8), 7).map((logSpread) => ({
      median,
      spread: Math.exp(logSpread),
      perOther: 0,
      weight:
        accounts.reduce(
          (sum, { share, deviation }) =>
            sum + (share / deviation) * bell((median - believed.median) / deviation),
          0,
        ) * bell((logSpread - Math.log(believed.spread)) / spreadDeviation),
    })),
  ),
);

/** Chosen: of accounts whose launches are looked at, so many have instances that hold up each other, by some of these seconds. */
const contended = { share: 0.2, perOther: [5, 10, 20, 40, 80, 160] } as const;

/**
 * Beside these, instances that are as quick as is believed where each starts by itself. Without any launches nobody is taken for
 * that: large fleets would have to start half an hour early on a guess.
 */
const priorOfLaunches: readonly Hypothesis[] = [
  ...prior.map((one) => ({ ...one, weight: (1 - contended.share) * one.weight })),
  ...normalised(
    prior
      .filter(({ median }) => Math.abs(median - believed.median) < 2 * accounts[0].deviation)
      .flatMap((one) => contended.perOther.map((perOther) => ({ ...one, perOther }))),
  ).map((one) => ({ ...one, weight: contended.share * one.weight })),
];

interface Known {
  /** The share of launches that are through by then, between 0 and 1. */
  readonly quantile: number;
  /** The account's own. */
  readonly launches: readonly Launch[];
}

/** Seconds until the slowest of all is in service: all of them are by then in a `quantile` of launches. */
export function slowestSeconds(fleets: readonly LaunchedFleet[], { quantile, launches }: Known): number {
  const groups = grouped(fleets, launches);
  const together = fleets.reduce((sum, { instances }) => sum + instances, 0);
  return secondsUntil(quantile, (logSeconds) =>
    groups.reduce(
      (share, { instances, belief }) => share * shareBy(belief, logSeconds, { instances, together }),
      1,
    ),
  );
}

/** The same of an account that is as one is believed to be, and of whose own launches nothing is known. */
export const ordinarySlowestSeconds = (instances: number, quantile: number): number =>
  secondsUntil(quantile, (logSeconds) =>
    shareBy([{ ...believed, perOther: 0, weight: 1 }], logSeconds, { instances, together: instances }),
  );

/** `through` is the share of launches that are through by the logarithm of so many seconds. */
function secondsUntil(quantile: number, through: (logSeconds: number) => number): number {
  let [low, high] = [0, Math.log(86_400)];
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (through(middle) < quantile) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}

/** Types of which the same is known are as slow as each other: what an account is like, it is for all of them. */
function grouped(fleets: readonly LaunchedFleet[], launches: readonly Launch[]) {
  const known = fleets.map(({ instanceType, instances }) => ({
    instances,
    spans: spansOf(instanceType, launches),
  }));
  return [...Map.groupBy(known, ({ spans }) => JSON.stringify(spans)).values()].map((some) => ({
    instances: some.reduce((sum, { instances }) => sum + instances, 0),
    belief: weighed(some[0]?.spans ?? []),
  }));
}

/** What is believed once launches are known. */
function weighed(spans: readonly LaunchSpan[]): readonly Hypothesis[] {
  if (spans.length === 0) return prior;
  return normalised(
    priorOfLaunches.map((one) => {
      const by = (seconds: number, instances: number) =>
        seconds === Number.POSITIVE_INFINITY
          ? 1
          : shareBy([{ ...one, weight: 1 }], Math.log(seconds), { instances, together: instances });
      const likelihood = spans.reduce(
        (product, { instances, moreThan, atMost }) =>
          product * Math.max(1e-9, by(atMost, instances) - (moreThan > 0 ? by(moreThan, instances) : 0)),
        1,
      );
      return { ...one, weight: one.weight * likelihood };
    }),
  ).filter(({ weight }) => weight > 1e-9);
}

/** The share of launches of so many, beside others that start with them, of which the slowest has come by then. */
const shareBy = (
  belief: readonly Hypothesis[],
  logSeconds: number,
  { instances, together }: { readonly instances: number; readonly together: number },
): number =>
  belief.reduce((sum, { median, spread, perOther, weight }) => {
    const alone = perOther === 0 ? logSeconds : Math.log(Math.exp(logSeconds) - perOther * (together - 1));
    return Number.isNaN(alone)
      ? sum
      : sum + weight * normalShareBelow((alone - median) / spread) ** instances;
  }, 0);

function normalised(all: readonly Hypothesis[]): Hypothesis[] {
  const sum = all.reduce((total, { weight }) => total + weight, 0);
  return all.map((one) => ({ ...one, weight: one.weight / sum }));
}

/** A normal density, but for its constant factor. */
function bell(z: number): number {
  return Math.exp((-z * z) / 2);
}

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17: right to 7.5e-8. */
function normalShareBelow(z: number): number {
  if (z < 0) return 1 - normalShareBelow(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = series.reduceRight((rest, coefficient) => t * (coefficient + rest), 0);
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
