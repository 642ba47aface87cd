/**
 * What a release is expected to raise on top of the steady fleet, item by item: instance-hours, minutes and money. A rehearsal bills the same items (rehearsal/invariants/release-cost.ts), so that both can be laid side by side.
 */

import { type CandidateFleet, finalOf, type SizedFleet } from "../capacity/candidate-fleet.ts";
import {
  drainedMinutes,
  raiseLockMinutesP95,
  raiseMinutesOf,
  updateMinutes,
  updateMinutesOf,
} from "../capacity/locked-minutes.ts";
import type { KnownLaunch } from "../learning/launch.ts";
import { consentOf } from "../plan/in-place.ts";
import { loadTestMinutes } from "../plan/load-test.ts";
import type { Plan } from "../plan/plan.ts";
import { type Charged, costOf } from "../plan/prices.ts";
import { type Expense, type ExpenseItem, expensesOf, rounded, sumOf } from "./expenses.ts";
import { type PlannedStage, standingsFrom } from "./standings.ts";

/** Until the end of the update is noticed (by then looks come every two minutes), warmth proved and weights in force. */
export const warmingMinutes = 5;
/** What of that one in twenty takes beyond it. */
const warmingMinutesMore = 1.1;
/** Requests in flight are given this long to end before their variant is removed (runtime API: 60 s at most). */
export const drainSeconds = 60;

/** The candidate's side of a release: with what it joins, and what it is raised to. */
export type CandidateSide = SizedFleet & CandidateFleet;

export interface Estimate {
  readonly expenses: readonly Expense[];
  /** Of a release that is promoted, as half of them cost at most; null where the price of any of it is not known. */
  readonly usd: number | null;
  /** As nineteen of twenty cost at most, in an account whose launches take what is known of them, or else what they are believed to. */
  readonly p95Usd: number | null;
  /**
   * The dearest way through, promoted or rolled back at the very end, by what its budget plans for an update, without what
   * has no known price.
   */
  readonly dearestKnownUsd: number;
  readonly minutes: number;
  /** Instance types without a known price. */
  readonly unpriced: readonly string[];
}

/** Of an account whose own launches nobody has seen. */
const noLaunches: readonly KnownLaunch[] = [];

/** For a release that meets nothing unusual. `launches`: what is known of the account's own. */
export function estimateOf(
  plan: Plan,
  stable: SizedFleet,
  candidate: CandidateSide,
  launches: readonly KnownLaunch[] = noLaunches,
): Estimate {
  const final = { ...candidate, instances: finalOf(candidate) };
  const tested = loadTestMinutes(plan);
  const { joining, leaving, expected, parts } = expectedOf(plan, stable, candidate, launches);
  const standings = standingsFrom(plan, candidate);
  const planned = partsOf({
    stable,
    candidate,
    joining: updateMinutes,
    leaving: updateMinutes,
    testing: tested.most,
    standings,
  });
  const way = planned.flatMap(({ raisings }) => raisings);
  const forth = planned.filter(({ item }) => item !== "leaving").flatMap(({ raisings }) => raisings);
  const back = [...forth, ...wayBackParts({ stable, candidate: final })];
  const costs = [way, back].map((one) => costOf(totalHours(one), plan));
  const { unpriced } = costOf(totalHours([...way, ...back]), plan);
  const expenses = expensesOf(
    parts.map(({ item, raisings }) => ({ item, minutes: minutesOf(raisings), hours: totalHours(raisings) })),
    plan,
  );
  const usd = sumOf(expenses);
  const more = [
    { minutes: joining.p95 - joining.p50, raised: [stable, candidate] },
    { minutes: warmingMinutesMore + tested.most - tested.usual, raised: [candidate] },
    ...expected.map((one) => ({ minutes: one.waitMinutesMore, raised: [one.candidate] })),
    { minutes: leaving.p95 - leaving.p50, raised: [final, final] },
  ].map((part) => costOf(totalHours([part]), plan).usd);
  return {
    expenses,
    usd,
    // Parts that are long or short each for itself: their spreads add up as squares.
    p95Usd: usd === null ? null : rounded(usd + Math.hypot(...more)),
    dearestKnownUsd: Math.max(...costs.map((each) => each.usd), usd ?? 0),
    minutes: parts.reduce((sum, { raisings }) => sum + minutesOf(raisings), resizingMinutes(plan)),
    unpriced,
  };
}

/** What half of such releases raise at most, item by item, one fleet after the other within each. */
export const expectedParts = (
  plan: Plan,
  stable: SizedFleet,
  candidate: CandidateSide,
  launches: readonly KnownLaunch[] = noLaunches,
): readonly Part[] => expectedOf(plan, stable, candidate, launches).parts;

function expectedOf(
  plan: Plan,
  stable: SizedFleet,
  candidate: CandidateSide,
  launches: readonly KnownLaunch[],
) {
  const { instanceType } = candidate;
  const [joining, leaving] = [
    updateMinutesOf([stable, candidate], launches),
    updateMinutesOf([{ instanceType, instances: finalOf(candidate) }], launches),
  ];
  const expected = standingsFrom(plan, candidate, {
    raiseMinutesOf: raiseMinutesOf(plan, { instanceType, launches }),
  });
  const parts = partsOf({
    stable,
    candidate,
    joining: joining.p50,
    leaving: leaving.p50,
    testing: loadTestMinutes(plan).usual,
    standings: expected,
  });
  return { joining, leaving, expected, parts };
}

/** In place stable makes room before all else, and what serves in the end grows after it: fleets of the steady one's own. */
const resizingMinutes = ({ rollout }: Plan): number =>
  consentOf(rollout) === undefined ? 0 : 2 * raiseLockMinutesP95;

interface Paced {
  readonly stable: SizedFleet;
  readonly candidate: CandidateSide;
  /** Minutes of both updates. */
  readonly joining: number;
  readonly leaving: number;
  /** Of its test under load, beside proving that it is warm. */
  readonly testing: number;
  readonly standings: readonly PlannedStage[];
}

/** What a release raises from its joining to its promotion. */
function partsOf({ stable, candidate, joining, leaving, testing, standings }: Paced): Part[] {
  const final = { ...candidate, instances: finalOf(candidate) };
  const switched = leaving - drainedMinutes;
  return [
    { item: "joining", raisings: [{ minutes: joining, raised: [stable, candidate] }] },
    { item: "warming up", raisings: [{ minutes: warmingMinutes + testing, raised: [candidate] }] },
    {
      item: "bakes",
      raisings: standings.map((one) => ({ minutes: one.bakeMinutes, raised: [one.candidate] })),
    },
    {
      item: "waits",
      raisings: standings.map((one) => ({ minutes: one.waitMinutes, raised: [one.candidate] })),
    },
    // Its fleet launches anew beside itself; once that serves in stable's place, stable and the old one drain.
    {
      item: "leaving",
      raisings: [
        { minutes: switched, raised: [final, final] },
        { minutes: drainedMinutes, raised: [stable, final] },
      ],
    },
  ];
}

/** Of raisings one after another. */
export const minutesOf = (raisings: readonly Raising[]): number =>
  raisings.reduce((sum, { minutes }) => sum + minutes, 0);

/** The fleets of a release that goes back, and how. */
export interface GoingBack {
  readonly stable: SizedFleet;
  readonly candidate: SizedFleet;
  /** From full traffic: stable is refilled first, by one count change, and the candidate's last requests drain. */
  readonly fromAll?: boolean;
  /** As many times as long as planned. */
  readonly times?: number;
}

/** What a way back raises: the update that builds stable's fleet anew beside both old ones, and what comes before it. */
export function wayBackParts({ stable, candidate, fromAll = false, times = 1 }: GoingBack): Raising[] {
  const beside = { minutes: raiseLockMinutesP95 + drainSeconds / 60, raised: [candidate] };
  const move = { minutes: updateMinutes, raised: [stable, candidate] };
  return (fromAll ? [beside, move] : [move]).map((part) => ({ ...part, minutes: times * part.minutes }));
}

/** How long the way back takes that is planned for, from full traffic. */
export const wayBackMinutes = (back: Pick<GoingBack, "stable" | "candidate">): number =>
  minutesOf(wayBackParts({ ...back, fromAll: true }));

/** US dollars, without what has no known price. */
export const wayBackCostUsd = (plan: Charged, back: GoingBack): number =>
  costOf(totalHours(wayBackParts(back)), plan).usd;

/** Fleets that stand on top of the steady one for so long. */
export interface Raising {
  readonly minutes: number;
  readonly raised: readonly SizedFleet[];
}

interface Part {
  readonly item: ExpenseItem;
  readonly raisings: readonly Raising[];
}

/** Instance-hours by type. */
export function totalHours(parts: readonly Raising[]): Record<string, number> {
  const hours: Record<string, number> = {};
  for (const { minutes, raised } of parts)
    for (const { instanceType, instances } of raised)
      hours[instanceType] = (hours[instanceType] ?? 0) + (instances * minutes) / 60;
  return hours;
}
