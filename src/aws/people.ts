/** Whom a pseudonym stands for: an item each, which may be erased; what names the pseudonym stays as it is. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Aws } from "./clients.ts";

interface NamedPerson {
  readonly pseudonym: string;
  readonly arn: string;
  /** ISO 8601, when evidence first named them. */
  readonly since: string;
}

/** Writes down who it is, once. */
export async function namePerson({ table, environment }: Aws, person: NamedPerson): Promise<void> {
  const Item = { pk: "person", sk: person.pseudonym, ...person };
  try {
    await table.send(
      new PutCommand({ TableName: environment.table, Item, ConditionExpression: "attribute_not_exists(pk)" }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
