/** Freezes that people declare with `slipway freeze`: one item an endpoint, `*` for all. */
import { DeleteCommand, GetCommand, PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import type { DeclaredFreeze } from "../core/plan/freeze.ts";
import type { Aws } from "./clients.ts";

const keyOf = (endpoint: string) => ({ pk: "freeze", sk: endpoint });

/** The freezes that stand for an endpoint, its own and those for all. */
export async function declaredFreezes(
  { table, environment }: Aws,
  endpoint: string,
): Promise<DeclaredFreeze[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment.table,
      KeyConditionExpression: "pk = :freeze",
      ExpressionAttributeValues: { ":freeze": "freeze" },
      ConsistentRead: true,
    },
  );
  const standing: (DeclaredFreeze & { sk: string })[] = [];
  for await (const { Items } of pages) standing.push(...((Items ?? []) as typeof standing));
  return standing.filter(({ sk }) => sk === "*" || sk === endpoint);
}

/** Declares a freeze of an endpoint, or of all with `*`. Gives the one that stood there. */
export async function declareFreeze(
  { table, environment }: Aws,
  endpoint: string,
  freeze: DeclaredFreeze,
): Promise<DeclaredFreeze | undefined> {
  const Item = { ...keyOf(endpoint), ...freeze };
  const { Attributes } = await table.send(
    new PutCommand({ TableName: environment.table, Item, ReturnValues: "ALL_OLD" }),
  );
  return Attributes as DeclaredFreeze | undefined;
}

/** Lifts it; gives the one that stood, if any. */
export async function liftFreeze(
  { table, environment }: Aws,
  endpoint: string,
): Promise<DeclaredFreeze | undefined> {
  const { Attributes } = await table.send(
    new DeleteCommand({ TableName: environment.table, Key: keyOf(endpoint), ReturnValues: "ALL_OLD" }),
  );
  return Attributes as DeclaredFreeze | undefined;
}

/** The freeze that was declared of exactly this endpoint, or of all with `*`. */
export async function readFreeze(
  { table, environment }: Aws,
  endpoint: string,
): Promise<DeclaredFreeze | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: keyOf(endpoint), ConsistentRead: true }),
  );
  return Item as DeclaredFreeze | undefined;
}
