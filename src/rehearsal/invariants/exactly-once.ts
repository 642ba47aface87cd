/**
 * exactly-once: no change takes effect twice, however often its event, invocation or call is repeated. A change of
 * the ledger, and the undo of one, has one effective call for each part of it; a repetition that changes nothing is
 * no effect, but one on an endpoint locks it and therefore is. An update that SageMaker has rolled back may be made
 * again, and so may what somebody else has taken back, or what was undone of a try with another instance type, of which there
 * are as many as the plan has types. A release makes at most one model, two schedules and two
 * configurations, and has one pool at a time. A version goes through a milestone once, unless a person asks for it again.
 */
import type { ResourceRef } from "../../core/release/change.ts";
import { isRecord } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { same } from "./equality.ts";
import type { CheckedKind } from "./kinds/define.ts";
import { allKinds, kindOf, resourceState } from "./kinds/registry.ts";
import { executionName } from "./locks.ts";
import { type Mutation, mutationOf } from "./mutations.ts";
import type { ArrivingCall, ObservedCall } from "./observation.ts";
import { type Passage, planFor } from "./passages.ts";
import { claimIn } from "./release-records.ts";

/** Things of a kind that one release may make, by the call that makes them. */
const most: ReadonlyMap<string, NonNullable<CheckedKind["makes"]>> = new Map(
  allKinds.flatMap(({ makes }) => (makes === undefined ? [] : [[makes.operation, makes] as const])),
);

export function exactlyOnce(context: CheckContext): Checker {
  const name = "exactly-once";
  const { violations, report } = violationsOf(name);
  const stateOf = ({ resource }: Mutation) =>
    resource === undefined ? null : resourceState(resource, context);
  /** What was changed, by what that carried out: forgotten when it was rolled back, or is as somebody else made it. */
  const effects = new Map<string, ResourceRef>();
  const made = new Map<string, string[]>();
  const tries = new Map<string, number>();
  const claims = createClaims(context, report);
  let before: ReturnType<typeof stateOf> = null;

  function check(seen: ObservedCall, mutation: Mutation, execution: string): void {
    const { resource } = mutation;
    if (resource === undefined) return;
    if (kindOf(resource).locksEndpoint !== true && same(before, stateOf(mutation))) return;
    const lock = context.locks.recording(resource, execution);
    const releaseId = lock?.holder?.releaseId ?? `execution ${execution}`;
    const coverage = coverageOf(mutation, lock);
    const what = carriedOut(coverage);
    const key = `${releaseId}: ${what} (${mutation.part})`;
    if (what !== undefined && effects.has(key))
      report(`${releaseId}: ${what} took effect twice, by ${mutation.part}`, whereOf(seen));
    if (what !== undefined) effects.set(key, resource);
    countMade(seen, resource, releaseId);
  }

  function countMade(seen: ObservedCall, resource: ResourceRef, releaseId: string): void {
    const { service, operation } = seen.call;
    const limit = most.get(`${service}.${operation}`);
    if (limit === undefined) return;
    const key = `${releaseId} ${operation}`;
    const names = [...(made.get(key) ?? []), resource.name];
    made.set(key, names);
    const there = limit.atATime === true ? new Set(kindOf(resource).names(context)) : new Set(names);
    const count = names.filter((each) => there.has(each)).length;
    const when = limit.atATime === true ? " at a time" : "";
    if (count === limit.most + 1)
      report(
        `${releaseId} made ${count} things by ${operation}${when}, expected ${limit.most}`,
        whereOf(seen),
      );
  }

  /** What was undone for another instance type is made for that one. */
  function beginAnew(passage: Passage, seen: ObservedCall): void {
    const { releaseId } = passage;
    const nth = (tries.get(releaseId) ?? 1) + 1;
    tries.set(releaseId, nth);
    const { releaseTypes } = planFor(passage, context);
    const most = Math.max(
      ...Object.values(releaseTypes).map((type) => 1 + (type?.inference.fallback ?? []).length),
    );
    if (nth > most)
      report(`${releaseId} began anew with a try ${nth}, and its plan has ${most} types`, whereOf(seen));
    for (const key of effects.keys()) if (key.startsWith(`${releaseId}: `)) effects.delete(key);
    for (const key of made.keys()) if (key.startsWith(`${releaseId} `)) made.delete(key);
  }

  function forget(isIt: (resource: ResourceRef) => boolean): void {
    for (const [key, resource] of effects) if (isIt(resource)) effects.delete(key);
  }

  return {
    name,
    violations,
    onAsked({ call, frame }: ArrivingCall) {
      const mutation = frame === undefined ? undefined : mutationOf(call);
      if (mutation !== undefined) before = stateOf(mutation);
    },
    onCall(seen) {
      claims.onCall(seen);
      const { call, frame, tookEffect } = seen;
      const mutation = tookEffect ? mutationOf(call) : undefined;
      if (mutation === undefined) return;
      if (frame !== undefined) check(seen, mutation, frame.execution);
      else forget(({ kind, name }) => kind === mutation.resource?.kind && name === mutation.resource.name);
    },
    onLock({ kind, passage }, seen) {
      if (kind === "begun-anew") beginAnew(passage, seen);
    },
    onWorld({ kind, subject, to }) {
      if (kind !== "status" || to !== "RollingBack") return;
      forget((resource) => holdsLockOf(resource) === subject);
    },
  };
}

/** The endpoint that a change of a resource locks. */
function holdsLockOf(resource: ResourceRef): string | undefined {
  const { locksEndpoint, endpointOf } = kindOf(resource);
  return locksEndpoint === true ? endpointOf?.(resource.name) : undefined;
}

/** What a call carried out, as a message names it. */
function carriedOut(coverage: Coverage): string | undefined {
  if (coverage.by === "intent") return `change ${coverage.change.id}`;
  if (coverage.by === "undo") return `the undo of ${coverage.changes.map(({ id }) => id).join(", ")}`;
  return undefined;
}

/** Who opened which release: one execution an attempt, and a second attempt only when it was asked for. */
function createClaims(context: CheckContext, report: ReturnType<typeof violationsOf>["report"]) {
  const claimed = new Map<string, { execution: string; attempts: Set<string> }>();
  return {
    onCall(seen: ObservedCall): void {
      const claim = claimIn(seen);
      if (claim === undefined) return;
      const { base, attempt, releaseId } = claim;
      const execution = executionName(claim.execution);
      const known = claimed.get(base);
      claimed.set(base, { execution, attempts: new Set([...(known?.attempts ?? []), attempt]) });
      if (known === undefined || known.execution === execution) return;
      if (known.attempts.has(attempt))
        report(
          `${releaseId} was opened by execution ${execution}, and before by ${known.execution}`,
          whereOf(seen),
        );
      else if (!askedAgain(context.inputOf(execution)))
        report(
          `${releaseId} was opened though ${known.attempts.size} attempts at it were made and nobody asked for it again`,
          whereOf(seen),
        );
    },
  };
}

const askedAgain = (input: unknown): boolean => isRecord(input) && input.again === true;
