/** Fleets whose law is known, and a search for their knee that goes where it is told. */
import { chanceOf } from "../../../src/core/load/arrivals.ts";
import { type KneeBounds, kneeOf, nextRate } from "../../../src/core/load/knee.ts";
import type { LoadAsk } from "../../../src/core/load/step.ts";
import { emptyTally, mergedTallies, type SeenAt, tallyOf } from "../../../src/core/load/tally.ts";

export const ask: LoadAsk = { allowed: { late: 0.01, failed: 0.05 }, leastSeconds: 50, limitSeconds: 0.5 };

/** Half a minute of a rate, of whose requests each is late by a chance. */
export function looked(requestsPerSecond: number, late: number, seed: string): SeenAt {
  const chance = chanceOf(seed);
  const requests = Math.round(30 * requestsPerSecond);
  const sent = Array.from({ length: requests }, (_, nth) => ({
    at: (30 * nth) / requests,
    milliseconds: chance() < late ? 2_000 : 100 + 100 * chance(),
    isFailed: false,
  }));
  return { requestsPerSecond, tally: tallyOf(sent, { seconds: 30, lateMs: 500, lostMs: 5_000 }) };
}

/** Goes where it is told until nothing is left to look at, half a minute each; `late` is monotone in the rate. */
export function searched(bounds: KneeBounds, late: (rate: number) => number, seed: string) {
  let seen: readonly SeenAt[] = [];
  const asked: number[] = [];
  for (let nth = 0; nth < 80; nth++) {
    const rate = nextRate(seen, ask, bounds);
    if (rate === undefined) return { seen, asked, knee: kneeOf(seen, ask) };
    asked.push(rate);
    const more = looked(rate, late(rate), `${seed} ${nth}`);
    const before = seen.find((each) => each.requestsPerSecond === rate)?.tally ?? emptyTally;
    const others = seen.filter((each) => each.requestsPerSecond !== rate);
    seen = [...others, { requestsPerSecond: rate, tally: mergedTallies(before, more.tally) }];
  }
  return { seen, asked, knee: kneeOf(seen, ask) };
}

export const bounds: KneeBounds = { start: 60, stop: 206, cap: 314 };
/** One in a hundred late at the knee, and so many times more with each tenth above it. */
export const steep = (knee: number, times: number) => (rate: number) =>
  Math.min(1, 0.01 * times ** (10 * (rate / knee - 1)));
