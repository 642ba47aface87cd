/** Whose turn it is at a lock: free, it goes to whoever has waited longest, and one who waits but acts no more is passed over. */
import type { LockItem, Waiting } from "./lock.ts";

export type Taking =
  /** It has the lock already. */
  | { readonly do: "have" }
  /** Somebody else has it, or has waited longer. */
  | { readonly do: "wait" }
  /** Who waits first acts no more: its place goes, and the lock is asked for again. */
  | { readonly do: "pass-over"; readonly first: Waiting }
  /** A minimum is being set at what it is of, or a spike sent: until then nobody takes it, ISO 8601. */
  | { readonly do: "wait-out"; readonly until: string }
  | { readonly do: "take"; readonly from: "nobody" | "queue" };

/** Who has waited longer for a free lock than this execution; undefined where that is nobody, or the lock is held. */
export function aheadOf({ holder, queue }: LockItem, execution: string): Waiting | undefined {
  const first = queue?.[0];
  return holder !== undefined || first?.execution === execution ? undefined : first;
}

export interface TakingQuestion {
  readonly lock: LockItem;
  /** Of who asks; an ARN. */
  readonly execution: string;
  /** Whether nobody acts any more for who is ahead; false where that is nobody. */
  readonly aheadIsLeft: boolean;
  /** ISO 8601. */
  readonly now: string;
}

/** Until when a lock that is free is not to be taken, ISO 8601; undefined where it may be. */
export const keptFromTaking = ({ holder, adjusting }: LockItem, now: string): string | undefined =>
  holder !== undefined || adjusting === undefined || adjusting < now ? undefined : adjusting;

export function nextTaking({ lock, execution, aheadIsLeft, now }: TakingQuestion): Taking {
  if (lock.holder?.execution === execution) return { do: "have" };
  if (lock.holder !== undefined) return { do: "wait" };
  const ahead = aheadOf(lock, execution);
  if (ahead !== undefined) return aheadIsLeft ? { do: "pass-over", first: ahead } : { do: "wait" };
  const until = keptFromTaking(lock, now);
  if (until !== undefined) return { do: "wait-out", until };
  return { do: "take", from: lock.queue?.[0] === undefined ? "nobody" : "queue" };
}
