/**
 * Money, asked as each step begins: what the step costs at planned durations and the world's prices, on top of what the
 * release has been billed, is within its budget, what it leases beside its endpoint with it. The join stands for the whole way through; a shift forward for its
 * stage; a raise of the candidate for its lock; the promotion for the update that drops stable. What provisioning,
 * load or another hand adds after that is reported and is no violation.
 *
 * A way back that has begun has a budget of its own, for each execution that takes it, until the candidate is off the
 * endpoint: its minutes, how often it moves the endpoint, and the dollars that a move takes. One that comes after the
 * moves are used up has one. To raise stable costs the release nothing; it takes minutes.
 */

import { type Endpoint, isRaise, type Variant } from "#twin/world";
import type { Plan } from "../../core/plan/plan.ts";
import { type Hours, paidFor } from "../prices.ts";
import type { CheckContext } from "./check-context.ts";
import { type Ahead, leasesAheadUsd } from "./lease-cost.ts";
import { type ObservedCall, textOf } from "./observation.ts";
import { endpointOf, isCandidate, type Passage, planFor } from "./passages.ts";
import {
  baking,
  dropping,
  leasedThrough,
  type PlannedFleet,
  raiseMinutes,
  raising,
  shiftMinutes,
  updateMinutes,
  waysThrough,
} from "./planned.ts";
import { billedUsd, raisedUsd } from "./release-cost.ts";
import { percent, shiftIn } from "./shifts.ts";

export interface StepBudget {
  /** What is wrong with what a call of ours has begun. */
  begun(seen: ObservedCall, passage: Passage): string[];
  promoted(passage: Passage): string[];
  /** A try with another instance type has a way back of its own. */
  begunAnew(passage: Passage): void;
}

export function createStepBudget(context: CheckContext): StepBudget {
  const returns = new Map<string, Return>();

  function back(seen: ObservedCall, passage: Passage): string[] {
    const { frame, call } = seen;
    const execution = frame?.execution ?? "";
    const begun = returns.get(execution) ?? {
      passage,
      sinceMs: call.at,
      moves: 0,
      raisedUsd: raisedUsd(passage, context),
    };
    returns.set(execution, begun);
    const moves = call.operation === "UpdateEndpoint";
    const { sides, isRaised } = stepOf(seen, passage, context);
    if (!seen.tookEffect || sides === undefined || !(moves || isRaised)) return [];
    if (moves) begun.moves += 1;
    const all = [...returns.values()].filter((each) => each.passage === passage);
    const made = all.reduce((sum, each) => sum + each.moves, 0);
    const movedUsd =
      raisedUsd(passage, context) -
      begun.raisedUsd +
      paidFor(planFor(passage, context), dropping(...sides)).usd;
    return overspent(context, begun, {
      call: call.operation,
      made,
      minutes: (call.at - begun.sinceMs) / 60_000,
      usd: moves ? movedUsd : 0,
    });
  }

  return {
    begun(seen, passage) {
      if (passage.promoted) return [];
      if (seen.frame?.state === "RollBack") return back(seen, passage);
      return seen.tookEffect ? forward(seen, passage, context) : [];
    },
    begunAnew(passage) {
      for (const [execution, one] of returns) if (one.passage === passage) returns.delete(execution);
    },
    promoted(passage) {
      const endpoint = context.world.state.endpoints.get(endpointOf(passage) ?? "");
      const candidate = endpoint === undefined ? undefined : sidesOf(endpoint, passage, context).candidate;
      if (candidate === undefined) return [];
      const step = {
        hours: dropping(candidate, candidate),
        leases: [{ percent: 0, minutes: updateMinutes }],
      };
      return tooDear("the promotion", step, { passage, context });
    },
  };
}

/** One execution's way back. */
interface Return {
  readonly passage: Passage;
  readonly sinceMs: number;
  readonly raisedUsd: number;
  moves: number;
}

/** Looks come every few minutes, and a call follows its look by seconds. */
const graceMinutes = 2;

function overspent(
  context: CheckContext,
  { passage, moves }: Return,
  spent: { call: string; made: number; minutes: number; usd: number },
): string[] {
  const { wayBack, usdPerRelease } = planFor(passage, context).budget;
  const usd = wayBack.usd ?? usdPerRelease / 2;
  const over = [
    ...(spent.made > wayBack.updates && moves > 1
      ? [`was move ${spent.made} of the endpoint, and ${wayBack.updates} are the way back's`]
      : []),
    ...(spent.minutes > wayBack.minutes + graceMinutes
      ? [`came ${Math.round(spent.minutes)} minutes after the way back began, and it has ${wayBack.minutes}`]
      : []),
    ...(spent.usd > usd
      ? [`brings the way back to $${spent.usd.toFixed(2)}, and its budget is $${usd.toFixed(2)}`]
      : []),
  ];
  return over.map((what) => `${spent.call} ${what}`);
}

/** What a step forward costs that a call has begun. */
function forward(seen: ObservedCall, passage: Passage, context: CheckContext): string[] {
  const { call } = seen;
  const by = { passage, context };
  const plan = planFor(passage, context);
  const { sides, isRaised, raised } = stepOf(seen, passage, context);
  if (sides === undefined) return [];
  const [stable, candidate] = sides;
  const what = `${candidate.count} ${candidate.instanceType}`;
  if (call.operation === "UpdateEndpoint") {
    const ways = waysThrough(plan, stable, { candidate, world: context.world });
    const [dearest = {}] = ways.toSorted((a, b) => paidFor(plan, b).usd - paidFor(plan, a).usd);
    return [
      ...unknown(what, [stable, candidate], plan),
      ...tooDear(`to raise ${what}`, { hours: dearest, leases: leasedThrough(plan) }, by),
    ];
  }
  if (isRaised && raised !== undefined)
    return isCandidate(raised, passage, context.world)
      ? [
          ...unknown(what, [candidate], plan),
          ...tooDear(
            `to raise ${what}`,
            { hours: raising(candidate), leases: [{ percent: 0, minutes: raiseMinutes }] },
            by,
          ),
        ]
      : [];
  const shift = shiftIn(seen, context);
  if (shift === undefined || shift.to <= shift.from) return [];
  const stage = plan.rollout.stages.find(
    ({ trafficPercent }) => Math.abs(trafficPercent / 100 - shift.to) < 1e-6,
  );
  const { bakeMinutes = 0 } = stage ?? {};
  const leases = [{ percent: Math.round(shift.to * 1e5) / 1e3, minutes: bakeMinutes + shiftMinutes }];
  return tooDear(`a stage of ${percent(shift.to)}`, { hours: baking(bakeMinutes, candidate), leases }, by);
}

/** The fleets that a call leaves side by side, and the variant that it has raised. */
function stepOf(seen: ObservedCall, passage: Passage, context: CheckContext) {
  const endpoint = context.world.state.endpoints.get(
    endpointOf(passage) ?? textOf(seen.call, "EndpointName"),
  );
  const raise = seen.tookEffect ? seen.caused.find(isRaise) : undefined;
  const { stable, candidate } =
    endpoint === undefined
      ? { stable: undefined, candidate: undefined }
      : sidesOf(endpoint, passage, context);
  return {
    sides: stable !== undefined && candidate !== undefined ? ([stable, candidate] as const) : undefined,
    isRaised: raise !== undefined,
    raised: endpoint?.variants.find(({ name }) => `${endpoint.name}/${name}` === raise?.subject),
  };
}

/** Stable and the candidate, as they stand or are being built. */
function sidesOf(endpoint: Endpoint, passage: Passage, { world }: CheckContext) {
  const all = [...(endpoint.update?.incoming ?? []), ...endpoint.variants];
  const first = (isNew: boolean): PlannedFleet | undefined => {
    const found = all.find((variant) => isCandidate(variant, passage, world) === isNew);
    return found && sideOf(found);
  };
  return { stable: first(false), candidate: first(true) };
}

const sideOf = ({ instanceType, desiredInstanceCount: count }: Variant): PlannedFleet => ({
  instanceType,
  count,
});

function unknown(what: string, sides: readonly PlannedFleet[], plan: Plan): string[] {
  const hours = Object.fromEntries(sides.map(({ instanceType }) => [instanceType, 1]));
  return paidFor(plan, hours)
    .unpriced.filter((type) => !plan.budget.unpriced.includes(type))
    .map((type) => `${what} were raised, and the price of ${type} is not known`);
}

interface Step {
  readonly hours: Hours;
  /** While it takes, what it leases by then costs as well. */
  readonly leases: readonly Ahead[];
}

function tooDear(
  what: string,
  { hours, leases }: Step,
  { passage, context }: { passage: Passage; context: CheckContext },
): string[] {
  const plan = planFor(passage, context);
  const { usdPerRelease } = plan.budget;
  const planned = paidFor(plan, hours).usd + leasesAheadUsd(passage, context, leases);
  const billed = billedUsd(passage, context);
  return billed + planned <= usdPerRelease
    ? []
    : [
        `${what} costs $${planned.toFixed(2)} as planned, on top of $${billed.toFixed(2)}; the budget is $${usdPerRelease.toFixed(2)}`,
      ];
}
