/** The account at one moment, as far as a release may change it: plain data that can be compared later. */
import type { Plain } from "../../core/release/plain.ts";
import type { Endpoint } from "../world/endpoint-state.ts";
import type { World } from "../world/region.ts";
import type { ScalableTarget } from "../world/scaling-state.ts";

export interface VariantSnapshot {
  readonly name: string;
  readonly modelName: string;
  readonly instanceType: string;
  readonly weight: number;
  readonly desiredWeight: number;
  readonly desiredInstances: number;
}

export interface EndpointSnapshot {
  readonly name: string;
  readonly config: string;
  readonly status: string;
  readonly variants: readonly VariantSnapshot[];
}

export interface AccountSnapshot {
  readonly endpoints: ReadonlyMap<string, EndpointSnapshot>;
  readonly configs: ReadonlySet<string>;
  readonly models: ReadonlySet<string>;
  /** By resource id. */
  readonly scaling: ReadonlyMap<string, ScalingSnapshot>;
  readonly schedules: ReadonlySet<string>;
  /** Training jobs that hold instances. */
  readonly pools: ReadonlySet<string>;
}

/** What the ledger keeps of a variant's scaling, in the same words. */
export interface ScalingSnapshot {
  readonly min: number;
  readonly max: number;
  readonly suspended: { readonly in: boolean; readonly out: boolean; readonly scheduled: boolean };
  /** Configurations by policy name, and expressions with bounds by action name. */
  readonly policies: { readonly [name: string]: Plain };
  readonly scheduledActions: { readonly [name: string]: Plain };
}

export function snapshotOf(world: World, schedules: readonly string[]): AccountSnapshot {
  const { state } = world;
  const holding = [...state.trainingJobs.values()].filter((job) => job.instances.length > 0);
  return {
    endpoints: new Map([...state.endpoints].map(([name, endpoint]) => [name, endpointSnapshot(endpoint)])),
    configs: new Set(state.endpointConfigs.keys()),
    models: new Set(state.models.keys()),
    scaling: new Map([...state.scalableTargets].map(([id, target]) => [id, scalingSnapshot(target)])),
    schedules: new Set(schedules),
    pools: new Set(holding.map((job) => job.name)),
  };
}

export function endpointSnapshot(endpoint: Endpoint): EndpointSnapshot {
  const { name, configName: config, status } = endpoint;
  const variants = endpoint.variants.map((variant) => ({
    name: variant.name,
    modelName: variant.modelName,
    instanceType: variant.instanceType,
    weight: variant.currentWeight,
    desiredWeight: variant.desiredWeight,
    desiredInstances: variant.desiredInstanceCount,
  }));
  return { name, config, status, variants };
}

export function scalingSnapshot(target: ScalableTarget): ScalingSnapshot {
  const { suspended } = target;
  return {
    min: target.minCapacity,
    max: target.maxCapacity,
    suspended: {
      in: suspended.DynamicScalingInSuspended,
      out: suspended.DynamicScalingOutSuspended,
      scheduled: suspended.ScheduledScalingSuspended,
    },
    policies: Object.fromEntries(
      [...target.policies].map(([name, policy]) => [name, policy.configuration as Plain]),
    ),
    scheduledActions: Object.fromEntries(
      [...target.scheduledActions].map(([name, action]) => [
        name,
        {
          schedule: action.schedule,
          timeZone: action.timeZone,
          min: action.minCapacity ?? null,
          max: action.maxCapacity ?? null,
        },
      ]),
    ),
  };
}
