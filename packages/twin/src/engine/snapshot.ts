/** What an account holds at one moment, as plain JSON: what a run left behind is the difference of two of these. */
import type { VisibleState } from "../world/state.ts";

export interface Snapshot {
  readonly endpoints: Readonly<Record<string, EndpointSnapshot>>;
  readonly endpointConfigs: readonly string[];
  readonly models: readonly string[];
  readonly scalableTargets: Readonly<Record<string, TargetSnapshot>>;
  /** Status of each training job, and of the warm pool it left, if any. */
  readonly trainingJobs: Readonly<Record<string, { readonly status: string; readonly warmPool?: string }>>;
  /** Instances asked for of each instance group of a HyperPod cluster, by `CLUSTER/GROUP`; absent without any cluster. */
  readonly instanceGroups?: Readonly<Record<string, number>>;
  readonly alarms: readonly string[];
  /** Names of schedules that are still to fire. */
  readonly schedules: readonly string[];
}

export interface EndpointSnapshot {
  readonly status: string;
  readonly configName: string;
  readonly variants: Readonly<
    Record<string, { readonly weight: number; readonly desiredInstances: number; readonly instances: number }>
  >;
}

export interface TargetSnapshot {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly suspended: Readonly<Record<string, boolean>>;
  readonly policies: readonly string[];
  readonly scheduledActions: readonly string[];
}

/** Takes the world as it stands; bring it up to the moment first. */
export function snapshotOf({ state }: VisibleState, schedules: readonly string[]): Snapshot {
  return {
    endpoints: record(state.endpoints, (endpoint) => ({
      status: endpoint.status,
      configName: endpoint.configName,
      variants: Object.fromEntries(
        endpoint.variants.map((variant) => [
          variant.name,
          {
            weight: variant.currentWeight,
            desiredInstances: variant.desiredInstanceCount,
            instances: variant.instances.length,
          },
        ]),
      ),
    })),
    endpointConfigs: [...state.endpointConfigs.keys()].sort(),
    models: [...state.models.keys()].sort(),
    scalableTargets: record(state.scalableTargets, (target) => ({
      minCapacity: target.minCapacity,
      maxCapacity: target.maxCapacity,
      suspended: { ...target.suspended },
      policies: [...target.policies.keys()].sort(),
      scheduledActions: [...target.scheduledActions.keys()].sort(),
    })),
    trainingJobs: record(state.trainingJobs, ({ status, warmPool }) => ({
      status,
      ...(warmPool && { warmPool: warmPool.status }),
    })),
    ...(state.clusters.size > 0 && {
      instanceGroups: Object.fromEntries(
        [...state.clusters.values()].flatMap(({ name, groups }) =>
          [...groups.values()].map((group) => [`${name}/${group.name}`, group.targetCount]),
        ),
      ),
    }),
    alarms: [...state.alarms.keys(), ...state.compositeAlarms.keys()].sort(),
    schedules: [...schedules].sort(),
  };
}

function record<V, T>(map: ReadonlyMap<string, V>, of: (value: V) => T): Record<string, T> {
  return Object.fromEntries(
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, of(value)]),
  );
}
