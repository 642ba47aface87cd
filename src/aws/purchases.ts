/**
 * What people have said of training plans to be bought, and which calls may have gone out for it: items beside the answers to what
 * stages ask, which only the function that AWS has authenticated people for may write, and nobody changes.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { allPurchases, type Purchase, PurchaseEntry, purchaseExpiresAt } from "../core/purchase/purchase.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { itemsOf } from "./partition.ts";

/** Of all models; no release has a slash in its id. */
const partition = "answer#purchase/";

/** What this version cannot read counts for nothing. */
export async function purchaseEntries(aws: Aws): Promise<readonly PurchaseEntry[]> {
  const found: PurchaseEntry[] = [];
  for await (const item of itemsOf(aws, partition)) {
    const { success, data } = PurchaseEntry.safeParse(item);
    if (success) found.push(data);
  }
  return found;
}

/** Everything that is asked for, and not bought yet. */
export const everyPurchase = async (aws: Aws, nowMs: EpochMs): Promise<readonly Purchase[]> =>
  allPurchases(await purchaseEntries(aws), nowMs);

/** Adds one; false where there is one already: the same by the same person, or of a call another's. */
export async function addPurchaseEntry({ table, environment }: Aws, entry: PurchaseEntry): Promise<boolean> {
  const Item = { pk: partition, sk: keyOf(entry), expiresAt: purchaseExpiresAt(entry), ...entry };
  try {
    await table.send(
      new PutCommand({ TableName: environment.table, Item, ConditionExpression: "attribute_not_exists(pk)" }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return false;
  }
}

/** Of a call one, whoever makes it. */
function keyOf(entry: PurchaseEntry): string {
  const { model, milestone, askedAt, said, by } = entry;
  const last = "nth" in entry ? String(entry.nth).padStart(4, "0") : by.person;
  return [model, milestone, askedAt, said, ...(said === "bought" ? [] : [last])].join("#");
}
