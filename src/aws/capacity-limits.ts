/** The limits that the infrastructure's owner has put in force: an item for each version, of which the newest counts. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { drifted } from "../core/errors.ts";
import { CapacityLimits, type LimitsInForce } from "../core/plan/capacity-limits.ts";
import { readAs } from "../core/release/document/read-as.ts";
import type { Aws } from "./clients.ts";

const partition = "limits";
/** Sort keys have the order of versions. */
const keyOf = (version: number) => ({ pk: partition, sk: `v${String(version).padStart(6, "0")}` });

/**
 * Undefined where nobody has put any in force.
 * @throws BadState where they are none that this code reads: what cannot be understood is not taken for no limit
 */
export async function limitsInForce({ table, environment }: Aws): Promise<LimitsInForce | undefined> {
  const { Items: [newest] = [] } = await table.send(
    new QueryCommand({
      TableName: environment.table,
      KeyConditionExpression: "pk = :limits",
      ExpressionAttributeValues: { ":limits": partition },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  if (newest === undefined) return undefined;
  const { version, appliedAt, appliedBy, limits } = newest as LimitsInForce;
  return { version, appliedAt, appliedBy, limits: readAs(CapacityLimits, limits, "the limits in force") };
}

/** Puts limits in force in place of those that were seen. @throws Drifted where others are in force by now */
export async function applyLimits({ table, environment }: Aws, next: LimitsInForce): Promise<void> {
  const { version, limits, appliedAt, appliedBy } = next;
  try {
    await table.send(
      new PutCommand({
        TableName: environment.table,
        Item: { ...keyOf(version), version, limits, appliedAt, appliedBy },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw drifted(`other limits were put in force meanwhile, as version ${version}`);
  }
}
