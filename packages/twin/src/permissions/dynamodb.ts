/**
 * What DynamoDB asks of its caller: the table, and under `dynamodb:LeadingKeys` the partition that a request is about.
 *
 * Source: Service Authorization Reference; DynamoDB developer guide, fine-grained access control.
 */
import type { Input } from "../services/service.ts";
import { arnOf, type Requires, text } from "./requirement.ts";

const request =
  (operation: string, keyOf: (input: Input, partitionKey: string) => unknown): Requires =>
  (input, { partitionKeyOf }) => {
    const table = text(input, "TableName");
    const partitionKey = partitionKeyOf(table) ?? "";
    return [
      {
        action: `dynamodb:${operation}`,
        resource: arnOf("dynamodb", `table/${table}`),
        keys: { "dynamodb:leadingkeys": [stringIn(keyOf(input, partitionKey), operation)] },
      },
    ];
  };

const ofKey = (input: Input, partitionKey: string): unknown => member(input.Key, partitionKey);

/** What a table is provisioned with is no matter of its partitions. */
const onTable =
  (operation: string): Requires =>
  (input) => [
    {
      action: `dynamodb:${operation}`,
      resource: arnOf("dynamodb", `table/${shortName(text(input, "TableName"))}`),
    },
  ];

/** A name, or the last part of an ARN. */
const shortName = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);

export const dynamodb: Readonly<Record<string, Requires>> = {
  GetItem: request("GetItem", ofKey),
  UpdateItem: request("UpdateItem", ofKey),
  DeleteItem: request("DeleteItem", ofKey),
  PutItem: request("PutItem", (input, partitionKey) => member(input.Item, partitionKey)),
  Query: request("Query", queried),
  // A scan names no key, so that no key can narrow it.
  Scan: onTable("Scan"),
  DescribeTable: onTable("DescribeTable"),
  UpdateTable: onTable("UpdateTable"),
};

/** The value that a Query's condition gives to the partition key: `pk = :lock`, `#p = :lock AND …`. */
function queried(input: Input, partitionKey: string): unknown {
  const condition = text(input, "KeyConditionExpression");
  for (const [, name = "", value = ""] of condition.matchAll(/(#?\w+)\s*=\s*(:\w+)/g))
    if ((member(input.ExpressionAttributeNames, name) ?? name) === partitionKey)
      return member(input.ExpressionAttributeValues, value);
  return undefined;
}

const member = (of: unknown, name: string): unknown => (of as Input | undefined)?.[name];

/** The text of an attribute value `{"S": …}`. Throws where there is none: what is not understood must not pass. */
function stringIn(value: unknown, operation: string): string {
  const found = member(value, "S");
  if (typeof found !== "string")
    throw new Error(`the partition key of this dynamodb.${operation} is not modelled`);
  return found;
}
