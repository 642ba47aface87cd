/**
 * Who has raised an instance group, by cluster and group: one release at a time, so that whoever puts it back knows what
 * there was before. An item of the table, written only where there is none, and taken away only by whom it names.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { drifted } from "../../core/errors.ts";
import { defineResource } from "./define.ts";

const GroupHold = z.object({ by: z.string() });

const keyOf = (name: string) => ({ pk: "hold", sk: `instance-group ${name}` });

export const groupHold = defineResource({
  state: GroupHold,
  async read({ table, environment }, name) {
    const { Item } = await table.send(
      new GetCommand({ TableName: environment.table, Key: keyOf(name), ConsistentRead: true }),
    );
    return Item === undefined ? null : GroupHold.parse(Item);
  },
  async put({ table, environment }, name, { from, to }) {
    const { table: TableName } = environment;
    const by = (to ?? from)?.by;
    const ExpressionAttributeNames = { "#by": "by" };
    const ExpressionAttributeValues = { ":me": by };
    try {
      if (to === null)
        await table.send(
          new DeleteCommand({
            TableName,
            Key: keyOf(name),
            ConditionExpression: "attribute_not_exists(pk) OR #by = :me",
            ExpressionAttributeNames,
            ExpressionAttributeValues,
          }),
        );
      else
        await table.send(
          new PutCommand({
            TableName,
            Item: { ...keyOf(name), by },
            ConditionExpression: "attribute_not_exists(pk) OR #by = :me",
            ExpressionAttributeNames,
            ExpressionAttributeValues,
          }),
        );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      throw drifted(`instance group ${name} is held by another release`);
    }
  },
});
