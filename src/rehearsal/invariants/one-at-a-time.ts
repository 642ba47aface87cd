/**
 * one-at-a-time: an endpoint, or a pool, belongs to one release from the taking of its lock to its freeing. Every
 * change of it that reaches AWS comes from the execution that holds its lock then; between the taking and the freeing
 * no other release changes it. A release that has to wait says who it waits for: who holds the lock or has held it when
 * it looked, or, where that is free, who is first in its queue. One that waits for a version may, while there is none, or for a review, while it is not
 * complete (reviewed-first.ts).
 */
import type { StateEntry } from "#twin/engine";
import { isRecord } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { executionName, holds, type ObservedLock } from "./locks.ts";
import { type Mutation, mutationOf } from "./mutations.ts";
import { isBetweenReleases, isSweeps, type ObservedCall, textOf } from "./observation.ts";
import { createPatchedFirst } from "./patched-first.ts";
import { isPurchase } from "./purchases.ts";
import { createReviewedFirst } from "./reviewed-first.ts";
import { createStagedFirst, scheduledKind } from "./staged-first.ts";

export function oneAtATime(context: CheckContext): Checker {
  const name = "one-at-a-time";
  const { violations, report } = violationsOf(name);
  const staged = createStagedFirst(context);
  const reviewed = createReviewedFirst(context);
  const patched = createPatchedFirst(context);
  /** Releases that have ever held a lock. */
  const holders = new Set<string>();

  function check(seen: ObservedCall, { resource }: Mutation, execution: string): void {
    const { locks } = context;
    const recording = resource === undefined ? undefined : locks.recording(resource, execution);
    const lock = lockOver(seen, context) ?? recording ?? locks.heldBy(execution);
    if (lock !== undefined && holds(lock, execution)) return;
    const holder = lock?.holder;
    const by = holder === undefined ? "nobody" : `execution ${executionName(holder.execution)}`;
    const what = resource === undefined ? "the account" : `${resource.kind} ${resource.name}`;
    report(
      `${seen.call.operation} of execution ${execution} changed ${what} while ${by} held the lock`,
      whereOf(seen),
    );
  }

  function checkVersion({
    execution,
    atMs,
    until,
  }: {
    execution: string;
    atMs: number;
    until: string;
  }): void {
    const { state, spec } = context.world;
    if (Date.parse(until) <= atMs)
      report(`execution ${execution} waits for a version beyond ${until}`, { atMs });
    const kind = scheduledKind(context.inputOf(execution));
    const isBarred = (version: number) =>
      (kind !== "staging" && !staged.hasPassed(version)) ||
      (kind === "patch" && !patched.wouldPatch(version, { execution, atMs }));
    for (const { version, approvalStatus, lastModifiedMs } of state.modelPackages.values()) {
      const isReleased = [...holders].some((id) => id.includes(`-v${version}-${kind}`));
      const isNew = version > spec.registry.serving && !isReleased && lastModifiedMs < atMs - longestLookMs;
      if (isNew && approvalStatus === "Approved" && !isBarred(version))
        report(`execution ${execution} waits for a version although ${version} is approved`, { atMs });
    }
  }

  function checkDated({ execution, atMs, reason }: Waiting): void {
    const [, until] = awaitedVersion.exec(reason) ?? [];
    if (until !== undefined) checkVersion({ execution, atMs, until });
    const [, closes] = awaitedReview.exec(reason) ?? [];
    if (closes === undefined) return;
    const lookMs = atMs - longestLookMs;
    for (const what of reviewed.waits({ execution, atMs, until: closes, lookMs })) report(what, { atMs });
  }

  function checkNamed({ execution, atMs, reason }: Waiting): void {
    const isFree = / is free, /.test(reason);
    const first = context.locks.all.flatMap(({ queue = [] }) => queue.slice(0, 1));
    const named = [...holders, ...(isFree ? first.map(({ releaseId }) => releaseId) : [])];
    if (!named.some((releaseId) => reason.includes(releaseId)))
      report(`execution ${execution} waits and does not say for whom: "${reason}"`, { atMs });
  }

  return {
    name,
    violations,
    onCalled: (called) => patched.called(called),
    onCall(seen) {
      staged.seen(seen);
      for (const what of [...reviewed.seen(seen), ...patched.seen(seen)]) report(what, whereOf(seen));
      const { call, frame, tookEffect } = seen;
      // Of what no release changes, write-ahead says whether anybody held the lock.
      const isNobodys = isBetweenReleases(seen) || isSweeps(seen) || isPurchase(seen);
      const isOurs = frame !== undefined && tookEffect && !isNobodys;
      const mutation = isOurs ? mutationOf(call) : undefined;
      if (frame !== undefined && mutation !== undefined) check(seen, mutation, frame.execution);
    },
    onLock: ({ passage }) => void holders.add(passage.releaseId),
    onEntry({ document, execution, atMs, state }: StateEntry) {
      if (!isRecord(document) || document.route !== "queued") return;
      const waiting = { execution, atMs, reason: String(document.reason ?? "") };
      const isDated = [awaitedVersion, awaitedReview].some((pattern) => pattern.test(waiting.reason));
      if (!isDated) checkNamed(waiting);
      else if (state === "WaitForLock") checkDated(waiting);
    },
  };
}

interface Waiting {
  readonly execution: string;
  readonly atMs: number;
  /** Why it waits. */
  readonly reason: string;
}

const awaitedVersion = /waits until (\S+) for one that is approved$/;
const awaitedReview = /^not confirmed by .*; waits until (\S+)$/;

/** How long a step may take from its look at the registry until the machine waits. */
const longestLookMs = 120_000;

/** The lock of the endpoint that a call names; undefined where it names none. */
function lockOver({ call }: ObservedCall, { locks }: CheckContext): ObservedLock | undefined {
  const endpoint =
    textOf(call, "EndpointName") || /^endpoint\/([^/]+)\/variant\//.exec(textOf(call, "ResourceId"))?.[1];
  return locks.of(`endpoint/${endpoint}`);
}
