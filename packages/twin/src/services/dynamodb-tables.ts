/**
 * Tables of the account that a model leans on: what they are provisioned with, by DescribeTable and UpdateTable. Their
 * items are nobody's business here: other operations on them are refused by name.
 */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { called } from "../world/events.ts";
import type { World } from "../world/region.ts";
import { applyChange } from "../world/scalables/capacity.ts";
import type { Change } from "../world/scalables/kind.ts";
import {
  admitUpdate,
  decreasesToday,
  isUpdating,
  lastDecreaseMs,
  type Units,
  unitsOf,
} from "../world/scalables/table-throughput.ts";
import { arn } from "../world/state.ts";
import { members, present, seconds } from "./members.ts";
import type { Call, Input } from "./service.ts";
import { notModelled } from "./service.ts";

export interface Tables {
  /** The answer where the call is about one of these tables, undefined where it is not. */
  answer(input: Input, call: Call): Json | undefined;
  readonly names: () => readonly string[];
}

export function tablesOf(world: World): Tables {
  const answers: Readonly<Record<string, (table: Table, input: Input) => Json>> = {
    DescribeTable: (table, input) => {
      members({ operation: "DescribeTable", schema: z.strictObject({ TableName }) }, input);
      return { Table: description(world, table) };
    },
    UpdateTable: (table, input) =>
      update(world, table, members({ operation: "UpdateTable", schema: change }, input)),
  };
  return {
    names: () => [
      ...new Set(
        [...world.state.scalables.values()]
          .filter(({ namespace }) => namespace === "dynamodb")
          .map(({ resourceId }) => nameIn(resourceId)),
      ),
    ],
    answer(input, { operation, at }) {
      const name = nameIn(String(input.TableName ?? ""));
      const units = unitsOf(world, `table/${name}`);
      if (units === undefined) return undefined;
      world.advanceTo(at);
      const own = answers[operation];
      if (own === undefined) throw notModelled(`DynamoDB.${operation} on the table ${name}`);
      return own({ name, units }, input);
    },
  };
}

interface Table {
  readonly name: string;
  readonly units: Units;
}

/** A name, or the last part of an ARN. */
const nameIn = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);

const TableName = z.string().min(1).max(1024);
const capacityUnits = z.int().min(1);
const change = z.strictObject({
  TableName,
  ProvisionedThroughput: z.strictObject({
    ReadCapacityUnits: capacityUnits,
    WriteCapacityUnits: capacityUnits,
  }),
});

function update(world: World, { name, units }: Table, input: z.output<typeof change>): Json {
  const { ReadCapacityUnits: reads, WriteCapacityUnits: writes } = input.ProvisionedThroughput;
  // As it is known of CreateTable (dynamoose and others); for UpdateTable unconfirmed.
  if (!units.read.provisioned)
    throw new AwsError(
      "ValidationException",
      "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    );
  const all: readonly Change[] = [
    { scalable: units.read, to: reads },
    { scalable: units.write, to: writes },
  ];
  const changes = all.filter(({ scalable, to }) => to !== scalable.desired);
  admitUpdate(world, `table/${name}`, changes);
  // In the words of cortexproject/cortex#441.
  if (changes.length === 0)
    throw new AwsError(
      "ValidationException",
      `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${reads}. Requested ReadCapacityUnits: ${reads}. Current WriteCapacityUnits provisioned for the table: ${writes}. Requested WriteCapacityUnits: ${writes}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
    );
  for (const each of changes) applyChange(world, each, called("UpdateTable"));
  return { TableDescription: description(world, { name, units }) };
}

/** "The new settings do not take effect until the UpdateTable operation is complete" (developer guide). */
function description(world: World, { name, units }: Table): Json {
  const { read, write } = units;
  const raisedMs = Math.max(read.raisedMs ?? 0, write.raisedMs ?? 0);
  const loweredMs = lastDecreaseMs(units);
  return {
    TableName: name,
    TableArn: arn("dynamodb", `table/${name}`),
    TableStatus: isUpdating(units) ? "UPDATING" : "ACTIVE",
    CreationDateTime: seconds(read.creationMs),
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    ProvisionedThroughput: {
      ReadCapacityUnits: read.ready,
      WriteCapacityUnits: write.ready,
      NumberOfDecreasesToday: decreasesToday(units, world.nowMs),
      ...present("LastIncreaseDateTime", raisedMs === 0 ? undefined : seconds(raisedMs)),
      ...present("LastDecreaseDateTime", loweredMs === undefined ? undefined : seconds(loweredMs)),
    },
    // A table that was never on demand has no summary (API reference of BillingModeSummary).
    ...(read.provisioned ? {} : { BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" } }),
    ItemCount: 0,
    TableSizeBytes: 0,
  };
}
