/**
 * The DynamoDB item of an endpoint (or of a training pool): who holds its lock, under which fence, who waits, and
 * the ledger of the holder. It is one item, so that what must change together is one conditional write.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, QueryCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Change } from "../core/release/change.ts";
import type { Compensation } from "../core/release/reaping.ts";
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

export interface LockItem {
  /** Grows with each taking; a write under an older fence fails. */
  readonly fence: number;
  readonly holder?: Holder;
  /** First come, first served. */
  readonly queue?: readonly Holder[];
  readonly promoted?: boolean;
  readonly order?: Order;
  readonly answer?: Answer;
  readonly changes?: Readonly<Record<string, Change>>;
  /** Attempts to undo what a holder that died has left. */
  readonly compensation?: Compensation;
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

/** Every lock that is held now. */
export async function heldLocks({
  table,
  environment,
}: Aws): Promise<(LockItem & { subject: string; holder: Holder })[]> {
  const { Items } = await table.send(
    new QueryCommand({
      TableName: environment.table,
      KeyConditionExpression: "pk = :lock",
      ExpressionAttributeValues: { ":lock": partition },
      ConsistentRead: true,
    }),
  );
  const items = (Items ?? []) as (LockItem & { sk: string })[];
  return items.flatMap((item) =>
    item.holder === undefined ? [] : [{ ...item, subject: item.sk, holder: item.holder }],
  );
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
