/**
 * What serves, beside a candidate's test under load: a few requests of the same kind are sent to it meanwhile, since tables, features
 * and networks may be both fleets'. CloudWatch shows a minute of it two minutes later; these show it within seconds.
 */
import * as z from "zod";
import { shareEvidence } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import type { Share } from "../units.ts";
import { bucketOf, Latencies, mergedLatencies, quantileOf } from "./latencies.ts";
import { requirementsOf } from "./step.ts";

/** What became of the requests to what serves. */
export const BesideSeen = z.object({
  requests: z.int().min(0),
  bad: z.int().min(0),
  /** Of those that were answered. */
  latencies: Latencies.default([]),
});
export type BesideSeen = z.infer<typeof BesideSeen>;

export const nothingBeside: BesideSeen = { requests: 0, bad: 0, latencies: [] };

export const addedBeside = (a: BesideSeen, b: BesideSeen): BesideSeen => ({
  requests: a.requests + b.requests,
  bad: a.bad + b.bad,
  latencies: mergedLatencies(a.latencies, b.latencies),
});

/** Of one round. */
export const BesideSent = BesideSeen.extend({
  /** More of them were late or failed than may be. */
  isHarmed: z.boolean(),
  /** They were in time, and slower than while the candidate had little load. */
  isSlower: z.boolean().default(false),
});
export type BesideSent = z.infer<typeof BesideSent>;

type Counted = Pick<BesideSeen, "requests" | "bad">;

/**
 * A twentieth of the peak, which is what what serves has room for, and no more than tells within seconds. Of a small fleet that is
 * little, and tells late: one request a second is half as much again to an instance that is to serve two.
 */
const [part, most] = [0.05, 5];

export const besidePerSecond = ({ requirements }: Plan): number =>
  Math.min(most, part * requirements.peakRequestsPerSecond);

/** So many times what the requirements allow, and what was seen before the load came, is harm: chosen. */
const times = 2;
/** Chance that a round says so of one that keeps to that; a test has a dozen or two. */
const alpha = 0.002;

/** No more than so many are ever allowed, be what was seen before as bad as it may. */
const mostAllowed = 0.5;
const allowedOf = (part: Share, { requests, bad }: Counted): Share =>
  Math.min(mostAllowed, times * Math.max(part, requests === 0 ? 0 : (bad + 1) / (requests + 1)));

/** Whether more of them are bad than may be, by what was seen while the candidate had little load; may be asked as often as one likes. */
export function isBesideHarmed(plan: Plan, before: Counted, now: Counted): boolean {
  const { late = 0, failed } = requirementsOf(plan).allowed;
  const allowed = allowedOf(late + failed, before);
  return shareEvidence({ ...now, deflation: 1 }, allowed).more >= Math.log(1 / alpha);
}

/** From one moment on so many of those that were in time are late: what a queue that has begun to grow makes of them. Chosen. */
const lateOnceTurned = 0.3;
/** Among requests of which as many are late as may be it takes that many, on average, until a turn is seen that is none. */
const requestsUntilFalse = 1_000;

/**
 * Sees that requests have turned late from some moment on, however many were in time before it: Page's cumulative sum ("Continuous
 * inspection schemes", 1954) of the evidence that so many are late as once a queue has grown, against as many as may be.
 */
export interface LateTurn {
  add(isLate: boolean): void;
  /** With so many more that are late and not answered yet. */
  isSeen(overdue: number): boolean;
}

/** `requests`: until a turn is seen that is none. */
function turnFrom(allowed: Share, once: Share, requests: number): LateTurn {
  const turned = allowed + once * (1 - allowed);
  const late = Math.log(turned / allowed);
  const inTime = Math.log((1 - turned) / (1 - allowed));
  const threshold = Math.log(requests);
  let sum = 0;
  return {
    add: (isLate) => {
      sum = Math.max(0, sum + (isLate ? late : inTime));
    },
    isSeen: (overdue) => sum + overdue * late >= threshold,
  };
}

export const lateTurn = (plan: Plan, before: Counted): LateTurn =>
  turnFrom(allowedOf(requirementsOf(plan).allowed.late ?? 0, before), lateOnceTurned, requestsUntilFalse);

/** Of fewer it is not known how long what serves takes. */
const fewestBefore = 30;
/** Where so much of the room is gone that it had until too many are late, it is slower. Chosen (bench:load-harm). */
const roomGone = 0.5;
/** What one in ten exceeds anyhow. */
const usualShare = 0.9;
/** From one moment on as many more are slower than that; and how many it takes until that is seen of what has not turned. */
const [slowOnceTurned, requestsUntilWarned] = [0.5, 3_000];

/** Its answers take longer than that once it is slower by half of what makes too many of them late, milliseconds. */
export function slowFrom({ requirements }: Plan, { latencies }: BesideSeen): number | undefined {
  const answered = countOf(latencies);
  if (answered < fewestBefore) return undefined;
  const at = (share: Share) => quantileOf(latencies, share) ?? 0;
  const room = requirements.latencyMsP99 - at(0.99);
  return Math.max(at(usualShare), at(0.5) + roomGone * room);
}

const countOf = (latencies: Latencies): number => latencies.reduce((sum, [, count]) => sum + count, 0);

/**
 * The same of those that are slower than that, all of them in time as yet: a queue that grows shows so before the first of its users is
 * late. By as many as were before, and one more.
 */
export function slowTurn(before: BesideSeen, slowMs: number): LateTurn {
  const least = bucketOf(slowMs);
  const slow = countOf(before.latencies.filter(([bucket]) => bucket > least));
  const allowed = Math.min(mostAllowed, (slow + 1) / (countOf(before.latencies) + 1));
  return turnFrom(allowed, slowOnceTurned, requestsUntilWarned);
}

export const besideText = ({ requests, bad }: Counted): string =>
  `the test under load was stopped: of ${requests} requests sent meanwhile to what serves, ${bad} were late or failed`;

/** So often it may turn slower: once may be chance, or its own users' doing. */
export const mostWarnings = 2;

/** Requests per second at which it did. */
export const warnedText = (at: readonly number[]): string =>
  `the test under load was stopped: what serves, whose answers were as ever while the candidate had little load, turned slower ${at.length} times once that was sent ${at.map((rate) => Number(rate.toPrecision(3))).join(" and ")} requests/s; all were in time as yet`;
