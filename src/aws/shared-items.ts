/** The items of the table that say who leans on what: one for each thing, beside all locks. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { ledgerContended } from "../core/errors.ts";
import type { ResourceRef } from "../core/release/change.ts";
import { sharedRead, sharedWritten } from "../core/release/document/shared-item.ts";
import { same } from "../core/release/json-value.ts";
import { noLeases, type SharedItem } from "../core/release/shared-lease.ts";
import { asJson } from "./as-json.ts";
import type { Aws } from "./clients.ts";

const partition = "shared";
const keyOf = ({ kind, name }: ResourceRef) => ({ pk: partition, sk: `${kind} ${name}` });

export async function readShared({ table, environment }: Aws, of: ResourceRef): Promise<SharedItem> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: keyOf(of), ConsistentRead: true }),
  );
  return Item === undefined ? noLeases : sharedRead(Item, `${of.kind} ${of.name}`);
}

/** Writes the item's next version. @throws LedgerContended where another has written since it was read. */
export async function writeShared(aws: Aws, of: ResourceRef, item: SharedItem): Promise<SharedItem> {
  try {
    await aws.table.send(
      new PutCommand({
        TableName: aws.environment.table,
        Item: { ...keyOf(of), ...sharedWritten(item) },
        ConditionExpression: "attribute_not_exists(pk) OR version = :before",
        ExpressionAttributeValues: { ":before": item.version - 1 },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // A write whose answer was lost is tried again by the client, and fails by its own effect.
    if (!same(asJson(await readShared(aws, of)), asJson(item)))
      throw ledgerContended(`who leans on ${of.kind} ${of.name} changed while it was being changed`);
  }
  return item;
}
