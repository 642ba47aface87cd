/** What `slipway rehearse --compare` lays beside a release: other strategies of its plan, other plans, other worlds. */

import { foundText, nearest } from "../core/input/bad-input.ts";
import { comparedStrategies } from "../core/outlook/strategies-outlook.ts";
import type { Plan } from "../core/plan/plan.ts";
import { worldNames } from "../rehearsal/worlds/load.ts";
import { isThere } from "./files.ts";
import { type NamedWorld, readPlan, readWorld } from "./inputs.ts";
import { BadUsage } from "./mistakes.ts";

/** One of several releases: what is other than in the first. */
export interface Compared {
  readonly name: string;
  readonly plan: Plan;
  readonly world: NamedWorld;
}

const everyStrategy = "strategies";

/** The release itself first. Throws BadUsage and BadInput. */
export function comparedWith(
  asked: readonly string[],
  { plan, world, traffic }: { plan: Plan; world: NamedWorld; traffic: string | undefined },
): Compared[] {
  const others = asked.flatMap((what): Compared[] => {
    if (what === everyStrategy) return otherStrategies(plan).map((one) => ({ ...one, world }));
    if (worldNames().includes(what)) return [{ name: `in ${what}`, plan, world: readWorld(what, traffic) }];
    if (isThere(what) || /\.ya?ml$/.test(what)) return [{ name: what, plan: readPlan(what), world }];
    throw new BadUsage([notKnown(what)]);
  });
  const isByStrategy = asked.every((what) => what === everyStrategy);
  const isByWorld = asked.every((what) => worldNames().includes(what));
  const own = isByStrategy ? plan.rollout.strategy : isByWorld ? `in ${world.name}` : "as planned";
  return [{ name: own, plan, world }, ...others];
}

/** What a strategy may come down to is there by itself. */
function otherStrategies(plan: Plan): Pick<Compared, "name" | "plan">[] {
  const own = plan.rollout.strategy;
  const others = comparedStrategies(plan).filter((name) => name !== own);
  return others.map((strategy) => ({
    name: strategy,
    plan: { ...plan, rollout: { ...plan.rollout, strategy } },
  }));
}

function notKnown(what: string): string {
  const hint = nearest(what, [everyStrategy, ...worldNames()]);
  const tail = hint === undefined ? "" : `; did you mean ${hint}?`;
  return `--compare: expected ${everyStrategy}, a world that ships or the file of a plan, found ${foundText(what)}${tail}`;
}
