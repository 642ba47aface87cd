import {
  BatchGetItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import FakeTimers from "@sinonjs/fake-timers";
import { afterEach, describe, expect, it } from "vitest";
import { createTwin, dynamodb, type Input } from "#twin/services";
import { rehearsedDeployment } from "../../../src/core/deployment.ts";
import { reaching } from "./twin-handler.ts";

const startMs = Date.UTC(2026, 0, 5, 9);
const tables = [{ name: rehearsedDeployment.table, partitionKey: "pk", sortKey: "sk" }];
const key = { pk: { S: "release#1" }, sk: { S: "lease#1" } };

function openTable() {
  const twin = createTwin([dynamodb({ startMs, tables })], () => startMs + 60_000);
  return { twin, client: new DynamoDBClient(reaching(twin)) };
}

interface Contract {
  readonly name: string;
  readonly before?: readonly (readonly [operation: string, input: Input])[];
  readonly input: Input;
  readonly answer: object;
}
const TableName = rehearsedDeployment.table;
const item = { ...key, status: { S: "intended" } };
const there = [["PutItem", { TableName, Item: item }]] as const;
const arn = `arn:aws:dynamodb:eu-west-1:123456789012:table/${TableName}`;
const tag = { Key: "team", Value: "search" };
const tagged = [["TagResource", { ResourceArn: arn, Tags: [tag] }]] as const;
const another = {
  TableName: "another",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
};
const byKey = { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": key.pk } };

const contract: readonly Contract[] = [
  {
    name: "BatchGetItem",
    before: there,
    input: { RequestItems: { [TableName]: { Keys: [key] } } },
    answer: { Responses: { [TableName]: [item] }, UnprocessedKeys: {} },
  },
  {
    name: "BatchWriteItem",
    answer: { UnprocessedItems: {} },
    input: { RequestItems: { [TableName]: [{ PutRequest: { Item: item } }] } },
  },
  { name: "CreateTable", input: another, answer: { TableDescription: { TableStatus: "CREATING" } } },
  {
    name: "DeleteItem",
    before: there,
    answer: { Attributes: item },
    input: { TableName, Key: key, ReturnValues: "ALL_OLD" },
  },
  { name: "DeleteTable", input: { TableName }, answer: { TableDescription: { TableStatus: "DELETING" } } },
  { name: "DescribeTable", input: { TableName }, answer: { Table: { TableArn: arn } } },
  {
    name: "DescribeTimeToLive",
    input: { TableName },
    answer: { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } },
  },
  { name: "GetItem", before: there, input: { TableName, Key: key }, answer: { Item: item } },
  { name: "ListTables", input: {}, answer: { TableNames: [TableName] } },
  { name: "ListTagsOfResource", before: tagged, input: { ResourceArn: arn }, answer: { Tags: [tag] } },
  {
    name: "PutItem",
    before: there,
    answer: { Attributes: item },
    input: { TableName, Item: key, ReturnValues: "ALL_OLD" },
  },
  { name: "Query", before: there, input: { TableName, ...byKey }, answer: { Count: 1, Items: [item] } },
  { name: "Scan", before: there, input: { TableName }, answer: { Count: 1, Items: [item] } },
  { name: "TagResource", input: { ResourceArn: arn, Tags: [tag] }, answer: {} },
  { name: "UntagResource", before: tagged, input: { ResourceArn: arn, TagKeys: ["team"] }, answer: {} },
  {
    name: "UpdateItem",
    before: there,
    answer: { Attributes: { ...item, n: { N: "2" } } },
    input: {
      TableName,
      Key: key,
      ReturnValues: "ALL_NEW",
      UpdateExpression: "SET n = if_not_exists(n, :one) + :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    },
  },
  {
    name: "UpdateTable",
    answer: { TableDescription: { TableName } },
    input: {
      TableName,
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    },
  },
];

describe("DynamoDB of the twin", () => {
  let uninstall = () => {};
  afterEach(() => uninstall());

  it("has the table slipway from the start, on demand, keyed by pk and sk", async () => {
    const { client } = openTable();

    const { Table } = await client.send(new DescribeTableCommand({ TableName: rehearsedDeployment.table }));

    expect(Table).toMatchObject({
      TableStatus: "ACTIVE",
      TableArn: `arn:aws:dynamodb:eu-west-1:123456789012:table/${rehearsedDeployment.table}`,
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      CreationDateTime: new Date(startMs),
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    });
  });

  it("writes an item only once under attribute_not_exists", async () => {
    const { client } = openTable();
    const put = new PutItemCommand({
      TableName: rehearsedDeployment.table,
      Item: { ...key, status: { S: "intended" } },
      ConditionExpression: "attribute_not_exists(pk)",
    });
    await client.send(put);

    const second = client.send(put);

    await expect(second).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("gives exactly one of many simultaneous compare-and-set writers the win", async () => {
    const { client } = openTable();
    await client.send(
      new PutItemCommand({ TableName: rehearsedDeployment.table, Item: { ...key, fence: { N: "1" } } }),
    );
    const take = () =>
      client.send(
        new UpdateItemCommand({
          TableName: rehearsedDeployment.table,
          Key: key,
          UpdateExpression: "SET fence = fence + :one",
          ConditionExpression: "fence = :seen",
          ExpressionAttributeValues: { ":one": { N: "1" }, ":seen": { N: "1" } },
        }),
      );

    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, take));

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("queries a release's items in the order of their sort key, page by page", async () => {
    const { client } = openTable();
    for (const sk of ["lease#2", "lease#1", "stage#1"]) {
      await client.send(
        new PutItemCommand({ TableName: rehearsedDeployment.table, Item: { pk: key.pk, sk: { S: sk } } }),
      );
    }
    const query = {
      TableName: rehearsedDeployment.table,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :lease)",
      ExpressionAttributeValues: { ":pk": key.pk, ":lease": { S: "lease#" } },
      Limit: 1,
    };

    const first = await client.send(new QueryCommand(query));
    const second = await client.send(
      new QueryCommand({ ...query, ExclusiveStartKey: first.LastEvaluatedKey }),
    );

    expect([first, second].flatMap(({ Items = [] }) => Items.map(({ sk }) => sk?.S))).toEqual([
      "lease#1",
      "lease#2",
    ]);
  });

  it("answers while timers are faked and time stands still", async () => {
    const clock = FakeTimers.install({ now: startMs, toFake: ["setTimeout", "setInterval", "Date"] });
    uninstall = () => clock.uninstall();
    const { client } = openTable();

    await client.send(new PutItemCommand({ TableName: rehearsedDeployment.table, Item: key }));
    const { Responses } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [rehearsedDeployment.table]: { Keys: [key] } } }),
    );

    expect(Responses?.[rehearsedDeployment.table]).toEqual([key]);
    expect(clock.countTimers()).toBe(0);
  });

  it("gives the same description of a table in every run", async () => {
    const describeNew = async () => {
      const { client } = openTable();
      const made = await client.send(
        new CreateTableCommand({
          TableName: "other",
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        }),
      );
      return made.TableDescription;
    };

    const [first, second] = [await describeNew(), await describeNew()];

    expect(first).toEqual(second);
    expect(first?.CreationDateTime).toEqual(new Date(startMs + 60_000));
  });

  // The store is reached through files that its package does not promise: each operation is held to one right answer.
  it.each(contract)(
    "$name is what the store underneath answers",
    async ({ name, before = [], input, answer }) => {
      const { operations } = dynamodb({ startMs, tables });
      const call = { at: startMs, headers: {} } as never;
      for (const [earlier, of] of before) await operations[earlier]?.(of, call);

      expect(await operations[name]?.(input, call)).toMatchObject(answer);
    },
  );

  it("has a contract for each operation", () => {
    expect(contract.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(dynamodb({ startMs, tables }).operations).toSorted(),
    );
  });

  it("refuses by name what the store underneath cannot do", async () => {
    const { twin, client } = openTable();
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName: rehearsedDeployment.table, Item: key } }],
    });
    const ttl = new UpdateTimeToLiveCommand({
      TableName: rehearsedDeployment.table,
      TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
    });
    const returning = new PutItemCommand({
      TableName: rehearsedDeployment.table,
      Item: key,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });

    await expect(client.send(transaction)).rejects.toThrow(
      "the twin does not model DynamoDB.TransactWriteItems",
    );
    await expect(client.send(ttl)).rejects.toThrow("the twin does not model DynamoDB.UpdateTimeToLive");
    await expect(client.send(returning)).rejects.toThrow(
      "the twin does not model DynamoDB.PutItem with ReturnValuesOnConditionCheckFailure",
    );

    expect(twin.refusals).toHaveLength(3);
  });
});
