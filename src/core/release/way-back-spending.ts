/** What a way back has taken of its budget, by what was seen of it, and what it may take. */

import { type FleetView, variantOf } from "../capacity/endpoint.ts";
import { wayBackCostUsd } from "../cost/estimate.ts";
import { costOf } from "../plan/prices.ts";
import { wayBackUsd } from "../plan/way-back-budget.ts";
import type { EpochMs } from "../units.ts";
import type { Change } from "./change.ts";
import { isRouting } from "./resources.ts";
import type { RollBackInput, WayBackNeeds } from "./undoing.ts";
import type { Spending } from "./way-back.ts";

export const moveBack = "leave";

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
