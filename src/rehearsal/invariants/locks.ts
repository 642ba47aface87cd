/**
 * The locks and ledgers as they stand in Slipway's table, followed on the wire: every write of a lock item answers
 * with all of its attributes.
 */
import type { Change, ResourceRef } from "../../core/release/change.ts";
import type { LockEvidence } from "../../core/release/lock.ts";
import type { Remainder } from "../../core/release/remainder.ts";
import { isRecord, plainItem } from "./attribute-values.ts";
import { memberOf, type ObservedCall } from "./observation.ts";

export interface ObservedLock {
  /** `endpoint/NAME` or `pool/MODEL/MILESTONE` */
  readonly subject: string;
  readonly fence: number;
  /** `execution` is an ARN. */
  readonly holder?: { readonly releaseId: string; readonly execution: string };
  /** Who waits for it, the first one first. */
  readonly queue?: readonly { readonly releaseId: string }[];
  readonly promoted?: boolean;
  readonly changes?: Readonly<Record<string, Change>>;
  /** Until when nobody takes it, ISO 8601. */
  readonly adjusting?: string;
  /** What is claimed of its evidence, and how far that has come. */
  readonly evidence?: LockEvidence;
  readonly begun?: Readonly<Record<string, unknown>>;
  /** What its holder could not put back. */
  readonly remainder?: readonly Remainder[];
}

export interface ObservedLocks {
  readonly all: readonly ObservedLock[];
  /** The lock that a subject has; undefined before it was ever taken. */
  of(subject: string): ObservedLock | undefined;
  /** The lock that an execution, by its name, holds. */
  heldBy(execution: string): ObservedLock | undefined;
  /** The lock whose ledger has an open change of a resource: the execution's own, else any. */
  recording(resource: ResourceRef, execution: string): ObservedLock | undefined;
  /** Follows a call; returns the lock before and after where the call wrote one. */
  follow(
    seen: ObservedCall,
  ): { readonly before: ObservedLock | undefined; readonly after: ObservedLock } | undefined;
}

export function createLocks(): ObservedLocks {
  const locks = new Map<string, ObservedLock>();
  const heldBy = (execution: string) => [...locks.values()].find((lock) => holds(lock, execution));
  return {
    get all() {
      return [...locks.values()];
    },
    of: (subject) => locks.get(subject),
    heldBy,
    recording(resource, execution) {
      const own = heldBy(execution);
      if (openChanges(own).some((change) => concerns(change, resource))) return own;
      return [...locks.values()].find((lock) =>
        openChanges(lock).some((change) => concerns(change, resource)),
      );
    },
    follow(seen) {
      const after = writtenLock(seen);
      if (after === undefined) return undefined;
      const before = locks.get(after.subject);
      locks.set(after.subject, after);
      return { before, after };
    },
  };
}

/** The last part of an execution's ARN. */
export const executionName = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1);

export const holds = (lock: ObservedLock, execution: string): boolean =>
  lock.holder !== undefined && executionName(lock.holder.execution) === execution;

/** A lock item is one that has a fence. */
function writtenLock(seen: ObservedCall): ObservedLock | undefined {
  const { service, operation, input } = seen.call;
  if (service !== "dynamodb" || operation !== "UpdateItem" || !seen.tookEffect) return undefined;
  const attributes = memberOf(seen, "Attributes");
  if (!isRecord(attributes) || !isRecord(input.Key) || !("fence" in attributes)) return undefined;
  const { pk, sk } = plainItem(input.Key);
  const subject = String(pk === "lock" ? sk : pk).replace(/^subject#/, "");
  return { ...(plainItem(attributes) as unknown as Omit<ObservedLock, "subject">), subject };
}

/** The changes of a lock that are neither undone nor otherwise settled, oldest first. */
export function openChanges(lock: ObservedLock | undefined): Change[] {
  return Object.values(lock?.changes ?? {})
    .filter(({ state }) => state === "intended" || state === "applied")
    .sort((a, b) => a.seq - b.seq);
}

const concerns = (change: Change, { kind, name }: ResourceRef): boolean =>
  change.resource.kind === kind && change.resource.name === name;
