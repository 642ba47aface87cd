/** Leases that outlive their release: a training pool, and the schedule that will end it. */

import type { CheckContext } from "./check-context.ts";
import { kindOf } from "./kinds/registry.ts";
import { mutationOf } from "./mutations.ts";
import type { ObservedCall } from "./observation.ts";

export interface Leases {
  onCall(seen: ObservedCall): void;
  /** Names of the schedules that are still to fire, and of the training jobs whose lease they end. */
  running(): ReadonlySet<string>;
}

/** What one release holds under a lease. */
interface PoolLease {
  readonly names: Set<string>;
  endsMs: number;
}

export function createLeases(context: CheckContext): Leases {
  const leases = new Map<string, PoolLease>();
  return {
    onCall({ call, frame, tookEffect }) {
      if (!tookEffect || frame === undefined) return;
      const resource = mutationOf(call)?.resource;
      const releaseId = context.locks.heldBy(frame.execution)?.holder?.releaseId;
      if (resource === undefined || releaseId === undefined) return;
      const { isOfPool, leaseEndMs } = kindOf(resource);
      if (isOfPool !== true) return;
      const lease = leases.get(releaseId) ?? { names: new Set(), endsMs: Number.NEGATIVE_INFINITY };
      leases.set(releaseId, lease);
      lease.names.add(resource.name);
      lease.endsMs = leaseEndMs?.(call) ?? lease.endsMs;
    },
    running: () =>
      new Set(
        [...leases.values()].flatMap(({ names, endsMs }) => (endsMs > context.world.nowMs ? [...names] : [])),
      ),
  };
}
