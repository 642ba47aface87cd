/**
 * gates-never-trap: no security or compliance gate stands before the way back, refilling stable, a sweep or a lease's restore. By
 * the calls that only a gate makes: they come from the steps that lead forward alone, never in an invocation that then takes
 * traffic from the candidate or raises stable; nothing is refused by gates once something was changed; and a release that they
 * hold has gone on or back by its deadline.
 */

import { isRecord } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { mutationOf } from "./mutations.ts";
import type { ArrivingCall, AttemptedCall, ObservedCall } from "./observation.ts";
import { endpointBefore, endpointOf, type Passage, planFor } from "./passages.ts";
import { shiftIn } from "./shifts.ts";
import { scheduledKind } from "./staged-first.ts";

/** Where gates may be asked: before the first change, and before a share. */
const forward: ReadonlySet<string> = new Set(["CheckGates", "ShiftTraffic"]);

/** A patch milestone looks at images before anything is claimed. */
const looksForPatch = (state: string, input: unknown): boolean =>
  state === "OpenRelease" && scheduledKind(input) === "patch";

/** What nothing but a gate asks for; evidence is signed by KMS too. */
const ofKeys: ReadonlySet<string> = new Set(["DescribeKey", "GetKeyRotationStatus"]);
/** Evidence is read and listed too, and never asked for its head. */
const ofObjects: ReadonlySet<string> = new Set(["GetBucketLocation", "HeadObject"]);
const isGates = ({ call: { service, operation } }: Pick<AttemptedCall, "call">): boolean =>
  (service === "kms" && ofKeys.has(operation)) ||
  service === "ecr" ||
  (service === "s3" && ofObjects.has(operation));

/** Chosen: a look that comes late for retries and for waits of its own; milliseconds. */
const patienceMs = 30 * 60_000;

export function gatesNeverTrap(context: CheckContext): Checker {
  const name = "gates-never-trap";
  const { violations, report } = violationsOf(name);
  /** Invocations that have asked a gate. */
  const asked = new Set<string>();
  /** Calls that give stable more instances than it has. */
  const refills = new WeakSet<object>();
  /** Passages in which something of ours has taken effect, and since when gates hold them. */
  const changed = new WeakSet<Passage>();
  const held = new WeakMap<Passage, number>();

  function backwards(seen: ObservedCall): string | undefined {
    if (!asked.has(seen.frame?.invocation ?? "")) return undefined;
    const shift = shiftIn(seen, context);
    if (shift !== undefined && shift.to < shift.from) return "the candidate was to have less traffic";
    return seen.tookEffect && refills.has(seen.call) ? "stable was to have more instances" : undefined;
  }

  function overdue({ call }: AttemptedCall, passage: Passage): string | undefined {
    const since = held.get(passage);
    const { deadlineMinutes = 0 } = planFor(passage, context).gates ?? {};
    const longestMs = deadlineMinutes * 60_000 + patienceMs;
    if (since === undefined || call.at - Math.max(since, context.refusedUntilMs()) <= longestMs)
      return undefined;
    held.delete(passage);
    return `gates hold ${passage.releaseId} beyond the ${deadlineMinutes} minutes of their deadline`;
  }

  /** What is wrong with asking a gate here, whether or not the step may: what is denied bars the way as well. */
  function wrongToAsk(called: AttemptedCall): (string | undefined)[] {
    const { service, operation } = called.call;
    const { state, execution } = called.frame;
    const passage = context.passages.of(execution);
    return [
      forward.has(state) || looksForPatch(state, context.inputOf(execution))
        ? undefined
        : `${state} asks a gate (${service}.${operation})`,
      passage && overdue(called, passage),
    ];
  }

  function follow(seen: ObservedCall, passage: Passage): void {
    if (isHeldNews(seen)) held.set(passage, seen.call.at);
    if (mutationOf(seen.call) === undefined) return;
    changed.add(passage);
    held.delete(passage);
  }

  return {
    name,
    violations,
    onCalled(called) {
      if (!isGates(called)) return;
      asked.add(called.frame.invocation);
      for (const what of wrongToAsk(called)) if (what !== undefined) report(what, whereOf(called));
    },
    onAsked(asking) {
      if (isRefill(asking, context)) refills.add(asking.call);
    },
    onCall(seen) {
      const { frame, tookEffect } = seen;
      if (frame === undefined) return;
      const wrong = backwards(seen);
      if (wrong !== undefined) report(`a gate was asked before ${wrong}`, whereOf(seen));
      const passage = context.passages.of(frame.execution);
      if (passage !== undefined && tookEffect) follow(seen, passage);
    },
    onLock({ kind, passage }) {
      if (kind !== "begun-anew" && kind !== "freed") return;
      changed.delete(passage);
      held.delete(passage);
    },
    onEntry({ state, execution, atMs }) {
      const passage = context.passages.of(execution);
      if (passage === undefined) return;
      if (state === "RollBack") held.delete(passage);
      if (state === "CheckGates" && changed.has(passage))
        report(`gates may refuse ${passage.releaseId} after it has changed something`, { atMs });
    },
  };
}

/** Whether a call gives stable more instances than it has: one variant at a time, by its count. */
function isRefill({ call, frame }: ArrivingCall, context: CheckContext): boolean {
  const passage = context.passages.of(frame?.execution);
  if (passage === undefined || call.operation !== "UpdateEndpointWeightsAndCapacities") return false;
  const before = endpointBefore(passage)?.variants.map((variant) => variant.name) ?? [];
  const variants = context.world.state.endpoints.get(endpointOf(passage) ?? "")?.variants ?? [];
  const asked = (call.input.DesiredWeightsAndCapacities ?? []) as readonly unknown[];
  return asked.some((each) => {
    const { VariantName, DesiredInstanceCount: count } = isRecord(each) ? each : {};
    const there = variants.find((variant) => variant.name === VariantName)?.instances.length ?? 0;
    return before.includes(String(VariantName)) && typeof count === "number" && count > there;
  });
}

/** Whether a release has told that its gates hold it. */
function isHeldNews({ call }: ObservedCall): boolean {
  if (call.operation !== "PutEvents") return false;
  const entries = (call.input.Entries ?? []) as readonly { readonly Detail?: string }[];
  return entries.some(({ Detail = "{}" }) => {
    const detail: unknown = JSON.parse(Detail);
    return isRecord(detail) && detail.state === "held-by-gates";
  });
}
