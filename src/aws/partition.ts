/** All items of one partition of the table, by their sort keys; a page of DynamoDB's holds 1 MB. */
import { paginateQuery } from "@aws-sdk/lib-dynamodb";
import type { Aws } from "./clients.ts";

export async function* itemsOf(
  { table, environment }: Aws,
  partition: string,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment.table,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": partition },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* Items;
}
