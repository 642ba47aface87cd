/**
 * What somebody other than a release changed: calls without a frame, those made between releases, and scheduled actions that
 * fired. Such a
 * change is no orphan of ours, and ours may not overwrite it.
 */

import type { WorldEvent } from "#twin/world";
import type { ResourceRef } from "../../core/release/change.ts";
import type { JsonValue } from "../../core/release/json-value.ts";
import { same } from "./equality.ts";
import { type Account, isMembers } from "./kinds/define.ts";
import { allKinds, keyOf, kindOf, resourceState } from "./kinds/registry.ts";
import { mutationOf } from "./mutations.ts";
import { type ArrivingCall, isBetweenReleases, type ObservedCall } from "./observation.ts";

export interface Touch {
  readonly atMs: number;
  /** The operation, or the scheduled action. */
  readonly by: string;
  /** The state before the first touch, and after the latest. */
  readonly from: JsonValue;
  readonly to: JsonValue;
  /** Parts of which nothing is there any more: AWS has set them since, for what was asked of it. */
  readonly overtaken: ReadonlySet<string>;
}

export interface OutsideHands {
  asked(asked: ArrivingCall): void;
  seen(seen: ObservedCall): void;
  world(entry: WorldEvent): void;
  /** The touch of a resource that has not been taken back since. */
  touched(resource: ResourceRef): Touch | undefined;
  /** Of what endpoints serve by, what was deleted and is not there again. */
  deleted(): readonly ResourceRef[];
}

export function createOutsideHands(account: Account): OutsideHands {
  const touches = new Map<string, Touch & { readonly overtaken: Set<string> }>();
  const deletions = new Map<string, ResourceRef>();
  const stateOf = (resource: ResourceRef) => resourceState(resource, account);
  let before: readonly { readonly resource: ResourceRef; readonly state: JsonValue }[] = [];

  function touch(resource: ResourceRef, { from, ...now }: Omit<Touch, "to" | "overtaken">): void {
    const known = touches.get(keyOf(resource));
    const original = known === undefined ? from : originalOf(standing(known), from);
    const to = stateOf(resource);
    if (same(to, original)) touches.delete(keyOf(resource));
    else touches.set(keyOf(resource), { ...now, from: original, to, overtaken: new Set() });
  }

  return {
    asked({ call, frame }) {
      before = isOutside(frame)
        ? resourcesOf(call, account).map((resource) => ({ resource, state: stateOf(resource) }))
        : [];
    },
    seen({ call, frame, tookEffect }) {
      if (!isOutside(frame) || !tookEffect) return;
      for (const { resource, state } of before) {
        const { isServed, isGoing } = kindOf(resource);
        if (state !== null && isServed === true) deletions.set(keyOf(resource), resource);
        if (isGoing?.(call, resource.name) === true)
          touches.set(keyOf(resource), {
            atMs: call.at,
            by: call.operation,
            from: state,
            to: null,
            overtaken: new Set(),
          });
        else if (!same(state, stateOf(resource)))
          touch(resource, { atMs: call.at, by: call.operation, from: state });
      }
    },
    world(entry) {
      for (const { kind, movedBy, overtakes } of allKinds) {
        const overtaken = overtakes?.(entry, account);
        if (overtaken !== undefined)
          touches.get(keyOf({ kind, name: overtaken.name }))?.overtaken.add(overtaken.part);
        const moved = movedBy?.(entry, account);
        if (moved === undefined) continue;
        const { name, from, by } = moved;
        touch({ kind, name }, { atMs: entry.atMs, by, from });
      }
    },
    deleted: () => [...deletions.values()].filter((resource) => stateOf(resource) === null),
    touched: (resource) => touches.get(keyOf(resource)),
  };
}

/** Whether no release makes a call. */
const isOutside = (frame: ArrivingCall["frame"]): boolean =>
  frame === undefined || isBetweenReleases({ frame });

/** What is there still of a touch, before it and after. */
export function standing({ from, to, overtaken }: Touch): {
  readonly from: JsonValue;
  readonly to: JsonValue;
} {
  const kept = (state: JsonValue): JsonValue =>
    isMembers(state)
      ? Object.fromEntries(Object.entries(state).filter(([part]) => !overtaken.has(part)))
      : state;
  return { from: kept(from), to: kept(to) };
}

/** The state before all touches, once there is another: parts that were not touched before are as they are just now. */
function originalOf(known: { readonly from: JsonValue; readonly to: JsonValue }, now: JsonValue): JsonValue {
  const { from, to } = known;
  if (same(from, to)) return now;
  if (!isMembers(from) || !isMembers(to) || !isMembers(now)) return from;
  return Object.fromEntries(
    Object.keys({ ...from, ...now }).flatMap((key) => {
      const part = originalOf({ from: from[key] ?? null, to: to[key] ?? null }, now[key] ?? null);
      return part === null ? [] : [[key, part] as const];
    }),
  );
}

/** What a call of an outside hand may change: what it is about, and what goes along with that. */
function resourcesOf(call: ArrivingCall["call"], account: Account): ResourceRef[] {
  const along = allKinds.flatMap(({ kind, takenAlong }) =>
    (takenAlong?.(call, account) ?? []).map((name) => ({ kind, name })),
  );
  const resource = mutationOf(call)?.resource;
  return resource === undefined ? along : [...along, resource];
}
