/** The journal of each release in the table: an item for each entry, which nobody changes and the table drops in time. */
import { PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import { type Fleets, isMoving } from "../core/capacity/endpoint.ts";
import { documentSchema } from "../core/release/document/upcasters.ts";
import {
  expiresAt,
  type FleetsToSee,
  fleetsSeen,
  JournalEntry,
  type Noted,
  sortKeyOf,
} from "../core/release/journal.ts";
import { asJson } from "./as-json.ts";
import type { Aws } from "./clients.ts";
import type { Tools } from "./lambda.ts";

const partitionOf = (releaseId: string): string => `journal#${releaseId}`;

/**
 * Writes an entry down. What cannot be written is logged and missing then, and the release goes on: what is told of a
 * release must not decide how it ends.
 */
export async function note({ aws, log, now }: Tools, releaseId: string, noted: Noted): Promise<void> {
  const entry = { at: new Date(now()).toISOString(), ...noted } as JournalEntry;
  const key = { pk: partitionOf(releaseId), sk: sortKeyOf(entry) };
  const Item = { ...key, schema: documentSchema, expiresAt: expiresAt(entry), ...(asJson(entry) as object) };
  try {
    await aws.table.send(new PutCommand({ TableName: aws.environment.table, Item }));
  } catch (error) {
    log.warn("the journal was not kept", {
      releaseId,
      entry: key.sk,
      error: error instanceof Error ? error : String(error),
    });
  }
}

/** What an endpoint has, once it is at rest: while it moves, a platform tells of the fleets that it moves away from. */
export async function noteFleets(
  tools: Tools,
  { id }: { readonly id: string },
  { endpoint, needs, warmInstances }: FleetsToSee & { readonly endpoint: Fleets },
): Promise<void> {
  if (isMoving(endpoint)) return;
  await note(tools, id, { kind: "fleets", fleets: fleetsSeen(endpoint, { needs, warmInstances }) });
}

/** What was written of a release, from a moment on (ISO 8601) or all of it, oldest first; what this code cannot read is counted. */
export async function journalOf(
  { table, environment }: Aws,
  releaseId: string,
  since = "",
): Promise<{ readonly entries: JournalEntry[]; readonly unread: number }> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment.table,
      KeyConditionExpression: since === "" ? "pk = :pk" : "pk = :pk AND sk >= :since",
      ExpressionAttributeValues: { ":pk": partitionOf(releaseId), ...(since !== "" && { ":since": since }) },
    },
  );
  const entries: JournalEntry[] = [];
  let unread = 0;
  for await (const { Items = [] } of pages)
    for (const item of Items) {
      const parsed = JournalEntry.safeParse(item);
      if (parsed.success) entries.push(parsed.data);
      else unread += 1;
    }
  return { entries, unread };
}
