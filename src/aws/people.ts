/**
 * The directory of people: under which pseudonym evidence knows whoever has ordered or answered something. A pseudonym is drawn, so
 * that it says nothing by itself; once a person's item is erased, evidence verifies as before and names nobody.
 */
import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Aws } from "./clients.ts";
import { itemsOf } from "./partition.ts";

const partition = "person";

/** The pseudonym of an identity, by its ARN; one that has none yet is given one, and keeps it. */
export async function pseudonymOf(aws: Aws, arn: string, since: string): Promise<string> {
  const known = await pseudonymIn(aws, arn);
  if (known !== undefined) return known;
  const pseudonym = `person-${randomUUID()}`;
  try {
    await aws.table.send(
      new PutCommand({
        TableName: aws.environment.table,
        Item: { pk: partition, sk: arn, pseudonym, since },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
    return pseudonym;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // Another order of theirs was faster, or this one's first try was and its answer was lost.
    return (await pseudonymIn(aws, arn)) ?? pseudonym;
  }
}

async function pseudonymIn({ table, environment }: Aws, arn: string): Promise<string | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: { pk: partition, sk: arn }, ConsistentRead: true }),
  );
  return typeof Item?.["pseudonym"] === "string" ? Item["pseudonym"] : undefined;
}

/** Who is who: ARNs by pseudonym. */
export async function peopleOf(aws: Aws): Promise<ReadonlyMap<string, string>> {
  const people = new Map<string, string>();
  for await (const { sk, pseudonym } of itemsOf(aws, partition)) people.set(String(pseudonym), String(sk));
  return people;
}

/** Whether there was anybody of that ARN. */
export async function erasePerson({ table, environment }: Aws, arn: string): Promise<boolean> {
  const { Attributes } = await table.send(
    new DeleteCommand({
      TableName: environment.table,
      Key: { pk: partition, sk: arn },
      ReturnValues: "ALL_OLD",
    }),
  );
  return Attributes !== undefined;
}
