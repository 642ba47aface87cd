/**
 * Leases that outlive their execution: one item each, so that the sweep finds those whose end has passed although
 * the schedule that should have ended them did not.
 */
import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type CapacityLease, leaseWorkName } from "../core/release/reaping.ts";
import type { Aws } from "./clients.ts";
import { startMachine } from "./executions.ts";
import type { Tools } from "./lambda.ts";
import { itemsOf } from "./partition.ts";

const partition = "lease";

/** Notes a lease; noting it again moves its end, and when somebody has to see to it that it lasts. */
export async function noteLease(
  { table, environment }: Aws,
  { releaseId, until, keepBy, group }: CapacityLease,
): Promise<void> {
  const Item = { pk: partition, sk: releaseId, until, ...given({ keepBy, group }) };
  await table.send(new PutCommand({ TableName: environment.table, Item }));
}

const given = (members: Pick<CapacityLease, "keepBy" | "group">) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

type LeaseItem = { readonly sk: string } & Omit<CapacityLease, "releaseId">;

/** Forgets a lease; one that is not known is forgotten already. */
export async function forgetLease({ table, environment }: Aws, releaseId: string): Promise<void> {
  await table.send(
    new DeleteCommand({ TableName: environment.table, Key: { pk: partition, sk: releaseId } }),
  );
}

export async function allLeases(aws: Aws): Promise<CapacityLease[]> {
  const leases: CapacityLease[] = [];
  for await (const item of itemsOf(aws, partition)) {
    const { sk, until, keepBy, group } = item as unknown as LeaseItem;
    leases.push({ releaseId: sk, until, keepBy, ...(group !== undefined && { group }) });
  }
  return leases;
}

/** Starts the machine at ScaleDown for a lease that is over; says what it did. */
export async function endLease(tools: Tools, lease: CapacityLease): Promise<string> {
  const { releaseId } = lease;
  await startMachine(tools.aws, nameOf("lease", lease, tools), { scaleDown: { releaseId } });
  return `${releaseId}: its lease is being ended`;
}

/** Starts the machine at KeepCapacity for a lease whose capacity would not last; says what it did. */
export async function keepLease(tools: Tools, lease: CapacityLease): Promise<string> {
  const { releaseId } = lease;
  await startMachine(tools.aws, nameOf("keep", lease, tools), { keep: { releaseId } });
  return `${releaseId}: its capacity is being seen to`;
}

const nameOf = (purpose: "lease" | "keep", lease: CapacityLease, { aws, now }: Tools): string =>
  leaseWorkName(purpose, lease, { stack: aws.environment.stack, nowMs: now() });
