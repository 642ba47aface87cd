/**
 * What somebody other than a release changed: calls without a frame, and scheduled actions that fired. Such a
 * change is no orphan of ours, and ours may not overwrite it.
 */
import type { Plain, ResourceRef } from "../../core/release/change.ts";
import { type HistoryEntry, reasonText } from "../world/events.ts";
import type { World } from "../world/world.ts";
import { same } from "./equality.ts";
import { mutationOf } from "./mutations.ts";
import { type Asked, type Seen, textOf } from "./observation.ts";
import { keyOf, resourceState } from "./resource-state.ts";

export interface Touch {
  readonly atMs: number;
  /** The operation, or the scheduled action. */
  readonly by: string;
  /** The state before the first touch, and after the latest. */
  readonly from: Plain;
  readonly to: Plain;
}

export interface OutsideHands {
  asked(asked: Asked): void;
  seen(seen: Seen): void;
  world(entry: HistoryEntry): void;
  /** The touch of a resource that has not been taken back since. */
  touched(resource: ResourceRef): Touch | undefined;
}

export function createOutsideHands(world: World, schedules: () => readonly string[]): OutsideHands {
  const touches = new Map<string, Touch>();
  const stateOf = (resource: ResourceRef) => resourceState(resource, world, schedules);
  let before: readonly { readonly resource: ResourceRef; readonly state: Plain }[] = [];

  function touch(resource: ResourceRef, { from, ...now }: Omit<Touch, "to">): void {
    const known = touches.get(keyOf(resource));
    const original = known?.from ?? from;
    const to = stateOf(resource);
    if (same(to, original)) touches.delete(keyOf(resource));
    else touches.set(keyOf(resource), { ...now, from: original, to });
  }

  return {
    asked({ call, frame }) {
      before =
        frame === undefined
          ? resourcesOf(call).map((resource) => ({ resource, state: stateOf(resource) }))
          : [];
    },
    seen({ call, frame, tookEffect }) {
      if (frame !== undefined || !tookEffect) return;
      for (const { resource, state } of before)
        if (!same(state, stateOf(resource)))
          touch(resource, { atMs: call.at, by: call.operation, from: state });
    },
    world({ kind, subject, by, atMs, from }) {
      if (kind !== "bounds" || by.who !== "auto-scaling") return;
      touch(
        { kind: "scaling", name: subject },
        { atMs, by: reasonText(by.reason), from: from === undefined ? null : { ...from } },
      );
    },
    touched: (resource) => touches.get(keyOf(resource)),
  };
}

/** What a call of an outside hand may change: moving or deleting an endpoint is about all that it has. */
function resourcesOf(call: Asked["call"]): ResourceRef[] {
  if (call.operation === "DeleteEndpoint") return [{ kind: "routing", name: textOf(call, "EndpointName") }];
  const resource = mutationOf(call)?.resource;
  return resource === undefined ? [] : [resource];
}
