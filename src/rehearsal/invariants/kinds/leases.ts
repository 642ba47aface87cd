/**
 * What releases lean on beside their endpoints, as the checkers see it: bounds and capacity of a scalable target. The
 * ledger's states of it are leases, and there is one or none; the thing itself is always there.
 */
import type { ResourceRef } from "../../../core/release/change.ts";
import type { Plain } from "../../../core/release/plain.ts";
import type { Call } from "../../twin/service.ts";
import { reasonText } from "../../world/events.ts";
import type { World } from "../../world/region.ts";
import { same } from "../equality.ts";
import { textOf } from "../observation.ts";
import { type Aim, type CheckedKind, type Difference, isGone, isMembers, type TwoLooks } from "./define.ts";

/** Its bounds, and the capacity that was asked of the service last. */
type State = { readonly min: number; readonly max: number; readonly capacity: number };

type LeaseKind = "ecs-service";

interface Lowering {
  /** The call by which its service is asked for another capacity. */
  readonly operation: string;
  readonly nameIn: (input: Readonly<Record<string, unknown>>) => string;
}

/** By Application Auto Scaling's namespace, which is the name of its service as well. */
function leantOn(kind: LeaseKind, namespace: string, { operation, nameIn }: Lowering) {
  return {
    kind,
    read: ({ world }, name) => leantOnIn(world, name),
    names: ({ world }) =>
      [...world.state.scalables.values()].flatMap((one) => (one.namespace === namespace ? [one.id] : [])),

    calls: {
      "application-autoscaling.RegisterScalableTarget": (call) =>
        textOf(call, "ServiceNamespace") === namespace
          ? {
              name: targetIn(call.input),
              part: `RegisterScalableTarget ${Object.keys(call.input).filter((key) => key.endsWith("Capacity"))}`,
              leadsTo: (state) => isGone(state) || isWithin(call.input.MinCapacity, state),
            }
          : undefined,
      "application-autoscaling.DeregisterScalableTarget": (call) =>
        textOf(call, "ServiceNamespace") === namespace
          ? { name: targetIn(call.input), leadsTo: () => false }
          : undefined,
      [`${namespace}.${operation}`]: (call: Call): Aim => ({ name: nameIn(call.input), leadsTo: isGone }),
    },

    left(looks) {
      return [...looks.before].flatMap(([name, was]) => leftOf({ kind, name }, was, looks));
    },
    movedBy({ kind: what, subject, by, from }, { world }) {
      if (what !== "bounds" || by.who !== "auto-scaling") return undefined;
      if (world.state.scalables.get(subject)?.namespace !== namespace) return undefined;
      const now = leantOnIn(world, subject);
      return { name: subject, from: { ...now, ...from } as Plain, by: reasonText(by.reason) };
    },
    isLease: true,
  } satisfies CheckedKind<State>;
}

function leantOnIn({ state }: World, name: string): State | null {
  const [target, scalable] = [state.scalableTargets.get(name), state.scalables.get(name)];
  if (target === undefined || scalable === undefined) return null;
  return { min: target.minCapacity, max: target.maxCapacity, capacity: scalable.desired };
}

/** The resource id; where a resource has several dimensions, with the property that is scaled. */
function targetIn({ ResourceId, ScalableDimension }: Readonly<Record<string, unknown>>): string {
  const [service, , property] = String(ScalableDimension).split(":");
  return service === "dynamodb" ? `${String(ResourceId)}/${property}` : String(ResourceId);
}

/** A lease of so many, or more where others lean on it too. */
const isWithin = (min: unknown, state: Plain): boolean =>
  min === undefined || (isMembers(state) && Number(min) >= Number(state.minimum));

/** A policy of its own may have moved its capacity, but there is none in a rehearsal. */
function leftOf(resource: ResourceRef, was: State, { now, isTouched }: TwoLooks<State>): Difference[] {
  const is = now.get(resource.name) ?? null;
  if (isTouched(resource) || same(was, is)) return [];
  const shown = is === null ? "not scaled any more" : JSON.stringify(is);
  return [
    { what: `${resource.kind} ${resource.name} is ${shown}, before it was ${JSON.stringify(was)}`, resource },
  ];
}

export const leaseKinds = {
  "ecs-service": leantOn("ecs-service", "ecs", {
    operation: "UpdateService",
    nameIn: ({ cluster, service }) => `service/${String(cluster)}/${String(service)}`,
  }),
} as const satisfies Readonly<Record<LeaseKind, CheckedKind>>;
