/** The items of spikes that are to come at low hours after a promotion: one for each release, kept once it is over as well. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { ledgerContended, SlipwayError } from "../core/errors.ts";
import { LaterSpike } from "../core/release/later-spike.ts";
import type { Held } from "../core/release/undoing.ts";
import { asJson } from "./as-json.ts";
import type { Aws } from "./clients.ts";
import { named } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import { itemsOf } from "./partition.ts";

const partition = "spike";
/** Chosen: as long as a release's journal. */
const keptSeconds = 400 * 86_400;

/** All that are kept, by release; what another version wrote and this one cannot read is named. */
export async function laterSpikes(
  aws: Aws,
): Promise<{ readonly spikes: LaterSpike[]; readonly unread: string[] }> {
  const [spikes, unread]: [LaterSpike[], string[]] = [[], []];
  for await (const item of itemsOf(aws, partition)) {
    const parsed = LaterSpike.safeParse(item);
    if (parsed.success) spikes.push(parsed.data);
    else unread.push(String(item.sk));
  }
  return { spikes, unread };
}

/** Writes the next state down. @throws LedgerContended where another was written since it was read. */
export async function keepSpike(aws: Aws, spike: LaterSpike): Promise<LaterSpike> {
  const next = { ...spike, written: spike.written + 1 };
  const isKept = await put(aws, next, { ConditionExpression: "written = :seen", of: spike.written });
  if (isKept) return next;
  throw ledgerContended(`what is kept of the spike of ${spike.releaseId} changed while it was being changed`);
}

async function put(
  { table, environment }: Aws,
  spike: LaterSpike,
  { ConditionExpression, of }: { readonly ConditionExpression: string; readonly of?: number },
): Promise<boolean> {
  const expiresAt = Math.floor(Date.parse(spike.since) / 1000) + keptSeconds;
  const Item = { pk: partition, sk: spike.releaseId, expiresAt, ...(asJson(spike) as object) };
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

/** What of a plan asks for one: whatever code wrote the rest. */
const Asking = z.object({
  loadTest: z.object({ spike: LaterSpike.shape.spike }),
  requirements: z.object({ peakRequestsPerSecond: z.number() }),
});
/** What of a release's planning says for how much its fleet was sized. */
const Sized = z.object({ needs: z.object({ designRequestsPerSecond: z.number().positive() }) });

/**
 * Has a spike come at low hours, from a promotion on, where its plan says so; doing it twice is doing it once. That it may not be
 * written down keeps no release from its end.
 */
export async function awaitSpike(
  { aws, log }: Pick<Tools, "aws" | "log">,
  { id: releaseId, subject, milestone = "", model, version }: Held,
  { plan, planning, closedAt }: { plan: unknown; planning: unknown; closedAt: string },
): Promise<void> {
  const asking = Asking.safeParse(plan);
  // What was promoted in staging serves nobody.
  if (!asking.success || milestone === "staging" || model === undefined || version === undefined) return;
  const { loadTest, requirements } = asking.data;
  const sized = Sized.safeParse(planning);
  const spike: LaterSpike = {
    releaseId,
    model,
    version,
    subject,
    milestone,
    since: closedAt,
    written: 0,
    spike: loadTest.spike,
    requestsPerSecond: sized.success
      ? sized.data.needs.designRequestsPerSecond
      : requirements.peakRequestsPerSecond,
  };
  try {
    await put(aws, spike, { ConditionExpression: "attribute_not_exists(pk)" });
  } catch (error) {
    const known = named(error);
    if (!(known instanceof SlipwayError && known.name === "AwsRefused")) throw error;
    log.warn("no spike is to come at low hours", { releaseId, error: known });
  }
}
