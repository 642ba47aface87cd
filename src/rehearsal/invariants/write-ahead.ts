/**
 * write-ahead: no change reaches AWS that the ledger did not record before. A call is covered by an open change of
 * the same resource, and must lead to what that change intends or back to what was there before the oldest (who may
 * make it is one-at-a-time's question). A write is compare-and-set: it may not overwrite what an outside hand changed
 * since the ledger recorded it; of a thing of several parts, the parts that the hand changed. Counts are exempt from that, since auto scaling moves them. A change that comes between a
 * step's last look and its call is counted apart: AWS offers no condition on its own calls.
 */
import type { Plain, ResourceRef } from "../../core/release/change.ts";
import { coverageOf } from "./coverage.ts";
import { same } from "./equality.ts";
import { type Mutation, mutationOf } from "./mutations.ts";
import { type Checker, type Seen, violationsOf, whereOf } from "./observation.ts";
import type { Touch } from "./outside-hands.ts";
import { resourceState } from "./resource-state.ts";
import type { Scene } from "./scene.ts";

export function writeAhead(scene: Scene): Checker {
  const name = "write-ahead";
  const { violations, report } = violationsOf(name);
  /** When an invocation last looked at AWS. */
  const looked = new Map<string, number>();
  let before: Plain = null;
  const stateOf = (resource: ResourceRef) => resourceState(resource, scene.world, scene.schedules);

  function wrongWith(seen: Seen, mutation: Mutation, execution: string): string | undefined {
    const { operation } = seen.call;
    const { resource } = mutation;
    if (resource === undefined) return `${operation} changes what no ledger can record`;
    const what = `${operation} on ${resource.kind} ${resource.name}`;
    const coverage = coverageOf(mutation, scene.locks.recording(resource, execution));
    if (coverage.by === "nothing") return `${what} reached AWS with no open change in the ledger`;
    if (coverage.by === "another-state")
      return `${what} leads neither to what ${coverage.changes.map(({ id }) => id).join(", ")} intended nor to what was before`;
    const touch = resource.kind === "count" ? undefined : scene.outside.touched(resource);
    if (touch === undefined || touch.atMs <= Date.parse(coverage.changes[0]?.at ?? "")) return undefined;
    const overwritten = isOverwritten({ before, after: stateOf(resource) }, touch);
    return overwritten ? overwriting(seen, { what, touch }) : undefined;
  }

  function overwriting(seen: Seen, { what, touch }: { what: string; touch: Touch }): string | undefined {
    const lookedMs = looked.get(seen.frame?.invocation ?? "") ?? Number.POSITIVE_INFINITY;
    if (touch.atMs < lookedMs)
      return `${what} overwrites what someone else changed (${touch.by}) ${Math.round((seen.call.at - touch.atMs) / 1000)} s before`;
    scene.figures.unguardedOverwrites += 1;
    return undefined;
  }

  return {
    name,
    violations,
    onAsked({ call, frame }) {
      const resource = frame === undefined ? undefined : mutationOf(call)?.resource;
      if (resource !== undefined) before = stateOf(resource);
    },
    onCall(seen) {
      const { call, frame, tookEffect } = seen;
      if (frame === undefined || !tookEffect) return;
      const mutation = mutationOf(call);
      if (mutation === undefined) {
        if (call.service !== "dynamodb") looked.set(frame.invocation, call.at);
        return;
      }
      const what = wrongWith(seen, mutation, frame.execution);
      if (what !== undefined) report(what, whereOf(seen));
    },
  };
}

type Parts = { readonly [key: string]: Plain };
const isParts = (value: Plain | undefined): value is Parts =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a call changed a part that a hand had changed. */
function isOverwritten(call: { before: Plain; after: Plain }, hand: { from: Plain; to: Plain }): boolean {
  const { before, after } = call;
  const { from, to } = hand;
  if (same(before, after) || same(from, to)) return false;
  if (!isParts(before) || !isParts(after) || !isParts(from) || !isParts(to)) return true;
  const part = (of: Parts, key: string) => of[key] ?? null;
  return Object.keys({ ...before, ...after }).some((key) => {
    const call = { before: part(before, key), after: part(after, key) };
    const hand = { from: part(from, key), to: part(to, key) };
    // A suspension is set as a whole.
    if (key === "suspended") return !same(call.before, call.after) && !same(hand.from, hand.to);
    return isOverwritten(call, hand);
  });
}
