/**
 * A passage is the time in which one release holds the lock of one subject, whichever executions act for it: from
 * the lock's taking to its freeing. What there was at its beginning is what must be there again after a way back.
 */
import type { Endpoint, Variant, WorldView } from "#twin/world";
import type { Plan } from "../../core/plan/plan.ts";
import { type AccountSnapshot, snapshotOf } from "./account-snapshot.ts";
import type { EndpointSnapshot } from "./endpoint-snapshot.ts";
import type { Account } from "./kinds/define.ts";
import { executionName, type ObservedLock, type ObservedLocks, openChanges } from "./locks.ts";
import type { ObservedCall } from "./observation.ts";

export interface Passage {
  readonly subject: string;
  readonly releaseId: string;
  /** Names of the executions that have held the lock for the release. */
  readonly executions: Set<string>;
  readonly startedMs: number;
  readonly before: AccountSnapshot;
  /** The same at the beginning of the release's first passage: what it holds on a lease it has made since. */
  readonly first: AccountSnapshot;
  promoted: boolean;
}

/** A change of a lock, seen in DynamoDB's answers. */
export interface LockEvent {
  /** `begun-anew`: all that was done was undone, and is forgotten. */
  readonly kind: "taken" | "taken-over" | "promoted" | "freed" | "begun-anew";
  readonly passage: Passage;
  readonly atMs: number;
}

export interface Passages {
  /** The passage under way on a subject. */
  current(subject: string): Passage | undefined;
  /** The passage under way for which an execution acts. */
  of(execution: string | undefined): Passage | undefined;
  /** Follows a write of a lock; returns what it meant, in order. */
  follow(seen: ObservedCall): readonly LockEvent[];
}

export function createPassages(locks: ObservedLocks, account: Account): Passages {
  const current = new Map<string, Passage>();
  const firsts = new Map<string, AccountSnapshot>();

  function follow(seen: ObservedCall): LockEvent[] {
    const followed = locks.follow(seen);
    if (followed === undefined) return [];
    const { before, after: lock } = followed;
    const atMs = seen.call.at;
    const kinds = [...ended(lock), ...held(lock, atMs)];
    const passage = current.get(lock.subject);
    if (passage !== undefined && isBegunAnew(before, lock)) kinds.push(["begun-anew", passage]);
    return kinds.map(([kind, passage]) => ({ kind, passage, atMs }));
  }

  type LockChange = readonly [LockEvent["kind"], Passage];

  function ended({ subject, holder }: ObservedLock): LockChange[] {
    const running = current.get(subject);
    if (running === undefined || holder?.releaseId === running.releaseId) return [];
    current.delete(subject);
    return [["freed", running]];
  }

  function held(lock: ObservedLock, atMs: number): LockChange[] {
    const known = current.get(lock.subject);
    const passage = known ?? begin(lock, atMs);
    if (passage === undefined) return [];
    const name = executionName(lock.holder?.execution ?? "");
    const changes: LockChange[] = [];
    if (known === undefined) changes.push(["taken", passage]);
    else if (!passage.executions.has(name)) changes.push(["taken-over", passage]);
    passage.executions.add(name);
    if (lock.promoted === true && !passage.promoted) {
      passage.promoted = true;
      changes.push(["promoted", passage]);
    }
    return changes;
  }

  function begin(lock: ObservedLock, startedMs: number): Passage | undefined {
    if (lock.holder === undefined) return undefined;
    const { subject, holder } = lock;
    const before = snapshotOf(account);
    const { releaseId } = holder;
    const first = firsts.get(releaseId) ?? before;
    firsts.set(releaseId, first);
    const executions = new Set<string>();
    const passage = { subject, releaseId, executions, startedMs, before, first, promoted: false };
    current.set(subject, passage);
    return passage;
  }

  return {
    current: (subject) => current.get(subject),
    of: (execution) =>
      execution === undefined
        ? undefined
        : [...current.values()].find((passage) => passage.executions.has(execution)),
    follow,
  };
}

/** Whether a ledger in which all was settled is its holder's own, and empty. */
function isBegunAnew(before: ObservedLock | undefined, after: ObservedLock): boolean {
  const [had, has] = [before, after].map((lock) => Object.values(lock?.changes ?? {}));
  return (
    before?.holder?.releaseId === after.holder?.releaseId &&
    has?.length === 0 &&
    had?.some(({ state }) => state === "undone") === true &&
    openChanges(before).length === 0
  );
}

/** The name of the endpoint that a passage is about; undefined for a training pool. */
export function endpointOf(passage: Passage): string | undefined {
  return passage.subject.startsWith("endpoint/") ? passage.subject.slice("endpoint/".length) : undefined;
}

/** The plan of a release; of a training pool's, the first. */
export const planFor = (passage: Passage, { planOf }: { planOf: (endpoint?: string) => Plan }): Plan =>
  planOf(endpointOf(passage));

/** The endpoint as it was when the passage began. */
export function endpointBefore(passage: Passage): EndpointSnapshot | undefined {
  return passage.before.endpoints.get(endpointOf(passage) ?? "");
}

/** A variant that was not there when the passage began is a candidate; without a passage, one with a new model. */
export function isCandidate(
  variant: Pick<Variant, "name" | "modelName">,
  passage: Passage | undefined,
  world: WorldView,
): boolean {
  const before = passage === undefined ? undefined : endpointBefore(passage);
  if (before === undefined) return !world.state.stableModels.has(variant.modelName);
  return !before.variants.some(({ name }) => name === variant.name);
}

/** The candidates' share of traffic by weights in force or asked for, 0 … 1. */
export function candidateShare(
  endpoint: Endpoint,
  by: {
    readonly passage: Passage | undefined;
    readonly world: WorldView;
    readonly weight: "currentWeight" | "desiredWeight";
  },
): number {
  const total = endpoint.variants.reduce((sum, variant) => sum + variant[by.weight], 0);
  const candidates = endpoint.variants.filter((variant) => isCandidate(variant, by.passage, by.world));
  return total === 0 ? 0 : candidates.reduce((sum, variant) => sum + variant[by.weight], 0) / total;
}

/** Whether a variant was on the release's endpoint before. */
export function isStable(passage: Passage, variant: string): boolean {
  return endpointBefore(passage)?.variants.some(({ name }) => name === variant) ?? false;
}
