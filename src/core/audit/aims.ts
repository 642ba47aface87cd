/** What the calls that change capacity, or what serves, are at: each thing by the name that the ledger has for it. */
import { sameWeight } from "../capacity/endpoint.ts";
import type { ResourceRef } from "../release/change.ts";
import type { JsonValue } from "../release/json-value.ts";
import {
  countOf,
  endpointConfigOf,
  instanceGroupOf,
  modelOf,
  routingOf,
  scalingOf,
  scheduleOf,
  trainingJobOf,
  weightsOf,
} from "../release/resources.ts";
import { listIn, memberOf, type TrailCall, textIn } from "./trail.ts";

/** What a call does to one thing. */
export interface TrailAim {
  readonly resource: ResourceRef;
  /** Whether it brings the thing to a state, as a line tells it, or a part of the way; what is not told may be so. */
  readonly leadsTo: (state: JsonValue | undefined) => boolean;
}

type Parameters = TrailCall["parameters"];
type Aimed = (asked: Parameters) => readonly TrailAim[];

const isGone = (state: JsonValue | undefined): boolean => state === undefined || state === null;
const isThere = (state: JsonValue | undefined): boolean => state !== null;

const makes =
  (named: (name: string) => ResourceRef, member: string): Aimed =>
  (asked) => [{ resource: named(textIn(asked, member)), leadsTo: isThere }];
const ends =
  (named: (name: string) => ResourceRef, member: string): Aimed =>
  (asked) => [{ resource: named(textIn(asked, member)), leadsTo: isGone }];

/** `is` of a member that a state's line may lack, since it is long. */
function has(state: JsonValue | undefined, name: string, is: (value: JsonValue) => boolean): boolean {
  if (state === undefined) return true;
  const value = memberOf(state, name);
  return value !== undefined && is(value);
}

/** Of a variant's target; those of other services are nobody's here. */
const scaled =
  (leadsTo: (state: JsonValue | undefined, asked: Parameters) => boolean): Aimed =>
  (asked) => {
    const [, endpoint, variant] = variantTarget.exec(textIn(asked, "resourceId")) ?? [];
    if (endpoint === undefined || variant === undefined) return [];
    return [{ resource: scalingOf(endpoint, variant), leadsTo: (state) => leadsTo(state, asked) }];
  };

const variantTarget = /^endpoint\/([^/]+)\/variant\/([^/]+)$/;

/** Bounds as far as the call gives them, and the state has them; one that is gone has none. */
const registers = scaled(
  (state, asked) =>
    state !== null &&
    (["min", "max"] as const).every((bound) => {
      const wanted = memberOf(asked, `${bound}Capacity`);
      const isSaid = typeof wanted === "number" && memberOf(state, bound) !== undefined;
      return !isSaid || has(state, bound, (value) => value === wanted);
    }),
);

const listed = (list: string, member: string, isIn: boolean): Aimed =>
  scaled((state, asked) =>
    has(state, list, (names) => Array.isArray(names) && names.includes(textIn(asked, member)) === isIn),
  );

const scheduleIn = (asked: Parameters): ResourceRef =>
  scheduleOf(`${textIn(asked, "groupName") || "default"}/${textIn(asked, "name")}`);

/** Weights together, since they are set so; each count by itself. */
function rebalanced(asked: Parameters): TrailAim[] {
  const endpoint = textIn(asked, "endpointName");
  const each = listIn(asked, "desiredWeightsAndCapacities").map((one) => ({
    variant: textIn(one, "variantName"),
    weight: memberOf(one, "desiredWeight"),
    count: memberOf(one, "desiredInstanceCount"),
  }));
  const weights = each.filter(({ weight }) => typeof weight === "number");
  const counts = each.filter(({ count }) => typeof count === "number");
  return [
    ...(weights.length === 0
      ? []
      : [
          {
            resource: weightsOf(endpoint),
            leadsTo: (state: JsonValue | undefined) =>
              weights.every(({ variant, weight }) => has(state, variant, isWeight(weight))),
          },
        ]),
    ...counts.map(({ variant, count }) => ({
      resource: countOf(endpoint, variant),
      leadsTo: (state: JsonValue | undefined) => state === undefined || state === count,
    })),
  ];
}

const isWeight = (wanted: JsonValue | undefined) => (value: JsonValue) =>
  typeof wanted === "number" && typeof value === "number" && sameWeight(value, wanted);

const isUndefined = (state: JsonValue | undefined): boolean => state === undefined;

/** By operation. What stands here is all that a reconciliation looks up. */
const aimed: Readonly<Record<string, Aimed>> = {
  UpdateEndpoint: (asked) => [
    {
      resource: routingOf(textIn(asked, "endpointName")),
      leadsTo: (state) => state === undefined || state === textIn(asked, "endpointConfigName"),
    },
  ],
  UpdateEndpointWeightsAndCapacities: (asked) => rebalanced(asked),
  CreateEndpoint: (asked) => [{ resource: routingOf(textIn(asked, "endpointName")), leadsTo: isUndefined }],
  DeleteEndpoint: (asked) => [{ resource: routingOf(textIn(asked, "endpointName")), leadsTo: isUndefined }],
  RegisterScalableTarget: registers,
  DeregisterScalableTarget: scaled(isGone),
  PutScalingPolicy: listed("policies", "policyName", true),
  DeleteScalingPolicy: listed("policies", "policyName", false),
  PutScheduledAction: listed("scheduledActions", "scheduledActionName", true),
  DeleteScheduledAction: listed("scheduledActions", "scheduledActionName", false),
  CreateEndpointConfig: makes(endpointConfigOf, "endpointConfigName"),
  DeleteEndpointConfig: ends(endpointConfigOf, "endpointConfigName"),
  CreateModel: makes(modelOf, "modelName"),
  DeleteModel: ends(modelOf, "modelName"),
  CreateTrainingJob: makes(trainingJobOf, "trainingJobName"),
  UpdateTrainingJob: ends(trainingJobOf, "trainingJobName"),
  StopTrainingJob: ends(trainingJobOf, "trainingJobName"),
  UpdateCluster: (asked) =>
    listIn(asked, "instanceGroups").map((group) => ({
      resource: instanceGroupOf(`${textIn(asked, "clusterName")}/${textIn(group, "instanceGroupName")}`),
      leadsTo: (state) => has(state, "instances", (value) => value === memberOf(group, "instanceCount")),
    })),
  CreateSchedule: (asked) => [{ resource: scheduleIn(asked), leadsTo: isThere }],
  UpdateSchedule: (asked) => [{ resource: scheduleIn(asked), leadsTo: isThere }],
  DeleteSchedule: (asked) => [{ resource: scheduleIn(asked), leadsTo: isGone }],
};

/** The things that a call is at; none where it changes nothing that is looked at here. */
export function aimsOf({
  operation,
  parameters,
}: Pick<TrailCall, "operation" | "parameters">): readonly TrailAim[] {
  return Object.hasOwn(aimed, operation) ? (aimed[operation]?.(parameters) ?? []) : [];
}

/** The operations that are looked up. */
export const auditedOperations: readonly string[] = Object.keys(aimed);

/** Whether a thing is of an endpoint by its name: what serves, counts, weights and scaling. */
export const isOfEndpoint = ({ kind, name }: ResourceRef, endpoint: string): boolean =>
  [routingOf(endpoint), weightsOf(endpoint)].some((own) => own.kind === kind && own.name === name) ||
  [countOf(endpoint, ""), scalingOf(endpoint, "")].some(
    (own) => own.kind === kind && name.startsWith(own.name),
  );
