/** Which AWS calls change something that a release may change, of which resource, and towards which state. */
import type { ResourceRef } from "../../core/release/change.ts";
import type { Plain } from "../../core/release/plain.ts";
import type { Call } from "../twin/service.ts";
import { isRecord } from "./attribute-values.ts";
import { same } from "./equality.ts";
import { textOf } from "./observation.ts";

export interface Mutation {
  /** Undefined: a change of something that no ledger knows. */
  readonly resource: ResourceRef | undefined;
  /** Tells the calls apart that one change takes: the operation, and the policy or action it is about. */
  readonly part: string;
  /** Whether the call brings the resource to this state of the ledger's, or a part of the way. */
  readonly leadsTo: (state: Plain) => boolean;
}

const changing = /^(Create|Update|Delete|Put|Register|Deregister|Stop|Set|Add|Remove|Tag|Untag)/;
const changed = new Set(["sagemaker", "application-autoscaling", "scheduler"]);

/** What a call would change; undefined for a call that changes nothing a release may leave behind. */
export function mutationOf(call: Call): Mutation | undefined {
  if (!changed.has(call.service) || !changing.test(call.operation)) return undefined;
  const known = mutations[call.operation]?.(call);
  return known === undefined
    ? { resource: undefined, part: call.operation, leadsTo: () => false }
    : { part: call.operation, ...known };
}

type Known = Pick<Mutation, "resource" | "leadsTo"> & { readonly part?: string };

const gone = (state: Plain) => state === null;
const there = (state: Plain) => state !== null;
const named =
  (kind: ResourceRef["kind"], member: string, leadsTo: Mutation["leadsTo"]) =>
  (call: Call): Known => ({ resource: { kind, name: textOf(call, member) }, leadsTo });

const mutations: Readonly<Record<string, (call: Call) => Known>> = {
  CreateModel: named("model", "ModelName", there),
  DeleteModel: named("model", "ModelName", gone),
  CreateEndpointConfig: named("endpoint-config", "EndpointConfigName", there),
  DeleteEndpointConfig: named("endpoint-config", "EndpointConfigName", gone),
  UpdateEndpoint: (call) => ({
    resource: { kind: "routing", name: textOf(call, "EndpointName") },
    leadsTo: (state) => state === call.input.EndpointConfigName,
  }),
  UpdateEndpointWeightsAndCapacities: rebalancing,
  CreateTrainingJob: named("training-job", "TrainingJobName", there),
  StopTrainingJob: named("training-job", "TrainingJobName", gone),
  UpdateTrainingJob: named("training-job", "TrainingJobName", gone),
  CreateSchedule: scheduled(there),
  UpdateSchedule: scheduled(there),
  DeleteSchedule: scheduled(gone),
  RegisterScalableTarget: scaling((call, state) => registers(call, state)),
  DeregisterScalableTarget: scaling((_, state) => state === null),
  PutScalingPolicy: scaling((call, state) => has(state, "policies", textOf(call, "PolicyName"))),
  DeleteScalingPolicy: scaling((call, state) => !has(state, "policies", textOf(call, "PolicyName"))),
  PutScheduledAction: scaling((call, state) =>
    has(state, "scheduledActions", textOf(call, "ScheduledActionName")),
  ),
  DeleteScheduledAction: scaling(
    (call, state) => !has(state, "scheduledActions", textOf(call, "ScheduledActionName")),
  ),
};

/** A schedule is known by its group and its name; in the default group by its name alone. */
function scheduled(leadsTo: Mutation["leadsTo"]) {
  return (call: Call): Known => {
    const parts = [textOf(call, "GroupName"), textOf(call, "Name")];
    return { resource: { kind: "schedule", name: parts.filter((part) => part !== "").join("/") }, leadsTo };
  };
}

/** New weights by variant, or one variant's new count. */
export interface Rebalancing {
  readonly endpoint: string;
  readonly weights: ReadonlyMap<string, number>;
  readonly count?: { readonly variant: string; readonly instances: number };
}

/** What an UpdateEndpointWeightsAndCapacities asks for. */
export function rebalancingOf(call: Call): Rebalancing | undefined {
  if (call.operation !== "UpdateEndpointWeightsAndCapacities") return undefined;
  const asked = call.input.DesiredWeightsAndCapacities;
  const changes = (Array.isArray(asked) ? asked : []) as readonly {
    VariantName: string;
    DesiredWeight?: number;
    DesiredInstanceCount?: number;
  }[];
  const weights = new Map(
    changes.flatMap(({ VariantName, DesiredWeight }) =>
      DesiredWeight === undefined ? [] : [[VariantName, DesiredWeight] as const],
    ),
  );
  const endpoint = textOf(call, "EndpointName");
  const counted = changes.find((change) => change.DesiredInstanceCount !== undefined);
  if (counted === undefined) return { endpoint, weights };
  const count = { variant: counted.VariantName, instances: counted.DesiredInstanceCount ?? 0 };
  return { endpoint, weights, count };
}

function rebalancing(call: Call): Known {
  const { endpoint, weights, count } = rebalancingOf(call) ?? { endpoint: "", weights: new Map() };
  if (count !== undefined)
    return {
      resource: { kind: "count", name: `${endpoint}/${count.variant}` },
      leadsTo: (state) => state === count.instances,
    };
  return {
    resource: { kind: "weights", name: endpoint },
    leadsTo: (state) => isRecord(state) && [...weights].every(([name, weight]) => state[name] === weight),
  };
}

function scaling(leadsTo: (call: Call, state: Plain) => boolean) {
  return (call: Call): Known => {
    const about = textOf(call, "PolicyName") || textOf(call, "ScheduledActionName");
    return {
      resource: { kind: "scaling", name: textOf(call, "ResourceId") },
      part: about === "" ? call.operation : `${call.operation} ${about}`,
      leadsTo: (state) => leadsTo(call, state),
    };
  };
}

/** Bounds and suspensions as far as the call gives them. */
function registers({ input }: Call, state: Plain): boolean {
  if (!isRecord(state)) return false;
  const { MinCapacity, MaxCapacity, SuspendedState } = input;
  const suspended = isRecord(state.suspended) ? state.suspended : {};
  const asked = isRecord(SuspendedState) ? SuspendedState : {};
  return [
    [MinCapacity, state.min],
    [MaxCapacity, state.max],
    [asked.DynamicScalingInSuspended, suspended.in],
    [asked.DynamicScalingOutSuspended, suspended.out],
    [asked.ScheduledScalingSuspended, suspended.scheduled],
  ].every(([given, recorded]) => given === undefined || same(given as Plain, recorded as Plain));
}

function has(state: Plain, list: "policies" | "scheduledActions", name: string): boolean {
  const items = isRecord(state) ? state[list] : undefined;
  return Array.isArray(items) && items.some((item) => isRecord(item) && item.name === name);
}
