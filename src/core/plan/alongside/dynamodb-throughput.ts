/** A DynamoDB table: what it is provisioned with for reads, or for writes; each is leased for itself. */
import * as z from "zod";
import { defineLeasable } from "./define.ts";

const properties = { read: "ReadCapacityUnits", write: "WriteCapacityUnits" } as const;

export const dynamodbThroughput = defineLeasable({
  kind: "dynamodb-throughput",
  what: "DynamoDB table",
  units: "capacity units",
  schema: z
    .strictObject({
      /** CreateTable, API reference. */
      table: z
        .string()
        .regex(/^[a-zA-Z0-9_.-]{3,255}$/, "3 to 255 letters, digits, underscores, dots and hyphens")
        .describe("Its name."),
      throughput: z.enum(["read", "write"]).describe("Which of its capacity units."),
    })
    .describe("A DynamoDB table that is not paid for by request; its provisioned throughput is raised."),
  nameOf: ({ table, throughput }) => `table/${table}/${properties[throughput]}`,
  scopeOf: (name) => ({
    namespace: "dynamodb",
    resourceId: name.slice(0, name.lastIndexOf("/")),
    dimension: `dynamodb:table:${name.slice(name.lastIndexOf("/") + 1)}`,
  }),
});
