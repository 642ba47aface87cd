/** Whole fleets: an endpoint's birth, its replacement by UpdateEndpoint, and its end. */
import type { Endpoint, EndpointConfig, Variant, VariantConfig } from "./endpoint-state.ts";
import { type Actor, called, type Recorder } from "./events.ts";
import type { Instance } from "./instance-state.ts";
import { claimQuota, type Launching, launch, terminate } from "./instances.ts";
import type { Process } from "./process.ts";
import type { Quotas } from "./quotas.ts";
import type { VisibleState } from "./state.ts";
import { begin, claimLock, draw, finish, whenReady } from "./updates.ts";

/** What UpdateEndpoint carries over from the fleet in service. */
export interface Retained {
  readonly weights: boolean;
  readonly counts: boolean;
}

/**
 * Builds the configuration's fleet beside the old one, moves traffic over when all of it is in service, and deletes
 * the old one: UpdateEndpoint replaces the whole fleet (API reference of UpdateEndpoint). Throws
 * ResourceLimitExceeded when old and new fleets together exceed the quota.
 */
export function replaceFleet(
  world: Process & Launching & Quotas,
  endpoint: Endpoint,
  to: { config: EndpointConfig; retained: Retained },
): void {
  claimLock(endpoint);
  const { config } = to;
  const incoming = incomingVariants(config, endpoint.variants, to.retained);
  claimQuotas(world, incoming);
  begin(world, endpoint, {
    kind: "replace",
    by: called("UpdateEndpoint"),
    configName: config.name,
    incoming,
  });
  const fresh = launchAll(world, endpoint, incoming);
  whenReady(world, endpoint, {
    wanted: sum(incoming),
    fresh,
    settle: "takeOver",
    ready: () => switchFleets(world, endpoint, { config, incoming }),
    rolledBack: () => terminate(world, fresh),
  });
}

function switchFleets(
  world: Process & Launching,
  endpoint: Endpoint,
  to: { config: EndpointConfig; incoming: Variant[] },
): void {
  const { update } = endpoint;
  if (update === undefined) return;
  const by = called("UpdateEndpoint");
  world.record({
    kind: "config",
    subject: endpoint.name,
    from: endpoint.configName,
    to: to.config.name,
    by,
  });
  const before = new Map(endpoint.variants.map((variant) => [variant.name, variant]));
  update.outgoing = endpoint.variants;
  update.incoming = [];
  endpoint.variants = to.incoming;
  endpoint.configName = to.config.name;
  adoptPace(endpoint, to.config);
  for (const variant of to.incoming)
    recordArrival(world, `${endpoint.name}/${variant.name}`, {
      variant,
      before: before.get(variant.name),
      by,
    });
  for (const [name, { desiredInstanceCount: from }] of before)
    if (!to.incoming.some((variant) => variant.name === name))
      world.record({ kind: "capacity", subject: `${endpoint.name}/${name}`, from, to: 0, by });
  world.after(draw(world, endpoint, "drain"), () => {
    terminate(
      world,
      update.outgoing.flatMap((variant) => variant.instances),
    );
    finish(world, endpoint, { by });
  });
}

function recordArrival(
  world: Recorder,
  subject: string,
  arrival: { variant: Variant; before: Variant | undefined; by: Actor },
): void {
  const { variant, before, by } = arrival;
  const counts = { from: before?.desiredInstanceCount ?? 0, to: variant.desiredInstanceCount };
  if (counts.from !== counts.to) world.record({ kind: "capacity", subject, ...counts, by });
  const weights = { from: before?.currentWeight ?? 0, to: variant.currentWeight };
  if (weights.from !== weights.to) world.record({ kind: "weight", subject, ...weights, by });
}

/** Creates an endpoint whose fleet has to be provisioned first; without capacity it ends as Failed. */
export function createEndpoint(
  world: Process & Launching & Quotas,
  name: string,
  config: EndpointConfig,
): Endpoint {
  const variants = incomingVariants(config, [], { weights: false, counts: false });
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
  const by = called("CreateEndpoint");
  world.record({ kind: "status", subject: name, from: undefined, to: "Creating", by });
  begin(world, endpoint, { kind: "create", by });
  const fresh = launchAll(world, endpoint, variants);
  for (const variant of variants)
    recordArrival(world, `${name}/${variant.name}`, { variant, before: undefined, by });
  whenReady(world, endpoint, {
    wanted: sum(variants),
    fresh,
    settle: "settle",
    ready: () => finish(world, endpoint, { by }),
    rolledBack: () => {
      for (const variant of variants) variant.instances = [];
      terminate(world, fresh);
    },
  });
  return endpoint;
}

/** Deletes an endpoint that is not being updated; its instances are paid until it is gone. */
export function deleteEndpoint(world: Process & Launching, endpoint: Endpoint): void {
  if (endpoint.status !== "Failed") claimLock(endpoint);
  const by = called("DeleteEndpoint");
  begin(world, endpoint, { kind: "delete", by });
  world.after(draw(world, endpoint, "delete"), () => {
    for (const variant of endpoint.variants) {
      terminate(world, variant.instances);
      const subject = `${endpoint.name}/${variant.name}`;
      world.record({ kind: "capacity", subject, from: variant.desiredInstanceCount, to: 0, by });
    }
    world.state.endpoints.delete(endpoint.name);
    world.record({ kind: "status", subject: endpoint.name, from: "Deleting", to: undefined, by });
  });
}

function incomingVariants(
  config: EndpointConfig,
  current: readonly Variant[],
  retained: Retained,
): Variant[] {
  return config.variants.map((wanted) => {
    const before = current.find((variant) => variant.name === wanted.VariantName);
    const weight = (retained.weights ? before?.desiredWeight : undefined) ?? wanted.InitialVariantWeight;
    const count = (retained.counts ? before?.desiredInstanceCount : undefined) ?? wanted.InitialInstanceCount;
    return {
      name: wanted.VariantName,
      modelName: wanted.ModelName,
      instanceType: wanted.InstanceType,
      ...reservationIn(wanted),
      currentWeight: weight,
      desiredWeight: weight,
      desiredInstanceCount: count,
      instances: [],
      leaving: [],
    };
  });
}

function reservationIn({ rest }: Pick<VariantConfig, "rest">): { reservation?: string } {
  const config = rest["CapacityReservationConfig"] as { MlReservationArn?: string } | undefined;
  return config?.MlReservationArn === undefined ? {} : { reservation: config.MlReservationArn };
}

/** Old fleets stay beside the new one, so the whole new fleet is the request's delta. */
function claimQuotas(world: VisibleState & Quotas, incoming: readonly Variant[]): void {
  for (const type of new Set(incoming.map((variant) => variant.instanceType)))
    claimQuota(world, type, sum(incoming.filter((variant) => variant.instanceType === type)));
}

const sum = (variants: readonly Variant[]): number =>
  variants.reduce((total, variant) => total + variant.desiredInstanceCount, 0);

function launchAll(world: Launching, endpoint: Endpoint, variants: readonly Variant[]): Instance[] {
  const together = sum(variants);
  return variants.flatMap((variant) => {
    const { instanceType, reservation, desiredInstanceCount: count } = variant;
    const owner = `${endpoint.name}/${variant.name}`;
    variant.instances = launch(world, owner, { instanceType, reservation, count, together });
    return variant.instances;
  });
}

function adoptPace(endpoint: Endpoint, config: EndpointConfig): void {
  delete endpoint.enhancedSeconds;
  if (config.enhancedSeconds !== undefined) endpoint.enhancedSeconds = config.enhancedSeconds;
}
