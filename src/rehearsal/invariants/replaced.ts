/**
 * What a promotion took the place of, where it says by its tags that a release made it: kept for as many days as the plan
 * says, and then deleted by the sweep. Whose it is, and since when, is read from the world and the locks, and not from the item
 * by which the sweep goes; of that it is asked that each deletion was written down before.
 */
import type { WorldView } from "#twin/world";
import type { Plan } from "../../core/plan/plan.ts";
import type { ResourceRef } from "../../core/release/change.ts";
import { isRecord, plainItem } from "./attribute-values.ts";
import { endpointSnapshot } from "./endpoint-snapshot.ts";
import { allKinds, keyOf, kindOf } from "./kinds/registry.ts";
import { mutationOf } from "./mutations.ts";
import { isSweeps, type ObservedCall } from "./observation.ts";
import type { OutsideHands } from "./outside-hands.ts";
import { endpointBefore, type LockEvent, planFor } from "./passages.ts";

export interface Replaced {
  onLock(event: LockEvent): void;
  /** What is wrong with a deletion of the sweep's; undefined for any other call. */
  onCall(seen: ObservedCall): string[] | undefined;
  /** Whether it was deleted when its time was up. */
  isGone(resource: ResourceRef): boolean;
  /** What is still there long after its time, one sentence each. */
  left(): string[];
}

/** The schedule of the sweep, and what an endpoint that was on it may have cost a look. */
const sweptWithinMs = 70 * 60_000;
const dayMs = 86_400_000;

interface Watched {
  readonly world: WorldView;
  readonly outside: OutsideHands;
  readonly planOf: (endpoint: string | undefined) => Plan;
  readonly refusedUntilMs: () => number;
}

export function createReplaced(context: Watched): Replaced {
  const { world, outside } = context;
  /** When each may go, epoch milliseconds. */
  const mayGo = new Map<string, { readonly resource: ResourceRef; readonly fromMs: number }>();
  const intended = new Set<string>();
  const gone = new Set<string>();

  const account = { world, schedules: () => [] };
  const tagsOf = (resource: ResourceRef) => kindOf(resource).tagsOf?.(account, resource.name);

  function follow({ call, tookEffect }: ObservedCall): void {
    if (call.operation !== "PutItem" || !tookEffect || !isRecord(call.input.Item)) return;
    const { pk, things } = plainItem(call.input.Item);
    if (pk !== "kept" || !Array.isArray(things)) return;
    for (const { resource, state } of things as { resource: ResourceRef; state: string }[])
      if (state === "deleting") intended.add(keyOf(resource));
  }

  function wrongWith({ call, caused }: ObservedCall, resource: ResourceRef): string[] {
    const key = keyOf(resource);
    const may = mayGo.get(key);
    gone.add(key);
    const wasUsed = caused.some(({ by }) => by.who === "call" && "inUse" in by && by.inUse === true);
    return [
      ...(intended.has(key) ? [] : ["reached AWS before it was written down"]),
      ...(may === undefined ? ["is of what no release has made and no promotion has replaced"] : []),
      ...(may !== undefined && call.at < may.fromMs
        ? [`came ${Math.ceil((may.fromMs - call.at) / 60_000)} minutes before the plan lets it go`]
        : []),
      ...(wasUsed ? ["is of what an endpoint is on"] : []),
    ].map((what) => `${call.operation} of ${key} ${what}`);
  }

  return {
    onLock({ kind, passage, atMs }) {
      if (kind !== "promoted") return;
      const before = endpointBefore(passage);
      if (before === undefined) return;
      const { revertDays } = planFor(passage, context).rollout;
      const all = allKinds.flatMap(({ kind, usedBy }) =>
        (usedBy?.(before) ?? []).map((name): ResourceRef => ({ kind, name })),
      );
      for (const resource of all)
        if (tagsOf(resource)?.["slipway:release"] !== undefined)
          mayGo.set(keyOf(resource), { resource, fromMs: atMs + revertDays * dayMs });
    },
    onCall(seen) {
      follow(seen);
      if (!isSweeps(seen) || !seen.tookEffect) return undefined;
      const mutation = mutationOf(seen.call);
      if (mutation === undefined) return undefined;
      if (mutation.resource === undefined) return [`${seen.call.operation} changes what the sweep may not`];
      return wrongWith(seen, mutation.resource);
    },
    isGone: (resource) => gone.has(keyOf(resource)),
    left: () =>
      [...mayGo.values()].flatMap(({ resource, fromMs }) => {
        const overMs = Math.max(fromMs, context.refusedUntilMs()) + sweptWithinMs;
        const isThere = tagsOf(resource) !== undefined;
        if (!isThere || world.nowMs < overMs || isUsed(resource) || outside.touched(resource) !== undefined)
          return [];
        return [`${keyOf(resource)} is left long after its days as a way back`];
      }),
  };

  function isUsed(resource: ResourceRef): boolean {
    const { usedBy } = kindOf(resource);
    return [...world.state.endpoints.values()].some(
      (endpoint) => usedBy?.(endpointSnapshot(endpoint)).includes(resource.name) === true,
    );
  }
}
