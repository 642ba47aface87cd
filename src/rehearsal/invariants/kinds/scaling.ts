/** A variant's scaling, as the checkers see it. Named by Application Auto Scaling's resource id. */

import { reasonText } from "#twin/world";
import type { ResourceRef } from "../../../core/release/change.ts";
import { same } from "../equality.ts";
import { textOf } from "../observation.ts";
import type { Account, AccountDifference, CheckedKind, TwoLooks } from "./define.ts";
import { routingOf } from "./routing.ts";
import { type ScalingSnapshot, scalingSnapshot, targetCalls } from "./scalable-target.ts";
import { weightsOf } from "./weights.ts";

export const scalingOf = (endpoint: string, variant: string): ResourceRef => ({
  kind: "scaling",
  name: `endpoint/${endpoint}/variant/${variant}`,
});

/** Other things are scaled too, and are other kinds. */
const isOfVariant = (name: string) => name.startsWith("endpoint/");
const isOf = (endpoint: string) => (name: string) => name.startsWith(scalingOf(endpoint, "").name);

export const scaling = {
  kind: "scaling",
  read,
  names: targetsIn,
  endpointOf: (name) => name.split("/")[1] ?? "",
  usedBy: ({ name, variants }) => variants.map((variant) => scalingOf(name, variant.name).name),
  steady: (before, now, { name }) =>
    new Map([...[...before].filter(([id]) => !isOf(name)(id)), ...[...now].filter(([id]) => isOf(name)(id))]),

  calls: targetCalls("sagemaker"),

  left(looks) {
    const ids = [...new Set([...looks.before.keys(), ...looks.now.keys()])];
    return ids.flatMap((id) => targetLeft(id, looks));
  },
  /** Each variant that serves has the scaling that stable had, and nothing else of the endpoint is scaled. */
  unsteady({ now, things, lent, isTouched }) {
    const expected =
      lent === undefined ? [] : now.variants.map((variant) => scalingOf(now.name, variant.name).name);
    const behind = [...things.keys()].filter((id) => isOf(now.name)(id) && !expected.includes(id));
    const isLeftToUs = (name: string) => !isTouched({ kind: "scaling", name });
    return [
      ...expected.filter(isLeftToUs).flatMap((id) => notAdopted(id, lent, things.get(id))),
      ...behind.filter(isLeftToUs).flatMap((id) => differs(id, `the scaling of ${id} is left behind`)),
    ];
  },

  /** Deleting an endpoint takes the scaling of its variants along. */
  takenAlong: (call, account) =>
    call.operation === "DeleteEndpoint" ? targetsIn(account).filter(isOf(textOf(call, "EndpointName"))) : [],
  /** A scheduled action that fires is somebody's wish. */
  movedBy({ kind, subject, by, from }, account) {
    if (kind !== "bounds" || by.who !== "auto-scaling" || !isOfVariant(subject)) return undefined;
    const was = from === undefined ? null : { ...read(account, subject), ...from };
    return { name: subject, from: was, by: reasonText(by.reason) };
  },

  isLent: true,
  setWhole: new Set(["suspended"]),
} satisfies CheckedKind<ScalingSnapshot>;

function read({ world }: Account, name: string): ScalingSnapshot | null {
  const target = world.state.scalableTargets.get(name);
  return target === undefined ? null : scalingSnapshot(target);
}

function targetsIn({ world }: Account): string[] {
  return [...world.state.scalableTargets.keys()].filter(isOfVariant);
}

const differs = (name: string, what: string): AccountDifference[] => [
  { what, resource: { kind: "scaling", name } },
];

function targetLeft(id: string, looks: TwoLooks<ScalingSnapshot>): AccountDifference[] {
  const [was, is] = [looks.before.get(id), looks.now.get(id)];
  if (looks.isTouched({ kind: "scaling", name: id })) return [];
  if (was === undefined && looks.inUse.has(id)) return [];
  if (was === undefined) return differs(id, `the scaling of ${id} is left behind`);
  // An endpoint that somebody else has deleted takes it along.
  if (is === undefined && isDeleted(scaling.endpointOf(id), looks)) return [];
  if (is === undefined) return differs(id, `the scaling of ${id} is gone`);
  if (same(was, is) || isStillHeld(id, { was, is }, looks)) return [];
  return differs(id, `the scaling of ${id} is ${JSON.stringify(is)}, before it was ${JSON.stringify(was)}`);
}

const isDeleted = (endpoint: string, { isTouched, endpoints }: TwoLooks<unknown>): boolean =>
  isTouched(routingOf(endpoint)) && !endpoints.now.has(endpoint);

/**
 * Where somebody else has divided the traffic between stable and a candidate while stable has more instances than its
 * own maximum, refilled for the way back, its bounds would take them from under its part: the hold alone may stay.
 */
function isStillHeld(
  id: string,
  { was, is }: { was: ScalingSnapshot; is: ScalingSnapshot },
  { endpoints, isTouched }: TwoLooks<unknown>,
): boolean {
  const [, name = "", , variant] = id.split("/");
  const all = endpoints.now.get(name)?.variants ?? [];
  const own = all.find((each) => each.name === variant);
  if (!isTouched(weightsOf(name)) || own === undefined) return false;
  const isShared = own.weight > 0 && all.some((each) => each !== own && each.weight > 0);
  const but = { ...is, suspended: { ...is.suspended, in: was.suspended.in } };
  return isShared && own.desiredInstances > was.max && same(was, but);
}

/** Bounds and targets follow what an instance can do; suspensions, and policies and actions by name, are stable's. */
function notAdopted(
  id: string,
  was: ScalingSnapshot | undefined,
  is: ScalingSnapshot | undefined,
): AccountDifference[] {
  if (was === undefined || is === undefined) return differs(id, `${id} has no scaling after the promotion`);
  const names = ({ policies, scheduledActions }: ScalingSnapshot) =>
    [...Object.keys(policies), ...Object.keys(scheduledActions)].sort().join(", ");
  return [
    ...(same(was.suspended, is.suspended)
      ? []
      : differs(id, `the suspensions of ${id} are ${JSON.stringify(is.suspended)} after the promotion`)),
    ...(names(was) === names(is)
      ? []
      : differs(id, `${id} has the policies and actions "${names(is)}", stable had "${names(was)}"`)),
  ];
}
