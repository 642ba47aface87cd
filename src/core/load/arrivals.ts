/**
 * When the requests of a load test are to be sent: an open loop, whose times do not depend on any answer. Requests come
 * by chance (Poisson) or as a trace has them, at a rate that may change in time, the same for the same seed.
 */

/** 0 to 1, 1 itself excluded. */
export type Chance = () => number;

/** Seeded draws: splitmix32 over a hash of the seed's text (FNV-1a, 32 bits). */
export function chanceOf(seed: string): Chance {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}

export interface LoadFlow {
  /** Requests per second at a time, seconds from the beginning; never above `most`. */
  readonly rateAt: (seconds: number) => number;
  readonly most: number;
  readonly seconds: number;
}

/** How requests come at a steady rate: moments from the beginning, seconds, ascending and without end. */
export type Arriving = (steady: Pick<LoadFlow, "most" | "seconds">, chance: Chance) => Iterable<number>;

/** A Poisson process. */
export const byChance: Arriving = function* ({ most }, chance) {
  for (let at = 0; ; yield at) at -= Math.log(1 - chance()) / most;
};

/**
 * Intended times, seconds from the beginning, ascending: what comes at the highest rate, thinned to the one of the moment (Lewis
 * and Shedler, "Simulation of nonhomogeneous Poisson processes by thinning", 1979).
 */
export function* arrivals(flow: LoadFlow, chance: Chance, arriving: Arriving = byChance): Generator<number> {
  const { rateAt, most, seconds } = flow;
  if (!(most > 0)) return;
  for (const at of arriving(flow, chance)) {
    if (at >= seconds) return;
    if (chance() * most < rateAt(at)) yield at;
  }
}

/** What one of several senders has to send of them: each request is one's, by draws that are the same for all. */
export function* ownOf(
  all: Iterable<number>,
  { nth, of }: { readonly nth: number; readonly of: number },
  chance: Chance,
): Generator<number> {
  for (const at of all) if (Math.floor(chance() * of) === nth - 1) yield at;
}

/** Grows evenly to its rate, so that what is cold gets warm, and stays there. */
export const ramped = (rate: number, rampSeconds: number, seconds: number): LoadFlow => ({
  rateAt: (at) => (at < rampSeconds ? (rate * at) / rampSeconds : rate),
  most: rate,
  seconds,
});
