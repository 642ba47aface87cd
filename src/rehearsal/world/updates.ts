/**
 * Everything that locks an endpoint: new weights, a new count, a new fleet, its birth and its end. One update at a
 * time; nothing stops it once begun; without capacity it gives up and rolls back by itself.
 */
import { AwsError } from "../twin/service.ts";
import { claimQuota, launch, terminate } from "./instances.ts";
import {
  arn,
  type Endpoint,
  type EndpointConfig,
  type EndpointStatus,
  type Update,
  type Variant,
} from "./state.ts";
import type { World } from "./world.ts";

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

/** Throws unless the endpoint takes an update now: every write is refused while another one runs. */
export function claimLock(endpoint: Endpoint): void {
  if (endpoint.status === "InService") return;
  const reason =
    endpoint.status === "Failed" ? "Cannot update failed endpoint" : "Cannot update in-progress endpoint";
  throw new AwsError("ValidationException", `${reason} "${endpointArn(endpoint.name)}".`);
}

/** Sets weights of variants by name; traffic follows when the update ends. */
export function changeWeights(
  world: World,
  endpoint: Endpoint,
  weights: ReadonlyMap<string, number>,
  cause: string,
): void {
  claimLock(endpoint);
  for (const variant of endpoint.variants)
    variant.desiredWeight = weights.get(variant.name) ?? variant.desiredWeight;
  begin(world, endpoint, "Updating", { kind: "weights", cause });
  world.after(draw(world, endpoint, "weights"), () => {
    for (const variant of endpoint.variants) adoptWeight(world, endpoint, variant, cause);
    finish(world, endpoint, cause);
  });
}

/** Sets the instance count of one variant. New instances serve as each becomes ready; surplus ones leave at once. */
export function changeCapacity(
  world: World,
  endpoint: Endpoint,
  change: { variant: Variant; count: number },
  cause: string,
): void {
  claimLock(endpoint);
  const { variant, count } = change;
  const before = variant.desiredInstanceCount;
  claimQuota(world, variant.instanceType, count - before);
  begin(world, endpoint, "Updating", { kind: "capacity", cause });
  setCount(world, endpoint, variant, count, cause);
  if (count <= before) {
    variant.leaving = variant.instances.splice(count);
    world.after(draw(world, endpoint, "scaleIn"), () => {
      terminate(world, variant.leaving.splice(0));
      finish(world, endpoint, cause);
    });
    return;
  }
  const fresh = launch(world, `${endpoint.name}/${variant.name}`, {
    instanceType: variant.instanceType,
    count: count - before,
  });
  variant.instances.push(...fresh);
  whenReady(
    world,
    endpoint,
    { wanted: count - before, fresh, settle: "settle" },
    {
      ready: () => finish(world, endpoint, cause),
      rolledBack: () => {
        variant.instances = variant.instances.filter((instance) => !fresh.includes(instance));
        terminate(world, fresh);
        setCount(world, endpoint, variant, before, "rolled back: no capacity");
      },
    },
  );
}

/** What UpdateEndpoint carries over from the fleet in service. */
export interface Retained {
  readonly weights: boolean;
  readonly counts: boolean;
}

/**
 * Builds the configuration's fleet beside the old one, moves traffic over when all of it is in service, and deletes
 * the old one: UpdateEndpoint replaces the whole fleet (API reference of UpdateEndpoint).
 */
export function replaceFleet(
  world: World,
  endpoint: Endpoint,
  config: EndpointConfig,
  retained: Retained,
): void {
  claimLock(endpoint);
  const incoming = plannedVariants(config, endpoint.variants, retained);
  claimQuotas(world, incoming);
  const cause = "UpdateEndpoint";
  begin(world, endpoint, "Updating", { kind: "replace", cause, configName: config.name, incoming });
  const fresh = incoming.flatMap((variant) => launchVariant(world, endpoint, variant));
  whenReady(
    world,
    endpoint,
    { wanted: sum(incoming), fresh, settle: "takeOver" },
    {
      ready: () => switchFleets(world, endpoint, { config, incoming }, cause),
      rolledBack: () => terminate(world, fresh),
    },
  );
}

function switchFleets(
  world: World,
  endpoint: Endpoint,
  to: { config: EndpointConfig; incoming: Variant[] },
  cause: string,
): void {
  const { update } = endpoint;
  if (update === undefined) return;
  world.record({
    kind: "config",
    subject: endpoint.name,
    from: endpoint.configName,
    to: to.config.name,
    cause,
  });
  const before = new Map(endpoint.variants.map((variant) => [variant.name, variant]));
  update.outgoing = endpoint.variants;
  update.incoming = [];
  endpoint.variants = to.incoming;
  endpoint.configName = to.config.name;
  adoptPace(endpoint, to.config);
  for (const variant of to.incoming)
    recordArrival(world, endpoint, { variant, before: before.get(variant.name) }, cause);
  for (const [name, variant] of before)
    if (!to.incoming.some((other) => other.name === name))
      world.record({
        kind: "capacity",
        subject: `${endpoint.name}/${name}`,
        from: variant.desiredInstanceCount,
        to: 0,
        cause,
      });
  world.after(draw(world, endpoint, "drain"), () => {
    terminate(
      world,
      update.outgoing.flatMap((variant) => variant.instances),
    );
    finish(world, endpoint, cause);
  });
}

function recordArrival(
  world: World,
  endpoint: Endpoint,
  arrival: { variant: Variant; before: Variant | undefined },
  cause: string,
): void {
  const { variant, before } = arrival;
  const subject = `${endpoint.name}/${variant.name}`;
  const counts = { from: before?.desiredInstanceCount ?? 0, to: variant.desiredInstanceCount };
  if (counts.from !== counts.to) world.record({ kind: "capacity", subject, ...counts, cause });
  const weights = { from: before?.currentWeight ?? 0, to: variant.currentWeight };
  if (weights.from !== weights.to) world.record({ kind: "weight", subject, ...weights, cause });
}

/** Creates an endpoint whose fleet has to be provisioned first; without capacity it ends as Failed. */
export function createEndpoint(world: World, name: string, config: EndpointConfig): Endpoint {
  const variants = plannedVariants(config, [], { weights: false, counts: false });
  claimQuotas(world, variants);
  const at = world.nowMs;
  const endpoint: Endpoint = {
    name,
    creationMs: at,
    lastModifiedMs: at,
    configName: config.name,
    status: "Creating",
    variants,
    updates: 0,
  };
  adoptPace(endpoint, config);
  world.state.endpoints.set(name, endpoint);
  begin(world, endpoint, "Creating", { kind: "create", cause: "CreateEndpoint" });
  const fresh = variants.flatMap((variant) => launchVariant(world, endpoint, variant));
  for (const variant of variants)
    recordArrival(world, endpoint, { variant, before: undefined }, "CreateEndpoint");
  whenReady(
    world,
    endpoint,
    { wanted: sum(variants), fresh, settle: "settle" },
    {
      ready: () => finish(world, endpoint, "CreateEndpoint"),
      rolledBack: () => {
        for (const variant of variants) variant.instances = [];
        terminate(world, fresh);
      },
    },
  );
  return endpoint;
}

/** Deletes an endpoint that is not being updated; its instances are paid until it is gone. */
export function deleteEndpoint(world: World, endpoint: Endpoint): void {
  if (endpoint.status !== "Failed") claimLock(endpoint);
  begin(world, endpoint, "Deleting", { kind: "delete", cause: "DeleteEndpoint" });
  world.after(draw(world, endpoint, "delete"), () => {
    for (const variant of endpoint.variants) {
      terminate(world, variant.instances);
      const subject = `${endpoint.name}/${variant.name}`;
      world.record({
        kind: "capacity",
        subject,
        from: variant.desiredInstanceCount,
        to: 0,
        cause: "DeleteEndpoint",
      });
    }
    world.state.endpoints.delete(endpoint.name);
    world.record({
      kind: "status",
      subject: endpoint.name,
      from: "Deleting",
      to: undefined,
      cause: "DeleteEndpoint",
    });
  });
}

export function adoptPace(endpoint: Endpoint, config: EndpointConfig): void {
  delete endpoint.enhancedSeconds;
  if (config.enhancedSeconds !== undefined) endpoint.enhancedSeconds = config.enhancedSeconds;
}

function plannedVariants(config: EndpointConfig, current: readonly Variant[], retained: Retained): Variant[] {
  return config.variants.map((wanted) => {
    const before = current.find((variant) => variant.name === wanted.VariantName);
    const weight = (retained.weights ? before?.desiredWeight : undefined) ?? wanted.InitialVariantWeight;
    const count = (retained.counts ? before?.desiredInstanceCount : undefined) ?? wanted.InitialInstanceCount;
    const { VariantName: name, ModelName: modelName, InstanceType: instanceType } = wanted;
    return {
      name,
      modelName,
      instanceType,
      currentWeight: weight,
      desiredWeight: weight,
      desiredInstanceCount: count,
      instances: [],
      leaving: [],
    };
  });
}

/** Old fleets stay beside the new one, so the whole new fleet is the request's delta. */
function claimQuotas(world: World, incoming: readonly Variant[]): void {
  for (const type of new Set(incoming.map((variant) => variant.instanceType)))
    claimQuota(world, type, sum(incoming.filter((variant) => variant.instanceType === type)));
}

const sum = (variants: readonly Variant[]): number =>
  variants.reduce((total, variant) => total + variant.desiredInstanceCount, 0);

function launchVariant(world: World, endpoint: Endpoint, variant: Variant): Variant["instances"] {
  const { instanceType, desiredInstanceCount: count } = variant;
  variant.instances = launch(world, `${endpoint.name}/${variant.name}`, { instanceType, count });
  return variant.instances;
}

/** Goes on when all instances are ready, or rolls back by itself when the pool could not give them all. */
function whenReady(
  world: World,
  endpoint: Endpoint,
  launched: { wanted: number; fresh: Variant["instances"]; settle: "settle" | "takeOver" },
  then: { ready: () => void; rolledBack: () => void },
): void {
  if (launched.fresh.length === launched.wanted) {
    const last = Math.max(world.nowMs, ...launched.fresh.map((instance) => instance.readyMs));
    for (const { readyMs, warmMs } of launched.fresh) world.mark(readyMs, warmMs);
    world.after(last - world.nowMs + draw(world, endpoint, launched.settle), then.ready);
    return;
  }
  world.after(world.spec.provisioning.giveUpSeconds * 1000, () => {
    const failed = endpoint.status === "Creating";
    if (!failed) setStatus(world, endpoint, "RollingBack", "no capacity");
    const settle = () => {
      then.rolledBack();
      if (endpoint.update !== undefined) endpoint.update.incoming = [];
      finish(world, endpoint, "no capacity", {
        status: failed ? "Failed" : "InService",
        failureReason: noCapacity,
      });
    };
    if (failed) settle();
    else world.after(draw(world, endpoint, "rollBack"), settle);
  });
}

/** A duration in milliseconds, drawn for the endpoint's running update. */
function draw(world: World, endpoint: Endpoint, part: keyof typeof durations): number {
  const [least, most] = durations[part];
  const u = world.streams(`update/${endpoint.name}/${part}`, endpoint.updates).uniform();
  return Math.round(1000 * (least + (most - least) * u));
}

function begin(
  world: World,
  endpoint: Endpoint,
  status: EndpointStatus,
  update: Pick<Update, "kind" | "cause"> & Partial<Pick<Update, "configName" | "incoming">>,
): void {
  endpoint.updates++;
  endpoint.update = { startedMs: world.nowMs, incoming: [], outgoing: [], ...update };
  endpoint.lastModifiedMs = world.nowMs;
  setStatus(world, endpoint, status, update.cause);
}

function finish(
  world: World,
  endpoint: Endpoint,
  cause: string,
  end: { status: EndpointStatus; failureReason?: string } = { status: "InService" },
): void {
  delete endpoint.update;
  endpoint.lastModifiedMs = world.nowMs;
  delete endpoint.failureReason;
  if (end.failureReason !== undefined) endpoint.failureReason = end.failureReason;
  setStatus(world, endpoint, end.status, cause);
}

function setStatus(world: World, endpoint: Endpoint, to: EndpointStatus, cause: string): void {
  if (endpoint.status !== to)
    world.record({ kind: "status", subject: endpoint.name, from: endpoint.status, to, cause });
  endpoint.status = to;
}

function setCount(world: World, endpoint: Endpoint, variant: Variant, to: number, cause: string): void {
  const from = variant.desiredInstanceCount;
  variant.desiredInstanceCount = to;
  world.record({ kind: "capacity", subject: `${endpoint.name}/${variant.name}`, from, to, cause });
}

function adoptWeight(world: World, endpoint: Endpoint, variant: Variant, cause: string): void {
  const { currentWeight: from, desiredWeight: to } = variant;
  variant.currentWeight = to;
  if (from !== to)
    world.record({ kind: "weight", subject: `${endpoint.name}/${variant.name}`, from, to, cause });
}
