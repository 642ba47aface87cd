/** How a fleet of the twin's worlds answers requests that are sent to it one by one, and what is late of them in the long run. */
import { joinQueue, slowdown } from "#twin/world";
import { type Chance, chanceOf } from "../../src/core/load/arrivals.ts";

export interface LawOfFleet {
  readonly instances: number;
  /** What an instance serves when it is full, requests per second. */
  readonly throughput: number;
  /** Alone on an instance, milliseconds. */
  readonly aloneMs: number;
}

/** Standard deviation of what requests take over its mean, as worlds have it. */
const cv = 0.5;
const variance = Math.log1p(cv * cv);

const normal = (chance: Chance): number =>
  Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());

/** What one request takes that comes at a moment, milliseconds; undefined: it is turned away. */
export function answering({ instances, throughput, aloneMs }: LawOfFleet, chance: Chance) {
  const queue = { atMs: 0, backlog: 0, recent: [] };
  const service = { warm: instances, throughput, latencyMs: aloneMs, taken: 0 };
  return (nowMs: number): number | undefined => {
    const { load, waitMs, isTurnedAway } = joinQueue(queue, service, nowMs);
    if (isTurnedAway) return undefined;
    const mean = aloneMs * slowdown(load, service);
    return waitMs + mean * Math.exp(Math.sqrt(variance) * normal(chance) - variance / 2);
  };
}

/** The part that is late in the long run, the way there and back apart. */
export function lateShare(law: LawOfFleet, requestsPerSecond: number, limitMs: number): number {
  const chance = chanceOf(`truth of ${requestsPerSecond}`);
  const answer = answering(law, chance);
  let [atMs, came, late] = [0, 0, 0];
  while (came < 300_000) {
    atMs -= (1_000 * Math.log(1 - chance())) / requestsPerSecond;
    came += 1;
    if ((answer(atMs) ?? Number.POSITIVE_INFINITY) > limitMs) late += 1;
  }
  return late / came;
}
