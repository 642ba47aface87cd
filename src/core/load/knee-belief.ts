/**
 * What is believed of the knee by all that was seen of all rates together, as a grid: how likely each rate is to be it.
 *
 * Beside what is late at any rate, requests come late in times in which a queue is longer than the limit. How much of all time
 * these take falls by a factor with each step that a fleet is away from being full (heavy traffic: Kingman, 1961, "The single
 * server queue in heavy traffic"), the steeper the more requests come within the limit. How steep is not known, and is a part of
 * the grid; that the share grows is what rates tell of each other.
 */
import { bell, evenly } from "../learning/log-normal.ts";
import { spreadOf } from "./latencies.ts";
import { type BadKind, full, type Looks, looksOf, slowLooksOf } from "./looks.ts";
import type { Allowed, LoadAsk } from "./step.ts";
import { blockSeconds, type SeenAt } from "./tally.ts";
import { turnsOf } from "./turns.ts";

/** Between which it is, and above which it hardly is, requests per second. */
export interface KneeBelief {
  readonly low: number;
  readonly likelyBelow: number;
  readonly high: number;
  /** The fleet is slow by turns: what is bad at a rate is a matter of whether it has met one. */
  readonly isByTurns: boolean;
}

/** Chosen by simulation (bench:load): nineteen times of twenty the knee is to be between the two ends. */
const tail = 0.018;
/** Chosen likewise: what is seen of rates below the knee says little, since little is late there. */
const aim = 0.7;
const places = 400;
/** Beyond the lowest and the highest rate that was tried. */
const [below, beyond] = [0.5, 1.6];
/** A heavily loaded queue's law for requests as spread as the exponential, and how far off that may be, as a logarithm. */
const [steepness, steepnessDeviation] = [0.6, 0.5];
/** How steep fleets are, for so many requests as come within the limit, and how many are. */
const steepnesses: readonly { readonly times: number; readonly part: number }[] = evenly(-2, 2, 9).map(
  (at) => ({ times: steepness * Math.exp(at * steepnessDeviation), part: bell(at) }),
);
const leastSteepness = 5;
/** Where a fleet was seen to be slow by turns, that it is: so likely, chosen. Otherwise it is not. */
const seenByTurns = 0.7;
/** Of so many requests at least what is late at any rate is known. */
const fewest = 1_500;

/** By whichever kind of bad requests the lowest rate is exceeded; undefined where nothing was seen. */
export function kneeBelief(seen: readonly SeenAt[], ask: LoadAsk): KneeBelief | undefined {
  const byRate = seen
    .filter(({ tally }) => tally.requests > 0)
    .toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  if (byRate.length === 0) return undefined;
  const kinds = (["late", "lost", "failed"] as const).flatMap((of) => {
    const allowed = ask.allowed[of];
    if (allowed === undefined) return [];
    const always = Math.min(0.8 * allowed, alwaysBad(byRate, of));
    return [beliefBy(byRate, { of, allowed, always, limitSeconds: ask.limitSeconds })];
  });
  const least = (end: "low" | "likelyBelow" | "high") => Math.min(...kinds.map((each) => each[end]));
  const isByTurns = kinds.some((each) => each.isByTurns);
  return { low: least("low"), likelyBelow: least("likelyBelow"), high: least("high"), isByTurns };
}

function beliefBy(byRate: readonly SeenAt[], kind: BadKind): KneeBelief {
  const [lowest, highest] = [byRate[0]?.requestsPerSecond ?? 1, byRate.at(-1)?.requestsPerSecond ?? 1];
  const rates = evenly(Math.log(below * lowest), Math.log(beyond * highest), places).map(Math.exp);
  const crowds = crowdsOf(byRate);
  const steady = weightsOf(rates, looksOf(byRate, kind), { ...kind, part: 1, crowds });
  const turns = kind.of === "late" ? turnsOf(byRate) : undefined;
  const slow =
    turns && weightsOf(rates, slowLooksOf(byRate, kind, turns), { ...kind, part: turns.part, crowds });
  const weights = slow === undefined ? steady : mixed(slow, steady, seenByTurns);
  const at = (share: number) => whereOf(rates, weights, share);
  const [low, likelyBelow, high] = [at(tail), at(aim), at(1 - tail)];
  const by = (rate: number) => byChance(byRate, rate);
  const isByTurns = turns !== undefined;
  return { low: low * (1 - by(low)), likelyBelow, high: high * (1 + by(high)), isByTurns };
}

const mixed = (a: readonly number[], b: readonly number[], ofA: number): number[] =>
  a.map((each, nth) => ofA * each + (1 - ofA) * (b[nth] ?? 0));

/** `part`: of the time, in which more are bad than always. Queues of a fleet that crowds come to fall the slower as it is less full. */
function weightsOf(
  rates: readonly number[],
  looks: readonly Looks[],
  {
    allowed,
    always,
    limitSeconds,
    part: ofTime,
    crowds,
  }: BadKind & { readonly part: number; readonly crowds: number },
): number[] {
  const logs = rates.map((knee) =>
    steepnesses.map(({ times, part }) => {
      const steep = Math.max(leastSteepness, (times * knee * limitSeconds * 2) / (1 + crowds));
      return (
        looks.reduce((sum, { rate, looked, bad }) => {
          if (looked === 0) return sum;
          const over = Math.exp(Math.min(50, steep * (rate / knee - 1)));
          const expected = looked * Math.min(full * ofTime, (allowed - always) * over);
          return sum + bad * Math.log(expected) - expected;
        }, 0) + Math.log(part)
      );
    }),
  );
  const most = Math.max(...logs.flat());
  const weights = logs.map((row) => row.reduce((sum, log) => sum + Math.exp(log - most), 0));
  const all = weights.reduce((sum, each) => sum + each, 0);
  return weights.map((each) => each / all);
}

/** What is bad at any rate, however low: the smallest share of rates from the lowest on. */
function alwaysBad(byRate: readonly SeenAt[], of: keyof Allowed): number {
  let [requests, bad] = [0, 0];
  let least = 1;
  for (const { tally } of byRate) {
    requests += tally.requests;
    bad += tally[of].bad;
    if (requests >= fewest) least = Math.min(least, bad / requests);
  }
  return requests >= fewest ? least : bad / requests;
}

function whereOf(rates: readonly number[], weights: readonly number[], share: number): number {
  const wanted = share * weights.reduce((sum, each) => sum + each, 0);
  let sum = 0;
  for (const [nth, weight] of weights.entries()) {
    if (sum + weight >= wanted && weight > 0) {
      const [rate, next] = [rates[nth] ?? 0, rates[nth + 1] ?? rates[nth] ?? 0];
      return rate + (next - rate) * ((wanted - sum) / weight);
    }
    sum += weight;
  }
  return rates.at(-1) ?? 0;
}

/** Rates so near to one another say the same. */
const near = 1.06;

/** How much more than by chance the requests of blocks of time vary, where nothing but chance is 1: of a trace, which may have crowds in it. */
function crowdsOf(byRate: readonly SeenAt[]): number {
  let [blocks, squares] = [0, 0];
  for (const { requestsPerSecond, tally } of byRate) {
    const mean = requestsPerSecond * blockSeconds;
    // The last of a run may be a part of one.
    const whole = tally.runs.flatMap((run) => run.slice(0, -1));
    blocks += whole.length;
    squares += whole.reduce((sum, [requests]) => sum + (requests - mean) ** 2 / mean, 0);
  }
  return blocks === 0 ? 1 : Math.max(1, squares / blocks);
}

/**
 * Requests come as they like (Poisson) and take as long as they take, so that the work of so many varies by this part, a standard
 * deviation of it: by how much a fleet was asked for more or less than its rate. A spread below the exponential's says little: what
 * takes its time together is not spread (batches).
 */
function byChance(byRate: readonly SeenAt[], rate: number): number {
  const spread = Math.max(1, spreadOf(byRate[0]?.tally.latencies ?? []));
  const far = (each: SeenAt) => Math.abs(Math.log(each.requestsPerSecond / rate));
  const nearest = Math.min(...byRate.map(far));
  const requests = byRate
    .filter((each) => far(each) <= Math.max(nearest, Math.log(near)))
    .reduce((sum, { tally }) => sum + tally.requests, 0);
  return Math.min(0.5, Math.sqrt((1 + spread) / Math.max(1, requests)));
}
