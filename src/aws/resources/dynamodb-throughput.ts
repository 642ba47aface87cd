/**
 * The provisioned throughput of a table that a release leans on: so many units of its reads, or of its writes, at least.
 * Named by Application Auto Scaling's resource id and the property: `table/NAME/ReadCapacityUnits`.
 */
import {
  DescribeTableCommand,
  LimitExceededException,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { awsRefused } from "../../core/errors.ts";
import type { Aws } from "../clients.ts";
import { defineLease } from "./lease.ts";

type Property = "ReadCapacityUnits" | "WriteCapacityUnits";

function partsOf(name: string): { readonly TableName: string; readonly property: Property } {
  const [, TableName = "", property] = name.split("/");
  return { TableName, property: property as Property };
}

async function describe({ table }: Aws, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await table.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

export const dynamodbThroughput = defineLease({
  kind: "dynamodb-throughput",
  async view(aws, name) {
    const { TableName, property } = partsOf(name);
    const found = await describe(aws, TableName);
    if (found === undefined || found.TableStatus === "DELETING") return null;
    if (found.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST")
      return "it is paid for by request and has no capacity to raise: provision it, or take it out of alongside";
    const units = found.ProvisionedThroughput?.[property] ?? 0;
    return { asked: units, there: units, isChanging: found.TableStatus === "UPDATING" };
  },
  /** Decreases are limited: four a day, then one an hour. What is over that is refused for now; the sweep asks again. */
  async lower(aws, name, to) {
    const { TableName, property } = partsOf(name);
    const { ReadCapacityUnits, WriteCapacityUnits } =
      (await describe(aws, TableName))?.ProvisionedThroughput ?? {};
    const ProvisionedThroughput = { ReadCapacityUnits, WriteCapacityUnits, [property]: to };
    try {
      await aws.table.send(new UpdateTableCommand({ TableName, ProvisionedThroughput }));
      return true;
    } catch (error) {
      if (error instanceof ResourceInUseException) return false;
      if (error instanceof LimitExceededException) throw awsRefused(`${error.name}: ${error.message}`, error);
      throw error;
    }
  },
});
