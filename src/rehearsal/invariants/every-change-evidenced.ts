/**
 * every-change-evidenced: after one sweep begun after the last fault, each change of ours that took effect is told by one pack of
 * evidence, in its subject's chain, and no pack tells of a change that was none. What took effect is what the world shows before and
 * after a call. A pack tells of a call that went out between its two moments and leads to the state that it names, or of one
 * that nobody had said was made. One that says `begun` claims no more than that a call may have gone out. Of a lease on what
 * others lean on too, a pack may need no call; what an outside hand was at, and what ends by itself, may be as it should be without one.
 * Of a minimum that is set between releases the same holds, each by itself; one that was claimed since the last sweep began waits for the next. A way back that the sweep no longer keeps is let go without one.
 */
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { same } from "./equality.ts";
import { chainsIn, type ReadPack, signedIn } from "./evidence-read.ts";
import { keyOf, kindOf, resourceState } from "./kinds/registry.ts";
import { type MinimumSeen, minimaUntold, minimumSeen } from "./minima-evidenced.ts";
import { type Mutation, mutationOf } from "./mutations.ts";
import { isBetweenReleases, isSweeps, type ObservedCall } from "./observation.ts";

/** A call of a release that took effect. */
interface Effect {
  readonly seen: ObservedCall;
  readonly mutation: Mutation;
  readonly key: string;
  /** Whether the world was another after it. */
  readonly changed: boolean;
}

export function everyChangeEvidenced(context: CheckContext): Checker {
  const name = "every-change-evidenced";
  const { violations, report } = violationsOf(name);
  const effects: Effect[] = [];
  const minima: MinimumSeen[] = [];
  const signed = new Map<string, string>();
  /** What somebody else was at, ever. */
  const touched = new Set<string>();
  let before: unknown = null;
  let sweep: { readonly invocation: string | undefined; readonly atMs: number } | undefined;

  function follow(seen: ObservedCall, mutation: Mutation): void {
    const { resource } = mutation;
    if (resource === undefined) return;
    const key = keyOf(resource);
    const isChanged = !same(before, resourceState(resource, context));
    if (isBetweenReleases(seen)) minima.push(minimumSeen(seen, isChanged));
    if (seen.frame === undefined || isBetweenReleases(seen)) touched.add(key);
    if (seen.frame === undefined || isBetweenReleases(seen) || isLettingGo(seen, mutation)) return;
    const lock = context.locks.recording(resource, seen.frame.execution);
    // What has no begun changes was taken by a version, or a deployment, that kept no evidence.
    if (lock?.begun === undefined && !isSweeps(seen)) return;
    effects.push({ seen, mutation, key, changed: isChanged });
  }

  function judge(bucket: string): void {
    const atMs = context.world.nowMs;
    const chains = chainsIn(context.world, {
      bucket,
      locks: context.locks.all,
      signed,
      sweptAtMs: sweep?.atMs,
    });
    for (const what of chains.flatMap(({ wrong }) => wrong)) report(what, { atMs });
    const all = chains.flatMap((chain) => chain.packs);
    const fresh = chains.flatMap((chain) => chain.fresh);
    const { untold, invented: unset } = minimaUntold(minima, [...all, ...fresh]);
    for (const { seen, resource, min } of untold)
      report(`the minimum ${min} of ${resource} is told by no pack`, whereOf(seen));
    for (const { resource } of unset)
      report(`a pack says that the minimum of ${resource?.name} was set, and it was not`, { atMs });
    const packs = all.filter(({ changes }) => changes !== undefined);
    for (const effect of effects)
      if (effect.changed && !packs.some((pack) => tells(pack, effect)))
        report(`${effect.seen.call.operation} on ${effect.key} is told by no pack`, whereOf(effect.seen));
    for (const pack of invented(packs, effects, touched))
      report(`a pack says that ${pack.changes.join(", ")} was ${pack.what}, and nothing was`, { atMs });
  }

  return {
    name,
    violations,
    onAsked({ call }) {
      const resource = mutationOf(call)?.resource;
      if (resource !== undefined) before = resourceState(resource, context);
    },
    onCall(seen) {
      const { invocation } = seen.frame ?? {};
      if (isSweeps(seen) && invocation !== sweep?.invocation) sweep = { invocation, atMs: seen.call.at };
      const signature = signedIn(seen);
      if (signature !== undefined) signed.set(...signature);
      const mutation = seen.tookEffect ? mutationOf(seen.call) : undefined;
      if (mutation !== undefined) follow(seen, mutation);
    },
    onEnd() {
      if (context.evidenceIn !== undefined) judge(context.evidenceIn);
    },
  };
}

/**
 * Whether the sweep deletes a way back that is no longer kept, a model or what one is served by: that no endpoint is on it
 * replaced.ts sees, so that no capacity changes. Its record is in the table. Whatever else a sweep did would want a pack.
 */
const isLettingGo = (seen: ObservedCall, { resource }: Mutation): boolean =>
  isSweeps(seen) &&
  seen.call.operation.startsWith("Delete") &&
  resource !== undefined &&
  kindOf(resource).isServed === true;

/** No Lambda of ours lives longer. */
const longestLambdaMs = 90_000;

/** Whether a pack tells of a call. */
function tells(pack: ReadPack, { seen, mutation, key }: Effect): boolean {
  const { resource, since, at, what, unsaid, before, after } = pack;
  if (resource === undefined || keyOf(resource) !== key) return false;
  const { at: atMs } = seen.call;
  if (atMs < Date.parse(since) || atMs > Date.parse(at) + longestLambdaMs) return false;
  if (what === "begun" || unsaid !== undefined) return true;
  const leads = (state: ReadPack["after"]) => !("is" in state) || mutation.leadsTo(state.is);
  return leads(after) || (what === "put-back" && leads(before) && same(before, after));
}

/** Packs that say of a change that it was made, or put back, each of which has no call of its own. */
function invented(
  packs: readonly ReadPack[],
  effects: readonly Effect[],
  touched: ReadonlySet<string>,
): ReadPack[] {
  const takenBy = new Map<Effect, ReadPack>();
  function place(pack: ReadPack, tried: Set<Effect>): boolean {
    for (const effect of effects) {
      if (tried.has(effect) || !tells(pack, effect)) continue;
      tried.add(effect);
      const other = takenBy.get(effect);
      if (other !== undefined && !place(other, tried)) continue;
      takenBy.set(effect, pack);
      return true;
    }
    return false;
  }
  const seen = new Set<string>();
  return packs.filter((pack) => {
    const { resource, what, changes, since, release } = pack;
    if (resource === undefined) return false;
    const mark = [what, keyOf(resource), changes, since, release?.id, release?.fence].join("|");
    const isTwice = seen.has(mark);
    seen.add(mark);
    return isTwice || (needsCall(pack, touched) && !place(pack, new Set()));
  });
}

function needsCall({ what, resource }: ReadPack, touched: ReadonlySet<string>): boolean {
  if (resource === undefined || (what !== "made" && what !== "put-back")) return false;
  const { isLease, isOfPool } = kindOf(resource);
  const goesByItself = what === "put-back" && isOfPool === true;
  return isLease !== true && !goesByItself && !touched.has(keyOf(resource));
}
