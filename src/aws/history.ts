/** The history: one item for each release that is over, in the order in which they were opened. */
import { paginateQuery, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { rememberedSince } from "../core/learning/forgetting.ts";
import type { KnownLaunch } from "../core/learning/launch.ts";
import { documentSchema, membersOf } from "../core/release/document/upcasters.ts";
import { launchesOf, PastRelease } from "../core/release/past.ts";
import type { EpochMs } from "../core/units.ts";
import { asJson } from "./as-json.ts";
import type { Aws } from "./clients.ts";
import { refusalOf } from "./errors.ts";
import type { Tools } from "./lambda.ts";

const partition = "history";

/** Keeps what became of a release. What was kept of it before and is not said anew stays. */
export async function keepPast({ table, environment }: Aws, past: PastRelease): Promise<void> {
  const said = Object.entries({ schema: documentSchema, ...membersOf(asJson(past)) });
  await table.send(
    new UpdateCommand({
      TableName: environment.table,
      Key: { pk: partition, sk: `${past.openedAt} ${past.releaseId}` },
      UpdateExpression: `SET ${said.map((_, nth) => `#${nth} = :${nth}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(said.map(([name], nth) => [`#${nth}`, name])),
      ExpressionAttributeValues: Object.fromEntries(said.map(([, value], nth) => [`:${nth}`, value])),
    }),
  );
}

/** The same for a step: that the history may not be written keeps no release from its end. */
export async function notePast({ aws, log }: Tools, past: PastRelease): Promise<void> {
  try {
    await keepPast(aws, past);
  } catch (error) {
    const known = refusalOf(error);
    log.warn("the history was not kept", { releaseId: past.releaseId, error: known });
  }
}

/** Those that were opened since a moment, oldest first; what this code cannot read is counted. */
export async function pastReleases(
  { table, environment }: Aws,
  sinceMs: EpochMs,
): Promise<{ readonly past: PastRelease[]; readonly unread: number }> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment.table,
      KeyConditionExpression: "pk = :history AND sk >= :since",
      ExpressionAttributeValues: { ":history": partition, ":since": new Date(sinceMs).toISOString() },
    },
  );
  const past: PastRelease[] = [];
  let unread = 0;
  for await (const { Items = [] } of pages)
    for (const item of Items) {
      const parsed = PastRelease.safeParse(item);
      if (parsed.success) past.push(parsed.data);
      else unread += 1;
    }
  return { past, unread };
}

/** What the history keeps of one release; undefined where it keeps nothing that this code can read. */
export async function pastRelease(
  { table, environment }: Aws,
  { openedAt, id }: { readonly openedAt: string; readonly id: string },
): Promise<PastRelease | undefined> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: environment.table,
      KeyConditionExpression: "pk = :history AND sk = :release",
      ExpressionAttributeValues: { ":history": partition, ":release": `${openedAt} ${id}` },
    }),
  );
  return PastRelease.safeParse(Items[0]).data;
}

/** How long instances took of late, in releases of whatever plan of the stack. */
export const recentLaunches = async (aws: Aws, nowMs: EpochMs): Promise<KnownLaunch[]> =>
  launchesOf((await pastReleases(aws, rememberedSince(nowMs))).past, nowMs);
