/** Days of a life that is made: with an effect of their weekday, noise that lasts, and a shift of the last of them. */
import { harmSince } from "../src/index.ts";

export const logThreshold = Math.log(100);

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Life {
  readonly seed: number;
  readonly persistence?: number;
  /** In standard deviations of a day. */
  readonly shift?: number;
  readonly historyDays?: number;
  readonly days?: number;
  readonly missing?: number;
}

/** Days with an effect of their weekday and noise that lasts; the last of them shifted. */
export function life({ seed, persistence = 0, shift = 0, historyDays = 56, days = 7, missing = 0 }: Life) {
  const uniform = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const weekday = Array.from({ length: 7 }, () => 3 * normal());
  let noise = normal();
  const all = Array.from({ length: historyDays + days }, (_, i) => {
    if (i > 0) noise = persistence * noise + Math.sqrt(1 - persistence ** 2) * normal();
    const value = 10 + noise + (weekday[i % 7] ?? 0) + (i >= historyDays ? shift : 0);
    return uniform() < missing ? null : value;
  });
  return {
    history: all.slice(0, historyDays),
    days: all.slice(historyDays),
    margin: 0,
    leastSpread: 1e-6,
  };
}

/** On which day it is found, looked at each day. */
export function foundOn(of: Life): number | undefined {
  const { days, ...before } = life(of);
  return days
    .map((_, nth) => nth + 1)
    .find((many) => (harmSince({ ...before, days: days.slice(0, many) }) ?? 0) >= logThreshold);
}

export const foundOf = (lives: number, of: Omit<Life, "seed">): number =>
  Array.from({ length: lives }, (_, seed) => foundOn({ seed, ...of })).filter((day) => day !== undefined)
    .length;
