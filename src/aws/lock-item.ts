/**
 * The DynamoDB item of an endpoint (or of a training pool): who holds its lock, under which fence, who waits, and
 * the ledger of the holder. It is one item, so that what must change together is one conditional write.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, paginateQuery, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Change } from "../core/release/change.ts";
import type { Compensation } from "../core/release/reaping.ts";
import type { Remainder } from "../core/release/remainder.ts";
import type { Aws } from "./clients.ts";

/** Who holds a lock, or waits for it: a release, and the execution that acts for it. */
export interface Holder {
  readonly releaseId: string;
  readonly execution: string;
  readonly since: string;
  readonly version?: number | undefined;
}

/** An order to a running release to walk back: from a newer release, or from a person. */
export interface Order {
  readonly kind: "supersede" | "stop" | "roll-back";
  readonly by: string;
  readonly at: string;
}

/** What a person answered when a stage was inconclusive, by stage. */
export interface Answer {
  readonly stage: number;
  readonly answer: "proceed" | "roll-back";
  readonly by: string;
  readonly at: string;
}

export interface Successor {
  readonly name: string;
  readonly at: string;
}

/** Who waits, and where: in the execution, or in the one that is to take its place over. */
export interface Waiting extends Holder {
  readonly successor?: Successor | undefined;
}

export interface LockItem {
  /** Grows with each taking; a write under an older fence fails. */
  readonly fence: number;
  readonly holder?: Holder;
  /** First come, first served. */
  readonly queue?: readonly Waiting[];
  readonly promoted?: boolean;
  readonly order?: Order;
  readonly answer?: Answer;
  readonly changes?: Readonly<Record<string, Change>>;
  /** Attempts to undo what a holder that died has left. */
  readonly compensation?: Compensation;
  /** The execution, by its name, in which the holder's release is to go on, and since when; it has not taken the lock yet. */
  readonly successor?: Successor | undefined;
  /** What the holder could not put back: while this stands, the lock is held although nobody is at work. */
  readonly remainder?: readonly Remainder[];
}

/** All locks share a partition, so that the sweep lists them in one query. */
const partition = "lock";
const keyOf = (subject: string) => ({ pk: partition, sk: subject });

export async function readLock({ table, environment }: Aws, subject: string): Promise<LockItem> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: keyOf(subject), ConsistentRead: true }),
  );
  return (Item as LockItem | undefined) ?? { fence: 0 };
}

export type Lock = LockItem & { readonly subject: string };
export type HeldLock = Lock & { readonly holder: Holder };

/** Every lock that was ever taken. A page of DynamoDB's holds 1 MB: some fifty ledgers. */
export async function allLocks({ table, environment }: Aws): Promise<Lock[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment.table,
      KeyConditionExpression: "pk = :lock",
      ExpressionAttributeValues: { ":lock": partition },
      ConsistentRead: true,
    },
  );
  const locks: Lock[] = [];
  for await (const { Items } of pages)
    locks.push(
      ...((Items ?? []) as (LockItem & { sk: string })[]).map((item) => ({ ...item, subject: item.sk })),
    );
  return locks;
}

/** Every lock that is held now. */
export async function heldLocks(aws: Aws): Promise<HeldLock[]> {
  return (await allLocks(aws)).filter((lock): lock is HeldLock => lock.holder !== undefined);
}

export type LockUpdate = Pick<
  UpdateCommandInput,
  "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeValues" | "ExpressionAttributeNames"
>;

/** Writes the item if a condition holds; undefined says that it did not. */
export async function writeLock(
  { table, environment }: Aws,
  subject: string,
  update: LockUpdate,
): Promise<LockItem | undefined> {
  const Key = keyOf(subject);
  try {
    const { Attributes } = await table.send(
      new UpdateCommand({ TableName: environment.table, Key, ReturnValues: "ALL_NEW", ...update }),
    );
    return Attributes as LockItem;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
