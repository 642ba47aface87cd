/** The Lambda functions of the shop, as they are deployed: each takes its client, and knows nothing of rehearsals. */
import { randomUUID } from "node:crypto";
import { DeleteItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";

export const reserve =
  (db) =>
  async ({ id, goods, amount }) => {
    await db.send(
      new PutItemCommand({
        TableName: "orders",
        Item: { id: { S: id }, goods: { S: goods }, amount: { N: String(amount) }, state: { S: "reserved" } },
      }),
    );
    return { goods };
  };

class Declined extends Error {
  name = "Declined";
}
const mostOnACard = 500;

/** The bug: Step Functions tries again after a crash, and the second try is a payment of its own. */
export const chargeTwice =
  (db) =>
  async ({ id, amount }) => {
    if (amount > mostOnACard) throw new Declined(`${amount} is too much for the card`);
    const payment = randomUUID();
    await db.send(
      new PutItemCommand({
        TableName: "payments",
        Item: { order: { S: id }, payment: { S: payment }, amount: { N: String(amount) } },
      }),
    );
    return { payment };
  };

/** Mended: the order's own id names its payment, whoever tries and however often. */
export const charge =
  (db) =>
  async ({ id, amount }) => {
    if (amount > mostOnACard) throw new Declined(`${amount} is too much for the card`);
    const payment = `payment-of-${id}`;
    await db.send(
      new PutItemCommand({
        TableName: "payments",
        Item: { order: { S: id }, payment: { S: payment }, amount: { N: String(amount) } },
      }),
    );
    return { payment };
  };

export const confirm =
  (db) =>
  async ({ id }) => {
    await db.send(
      new UpdateItemCommand({
        TableName: "orders",
        Key: { id: { S: id } },
        UpdateExpression: "SET #state = :confirmed",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":confirmed": { S: "confirmed" } },
      }),
    );
    return { confirmed: true };
  };

/** Undoes whatever was done, also where an earlier try of its own came half-way. */
export const giveBack =
  (db) =>
  async ({ id }) => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: "payments",
        ConsistentRead: true,
        KeyConditionExpression: "#order = :id",
        ExpressionAttributeNames: { "#order": "order" },
        ExpressionAttributeValues: { ":id": { S: id } },
      }),
    );
    for (const { order, payment } of Items)
      await db.send(new DeleteItemCommand({ TableName: "payments", Key: { order, payment } }));
    await db.send(new DeleteItemCommand({ TableName: "orders", Key: { id: { S: id } } }));
    return { payments: Items.length };
  };
