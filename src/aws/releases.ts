/**
 * The record of each release and each attempt at it: what makes a duplicate event recognisable, and where a
 * closed release's ledger is kept. One item an attempt, claimed by a conditional write.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, paginateQuery, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { SlipwayError } from "../core/errors.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Change } from "../core/release/change.ts";
import type { Closing } from "../core/release/closing.ts";
import { changeWritten } from "../core/release/document/ledger.ts";
import { numbered } from "../core/release/document/reading.ts";
import { documentSchema } from "../core/release/document/upcasters.ts";
import { attemptIn, labelOf, releaseIdOf } from "../core/release/names.ts";
import { type ReleaseRecord, recordRead } from "../core/release/record.ts";
import type { Planning, Release } from "../core/release/release.ts";
import type { ReleaseRequest } from "../core/request/normalised.ts";
import type { Aws } from "./clients.ts";

function keyOf(releaseId: string): { pk: string; sk: string } {
  const { base, attempt } = attemptIn(releaseId);
  return { pk: `release#${base}`, sk: `attempt#${String(attempt).padStart(4, "0")}` };
}

const newestFirst = ({ environment }: Aws, base: string) => ({
  TableName: environment.table,
  KeyConditionExpression: "pk = :pk",
  ExpressionAttributeValues: { ":pk": `release#${base}` },
  ScanIndexForward: false,
  ConsistentRead: true,
});

/** The latest attempt at a release, by the id of its first. */
export async function latestAttempt(aws: Aws, base: string): Promise<ReleaseRecord | undefined> {
  const { Items } = await aws.table.send(new QueryCommand({ ...newestFirst(aws, base), Limit: 1 }));
  const [item] = Items ?? [];
  return item === undefined ? undefined : recordRead(item);
}

/** All attempts at a release, newest first, by the id of its first. */
export async function attemptsAt(aws: Aws, base: string): Promise<readonly ReleaseRecord[]> {
  const found: ReleaseRecord[] = [];
  for await (const { Items = [] } of paginateQuery({ client: aws.table }, newestFirst(aws, base)))
    found.push(...Items.map(recordRead));
  return found;
}

export async function readRelease(
  { table, environment }: Aws,
  releaseId: string,
): Promise<ReleaseRecord | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: keyOf(releaseId), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : recordRead(Item);
}

/**
 * Claims an attempt for an execution, with the plan that it follows to its end and on its way back; false when another
 * execution was first. Claiming twice is one claim.
 */
export async function claimRelease(aws: Aws, release: Omit<Release, "fence">, plan: Plan): Promise<boolean> {
  const Item = { ...keyOf(release.id), schema: documentSchema, release, plan, status: "open" };
  const put = new PutCommand({
    TableName: aws.environment.table,
    Item,
    ConditionExpression: "attribute_not_exists(pk)",
  });
  try {
    await aws.table.send(put);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const found = await readRelease(aws, release.id);
    return found?.status === "open" && found.release.execution === release.execution;
  }
}

/** Gives an open release that waits to the execution in which it waits on; giving it twice is giving it once. */
export async function moveRecord(
  aws: Aws,
  releaseId: string,
  { from, to }: { from: string; to: string },
): Promise<boolean> {
  const { table, environment } = aws;
  const update = new UpdateCommand({
    TableName: environment.table,
    Key: keyOf(releaseId),
    UpdateExpression: "SET #release.execution = :to",
    ConditionExpression: "#release.execution = :from AND #status = :open",
    ExpressionAttributeNames: { "#release": "release", "#status": "status" },
    ExpressionAttributeValues: { ":to": to, ":from": from, ":open": "open" },
  });
  try {
    await table.send(update);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const found = await readRelease(aws, releaseId);
    return found?.status === "open" && found.release.execution === to;
  }
}

/** Records what was decided about capacity, so that a compensation started elsewhere knows it. */
export async function recordPlanning(
  { table, environment }: Aws,
  releaseId: string,
  planning: Planning,
): Promise<void> {
  await table.send(
    new UpdateCommand({
      TableName: environment.table,
      Key: keyOf(releaseId),
      UpdateExpression: "SET planning = :planning",
      ExpressionAttributeValues: { ":planning": numbered(planning) },
    }),
  );
}

/**
 * Records how a release ended, with its ledger; with a remainder it is not closed yet. Closing again with the same facts
 * changes nothing. Returns the record as it is then; undefined where there was none that can be read.
 */
export async function closeRecord(
  { table, environment }: Aws,
  closed: { releaseId: string; closing: Closing; closedAt: string; changes: readonly Change[] },
): Promise<ReleaseRecord | undefined> {
  const { Attributes } = await table.send(
    new UpdateCommand({
      TableName: environment.table,
      Key: keyOf(closed.releaseId),
      UpdateExpression: "SET #status = :closed, closing = :closing, closedAt = :at, changes = :changes",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: {
        ":closed": closed.closing.remainder === undefined ? "closed" : "remainder",
        ":closing": closed.closing,
        ":at": closed.closedAt,
        ":changes": closed.changes.map(changeWritten),
      },
      ReturnValues: "ALL_NEW",
    }),
  );
  try {
    return recordRead(Attributes);
  } catch (error) {
    if (error instanceof SlipwayError && error.name === "BadState") return undefined;
    throw error;
  }
}

/** The open release that an execution claimed for a request, if it got that far. */
export async function claimedBy(
  aws: Aws,
  request: ReleaseRequest,
  by: { execution: string; startedAt: string },
): Promise<ReleaseRecord | undefined> {
  const { model } = request;
  // The plan that said which of these it is may be another by now.
  const milestones =
    request.trigger === "registry" ? (["staging", "production"] as const) : [request.milestone];
  const labels = [false, true].map((severalADay) => labelOf(request, by.startedAt, { severalADay }));
  for (const milestone of milestones)
    for (const label of new Set(labels)) {
      const latest = await latestAttempt(aws, releaseIdOf({ model, label, milestone, attempt: 1 }));
      if (latest?.status === "open" && latest.release.execution === by.execution) return latest;
    }
  return undefined;
}
