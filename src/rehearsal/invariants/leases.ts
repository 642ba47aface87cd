/** Leases that outlive their release: a training pool, and the schedule that will end it. */
import { type Mutation, mutationOf } from "./mutations.ts";
import { type Seen, textOf } from "./observation.ts";
import type { Scene } from "./scene.ts";

export interface Leases {
  onCall(seen: Seen): void;
  /** Names of the schedules that are still to fire, and of the training jobs whose lease they end. */
  running(): ReadonlySet<string>;
}

/** What one release holds under a lease. */
interface Lease {
  readonly names: Set<string>;
  endsMs: number;
}

export function createLeases(scene: Scene): Leases {
  const leases = new Map<string, Lease>();
  const leased = new Set<NonNullable<Mutation["resource"]>["kind"]>(["schedule", "training-job"]);
  return {
    onCall({ call, frame, tookEffect }) {
      if (!tookEffect || frame === undefined) return;
      const resource = mutationOf(call)?.resource;
      const releaseId = scene.locks.heldBy(frame.execution)?.holder?.releaseId;
      if (resource === undefined || releaseId === undefined || !leased.has(resource.kind)) return;
      const lease = leases.get(releaseId) ?? { names: new Set(), endsMs: Number.NEGATIVE_INFINITY };
      leases.set(releaseId, lease);
      lease.names.add(resource.name);
      if (call.operation === "CreateSchedule") lease.endsMs = endOf(textOf(call, "ScheduleExpression"));
    },
    running: () =>
      new Set(
        [...leases.values()].flatMap(({ names, endsMs }) => (endsMs > scene.world.nowMs ? [...names] : [])),
      ),
  };
}

/** The moment of a one-time schedule in UTC, `at(2026-01-05T11:00:00)`; one of another form has no end. */
function endOf(expression: string): number {
  const at = /^at\((.+)\)$/.exec(expression)?.[1];
  return at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${at}Z`);
}
