/** How likely a fleet is to be asked for more than it serves, by what is believed of the load and of its instances. */
import type { Belief } from "../learning/log-normal.ts";
import { shareBy } from "../learning/log-normal.ts";
import { nextWhere } from "../learning/posterior.ts";

/** Chosen: a plan is to hold for a month, which is what money is told of. */
const weeksAhead = 4;
const month = { instances: weeksAhead, together: weeksAhead };

/** Chosen: from such a part of its full load on a fleet is too slow. */
const slowFrom = 0.9;

const draws = 200;

export interface LoadAndFleet {
  /** Of a week's highest load, requests per second. */
  readonly load: Belief;
  /** Of what an instance serves at full load. */
  readonly throughput: Belief;
}

/** The chance that in one of the coming weeks more is asked for than so many instances serve in time. */
export function breachChance({ load, throughput }: LoadAndFleet): (instances: number) => number {
  const served = Array.from({ length: draws }, (_, nth) => nextWhere(throughput, (nth + 0.5) / draws));
  return (instances) =>
    instances <= 0
      ? 1
      : served.reduce(
          (sum, each) => sum + 1 - shareBy(load, each + Math.log(slowFrom * instances), month),
          0,
        ) / draws;
}

/** What the highest load of the coming weeks stays below with that chance. */
export const peakWithin = (load: Belief, share: number): number => Math.exp(nextWhere(load, share, month));
