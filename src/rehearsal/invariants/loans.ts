/** The scaling that stable lends the candidate: as it was before the release, or as somebody had made it until it was held. */
import { type ScalingSnapshot, snapshotOf } from "./account-snapshot.ts";
import { mutationOf } from "./mutations.ts";
import type { Asked } from "./observation.ts";
import type { Scene } from "./scene.ts";

export interface Loans {
  asked(asked: Asked): void;
  /** Undefined where stable had none to lend. */
  of(before: ReadonlyMap<string, ScalingSnapshot>, endpoint: string): ScalingSnapshot | undefined;
  /** A release there has ended. */
  forget(endpoint: string | undefined): void;
}

export function createLoans({
  world,
  schedules,
  outside,
}: Pick<Scene, "world" | "schedules" | "outside">): Loans {
  /** As it was when a release first changed it, by resource. */
  const held = new Map<string, ScalingSnapshot | undefined>();
  const isOf = (endpoint: string | undefined) => (id: string) => id.startsWith(`endpoint/${endpoint}/`);

  return {
    asked({ call, frame }) {
      const resource = frame === undefined ? undefined : mutationOf(call)?.resource;
      if (resource?.kind !== "scaling" || held.has(resource.name)) return;
      held.set(resource.name, snapshotOf(world, schedules()).scaling.get(resource.name));
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
