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
import { rehearsedDeployment } from "../../../src/core/deployment.ts";
import { dynamodb } from "../../../src/rehearsal/twin/dynamodb.ts";
import { createTwin } from "../../../src/rehearsal/twin/twin.ts";
import { reaching } from "./twin-handler.ts";

const startMs = Date.UTC(2026, 0, 5, 9);
const key = { pk: { S: "release#1" }, sk: { S: "lease#1" } };

function openTable() {
  const twin = createTwin([dynamodb({ startMs })], () => startMs + 60_000);
  return { twin, client: new DynamoDBClient(reaching(twin)) };
}

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
