/**
 * Leases that outlive their execution: one item each, so that the sweep finds those whose end has passed although
 * the schedule that should have ended them did not.
 */
import { DeleteCommand, PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import { executionName } from "../core/release/names.ts";
import type { Aws } from "./clients.ts";
import { startMachine } from "./executions.ts";
import type { Tools } from "./lambda.ts";

export interface Lease {
  readonly releaseId: string;
  /** ISO 8601. */
  readonly until: string;
}

const partition = "lease";

/** Notes a lease; noting it again moves its end. */
export async function noteLease({ table, environment }: Aws, { releaseId, until }: Lease): Promise<void> {
  await table.send(
    new PutCommand({ TableName: environment.table, Item: { pk: partition, sk: releaseId, until } }),
  );
}

/** Forgets a lease; one that is not known is forgotten already. */
export async function forgetLease({ table, environment }: Aws, releaseId: string): Promise<void> {
  await table.send(
    new DeleteCommand({ TableName: environment.table, Key: { pk: partition, sk: releaseId } }),
  );
}

/** The schedule gets this long to do its work before the sweep does it. */
const graceMs = 5 * 60_000;

export async function passedLeases({ table, environment }: Aws, nowMs: number): Promise<Lease[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment.table,
      KeyConditionExpression: "pk = :lease",
      ExpressionAttributeValues: { ":lease": partition },
      ConsistentRead: true,
    },
  );
  const leases: Lease[] = [];
  for await (const { Items } of pages)
    for (const { sk, until } of (Items ?? []) as { sk: string; until: string }[])
      leases.push({ releaseId: sk, until });
  return leases.filter(({ until }) => Date.parse(until) + graceMs <= nowMs);
}

/** Starts the machine at ScaleDown for a lease that is over. Sweeps of the same ten minutes are one start. */
export async function endLease(tools: Tools, { releaseId }: Lease): Promise<string> {
  const { stack } = tools.aws.environment;
  const bucket = Math.floor(tools.now() / 600_000);
  const name = executionName("lease", { stack, releaseId, nth: String(bucket) });
  await startMachine(tools.aws, name, { scaleDown: { releaseId } });
  return `${releaseId}: its lease is being ended`;
}
