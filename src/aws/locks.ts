/**
 * Taking, queueing for, taking over and giving back the lock of an endpoint or pool. Each taking has a higher
 * fence, and whoever wrote under an older one can write no more.
 */
import { ledgerContended } from "../core/errors.ts";
import type { HeldLock, Holder, LockEvidence, LockItem, Order } from "../core/release/lock.ts";
import type { Remainder } from "../core/release/remainder.ts";
import { aheadOf, keptFromTaking, nextTaking } from "../core/release/taking.ts";
import type { Held } from "../core/release/undoing.ts";
import type { Aws } from "./clients.ts";
import { isLeft } from "./executions.ts";
import { readLock, writeLock } from "./lock-item.ts";

export type Claim = { readonly subject: string } & Holder;
export type LockTaken =
  /** `lock`: as it was when it was taken, with what an execution that it was taken over from has left. */
  | { readonly held: true; readonly fence: number; readonly promoted: boolean; readonly lock: LockItem }
  /**
   * Who holds it: nobody, where it is free and another's turn. `waiting` are those before and behind the claimant,
   * `remainder` what a holder that is at work no more could not put back.
   */
  | {
      readonly held: false;
      readonly holder: Holder | undefined;
      readonly waiting: readonly Holder[];
      readonly remainder?: readonly Remainder[] | undefined;
      /** Until when it is nobody's because a minimum is being set, or a spike sent, ISO 8601. */
      readonly adjustingUntil?: string;
    };

/** The evidence of a subject of which there is none yet. */
export const unclaimed: LockEvidence = { next: 1, claimed: {} };

/** Attributes that DynamoDB takes for words of its own. */
const reserved = { "#order": "order", "#remainder": "remainder" };

const mine = (item: LockItem): LockTaken => ({
  held: true,
  fence: item.fence,
  promoted: item.promoted ?? false,
  lock: item,
});
const taken = ({ holder, queue = [], remainder }: LockItem): LockTaken & { readonly held: false } => ({
  held: false,
  holder,
  waiting: queue,
  remainder,
});

/** Takes a lock that is free and for which nobody waits longer; taking it again for the same execution is one taking. */
export async function takeLock(aws: Aws, claim: Claim): Promise<LockTaken> {
  const { subject, ...holder } = claim;
  const lock = await readLock(aws, subject);
  const { execution } = holder;
  const ahead = aheadOf(lock, execution);
  const aheadIsLeft =
    ahead !== undefined &&
    (await isLeft(aws, { holder: ahead, successor: ahead.successor }, Date.parse(claim.since)));
  const next = nextTaking({ lock, execution, aheadIsLeft, now: claim.since });
  switch (next.do) {
    case "have":
      return mine(lock);
    case "wait":
      return taken(lock);
    case "wait-out":
      return { ...taken(lock), adjustingUntil: next.until };
    case "pass-over":
      await leaveQueue(aws, subject, next.first.execution);
      return takeLock(aws, claim);
    case "take":
      return takeFree(aws, claim, next.from);
  }
}

async function takeFree(
  aws: Aws,
  { subject, ...holder }: Claim,
  from: "nobody" | "queue",
): Promise<LockTaken> {
  const claims = claimsFrom(aws);
  const written = await writeLock(aws, subject, {
    UpdateExpression: `SET holder = :holder, fence = if_not_exists(fence, :zero) + :one, changes = :none${claims.set}
      REMOVE ${claims.remove}promoted, grounds, #order, compensation, successor, #remainder${from === "nobody" ? "" : ", queue[0]"}`,
    ConditionExpression: `attribute_not_exists(holder) AND ${
      from === "nobody" ? "(attribute_not_exists(queue) OR size(queue) = :zero)" : "queue[0].execution = :me"
    } AND (attribute_not_exists(adjusting) OR adjusting < :now)`,
    ExpressionAttributeNames: reserved,
    ExpressionAttributeValues: {
      ":holder": holder,
      ":zero": 0,
      ":one": 1,
      ":none": {},
      ":now": holder.since,
      ...claims.values,
      ...(from === "nobody" ? {} : { ":me": holder.execution }),
    },
  });
  if (written !== undefined) return mine(written);
  const now = await readLock(aws, subject);
  if (now.holder?.execution === holder.execution) return mine(now);
  const adjustingUntil = keptFromTaking(now, holder.since);
  if (adjustingUntil !== undefined) return { ...taken(now), adjustingUntil };
  if (now.holder === undefined)
    throw ledgerContended(`the lock of ${subject} changed hands while it was being taken`);
  return taken(now);
}

/** Where evidence is kept, a taking has its own begun changes; what was claimed before stands. */
const claimsFrom = ({ environment }: Aws) =>
  environment.evidence === undefined
    ? { set: "", remove: "begun, ", values: {} }
    : {
        set: ", begun = :none, evidence = if_not_exists(evidence, :unclaimed)",
        remove: "",
        values: { ":unclaimed": unclaimed },
      };

/** Waits in the queue; queueing twice is queueing once. */
export async function enqueue(aws: Aws, claim: Claim): Promise<void> {
  const { subject, ...holder } = claim;
  const { queue } = await readLock(aws, subject);
  if (queue?.some(({ execution }) => execution === holder.execution)) return;
  const written = await writeLock(aws, subject, {
    UpdateExpression: "SET queue = list_append(if_not_exists(queue, :none), :me)",
    ConditionExpression: "attribute_not_exists(queue) OR size(queue) = :length",
    ExpressionAttributeValues: { ":none": [], ":me": [holder], ":length": queue?.length ?? 0 },
  });
  if (written === undefined)
    throw ledgerContended(`the queue of ${subject} changed while it was being joined`);
}

/** Leaves the queue; who is not in it has left it already. */
export async function leaveQueue(aws: Aws, subject: string, execution: string): Promise<void> {
  const place = (await readLock(aws, subject)).queue?.findIndex((one) => one.execution === execution) ?? -1;
  if (place < 0) return;
  const written = await writeLock(aws, subject, {
    UpdateExpression: `REMOVE queue[${place}]`,
    ConditionExpression: `queue[${place}].execution = :them`,
    ExpressionAttributeValues: { ":them": execution },
  });
  if (written === undefined) throw ledgerContended(`the queue of ${subject} changed while it was being left`);
}

/** Takes the lock over from an execution that is over, with its ledger as it stands, under a new fence. */
export async function takeOverLock(aws: Aws, claim: Claim, from: string): Promise<LockTaken> {
  const { subject, ...holder } = claim;
  const written = await writeLock(aws, subject, {
    UpdateExpression: "SET holder = :holder, fence = fence + :one REMOVE successor",
    ConditionExpression: "holder.execution = :from",
    ExpressionAttributeValues: { ":holder": holder, ":from": from, ":one": 1 },
  });
  return written === undefined ? takeLock(aws, claim) : mine(written);
}

/**
 * Takes the lock up for the execution in which its release goes on, with ledger and order as they stand, under a
 * new fence; undefined where the lock is not as it was seen any more.
 */
export async function takeUpLock(
  aws: Aws,
  { subject, holder: before, fence, successor }: HeldLock,
  holder: Holder,
): Promise<LockItem | undefined> {
  const written = await writeLock(aws, subject, {
    UpdateExpression: "SET holder = :holder, fence = fence + :one REMOVE successor",
    ConditionExpression: "holder.execution = :before AND fence = :fence AND successor.#name = :name",
    ExpressionAttributeNames: { "#name": "name" },
    ExpressionAttributeValues: {
      ":holder": holder,
      ":one": 1,
      ":before": before.execution,
      ":fence": fence,
      ":name": successor?.name ?? "",
    },
  });
  if (written !== undefined) return written;
  // A write whose answer was lost is tried again by the client, and fails by its own effect.
  const now = await readLock(aws, subject);
  return now.holder?.execution === holder.execution ? now : undefined;
}

/** Tells the holder to walk back; false when the lock has gone to another meanwhile. A first order stands. */
export async function giveOrder(
  aws: Aws,
  subject: string,
  { to, order }: { to: Holder; order: Order },
): Promise<boolean> {
  const written = await writeLock(aws, subject, {
    UpdateExpression: "SET #order = if_not_exists(#order, :order)",
    ConditionExpression: "holder.execution = :them",
    ExpressionAttributeNames: { "#order": "order" },
    ExpressionAttributeValues: { ":order": order, ":them": to.execution },
  });
  return written !== undefined;
}

/**
 * Keeps a lock from being taken until a moment, ISO 8601, while a minimum is set or a spike is sent; false where it is held,
 * waited for, or kept so by another.
 */
export async function keepFromTaking(
  aws: Aws,
  subject: string,
  { now, until }: { readonly now: string; readonly until: string },
): Promise<boolean> {
  const written = await writeLock(aws, subject, {
    UpdateExpression: "SET adjusting = :until, fence = if_not_exists(fence, :zero)",
    ConditionExpression: `attribute_not_exists(holder) AND (attribute_not_exists(queue) OR size(queue) = :zero)
      AND (attribute_not_exists(adjusting) OR adjusting < :now OR adjusting = :until)`,
    ExpressionAttributeValues: { ":until": until, ":now": now, ":zero": 0 },
  });
  return written !== undefined;
}

/** Keeps it so for longer, for whoever keeps it until `from`; false where a release has come for it meanwhile. */
export async function keepOnFromTaking(
  aws: Aws,
  subject: string,
  { from, until }: { readonly from: string; readonly until: string },
): Promise<boolean> {
  const written = await writeLock(aws, subject, {
    UpdateExpression: "SET adjusting = :until",
    ConditionExpression: `attribute_not_exists(holder) AND (attribute_not_exists(queue) OR size(queue) = :zero)
      AND (adjusting = :from OR adjusting = :until)`,
    ExpressionAttributeValues: { ":until": until, ":from": from, ":zero": 0 },
  });
  return written !== undefined;
}

/** Lets it be taken again. */
export async function letBeTaken(aws: Aws, subject: string, until: string): Promise<void> {
  await writeLock(aws, subject, {
    UpdateExpression: "REMOVE adjusting",
    ConditionExpression: "adjusting = :until",
    ExpressionAttributeValues: { ":until": until },
  });
}

/** Gives the lock back; it is free already when another holds it or nobody does. */
export async function freeLock(aws: Aws, release: Pick<Held, "subject" | "execution">): Promise<void> {
  await writeLock(aws, release.subject, {
    UpdateExpression: "REMOVE holder, promoted, changes, begun, #order, compensation, successor, #remainder",
    ConditionExpression: "holder.execution = :me",
    ExpressionAttributeNames: reserved,
    ExpressionAttributeValues: { ":me": release.execution },
  });
}
