/**
 * The directory of people: under which pseudonym evidence knows whoever has ordered or answered something. A pseudonym is drawn, so
 * that it says nothing by itself; once a person's item is erased, evidence verifies as before and names nobody. What stays is when that
 * was, under the pseudonym, so that who was erased can be told from who was never written down.
 */
import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Aws } from "./clients.ts";
import { itemsOf } from "./partition.ts";

const partition = "person";
/** By pseudonym: when it was erased. */
const erased = "person-erased";

/** Chosen: how often somebody may be erased between two looks of the same order. */
const mostTries = 3;

/** The pseudonym of an identity, by its ARN; one that has none yet is given one, and keeps it until it is erased. */
export async function pseudonymOf(aws: Aws, arn: string, since: string, tries = mostTries): Promise<string> {
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
    if (!(error instanceof ConditionalCheckFailedException) || tries === 1) throw error;
    // Another order of theirs was faster, or this one's first try was and its answer was lost; and they may be erased since.
    return pseudonymOf(aws, arn, since, tries - 1);
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

/** When each was erased, ISO 8601, by pseudonym: to be asked after `peopleOf`, so that nobody is erased in between. */
export async function erasedPeople(aws: Aws): Promise<ReadonlyMap<string, string>> {
  const moments = new Map<string, string>();
  for await (const { sk, at } of itemsOf(aws, erased)) moments.set(String(sk), String(at));
  return moments;
}

/**
 * Whether there was anybody of that ARN; nobody is by then. When is written down first: a death in between leaves them in the
 * directory, for the next try to take out. The other way round nobody could tell any more under which pseudonym they had been.
 */
export async function erasePerson(aws: Aws, arn: string, at: string): Promise<boolean> {
  const { table, environment } = aws;
  const pseudonym = await pseudonymIn(aws, arn);
  if (pseudonym === undefined) return false;
  await table.send(new PutCommand({ TableName: environment.table, Item: { pk: erased, sk: pseudonym, at } }));
  try {
    await table.send(
      new DeleteCommand({
        TableName: environment.table,
        Key: { pk: partition, sk: arn },
        ConditionExpression: "attribute_not_exists(pk) OR pseudonym = :pseudonym",
        ExpressionAttributeValues: { ":pseudonym": pseudonym },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // Somebody else erased them, and they have ordered something since: that is another pseudonym, which no moment is of yet.
    await erasePerson(aws, arn, at);
  }
  return true;
}
