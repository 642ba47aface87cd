/** What the world shows of a resource, in few words: enough to tell whether a call changed it. */
import type { ResourceRef } from "../../core/release/change.ts";
import type { Plain } from "../../core/release/plain.ts";
import type { World } from "../world/region.ts";
import { scalingSnapshot } from "./account-snapshot.ts";

/** Null: there is no such thing. */
export function resourceState(
  { kind, name }: ResourceRef,
  world: World,
  schedules: () => readonly string[],
): Plain {
  const { state } = world;
  switch (kind) {
    case "model":
      return state.models.has(name) ? name : null;
    case "endpoint-config":
      return state.endpointConfigs.has(name) ? name : null;
    case "routing": {
      const endpoint = state.endpoints.get(name);
      return endpoint?.update?.configName ?? endpoint?.configName ?? null;
    }
    case "weights": {
      const variants = state.endpoints.get(name)?.variants ?? [];
      return Object.fromEntries(variants.map((variant) => [variant.name, variant.desiredWeight]));
    }
    case "count": {
      const cut = name.lastIndexOf("/");
      const variants = state.endpoints.get(name.slice(0, cut))?.variants ?? [];
      return variants.find((variant) => variant.name === name.slice(cut + 1))?.desiredInstanceCount ?? null;
    }
    case "scaling": {
      const target = state.scalableTargets.get(name);
      return target === undefined ? null : (scalingSnapshot(target) as unknown as Plain);
    }
    case "training-job": {
      const job = state.trainingJobs.get(name);
      return job === undefined ? null : { status: job.status, keepAliveSeconds: job.keepAliveSeconds };
    }
    case "schedule":
      return schedules().includes(name) ? name : null;
  }
}

/** One key for a resource. */
export const keyOf = ({ kind, name }: ResourceRef): string => `${kind} ${name}`;
