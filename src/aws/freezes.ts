/** Freezes that people declare with `slipway freeze`: one item an endpoint, `*` for all. */
import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { DeclaredFreeze } from "../core/plan/freeze.ts";
import type { Aws } from "./clients.ts";

/** The freezes that stand for an endpoint, its own and those for all. */
export async function declaredFreezes(
  { table, environment }: Aws,
  endpoint: string,
): Promise<DeclaredFreeze[]> {
  const { Items } = await table.send(
    new QueryCommand({
      TableName: environment.table,
      KeyConditionExpression: "pk = :freeze",
      ExpressionAttributeValues: { ":freeze": "freeze" },
      ConsistentRead: true,
    }),
  );
  const standing = (Items ?? []) as (DeclaredFreeze & { sk: string })[];
  return standing.filter(({ sk }) => sk === "*" || sk === endpoint);
}

/** Declares a freeze of an endpoint, or of all with `*`. */
export async function declareFreeze(
  { table, environment }: Aws,
  endpoint: string,
  freeze: DeclaredFreeze,
): Promise<void> {
  await table.send(
    new PutCommand({ TableName: environment.table, Item: { pk: "freeze", sk: endpoint, ...freeze } }),
  );
}

/** Lifts it; one that does not stand is lifted already. */
export async function liftFreeze({ table, environment }: Aws, endpoint: string): Promise<void> {
  await table.send(new DeleteCommand({ TableName: environment.table, Key: { pk: "freeze", sk: endpoint } }));
}
