/**
 * What telling instances costs, by the shipped reducer itself on count cells, eight instances on either side: pooled with
 * no spread taken for granted, with each of the candidate's left out in turn, and pooled with the spread that a plan has by
 * default, whose limit is that of a test which takes as much for healthy.
 */

import { acceptableRatio } from "../src/evidence/tolerance.ts";
import { type CountSample, limitMinutes, measureCountNoise } from "../src/index.ts";
import type { Bound } from "./bounds.ts";
import { ALPHA, type Cell } from "./cells.ts";
import { eight, minutesTo, type Reduced } from "./reduced.ts";
import { Chance } from "./simulation/chance.ts";
import { historyOf, releaseOf } from "./simulation/minutes.ts";
import { seedOf } from "./simulation/seed.ts";

export const ways = [
  { name: "pooled, hostSpread 0", hostSpread: 0, told: false, least: 0.75 },
  { name: "with one instance left out, hostSpread 0", hostSpread: 0, told: true, least: 0.52 },
  {
    name: "pooled, the default spread, of the limit at that",
    hostSpread: undefined,
    told: false,
    least: 0.7,
  },
] as const;
type Way = (typeof ways)[number];

export interface InstancesEffort {
  readonly faulty: number;
}

/** Of each way, the limit over the minutes taken. */
export interface InstancesResult {
  readonly cell: Cell;
  readonly limits: readonly number[];
  readonly efficiencies: readonly number[];
}

export function measureInstances(cell: Cell, { faulty }: InstancesEffort): InstancesResult {
  const chance = new Chance(seedOf(`instances ${cell.name}`));
  const noise = measureCountNoise(historyOf(cell, chance), 60);
  const limits = ways.map((way) => limitBy(cell, way));
  const minutes = ways.map((way) => {
    let spent = 0;
    for (let nth = 0; nth < faulty; nth++) spent += minutesTo({ ...releaseBy(cell, way, chance), noise });
    return spent / faulty;
  });
  return { cell, limits, efficiencies: limits.map((limit, nth) => limit / (minutes[nth] ?? Number.NaN)) };
}

const spreadOf = ({ hostSpread }: Way) => (hostSpread === undefined ? {} : { hostSpread });

function limitBy({ requestsPerMinute, stableRate, ratio, shares }: Cell, way: Way): number {
  const traffic = { requestsPerMinute, share: shares[0] ?? 0, stableRate, candidateRate: stableRate * ratio };
  return limitMinutes(traffic, ALPHA, acceptableRatio(0, { ...eight, ...spreadOf(way) }));
}

function releaseBy(cell: Cell, way: Way, chance: Chance): Omit<Reduced, "noise"> {
  const minuteOf = releaseOf(cell, chance, true);
  return {
    share: cell.shares[0] ?? 0,
    ...spreadOf(way),
    minuteOf: (minute) => {
      const seen = minuteOf(minute);
      const candidate = { requests: seen.candidateRequests, bad: seen.candidateBad };
      return {
        candidate,
        stable: { requests: seen.stableRequests, bad: seen.stableBad },
        ...(way.told ? { hosts: dealt(candidate, chance) } : {}),
      };
    },
  };
}

/** Among the candidate's instances, each of which has its share of the requests. */
function dealt({ requests, bad }: CountSample, chance: Chance): Record<string, CountSample> {
  const own = Array.from({ length: eight.candidateInstances }, () => 0);
  for (let nth = 0; nth < bad; nth++) {
    const host = Math.floor(chance.uniform() * own.length);
    own[host] = (own[host] ?? 0) + 1;
  }
  return Object.fromEntries(
    own.map((each, nth) => [`i-${nth}`, { requests: requests / own.length, bad: each }]),
  );
}

const LEAST_LIMIT_MINUTES = 4;

/** Over the cells whose limit is four minutes or more, as without instances. */
export function instancesBounds(results: readonly InstancesResult[]): readonly Bound[] {
  return ways.flatMap(({ name, least }, nth) => {
    const some = results.filter(({ limits }) => (limits[0] ?? 0) >= LEAST_LIMIT_MINUTES);
    if (some.length === 0) return [];
    const mean = some.reduce((sum, { efficiencies }) => sum + (efficiencies[nth] ?? 0), 0) / some.length;
    return {
      what: `efficiency with eight instances, ${name} (${some.length} count cells)`,
      bound: `≥ ${least}`,
      found: mean.toFixed(3),
      holds: mean >= least,
      misses: [],
    };
  });
}
