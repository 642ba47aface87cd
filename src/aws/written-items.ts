/**
 * Items that are kept of releases that are over, one for each in a partition: begun once, and each state written only where none has
 * been since it was read.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type * as z from "zod";
import { ledgerContended } from "../core/errors.ts";
import { asJson } from "./as-json.ts";
import type { Aws } from "./clients.ts";
import { itemsOf } from "./partition.ts";

interface Written {
  readonly releaseId: string;
  /** ISO 8601. */
  readonly since: string;
  /** How many times. */
  readonly written: number;
}

/** Chosen: as long as a release's journal. */
const keptSeconds = 400 * 86_400;

/** All of a partition; what another version wrote and this one cannot read is named. */
export async function writtenItems<T>(
  aws: Aws,
  partition: string,
  schema: z.ZodType<T>,
): Promise<{ readonly items: T[]; readonly unread: string[] }> {
  const [items, unread]: [T[], string[]] = [[], []];
  for await (const item of itemsOf(aws, partition)) {
    const parsed = schema.safeParse(item);
    if (parsed.success) items.push(parsed.data);
    else unread.push(String(item["sk"]));
  }
  return { items, unread };
}

/** Begins one, unless there is one already. */
export async function beginItem(aws: Aws, partition: string, item: Written): Promise<void> {
  await put(aws, partition, { item, ConditionExpression: "attribute_not_exists(pk)" });
}

/** Writes the next state down. @throws LedgerContended where another was written since it was read; `what` says of what */
export async function writeNext<T extends Written>(
  aws: Aws,
  partition: string,
  { item, what }: { readonly item: T; readonly what: string },
): Promise<T> {
  const next = { ...item, written: item.written + 1 };
  const ExpressionAttributeValues = { ":seen": item.written };
  const condition = { ConditionExpression: "written = :seen", ExpressionAttributeValues };
  if (await put(aws, partition, { item: next, ...condition })) return next;
  throw ledgerContended(
    `what is kept of the ${what} of ${item.releaseId} changed while it was being changed`,
  );
}

interface Put {
  readonly item: Written;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

async function put(
  { table, environment }: Aws,
  partition: string,
  { item, ...condition }: Put,
): Promise<boolean> {
  const expiresAt = Math.floor(Date.parse(item.since) / 1000) + keptSeconds;
  const Item = { pk: partition, sk: item.releaseId, expiresAt, ...(asJson(item) as object) };
  try {
    await table.send(new PutCommand({ TableName: environment.table, Item, ...condition }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
