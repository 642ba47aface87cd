/** The writes of a lock's item by which its chain of evidence goes on, each from one state to the next. */
import type { Claiming } from "../core/evidence/claims.ts";
import type { LockEvidence, ToldDay } from "../core/release/lock.ts";
import type { Aws } from "./clients.ts";
import { claimsIn, expressionOf, stillNext, together } from "./ledger-claims.ts";
import { writeLock } from "./lock-item.ts";

type HeadOf = NonNullable<LockEvidence["head"]>;

/** Moves the head on over what was stored; false where somebody else has moved it. */
export async function noteHead(
  aws: Aws,
  subject: string,
  { before, head, stored }: { before: HeadOf | undefined; head: HeadOf; stored: readonly number[] },
): Promise<boolean> {
  const gone = stored.map((_, i) => `evidence.claimed.#claim${i}`);
  const written = await writeLock(aws, subject, {
    UpdateExpression: `SET evidence.head = :head REMOVE ${gone.join(", ")}`,
    ConditionExpression:
      before === undefined ? "attribute_not_exists(evidence.head)" : "evidence.head.#sequence = :before",
    ExpressionAttributeNames: {
      ...Object.fromEntries(stored.map((number, i) => [`#claim${i}`, String(number)])),
      ...(before !== undefined && { "#sequence": "sequence" }),
    },
    ExpressionAttributeValues: { ":head": head, ...(before !== undefined && { ":before": before.sequence }) },
  });
  return written !== undefined;
}

/** Gives what could not be told its number; undefined where that has changed meanwhile. */
export async function takeUntold(
  aws: Aws,
  subject: string,
  { evidence, untold }: { evidence: LockEvidence; untold: Claiming },
): Promise<LockEvidence | undefined> {
  const claims = claimsIn(evidence, untold);
  const gone = {
    set: [],
    remove: ["evidence.untold"],
    names: {},
    values: { ":count": evidence.untold?.count },
  };
  const written = await writeLock(aws, subject, {
    ...expressionOf(together(claims, gone)),
    ConditionExpression: `${stillNext} AND evidence.untold.#count = :count`,
    ExpressionAttributeNames: { ...claims.names, "#count": "count" },
  });
  return written?.evidence;
}

/** Which head was stored among those of days; whoever notes an older one later has another stored once more, no less. */
export async function noteTold(
  aws: Aws,
  subject: string,
  told: NonNullable<LockEvidence["told"]>,
): Promise<void> {
  await writeLock(aws, subject, {
    UpdateExpression: "SET evidence.told = :told",
    ConditionExpression: "attribute_exists(evidence)",
    ExpressionAttributeValues: { ":told": told },
  });
}

/** From which day on what auto scaling does is told; false where somebody else was first. */
export async function beginDays(aws: Aws, subject: string, first: string): Promise<boolean> {
  const written = await writeLock(aws, subject, {
    UpdateExpression: "SET evidence.#days = :days",
    ConditionExpression: "attribute_exists(evidence) AND attribute_not_exists(evidence.#days)",
    ExpressionAttributeNames: { "#days": "days" },
    ExpressionAttributeValues: { ":days": { first } },
  });
  return written !== undefined;
}

/** Goes on to the day that is stored; false where somebody else has. */
export async function noteDay(
  aws: Aws,
  subject: string,
  { before, stored }: { before: ToldDay | undefined; stored: ToldDay },
): Promise<boolean> {
  const written = await writeLock(aws, subject, {
    UpdateExpression: "SET evidence.#days.#last = :stored",
    ConditionExpression:
      before === undefined
        ? "attribute_exists(evidence.#days) AND attribute_not_exists(evidence.#days.#last)"
        : "evidence.#days.#last.#hash = :before",
    ExpressionAttributeNames: {
      "#days": "days",
      "#last": "last",
      ...(before !== undefined && { "#hash": "hash" }),
    },
    ExpressionAttributeValues: {
      ":stored": stored,
      ...(before !== undefined && { ":before": before.hash }),
    },
  });
  return written !== undefined;
}
