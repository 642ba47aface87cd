/**
 * The DynamoDB item of an endpoint (or of a training pool): who holds its lock, under which fence, who waits, and
 * the ledger of the holder. It is one item, so that what must change together is one conditional write.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, paginateQuery, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { HeldLock, Lock, LockItem } from "../core/release/lock.ts";
import type { Aws } from "./clients.ts";

/** All locks share a partition, so that the sweep lists them in one query. */
const partition = "lock";
const keyOf = (subject: string) => ({ pk: partition, sk: subject });

export async function readLock({ table, environment }: Aws, subject: string): Promise<LockItem> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: keyOf(subject), ConsistentRead: true }),
  );
  return (Item as LockItem | undefined) ?? { fence: 0 };
}

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
