/** The shop as the twin is told of it: its machine, functions and tables, and what must hold when all is over. */
import { readFileSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientConfig, defineApplication, invariant } from "slipway-twin";
import * as functions from "./functions.js";

const definition = JSON.parse(readFileSync(new URL("./machine.json", import.meta.url), "utf8"));

/** Whatever goes wrong on the way: nobody pays twice, and who pays has the goods. */
const honest = invariant("honest shop", async ({ executions, items }) => {
  const orders = await items("orders");
  const payments = await items("payments");
  return executions.flatMap(({ input, status }) => {
    const { id } = JSON.parse(input);
    const paid = payments.filter(({ order }) => order === id).length;
    if (paid > 1) return [`${id} was charged ${paid} times`];
    // Who stops an execution by hand takes over from it.
    if (status === "ABORTED") return [];
    const confirmed = orders.some((order) => order.id === id && order.state === "confirmed");
    const is = confirmed ? "is confirmed" : "is not confirmed";
    return confirmed === (paid === 1) ? [] : [`${id} ${is}, and was charged ${paid} times`];
  });
});

export const shop = ({ charge }) =>
  defineApplication({
    name: "orders",
    definition,
    tables: [
      { name: "orders", partitionKey: "id" },
      { name: "payments", partitionKey: "order", sortKey: "payment" },
    ],
    functions: (wire) => {
      const db = new DynamoDBClient(clientConfig(wire));
      return {
        Reserve: functions.reserve(db),
        Charge: charge(db),
        Confirm: functions.confirm(db),
        GiveBack: functions.giveBack(db),
      };
    },
    observe: [honest],
  });

/** One that goes through, and one for which the card is not good: the way back is rehearsed as well. */
export const orders = [
  { id: "order-1", goods: "a book", amount: 30 },
  { id: "order-2", goods: "a library", amount: 30_000 },
];
