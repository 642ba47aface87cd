/**
 * Leases that outlive their execution: one item each, so that the sweep finds those whose end has passed although
 * the schedule that should have ended them did not.
 */
import { DeleteCommand, PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import { type CapacityLease, isPassed, leaseEndName } from "../core/release/reaping.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { startMachine } from "./executions.ts";
import type { Tools } from "./lambda.ts";

const partition = "lease";

/** Notes a lease; noting it again moves its end. */
export async function noteLease(
  { table, environment }: Aws,
  { releaseId, until }: CapacityLease,
): Promise<void> {
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

/** Those that the sweep has to end. */
export const passedLeases = async (aws: Aws, nowMs: EpochMs): Promise<CapacityLease[]> =>
  (await allLeases(aws)).filter((lease) => isPassed(lease, nowMs));

export async function allLeases({ table, environment }: Aws): Promise<CapacityLease[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment.table,
      KeyConditionExpression: "pk = :lease",
      ExpressionAttributeValues: { ":lease": partition },
      ConsistentRead: true,
    },
  );
  const leases: CapacityLease[] = [];
  for await (const { Items } of pages)
    for (const { sk, until } of (Items ?? []) as { sk: string; until: string }[])
      leases.push({ releaseId: sk, until });
  return leases;
}

/** Starts the machine at ScaleDown for a lease that is over; says what it did. */
export async function endLease(tools: Tools, lease: CapacityLease): Promise<string> {
  const { releaseId } = lease;
  const name = leaseEndName(lease, tools.aws.environment.stack, tools.now());
  await startMachine(tools.aws, name, { scaleDown: { releaseId } });
  return `${releaseId}: its lease is being ended`;
}
