/** The kinds of resource that a release may change. */
import type { LeaseKind } from "../../core/plan/alongside/kinds.ts";
import type { ResourceRef } from "../../core/release/change.ts";
import type { JsonValue } from "../../core/release/json-value.ts";
import type { ResourceKind } from "../../core/release/resource-kinds.ts";
import type { Aws } from "../clients.ts";
import { count } from "./count.ts";
import type { Resource, ResourceContext, Transition } from "./define.ts";
import { dynamodbThroughput } from "./dynamodb-throughput.ts";
import { ecsService } from "./ecs-service.ts";
import { endpointConfig } from "./endpoint-config.ts";
import { groupHold } from "./group-hold.ts";
import { instanceGroup } from "./instance-group.ts";
import { lambdaConcurrency } from "./lambda-concurrency.ts";
import type { LeaseResource } from "./lease.ts";
import { model } from "./model.ts";
import { routing } from "./routing.ts";
import { scaling } from "./scaling.ts";
import { schedule } from "./schedule.ts";
import { trainingJob } from "./training-job.ts";
import { weights } from "./weights.ts";

const leases: Readonly<Record<LeaseKind, LeaseResource>> = {
  "ecs-service": ecsService,
  "lambda-concurrency": lambdaConcurrency,
  "dynamodb-throughput": dynamodbThroughput,
};

const resources: Readonly<Record<ResourceKind, Resource>> = {
  ...leases,
  scaling,
  model,
  "endpoint-config": endpointConfig,
  routing,
  weights,
  count,
  "training-job": trainingJob,
  "instance-group": instanceGroup,
  "group-hold": groupHold,
  schedule,
};

/** A kind of lease, with what its service says of itself. */
export const leaseResource = (kind: LeaseKind): LeaseResource => leases[kind];

/** A resource's state as the ledger keeps it; null says that it does not exist. */
export const readResource = (
  aws: Aws,
  { kind, name }: ResourceRef,
  asked?: ResourceContext,
): Promise<JsonValue> => resources[kind].read(aws, name, asked);

export interface Put extends Transition<JsonValue> {
  readonly resource: ResourceRef;
}

/** Makes a resource what it should be. The request is accepted when this returns; the effect may take minutes. */
export const putResource = (
  aws: Aws,
  { resource: { kind, name }, from, to }: Put,
  asked?: ResourceContext,
): Promise<void> => resources[kind].put(aws, name, { from, to }, asked);

/** Whether a name is taken, be it by what is over. */
export const isTaken = (aws: Aws, { kind, name }: ResourceRef): Promise<boolean> =>
  resources[kind].isTaken(aws, name);
