/** A chance that nobody knows, by how often something went well: its posterior under Jeffreys' prior, Beta(½, ½). */
import { evenly } from "./log-normal.ts";

export interface Trial {
  readonly isGood: boolean;
  /** How much of it counts, above 0 and at most 1. */
  readonly weight: number;
}

export interface ChancePosterior {
  readonly records: number;
  readonly n: number;
  /** Of all that count, those that went well. */
  readonly good: number;
  /** Within which the chance is, nineteen times of twenty, and half of the time below. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** How likely the chance is where, from 0 to 1. */
  readonly shape: readonly number[];
}

const steps = 2000;
const columns = 24;

/** Chances as angles, p = sin² φ: under that Jeffreys' prior is flat, and has no infinite density at either end. */
export const anglesOf = (count: number): number[] =>
  evenly(0, Math.PI / 2, count + 1)
    .slice(1)
    .map((end) => end - Math.PI / (4 * count));

/** How much of all trials counts, and of those that went well. */
export function countsOf(trials: readonly Trial[]): { readonly n: number; readonly good: number } {
  const n = trials.reduce((sum, { weight }) => sum + weight, 0);
  return { n, good: trials.reduce((sum, { isGood, weight }) => sum + (isGood ? weight : 0), 0) };
}

export function chanceOf(trials: readonly Trial[]): ChancePosterior {
  const { n, good } = countsOf(trials);
  const angles = anglesOf(steps);
  const logs = angles.map(
    (phi) => 2 * good * Math.log(Math.sin(phi)) + 2 * (n - good) * Math.log(Math.cos(phi)),
  );
  const most = Math.max(...logs);
  return toldOf(
    trials,
    angles,
    logs.map((each) => Math.exp(each - most)),
  );
}

/** `weights`: how likely each of the angles is, but for a common factor. */
export function toldOf(
  trials: readonly Trial[],
  angles: readonly number[],
  weights: readonly number[],
): ChancePosterior {
  const { n, good } = countsOf(trials);
  const all = weights.reduce((sum, each) => sum + each, 0);
  const shape = Array.from({ length: columns }, () => 0);
  let below = 0;
  const found: number[] = [];
  const shares = [0.025, 0.5, 0.975];
  for (const [nth, phi] of angles.entries()) {
    const [chance, weight] = [Math.sin(phi) ** 2, (weights[nth] ?? 0) / all];
    below += weight;
    while (found.length < shares.length && below >= (shares[found.length] ?? 1)) found.push(chance);
    const column = Math.min(columns - 1, Math.floor(chance * columns));
    shape[column] = (shape[column] ?? 0) + weight;
  }
  const [low = 0, median = 0, high = 1] = found;
  const two = (value: number) => Math.round(100 * value) / 100;
  return {
    records: trials.length,
    n: two(n),
    good: two(good),
    low,
    median,
    high,
    shape: shape.map((each) => Number(each.toFixed(4))),
  };
}
