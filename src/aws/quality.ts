/** The items of versions that are watched for their quality: one for each, kept once its watch is over as well. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { ledgerContended, SlipwayError } from "../core/errors.ts";
import { Quality } from "../core/plan/quality.ts";
import { beginWatch, QualityWatch } from "../core/release/quality-watch.ts";
import type { Held } from "../core/release/undoing.ts";
import { asJson } from "./as-json.ts";
import type { Aws } from "./clients.ts";
import { named } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import { itemsOf } from "./partition.ts";

const partition = "quality";
/** Chosen: as long as a release's journal. */
const keptSeconds = 400 * 86_400;

/** All that are kept, by release; what another version wrote and this one cannot read is named. */
export async function qualityWatches(
  aws: Aws,
): Promise<{ readonly watches: QualityWatch[]; readonly unread: string[] }> {
  const [watches, unread]: [QualityWatch[], string[]] = [[], []];
  for await (const item of itemsOf(aws, partition)) {
    const parsed = QualityWatch.safeParse(item);
    if (parsed.success) watches.push(parsed.data);
    else unread.push(String(item.sk));
  }
  return { watches, unread };
}

/** Writes the next state down. @throws LedgerContended where another was written since it was read. */
export async function keepQuality(aws: Aws, watch: QualityWatch): Promise<QualityWatch> {
  const next = { ...watch, written: watch.written + 1 };
  const isKept = await put(aws, next, { ConditionExpression: "written = :seen", of: watch.written });
  if (isKept) return next;
  throw ledgerContended(
    `what is kept of the quality of ${watch.releaseId} changed while it was being changed`,
  );
}

async function put(
  { table, environment }: Aws,
  watch: QualityWatch,
  { ConditionExpression, of }: { readonly ConditionExpression: string; readonly of?: number },
): Promise<boolean> {
  const expiresAt = Math.floor(Date.parse(watch.since) / 1000) + keptSeconds;
  const Item = { pk: partition, sk: watch.releaseId, expiresAt, ...(asJson(watch) as object) };
  try {
    await table.send(
      new PutCommand({
        TableName: environment.table,
        Item,
        ConditionExpression,
        ...(of !== undefined && { ExpressionAttributeValues: { ":seen": of } }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** What of a plan says that it is: whatever code wrote the rest. */
const Watching = z.object({ quality: Quality });

/**
 * Has a version watched from its promotion on, where its plan says so; doing it twice is doing it once. That it may not be written
 * down keeps no release from its end.
 */
export async function watchQuality(
  { aws, log }: Pick<Tools, "aws" | "log">,
  { id: releaseId, subject, milestone = "", model, version }: Held,
  { plan, openedAt, closedAt }: { plan: unknown; openedAt: string; closedAt: string },
): Promise<void> {
  const asked = Watching.safeParse(plan);
  // What was promoted in staging serves nobody.
  if (!asked.success || milestone === "staging" || model === undefined || version === undefined) return;
  const { quality } = asked.data;
  const watch = beginWatch({ releaseId, model, version, subject, milestone, quality, openedAt, closedAt });
  try {
    await put(aws, watch, { ConditionExpression: "attribute_not_exists(pk)" });
  } catch (error) {
    const known = named(error);
    if (!(known instanceof SlipwayError && known.name === "AwsRefused")) throw error;
    log.warn("the quality of a version is not watched", { releaseId, error: known });
  }
}
