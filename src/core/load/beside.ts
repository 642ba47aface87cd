/**
 * What serves, beside a candidate's test under load: a few requests of the same kind are sent to it meanwhile, since tables, features
 * and networks may be both fleets'. CloudWatch shows a minute of it two minutes later; these show it within seconds.
 */
import * as z from "zod";
import { shareEvidence } from "#verdict";
import type { Plan } from "../plan/plan.ts";
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

/** Whether more of them are bad than may be, by what was seen while the candidate had little load; may be asked as often as one likes. */
export function isBesideHarmed(plan: Plan, before: BesideSeen, now: BesideSeen): boolean {
  const { late = 0, failed } = requirementsOf(plan).allowed;
  const seen = before.requests === 0 ? 0 : (before.bad + 1) / (before.requests + 1);
  const allowed = Math.min(0.5, times * Math.max(late + failed, seen));
  return shareEvidence({ ...now, deflation: 1 }, allowed).more >= Math.log(1 / alpha);
}

export const besideText = ({ requests, bad }: BesideSeen): string =>
  `the test under load was stopped: of ${requests} requests sent meanwhile to what serves, ${bad} were late or failed`;
