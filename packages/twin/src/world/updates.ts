/**
 * The endpoint-wide lock: one update at a time, nothing stops it once begun, and without capacity it gives up and
 * rolls back by itself.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Clock } from "./clock.ts";
import type { Endpoint, EndpointStatus, Update, Variant } from "./endpoint-state.ts";
import { type Actor, itself, type Recorder } from "./events.ts";
import type { Instance } from "./instance-state.ts";
import type { Process } from "./process.ts";
import type { Chance } from "./random.ts";
import { arn } from "./state.ts";

/** Seconds that each part of an update takes besides provisioning: [least, most], drawn evenly. */
const durations = {
  /** A weight-only change takes seconds to a minute (reports of users; unconfirmed by AWS). */
  weights: [20, 60],
  /** From the last instance's readiness until SageMaker acts on it. */
  settle: [20, 40],
  /** The same for a whole new fleet, which takes over without loss of availability (API reference of UpdateEndpoint). */
  takeOver: [60, 120],
  /** Draining and deleting instances that are no longer wanted. */
  drain: [30, 60],
  /** A smaller count holds the lock for minutes too (reports of users). */
  scaleIn: [120, 300],
  rollBack: [60, 120],
  delete: [60, 120],
} as const;

const noCapacity =
  "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. Please retry using a different ML instance type or after some time.";

export const endpointArn = (name: string): string => arn("sagemaker", `endpoint/${name}`);

/**
 * Throws unless the endpoint takes an update now: every write is refused while another one runs, and a failed
 * endpoint can only be deleted (API reference of DescribeEndpoint, EndpointStatus; wording as users report it).
 */
export function claimLock(endpoint: Endpoint): void {
  if (endpoint.status === "InService") return;
  const reason =
    endpoint.status === "Failed" ? "Cannot update failed endpoint" : "Cannot update in-progress endpoint";
  throw new AwsError("ValidationException", `${reason} "${endpointArn(endpoint.name)}".`);
}

const statuses = {
  create: "Creating",
  replace: "Updating",
  capacity: "Updating",
  weights: "Updating",
  delete: "Deleting",
} as const;

export type NewUpdate = Pick<Update, "kind" | "by"> & Partial<Pick<Update, "configName" | "incoming">>;

/** Takes the lock. */
export function begin(world: Clock & Recorder, endpoint: Endpoint, update: NewUpdate): void {
  endpoint.updates++;
  endpoint.update = { startedMs: world.nowMs, incoming: [], outgoing: [], ...update };
  endpoint.lastModifiedMs = world.nowMs;
  setStatus(world, endpoint, { to: statuses[update.kind], by: update.by });
}

/** Gives the lock back. */
export function finish(
  world: Clock & Recorder,
  endpoint: Endpoint,
  end: { by: Actor; status?: EndpointStatus; failureReason?: string },
): void {
  delete endpoint.update;
  endpoint.lastModifiedMs = world.nowMs;
  delete endpoint.failureReason;
  if (end.failureReason !== undefined) endpoint.failureReason = end.failureReason;
  setStatus(world, endpoint, { to: end.status ?? "InService", by: end.by });
}

/** A duration in milliseconds, drawn for the endpoint's running update. */
export function draw(world: Chance, endpoint: Endpoint, part: keyof typeof durations): number {
  const [least, most] = durations[part];
  const u = world.streams(`update/${endpoint.name}/${part}`, endpoint.updates).uniform();
  return Math.round(1000 * (least + (most - least) * u));
}

export interface Launched {
  readonly wanted: number;
  readonly fresh: readonly Instance[];
  readonly settle: "settle" | "takeOver";
  readonly ready: () => void;
  /** Undoes what the update had begun, when there was no capacity for it. */
  readonly rolledBack: () => void;
}

/** Goes on when all instances are ready, or rolls back by itself when the pool could not give them all. */
export function whenReady(world: Process, endpoint: Endpoint, launched: Launched): void {
  if (launched.fresh.length < launched.wanted) {
    world.after(world.spec.provisioning.giveUpSeconds * 1000, () => giveUp(world, endpoint, launched));
    return;
  }
  const lastMs = Math.max(world.nowMs, ...launched.fresh.map((instance) => instance.readyMs));
  for (const { readyMs, warmMs } of launched.fresh) world.mark(readyMs, warmMs);
  world.after(lastMs - world.nowMs + draw(world, endpoint, launched.settle), launched.ready);
}

/**
 * A new endpoint fails; one that served before serves on as it did, in service again with its old configuration,
 * and says why (hashicorp/terraform-provider-aws#48997).
 */
function giveUp(world: Process, endpoint: Endpoint, launched: Launched): void {
  const status = endpoint.status === "Creating" ? "Failed" : "InService";
  const settle = () => {
    launched.rolledBack();
    if (endpoint.update !== undefined) endpoint.update.incoming = [];
    finish(world, endpoint, { by: itself("no capacity"), status, failureReason: noCapacity });
  };
  if (status === "Failed") settle();
  else {
    setStatus(world, endpoint, { to: "RollingBack", by: itself("no capacity") });
    world.after(draw(world, endpoint, "rollBack"), settle);
  }
}

function setStatus(world: Recorder, endpoint: Endpoint, change: { to: EndpointStatus; by: Actor }): void {
  const { status: from } = endpoint;
  if (from !== change.to) world.record({ kind: "status", subject: endpoint.name, from, ...change });
  endpoint.status = change.to;
}

export function setCount(
  world: Recorder,
  endpoint: Endpoint,
  change: { variant: Variant; to: number; by: Actor },
): void {
  const { variant, to, by } = change;
  const from = variant.desiredInstanceCount;
  variant.desiredInstanceCount = to;
  world.record({ kind: "capacity", subject: `${endpoint.name}/${variant.name}`, from, to, by });
}
