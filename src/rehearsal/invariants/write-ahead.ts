/**
 * write-ahead: no change reaches AWS that the ledger did not record before. A call is covered by an open change of
 * the same resource, and must lead to what that change intends or back to what was there before the oldest (who may
 * make it is one-at-a-time's question). A write is compare-and-set: it may not overwrite what an outside hand changed
 * since the ledger recorded it; of a thing of several parts, the parts that the hand changed. Counts are exempt from that, since auto scaling moves them. A change that comes between a
 * step's last look and its call is counted apart: AWS offers no condition on its own calls. What such a call has
 * overwritten is ours from then on, as nobody can see that it was theirs; nor can anybody, where a hand took back what a
 * step had just done that died before it could say so: the change is still intended, and what is there is as before it.
 * What is set between releases is in no ledger either, but in the item of its endpoint (followed-bounds.ts).
 * What the sweep deletes once a way back is no longer kept, neither (replaced.ts).
 * What two people buy is in no ledger, since nothing puts it back, but in items of its own (purchases.ts).
 * A milestone's start that a release moves, or lays for a date before which clocks change, is in no ledger; it must be due when it was, or as much later as its plan says.
 */
import type { ResourceRef } from "../../core/release/change.ts";
import type { JsonValue } from "../../core/release/json-value.ts";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { coverageOf } from "./coverage.ts";
import { same } from "./equality.ts";
import { createFollowedBounds } from "./followed-bounds.ts";
import { isMembers, type JsonMembers } from "./kinds/define.ts";
import { kindOf, resourceState } from "./kinds/registry.ts";
import { createMovedStarts } from "./moved-starts.ts";
import { type Mutation, mutationOf } from "./mutations.ts";
import type { ObservedCall } from "./observation.ts";
import { standing, type Touch } from "./outside-hands.ts";
import { createPurchases } from "./purchases.ts";

export function writeAhead(context: CheckContext): Checker {
  const name = "write-ahead";
  const { violations, report } = violationsOf(name);
  /** When an invocation last looked at AWS. */
  const looked = new Map<string, number>();
  /** Of a touch of which parts were overwritten unseen: its state before, with those parts as after it. */
  const overwritten = new WeakMap<Touch, JsonValue>();
  let before: JsonValue = null;
  const { shared } = context;
  const starts = createMovedStarts(context);
  const followed = createFollowedBounds(context);
  const purchases = createPurchases(context);
  const stateOf = (resource: ResourceRef) => resourceState(resource, context);

  function wrongWith(seen: ObservedCall, mutation: Mutation, execution: string): string | undefined {
    const { operation } = seen.call;
    const { resource } = mutation;
    if (resource === undefined) return `${operation} changes what no ledger can record`;
    const what = `${operation} on ${resource.kind} ${resource.name}`;
    const coverage = coverageOf(mutation, context.locks.recording(resource, execution));
    if (coverage.by === "nothing") return `${what} reached AWS with no open change in the ledger`;
    if (coverage.by === "another-state")
      return `${what} leads neither to what ${coverage.changes.map(({ id }) => id).join(", ")} intended nor to what was before`;
    const { movesByItself, setWhole = new Set() } = kindOf(resource);
    const touch = movesByItself === true ? undefined : context.outside.touched(resource);
    if (touch === undefined || touch.atMs <= Date.parse(coverage.changes[0]?.at ?? "")) return undefined;
    const asBefore = coverage.changes.some((one) => one.state === "intended" && same(one.before, touch.to));
    const step = { before, after: stateOf(resource), setWhole };
    const intended = coverage.changes.findLast((one) => one.state === "intended")?.before;
    return overwriting(seen, { what, touch, asBefore, step, ...(intended !== undefined && { intended }) });
  }

  function share(touch: Touch, hand: Hand, own: Step): void {
    if (isOverwritten(own, hand)) overwritten.set(touch, fromLeft(own, hand));
  }

  function overwriting(
    seen: ObservedCall,
    { what, touch, asBefore, step, intended }: Overwriting,
  ): string | undefined {
    const left = overwritten.get(touch);
    const hand = standing(left === undefined ? touch : { ...touch, from: left });
    const lookedMs = looked.get(seen.frame?.invocation ?? "") ?? Number.POSITIVE_INFINITY;
    if (!isOverwritten(step, hand)) {
      // Set by both to the same, ours without having seen theirs: nobody can see either that it was theirs first.
      if (touch.atMs >= lookedMs) share(touch, hand, { ...step, before: intended ?? step.before });
      return undefined;
    }
    if (touch.atMs < lookedMs && !asBefore)
      return `${what} overwrites what someone else changed (${touch.by}) ${Math.round((seen.call.at - touch.atMs) / 1000)} s before`;
    context.figures.unguardedOverwrites += 1;
    overwritten.set(touch, fromLeft(step, hand));
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
      const elsewhere = [starts, followed, context.replaced, purchases].map((each) => each.onCall(seen));
      for (const what of [shared.onCall(seen), ...elsewhere].flatMap((each) => each ?? []))
        report(what, whereOf(seen));
      const { call, frame, tookEffect } = seen;
      if (frame === undefined || !tookEffect || elsewhere.some((each) => each !== undefined)) return;
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

interface Overwriting {
  readonly what: string;
  readonly touch: Touch;
  /** Whether the thing is as it was before a change that is intended still. */
  readonly asBefore: boolean;
  readonly step: Step;
  /** As the thing was when the change was intended that the call makes; absent where it undoes one. */
  readonly intended?: JsonValue;
}

interface Step {
  readonly before: JsonValue;
  readonly after: JsonValue;
  /** Members that a call sets whole. */
  readonly setWhole: ReadonlySet<string>;
}

interface Hand {
  readonly from: JsonValue;
  readonly to: JsonValue;
}

/** Whether a call changed a part that a hand had changed. */
function isOverwritten(step: Step, hand: Hand): boolean {
  const { before, after } = step;
  const { from, to } = hand;
  if (same(before, after) || same(from, to)) return false;
  if (!isMembers(before) || !isMembers(after) || !isMembers(from) || !isMembers(to)) return true;
  return Object.keys({ ...before, ...after }).some((key) => {
    const part = partOf(key, { before, after, from, to }, step.setWhole);
    if (step.setWhole.has(key)) return !same(part.before, part.after) && !same(part.from, part.to);
    return isOverwritten(part, part);
  });
}

/** The state before a hand, with the parts that a call has overwritten as after it. */
function fromLeft(step: Step, hand: Hand): JsonValue {
  const { before, after } = step;
  const { from, to } = hand;
  if (!isOverwritten(step, hand)) return from;
  if (!isMembers(before) || !isMembers(after) || !isMembers(from) || !isMembers(to)) return to;
  return Object.fromEntries(
    Object.keys({ ...from, ...to }).map((key) => {
      const part = partOf(key, { before, after, from, to }, step.setWhole);
      const isWhole = step.setWhole.has(key) && !same(part.before, part.after);
      return [key, isWhole ? part.to : fromLeft(part, part)];
    }),
  );
}

interface Parts {
  readonly before: JsonMembers;
  readonly after: JsonMembers;
  readonly from: JsonMembers;
  readonly to: JsonMembers;
}

function partOf(key: string, all: Parts, setWhole: Step["setWhole"]): Step & Hand {
  const of = (parts: JsonMembers) => parts[key] ?? null;
  return { before: of(all.before), after: of(all.after), from: of(all.from), to: of(all.to), setWhole };
}
