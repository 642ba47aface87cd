/**
 * What somebody other than a release changed: calls without a frame, and scheduled actions that fired. Such a
 * change is no orphan of ours, and ours may not overwrite it.
 */
import type { ResourceRef } from "../../core/release/change.ts";
import type { Plain } from "../../core/release/plain.ts";
import { reasonText, type WorldEvent } from "../world/events.ts";
import type { World } from "../world/region.ts";
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
  world(entry: WorldEvent): void;
  /** The touch of a resource that has not been taken back since. */
  touched(resource: ResourceRef): Touch | undefined;
  /** Models and configurations that were deleted and are not there again. */
  deleted(): readonly ResourceRef[];
}

export function createOutsideHands(world: World, schedules: () => readonly string[]): OutsideHands {
  const touches = new Map<string, Touch>();
  const deletions = new Map<string, ResourceRef>();
  const stateOf = (resource: ResourceRef) => resourceState(resource, world, schedules);
  let before: readonly { readonly resource: ResourceRef; readonly state: Plain }[] = [];

  function touch(resource: ResourceRef, { from, ...now }: Omit<Touch, "to">): void {
    const known = touches.get(keyOf(resource));
    const original = known === undefined ? from : originalOf(known, from);
    const to = stateOf(resource);
    if (same(to, original)) touches.delete(keyOf(resource));
    else touches.set(keyOf(resource), { ...now, from: original, to });
  }

  return {
    asked({ call, frame }) {
      before =
        frame === undefined
          ? resourcesOf(call, world).map((resource) => ({ resource, state: stateOf(resource) }))
          : [];
    },
    seen({ call, frame, tookEffect }) {
      if (frame !== undefined || !tookEffect) return;
      for (const { resource, state } of before) {
        if (state !== null && mayBeDeleted.has(resource.kind)) deletions.set(keyOf(resource), resource);
        if (isGoing(call, resource))
          touches.set(keyOf(resource), { atMs: call.at, by: call.operation, from: state, to: null });
        else if (!same(state, stateOf(resource)))
          touch(resource, { atMs: call.at, by: call.operation, from: state });
      }
    },
    world({ kind, subject, by, atMs, from }) {
      if (kind !== "bounds" || by.who !== "auto-scaling") return;
      const resource = { kind: "scaling", name: subject } as const;
      const is = stateOf(resource);
      const was = from === undefined ? null : isParts(is) ? { ...is, ...from } : { ...from };
      touch(resource, { atMs, by: reasonText(by.reason), from: was });
    },
    deleted: () => [...deletions.values()].filter((resource) => stateOf(resource) === null),
    touched: (resource) => touches.get(keyOf(resource)),
  };
}

type Parts = { readonly [key: string]: Plain };
const isParts = (value: Plain | undefined): value is Parts =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The state before all touches, once there is another: parts that were not touched before are as they are just now. */
function originalOf(known: { readonly from: Plain; readonly to: Plain }, now: Plain): Plain {
  const { from, to } = known;
  if (same(from, to)) return now;
  if (!isParts(from) || !isParts(to) || !isParts(now)) return from;
  return Object.fromEntries(
    Object.keys({ ...from, ...now }).flatMap((key) => {
      const part = originalOf({ from: from[key] ?? null, to: to[key] ?? null }, now[key] ?? null);
      return part === null ? [] : [[key, part] as const];
    }),
  );
}

/** An endpoint that is deleted takes a while to go. */
const isGoing = (call: Asked["call"], { kind, name }: ResourceRef): boolean =>
  call.operation === "DeleteEndpoint" && kind === "routing" && name === textOf(call, "EndpointName");

const mayBeDeleted: ReadonlySet<ResourceRef["kind"]> = new Set(["model", "endpoint-config"] as const);

/** What a call of an outside hand may change: deleting an endpoint takes the scaling of its variants along. */
function resourcesOf(call: Asked["call"], { state }: World): ResourceRef[] {
  if (call.operation === "DeleteEndpoint") {
    const name = textOf(call, "EndpointName");
    const scaled = [...state.scalableTargets.keys()].filter((id) => id.startsWith(`endpoint/${name}/`));
    return [
      { kind: "routing", name },
      { kind: "weights", name },
      ...scaled.map((id) => ({ kind: "scaling", name: id }) as const),
    ];
  }
  const resource = mutationOf(call)?.resource;
  return resource === undefined ? [] : [resource];
}
