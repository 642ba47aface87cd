/**
 * What a release has raised so far, by the clock, the fleets and the leases as they stand, and what is still to come at
 * planned durations: whether it can afford its next stages, or to stand where it is.
 */

import type { SizedFleet } from "../capacity/candidate-fleet.ts";
import { type Fleets, variantOf } from "../capacity/endpoint.ts";
import { updateMinutes } from "../capacity/locked-minutes.ts";
import type { Plan } from "../plan/plan.ts";
import { costOf } from "../plan/prices.ts";
import type { EpochMs } from "../units.ts";
import { type CandidateSide, minutesOf, type Raising, totalHours, wayBackParts } from "./estimate.ts";
import { type BilledLease, leaseBillUsd } from "./lease-bill.ts";
import { standingsFrom } from "./standings.ts";

export interface Bill {
  readonly plan: Plan;
  /** The fleets as they are, stable's and the candidate's. */
  readonly stable: SizedFleet;
  readonly candidate: CandidateSide;
  /** How many instances the candidate had until moments, in their order; absent: as many as it has. */
  readonly before?: readonly SizeUntil[];
  /** When the candidate was put beside stable, epoch milliseconds. */
  readonly joinedAtMs: EpochMs;
  /** When its joining was seen to be over, both fleets up to then twice; absent: it took as long as planned. */
  readonly joinedUntilMs?: EpochMs;
  /** What is leased beside the endpoint at a known price; absent: nothing. */
  readonly leases?: readonly BilledLease[];
  /** What it has cost before it joined, US dollars; absent: nothing. */
  readonly triedUsd?: number | undefined;
}

interface SizeUntil {
  readonly untilMs: EpochMs;
  readonly instances: number;
}

interface Seen {
  /** As they were planned. */
  readonly needs: {
    readonly stable: SizedFleet & { readonly variant: string };
    readonly candidate: CandidateSide & { readonly variant: string };
    readonly triedUsd?: number | undefined;
  };
  readonly endpoint: Fleets;
  /** ISO 8601; absent: nothing was raised. */
  readonly joinedAt: string | undefined;
  /** ISO 8601; absent: a document of before does not say. */
  readonly joinedUntil?: string | undefined;
  readonly nowMs: EpochMs;
  readonly leases: readonly BilledLease[];
  /** Of a candidate that has not joined whole: until when it had how many. */
  readonly before: readonly SizeUntil[];
}

/** The bill of a release whose endpoint is seen so. */
export function billSoFar(plan: Plan, seen: Seen): Bill {
  const { needs, endpoint, joinedAt, joinedUntil, nowMs, leases, before } = seen;
  const asItIs = ({ variant, instanceType, instances }: Seen["needs"]["stable"]): SizedFleet => {
    const found = variantOf(endpoint, variant);
    return {
      instanceType,
      instances: Math.max(found?.currentInstances ?? instances, found?.desiredInstances ?? 0),
    };
  };
  return {
    plan,
    leases,
    triedUsd: needs.triedUsd,
    ...(needs.candidate.shares !== undefined && { before }),
    stable: asItIs(needs.stable),
    candidate: { ...asItIs(needs.candidate), shares: needs.candidate.shares },
    joinedAtMs: joinedAt === undefined ? nowMs : Date.parse(joinedAt),
    ...(joinedUntil !== undefined && { joinedUntilMs: Date.parse(joinedUntil) }),
  };
}

/** What is to come: where the candidate is raised first, to how many, and for how long before the stages begin. */
interface Coming {
  readonly nowMs: EpochMs;
  readonly instances?: number;
  readonly raiseMinutes?: number;
}

/** Why the stages from one on cannot be paid for; undefined where they can, whichever way the release ends. */
export function lackForStages(
  bill: Bill,
  stage: number,
  { nowMs, instances = bill.candidate.instances, raiseMinutes = 0 }: Coming,
): string | undefined {
  const { plan, stable } = bill;
  const raised = { ...bill.candidate, instances };
  const standings = standingsFrom(plan, raised, { from: stage });
  const ahead = [
    { minutes: raiseMinutes, raised: [raised] },
    ...standings.map((one) => ({ minutes: one.bakeMinutes + one.waitMinutes, raised: [one.candidate] })),
  ];
  const candidate = standings.at(-1)?.candidate ?? raised;
  const usd = Math.max(
    ...[[promotion(candidate)], wayBackParts({ stable, candidate })].map((leaving) =>
      totalUsd(bill, nowMs, [...ahead, ...leaving], stage),
    ),
  );
  return usd <= plan.budget.usdPerRelease
    ? undefined
    : `with the stages that are left the release comes to ${budgeted(usd, plan)}`;
}

/** What it has come to by a moment, with nothing to come; without what has no known price. */
export const spentUsd = (bill: Bill, atMs: EpochMs): number => totalUsd(bill, atMs, []);

/** Why a promotion cannot be paid for, which drops stable; undefined where it can. */
export function lackForPromotion(bill: Bill, nowMs: EpochMs): string | undefined {
  const { plan, candidate } = bill;
  const usd = totalUsd(bill, nowMs, [promotion(candidate)]);
  return usd <= plan.budget.usdPerRelease
    ? undefined
    : `with its promotion the release comes to ${budgeted(usd, plan)}`;
}

/** Why a release cannot stand as it is until a moment and go back then; undefined where it can. */
export function lackForHold(bill: Bill, untilMs: EpochMs): string | undefined {
  const usd = totalUsd(bill, untilMs, inNeed(bill));
  return usd <= bill.plan.budget.usdPerRelease
    ? undefined
    : `the hold has spent what the budget allows: with its way back the release comes to ${budgeted(usd, bill.plan)}`;
}

/** How long a release may stand with its candidate, the way there and back included; infinite where that costs nothing known. */
export function affordableMinutes(bill: Omit<Bill, "joinedAtMs">): number {
  const { plan, stable, candidate } = bill;
  const joining = { minutes: updateMinutes, raised: [stable] };
  const back = inNeed(bill);
  const day = [{ minutes: 1440, raised: [candidate] }];
  const fixed = costOf(totalHours([joining, ...back]), plan).usd + aheadUsd(bill, back);
  const perDay = costOf(totalHours(day), plan).usd + aheadUsd(bill, day);
  return perDay === 0
    ? Number.POSITIVE_INFINITY
    : (1440 * Math.max(0, plan.budget.usdPerRelease - fixed)) / perDay;
}

/** A way back of twice the planned time: what cannot be paid for any more must still be put back. */
const inNeed = ({ stable, candidate }: Pick<Bill, "stable" | "candidate">): Raising[] =>
  wayBackParts({ stable, candidate, times: 2 });

/** Stable is dropped by an update that builds the candidate's fleet anew. */
const promotion = (candidate: SizedFleet): Raising => ({
  minutes: updateMinutes,
  raised: [candidate, candidate],
});

/**
 * Of a release until a moment, with what is still to come, from a stage on or where it stands; without what has no known
 * price.
 */
function totalUsd(bill: Bill, atMs: EpochMs, ahead: readonly Raising[], fromStage?: number): number {
  const { plan, stable, candidate, joinedAtMs, joinedUntilMs, leases = [], triedUsd = 0 } = bill;
  const minutes = Math.max(0, atMs - joinedAtMs) / 60_000;
  const took = joinedUntilMs === undefined ? updateMinutes : (joinedUntilMs - joinedAtMs) / 60_000;
  const joining = { minutes: Math.min(minutes, took), raised: [stable] };
  const stood = sizesUntil(bill, atMs).map(({ fromMs, untilMs, instances }) => ({
    minutes: (untilMs - fromMs) / 60_000,
    raised: [{ ...candidate, instances }],
  }));
  const fleets = costOf(totalHours([joining, ...stood, ...ahead]), plan).usd;
  return (
    triedUsd + fleets + leaseBillUsd(leases, { untilMs: atMs, minutesAhead: minutesOf(ahead), fromStage })
  );
}

/** The candidate's sizes one after the other, from its joining until a moment. */
function sizesUntil({ before = [], candidate, joinedAtMs }: Bill, atMs: EpochMs) {
  let fromMs = Math.min(joinedAtMs, atMs);
  return [...before, { untilMs: atMs, instances: candidate.instances }].map(({ untilMs, instances }) => {
    const size = { fromMs, untilMs: Math.max(fromMs, Math.min(untilMs, atMs)), instances };
    fromMs = size.untilMs;
    return size;
  });
}

/** Of the leases as they are, while something is to come. */
const aheadUsd = ({ leases = [] }: Pick<Bill, "leases">, ahead: readonly Raising[]): number =>
  leaseBillUsd(leases, { untilMs: Number.NEGATIVE_INFINITY, minutesAhead: minutesOf(ahead) });

const budgeted = (usd: number, { budget }: Plan): string =>
  `$${usd.toFixed(2)}, and its budget is $${budget.usdPerRelease.toFixed(2)}`;
