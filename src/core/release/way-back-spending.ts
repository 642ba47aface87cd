/** What a way back has taken of its budget, by what was seen of it, and what it may take. */

import { type FleetView, variantOf } from "../capacity/endpoint.ts";
import { wayBackCostUsd } from "../cost/estimate.ts";
import { costOf } from "../plan/prices.ts";
import { wayBackUsd } from "../plan/way-back-budget.ts";
import type { EpochMs } from "../units.ts";
import type { Change } from "./change.ts";
import { isRouting } from "./resources.ts";
import type { RollBackInput, WayBackNeeds } from "./undoing.ts";

export const moveBack = "leave";

/** What the way back has taken, or may take. */
export interface Spending {
  readonly minutes: number;
  /** On top of the steady fleet. */
  readonly usd: number;
  /** How often the endpoint was moved back, and did not stay. */
  readonly moves: number;
}

interface Spent {
  readonly spent: Spending;
  readonly budget: Spending;
  /** What one more move is expected to cost, US dollars. */
  readonly moveUsd: number;
}

interface Look {
  readonly needs: WayBackNeeds;
  readonly endpoint: FleetView;
  readonly nowMs: EpochMs;
}

type Plan = RollBackInput["plan"];
type Taken = RollBackInput["wayBack"];

/** Dollars until now: what was seen the last time and what is seen now, at what is there now. */
export function spentUsd(taken: Taken, plan: Plan, { needs, endpoint, nowMs }: Look): number {
  const hours = (nowMs - Date.parse(taken?.lookedAt ?? new Date(nowMs).toISOString())) / 3_600_000;
  const { stable, candidate } = sides(needs, endpoint);
  const extra = [candidate, ...(isMovedBack(endpoint) ? [stable] : [])];
  const byType: Record<string, number> = {};
  for (const { instanceType, instances } of extra)
    byType[instanceType] = (byType[instanceType] ?? 0) + instances * hours;
  return (taken?.spentUsd ?? 0) + costOf(byType, plan).usd;
}

/** While it is, stable's new fleet is there beside both old ones. */
const isMovedBack = ({ at, to }: FleetView): boolean => at.place !== "before" && to.place === "before";

/** What one more move is expected to cost. */
export function moveUsd(plan: Plan, { needs, endpoint }: Pick<Look, "needs" | "endpoint">): number {
  return wayBackCostUsd(plan, sides(needs, endpoint));
}

function sides(needs: WayBackNeeds, endpoint: FleetView) {
  const of = ({ variant, instanceType = "" }: WayBackNeeds["candidate"]) => ({
    instanceType,
    instances: variantOf(endpoint, variant)?.desiredInstances ?? 0,
  });
  return { stable: of(needs.stable), candidate: of(needs.candidate) };
}

/** Moves of the endpoint that were begun, oldest first. */
const movesIn = (changes: readonly Change[]): readonly Change[] =>
  changes.filter(
    ({ id, resource, state }) => isRouting(resource) && id.startsWith(`${moveBack}-`) && state !== "intended",
  );

/** Moves that this execution has begun; older ones are forgotten, but for their number. */
export const movesSince = (changes: readonly Change[], since: string): readonly Change[] =>
  movesIn(changes).filter(({ at }) => at >= since);

/**
 * What a plan gives a way back. One that has used it up and left the rest to the sweep moves once at a time: what it
 * waits for is capacity, of which AWS tells only whoever tries.
 */
export function wayBackBudget({ budget }: Plan, changes: readonly Change[], since: string): Spending {
  const { usdPerRelease = Number.POSITIVE_INFINITY, wayBack } = budget;
  const earlier = movesIn(changes).filter(({ at }) => at < since);
  const numbers = earlier.map(({ id }) => Number(id.slice(moveBack.length + 1)));
  return {
    minutes: wayBack.minutes,
    usd: wayBackUsd({ usdPerRelease, wayBack }),
    moves: Math.max(1, wayBack.updates - Math.max(0, ...numbers)),
  };
}

/** That so many moves did not last. */
export const inVain = ({ moves }: Spending): string =>
  `moved back ${moves} times, and there was no capacity for it`;

/** Why no further move is paid for; undefined where one is. */
export function spentUp({ spent, budget, moveUsd }: Spent): string | undefined {
  if (spent.moves >= budget.moves) return `the endpoint was ${inVain(spent)}`;
  if (spent.usd + moveUsd <= budget.usd) return undefined;
  return `the way back has cost $${spent.usd.toFixed(2)}, and one more move $${moveUsd.toFixed(2)}: its budget is $${budget.usd.toFixed(2)}`;
}
