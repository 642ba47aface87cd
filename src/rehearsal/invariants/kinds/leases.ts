/**
 * What releases lean on beside their endpoints, as the checkers see it: bounds and capacity of a scalable target. The
 * ledger's states of it are leases, and there is one or none; the thing itself is always there.
 */

import type { Call } from "#twin/services";
import { reasonText, type VisibleState } from "#twin/world";
import type { LeaseKind } from "../../../core/plan/alongside/kinds.ts";
import type { Plan } from "../../../core/plan/plan.ts";
import type { ResourceRef } from "../../../core/release/change.ts";
import type { JsonValue } from "../../../core/release/json-value.ts";
import { same } from "../equality.ts";
import { textOf } from "../observation.ts";
import {
  type AccountDifference,
  type Aim,
  type CheckedKind,
  isGone,
  isMembers,
  type TwoLooks,
} from "./define.ts";

/** Its bounds, and the capacity that was asked of the service last. */
type State = { readonly min: number; readonly max: number; readonly capacity: number };

type Input = Readonly<Record<string, unknown>>;
type Entry = NonNullable<Plan["alongside"]>[number];

interface Named {
  /** What a plan's entry names of the kind, if it does. */
  readonly nameOf: (entry: Entry) => string | undefined;
  /** What the calls name by which its service is asked for another capacity. */
  readonly lowered: Readonly<Record<string, (input: Input) => string>>;
  /** The same of calls that are about several at once, of which not all need be changed. */
  readonly loweredTogether?: Readonly<Record<string, (input: Input) => readonly string[]>>;
}

/** By Application Auto Scaling's namespace, which is the name of its service as well. */
function leantOn(kind: LeaseKind, namespace: string, { nameOf, lowered, loweredTogether = {} }: Named) {
  const togetherIn = ({ service, operation, input }: Call) =>
    service === namespace ? (loweredTogether[operation]?.(input) ?? []) : [];
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
      ...Object.fromEntries(
        Object.entries(lowered).map(([operation, nameIn]) => [
          `${namespace}.${operation}`,
          (call: Call): Aim => ({ name: nameIn(call.input), leadsTo: isGone }),
        ]),
      ),
    },

    left(looks) {
      return [...looks.before].flatMap(([name, was]) => leftOf({ kind, name }, was, looks));
    },
    movedBy({ kind: what, subject, by, from }, { world }) {
      if (what !== "bounds" || by.who !== "auto-scaling") return undefined;
      if (world.state.scalables.get(subject)?.namespace !== namespace) return undefined;
      const now = leantOnIn(world, subject);
      return { name: subject, from: { ...now, ...from } as JsonValue, by: reasonText(by.reason) };
    },
    overtakes({ kind: what, subject, by }, { world }) {
      if (what !== "scalable" || by.who !== "auto-scaling" || by.reason.by === "schedule") return undefined;
      if (world.state.scalables.get(subject)?.namespace !== namespace) return undefined;
      return { name: subject, part: "capacity" };
    },
    takenAlong: togetherIn,
    isLease: true,
    nameOf,
    togetherIn,
  } satisfies CheckedKind<State> & Pick<Named, "nameOf"> & { togetherIn: typeof togetherIn };
}

function leantOnIn({ state }: VisibleState, name: string): State | null {
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
const isWithin = (min: unknown, state: JsonValue): boolean =>
  min === undefined || (isMembers(state) && Number(min) >= Number(state.minimum));

/** A policy of its own moves its capacity. */
function leftOf(
  resource: ResourceRef,
  was: State,
  { now, isTouched, world }: TwoLooks<State>,
): AccountDifference[] {
  const is = now.get(resource.name) ?? null;
  const isFollowed = (world.state.scalableTargets.get(resource.name)?.policies.size ?? 0) > 0;
  const but = is !== null && isFollowed ? { ...is, capacity: was.capacity } : is;
  if (isTouched(resource) || same(was, but)) return [];
  const shown = is === null ? "not scaled any more" : JSON.stringify(is);
  return [
    { what: `${resource.kind} ${resource.name} is ${shown}, before it was ${JSON.stringify(was)}`, resource },
  ];
}

export const leaseKinds = {
  "ecs-service": leantOn("ecs-service", "ecs", {
    nameOf: ({ ecs }) => ecs && `service/${ecs.cluster}/${ecs.service}`,
    lowered: {
      UpdateService: ({ cluster, service }) => `service/${String(cluster)}/${String(service)}`,
    },
  }),
  "lambda-concurrency": leantOn("lambda-concurrency", "lambda", {
    nameOf: ({ lambda }) => lambda && `function:${lambda.function}:${lambda.alias}`,
    lowered: { PutProvisionedConcurrencyConfig: qualified, DeleteProvisionedConcurrencyConfig: qualified },
  }),
  "dynamodb-throughput": leantOn("dynamodb-throughput", "dynamodb", {
    nameOf: ({ dynamodb }) =>
      dynamodb && `table/${dynamodb.table}/${dynamodb.throughput === "read" ? "Read" : "Write"}CapacityUnits`,
    lowered: {},
    loweredTogether: {
      UpdateTable: ({ TableName }) =>
        ["Read", "Write"].map((of) => `table/${String(TableName)}/${of}CapacityUnits`),
    },
  }),
} as const satisfies Readonly<Record<LeaseKind, CheckedKind>>;

function qualified({ FunctionName, Qualifier }: Input): string {
  return `function:${String(FunctionName)}:${String(Qualifier)}`;
}
