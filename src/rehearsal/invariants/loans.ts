/**
 * The scaling that stable lends the candidate: as it was before the release, or as somebody had made it until the last
 * look before it was held. AWS offers no condition on the hold itself: what comes in between nobody can see.
 */
import type { World } from "../world/region.ts";
import { type ScalingSnapshot, snapshotOf } from "./account-snapshot.ts";
import { mutationOf } from "./mutations.ts";
import type { Asked } from "./observation.ts";
import type { OutsideHands } from "./outside-hands.ts";

export interface Loans {
  asked(asked: Asked): void;
  /** Undefined where stable had none to lend. */
  of(before: ReadonlyMap<string, ScalingSnapshot>, endpoint: string): ScalingSnapshot | undefined;
  /** A release there has ended. */
  forget(endpoint: string | undefined): void;
}

export function createLoans(world: World, schedules: () => readonly string[], outside: OutsideHands): Loans {
  /** As it was when a release had last looked before it first changed it, by resource. */
  const held = new Map<string, ScalingSnapshot | undefined>();
  let looked: ReadonlyMap<string, ScalingSnapshot> | undefined;
  const isOf = (endpoint: string | undefined) => (id: string) => id.startsWith(`endpoint/${endpoint}/`);

  return {
    asked({ call, frame }) {
      if (frame === undefined) return;
      if (call.service === "application-autoscaling" && call.operation.startsWith("Describe"))
        looked = snapshotOf(world, schedules()).scaling;
      const resource = mutationOf(call)?.resource;
      if (resource?.kind !== "scaling" || held.has(resource.name)) return;
      held.set(resource.name, (looked ?? snapshotOf(world, schedules()).scaling).get(resource.name));
    },
    of(before, endpoint) {
      const [id = ""] = [...before.keys()].filter(isOf(endpoint));
      if (held.has(id)) return held.get(id);
      const touch = outside.touched({ kind: "scaling", name: id });
      return touch?.to === null ? undefined : before.get(id);
    },
    forget(endpoint) {
      for (const id of [...held.keys()].filter(isOf(endpoint))) held.delete(id);
    },
  };
}
