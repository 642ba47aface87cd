/**
 * What serves, beside a candidate's test under load: a few requests of the same kind are sent to it meanwhile, since tables, features
 * and networks may be both fleets'. CloudWatch shows a minute of it two minutes later; these show it within seconds.
 */
import * as z from "zod";
import { shareEvidence } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import type { Share } from "../units.ts";
import { requirementsOf } from "./step.ts";

/** What became of the requests to what serves. */
export const BesideSeen = z.object({ requests: z.int().min(0), bad: z.int().min(0) });
export type BesideSeen = z.infer<typeof BesideSeen>;

export const nothingBeside: BesideSeen = { requests: 0, bad: 0 };

export const addedBeside = (a: BesideSeen, b: BesideSeen): BesideSeen => ({
  requests: a.requests + b.requests,
  bad: a.bad + b.bad,
});

/** A twentieth of the peak, which is what what serves has room for, and no more than tells within seconds. */
const [part, fewest, most] = [0.05, 1, 5];

export const besidePerSecond = ({ requirements }: Plan): number =>
  Math.min(most, Math.max(fewest, part * requirements.peakRequestsPerSecond));

/** So many times what the requirements allow, and what was seen before the load came, is harm: chosen. */
const times = 2;
/** Chance that a round says so of one that keeps to that; a test has a dozen or two. */
const alpha = 0.002;

/** No more than so many are ever allowed, be what was seen before as bad as it may. */
const mostAllowed = 0.5;
const allowedOf = (part: Share, { requests, bad }: BesideSeen): Share =>
  Math.min(mostAllowed, times * Math.max(part, requests === 0 ? 0 : (bad + 1) / (requests + 1)));

/** Whether more of them are bad than may be, by what was seen while the candidate had little load; may be asked as often as one likes. */
export function isBesideHarmed(plan: Plan, before: BesideSeen, now: BesideSeen): boolean {
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

export function lateTurn(plan: Plan, before: BesideSeen): LateTurn {
  const allowed = allowedOf(requirementsOf(plan).allowed.late ?? 0, before);
  const turned = allowed + lateOnceTurned * (1 - allowed);
  const late = Math.log(turned / allowed);
  const inTime = Math.log((1 - turned) / (1 - allowed));
  const threshold = Math.log(requestsUntilFalse);
  let sum = 0;
  return {
    add: (isLate) => {
      sum = Math.max(0, sum + (isLate ? late : inTime));
    },
    isSeen: (overdue) => sum + overdue * late >= threshold,
  };
}

export const besideText = ({ requests, bad }: BesideSeen): string =>
  `the test under load was stopped: of ${requests} requests sent meanwhile to what serves, ${bad} were late or failed`;
