/** The items of the endpoints whose minimum follows their load or what was learnt, and the journal of what was set. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, PutCommand, paginateQuery, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { badInput, ledgerContended } from "../core/errors.ts";
import type { Plan } from "../core/plan/plan.ts";
import { asksFor } from "../core/release/watched.ts";
import {
  BoundsEntry,
  boundsExpireAt,
  boundsSortKey,
  type WatchedBounds,
  WatchedBounds as WatchedBoundsSchema,
} from "../core/release/watched-bounds.ts";
import { asJson } from "./as-json.ts";
import type { Aws } from "./clients.ts";
import { itemsOf } from "./partition.ts";

const partition = "bounds";
const journal = "bounds-set";
const keyOf = (endpoint: string) => ({ pk: partition, sk: endpoint });

/** All that is kept, in one partition; what another version wrote and this one cannot read is counted. */
export async function allWatched(
  aws: Aws,
): Promise<{ readonly watched: WatchedBounds[]; readonly unread: string[] }> {
  const [watched, unread]: [WatchedBounds[], string[]] = [[], []];
  for await (const item of itemsOf(aws, partition)) {
    const parsed = WatchedBoundsSchema.safeParse({ ...item, endpoint: item.sk });
    if (parsed.success) watched.push(parsed.data);
    else unread.push(String(item.sk));
  }
  return { watched, unread };
}

/** Of one endpoint; undefined where nothing is kept of it that can be read. */
export async function watchedOf(aws: Aws, endpoint: string): Promise<WatchedBounds | undefined> {
  return (await allWatched(aws)).watched.find((one) => one.endpoint === endpoint);
}

/**
 * Notes that a plan's endpoint is to be watched, as the plan is put in force. Noting it again has a rule that somebody's hand
 * has ended begin again. @throws BadInput where another model's plan has a rule for it
 */
export async function noteRule({ table, environment }: Aws, plan: Plan, askedAt: string): Promise<void> {
  const key = plan.scaling === undefined ? "proposals.adjust" : "scaling";
  if (!asksFor(plan, plan.endpoint.name)) return;
  try {
    await table.send(
      new UpdateCommand({
        TableName: environment.table,
        Key: keyOf(plan.endpoint.name),
        UpdateExpression: "SET model = :model, askedAt = :at, version = if_not_exists(version, :zero) + :one",
        ConditionExpression: "attribute_not_exists(model) OR model = :model",
        ExpressionAttributeValues: { ":model": plan.model, ":at": askedAt, ":zero": 0, ":one": 1 },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw badInput(
      `${key}: expected one plan with a rule for endpoint ${plan.endpoint.name}, found another model's; take its rule away first, and its bounds are given back within minutes`,
    );
  }
}

/** Writes the next version down. @throws LedgerContended where another was written since it was read. */
export async function keepWatched(
  { table, environment }: Aws,
  record: WatchedBounds,
  next: WatchedBounds,
): Promise<WatchedBounds> {
  const { endpoint, ...members } = { ...next, version: record.version + 1 };
  try {
    await table.send(
      new PutCommand({
        TableName: environment.table,
        Item: { ...keyOf(endpoint), ...(asJson(members) as object) },
        ConditionExpression: "version = :seen",
        ExpressionAttributeValues: { ":seen": record.version },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw ledgerContended(`what is kept of the bounds of ${endpoint} changed while they were being changed`);
  }
  return { endpoint, ...members };
}

/** Forgets an endpoint, unless something was written since it was read. */
export async function forgetWatched({ table, environment }: Aws, record: WatchedBounds): Promise<void> {
  try {
    await table.send(
      new DeleteCommand({
        TableName: environment.table,
        Key: keyOf(record.endpoint),
        ConditionExpression: "version = :seen",
        ExpressionAttributeValues: { ":seen": record.version },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Adds what was set to the journal; the same one written twice is one. */
export async function noteBounds({ table, environment }: Aws, entry: BoundsEntry): Promise<void> {
  const Item = { pk: journal, sk: boundsSortKey(entry), expiresAt: boundsExpireAt(entry), ...entry };
  await table.send(new PutCommand({ TableName: environment.table, Item }));
}

/** What was set since a moment, oldest first. */
export async function boundsSince({ table, environment }: Aws, since: string): Promise<BoundsEntry[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment.table,
      KeyConditionExpression: "pk = :pk AND sk >= :since",
      ExpressionAttributeValues: { ":pk": journal, ":since": since },
    },
  );
  const entries: BoundsEntry[] = [];
  for await (const { Items = [] } of pages)
    for (const item of Items) {
      const parsed = BoundsEntry.safeParse(item);
      if (parsed.success) entries.push(parsed.data);
    }
  return entries;
}
