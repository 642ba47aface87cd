/**
 * A candidate that fails twenty times as often in one minute of ten, beside one that fails three times as often all the
 * time, by the shipped reducer with the spread that a plan has by default: most of its minutes speak for it.
 */
import { measureCountNoise } from "../src/index.ts";
import type { Bound } from "./bounds.ts";
import { type Cell, HORIZON_MINUTES } from "./cells.ts";
import { minutesTo } from "./reduced.ts";
import { Chance } from "./simulation/chance.ts";
import { historyOf } from "./simulation/minutes.ts";
import { seedOf } from "./simulation/seed.ts";

/** Both begin after so many minutes without a fault. */
const HEALTHY_MINUTES = 5;
const STEADY = 3;
const PULSE = { ratio: 20, ofMinutes: 10 } as const;
/** Pulses are found within so many times what the steady fault takes. */
const MOST_TIMES = 2;

export interface Pulses {
  readonly what: string;
  /** Mean minutes from the first bad minute on, to a rollback. */
  readonly steady: number;
  readonly pulsed: number;
}

/** By the traffic of these cells, each once. */
export function measurePulses(cells: readonly Cell[], releases: number): Pulses[] {
  const services = new Map(cells.map((cell) => [whatOf(cell), cell]));
  return [...services].map(([what, cell]) => {
    const chance = new Chance(seedOf(`pulses ${what}`));
    const noise = measureCountNoise(historyOf(cell, chance), 60);
    const mean = (ratioAt: (minute: number) => number) => {
      const ratioOf = (minute: number) => (minute < HEALTHY_MINUTES ? 1 : ratioAt(minute - HEALTHY_MINUTES));
      let spent = 0;
      for (let nth = 0; nth < releases; nth++)
        spent += minutesTo({ ...releaseOf(cell, chance, ratioOf), noise }) - HEALTHY_MINUTES;
      return spent / releases;
    };
    return {
      what,
      steady: mean(() => STEADY),
      pulsed: mean((minute) => (minute % PULSE.ofMinutes === 0 ? PULSE.ratio : 1)),
    };
  });
}

const whatOf = ({ requestsPerMinute, shares, stableRate }: Cell) =>
  `${requestsPerMinute}/min, ${(shares[0] ?? 0) * 100} %, ${stableRate * 100} %`;

function releaseOf(
  { requestsPerMinute, shares, stableRate }: Cell,
  chance: Chance,
  ratioAt: (minute: number) => number,
) {
  const share = shares[0] ?? 0;
  const requests = Math.max(1, Math.round(requestsPerMinute * share));
  const others = requestsPerMinute - requests;
  const minuteOf = (minute: number) => ({
    candidate: {
      requests,
      bad: Math.min(requests, chance.poisson(requests * stableRate * ratioAt(minute))),
    },
    stable: { requests: others, bad: Math.min(others, chance.poisson(others * stableRate)) },
  });
  return { share, minuteOf };
}

/** Where the steady fault is found well before the horizon. */
export function pulsesBound(found: readonly Pulses[]): Bound {
  const telling = found.filter(({ steady }) => MOST_TIMES * steady < HORIZON_MINUTES);
  const timesOf = ({ steady, pulsed }: Pulses) => pulsed / steady;
  const missed = telling.filter((each) => timesOf(each) > MOST_TIMES);
  return {
    what: `minutes to find ×20 in one minute of ten, over those of a steady ×3 (${telling.length} services)`,
    bound: `≤ ${MOST_TIMES}`,
    found: `worst ${Math.max(...telling.map(timesOf)).toFixed(2)}`,
    holds: missed.length === 0,
    misses: missed.map(({ what }) => what),
  };
}
