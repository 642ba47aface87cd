/** How well the 95th percentile of a launch is foretold after a few launches, beside the raw quantile of what was seen. */
import { streams } from "#twin/world";
import type { KnownLaunch } from "../../src/core/learning/launch.ts";
import { slowestSeconds } from "../../src/core/learning/provisioning.ts";

const instances = 8;
const instanceType = "ml.g5.xlarge";
const believedSeconds = 346;

interface Truth {
  readonly median: number;
  readonly spread: number;
}

/** What a seed's account is like: its median half to one and a half times what is believed, its spread at most a quarter. */
function truthOf(seed: number): Truth {
  const { uniform } = streams(seed)("account", 0);
  return { median: believedSeconds * (0.5 + uniform()), spread: 0.1 + 0.15 * uniform() };
}

function launchesOf(seed: number, { median, spread }: Truth, count: number): number[] {
  const { normal } = streams(seed)("launches", 0);
  return Array.from({ length: count }, () =>
    Math.max(...Array.from({ length: instances }, () => median * Math.exp(spread * normal()))),
  );
}

const startMs = Date.UTC(2026, 0, 5);
const launchAt = (day: number, seconds: number): KnownLaunch => {
  const at = (ms: number) => new Date(startMs + 86_400_000 * day + ms).toISOString();
  const came = at(1000 * (120 + seconds));
  return {
    of: "endpoint",
    instances: { [instanceType]: instances },
    askedAt: at(0),
    missingAt: came,
    thereAt: came,
  };
};

const foretold = (seen: readonly number[]): number =>
  slowestSeconds([{ instanceType, instances }], {
    quantile: 0.95,
    launches: seen.map((seconds, day) => launchAt(day, seconds)),
  });

/** The quantile of what was seen, between two of them where it lies between. */
function rawQuantile(seen: readonly number[], share: number): number {
  const sorted = seen.toSorted((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

/** The share of launches that take no longer. */
const shareWithin = ({ median, spread }: Truth, seconds: number): number =>
  normalShareBelow(Math.log(seconds / median) / spread) ** instances;

/** By Simpson's rule over the density: a bench's own, so that no error of what is measured is in what it is measured by. */
function normalShareBelow(z: number): number {
  const steps = 400;
  const width = z / steps;
  const density = (at: number) => Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(z);
  for (let nth = 1; nth < steps; nth += 1) sum += density(nth * width) * (nth % 2 === 1 ? 4 : 2);
  return 0.5 + (sum * width) / 3;
}

function truePercentile(truth: Truth, share: number): number {
  let [low, high] = [1, 86_400];
  while (high / low > 1.0001) {
    const middle = Math.sqrt(low * high);
    if (shareWithin(truth, middle) < share) low = middle;
    else high = middle;
  }
  return high;
}

export interface Foretold {
  readonly launches: number;
  /** Medians over seeds of how far off, as a share of the truth. */
  readonly error: number;
  readonly rawError: number;
  /** How often the next launch takes no longer, and the standard error of that. */
  readonly coverage: number;
  readonly standardError: number;
}

export function provisioningFigures(seeds: number, launches: number): Foretold {
  const all = Array.from({ length: seeds }, (_, nth) => {
    const truth = truthOf(nth + 1);
    const seen = launchesOf(nth + 1, truth, launches);
    const p95 = truePercentile(truth, 0.95);
    const found = foretold(seen);
    const off = (value: number) => Math.abs(value / p95 - 1);
    return {
      error: off(found),
      rawError: seen.length === 0 ? Number.NaN : off(rawQuantile(seen, 0.95)),
      within: shareWithin(truth, found),
    };
  });
  const coverage = meanOf(all.map(({ within }) => within));
  const variance = meanOf(all.map(({ within }) => (within - coverage) ** 2));
  return {
    launches,
    error: medianOf(all.map(({ error }) => error)),
    rawError: medianOf(all.map(({ rawError }) => rawError)),
    coverage,
    standardError: Math.sqrt(variance / Math.max(1, seeds - 1)),
  };
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / Math.max(1, values.length);

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}
