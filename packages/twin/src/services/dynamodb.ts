/**
 * DynamoDB: the tables of the stacks, whatever a caller creates beside them, and of the world's tables what they are
 * provisioned with. What the store underneath cannot do (for one
 * transactions, time to live, ReturnValuesOnConditionCheckFailure) is refused by name instead of being ignored.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { World } from "../world/region.ts";
import { isStoreError, type OpenStore, openStore, type TableRecord } from "./dynamodb-store.ts";
import { tablesOf } from "./dynamodb-tables.ts";
import type { Call, Input, Operation, Service } from "./service.ts";
import { notModelled } from "./service.ts";

const TITLE = "DynamoDB";

const MODELLED = [
  "BatchGetItem",
  "BatchWriteItem",
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetItem",
  "ListTables",
  "ListTagsOfResource",
  "PutItem",
  "Query",
  "Scan",
  "TagResource",
  "UntagResource",
  "UpdateItem",
  "UpdateTable",
] as const;

export interface DynamoDbOptions {
  /** When the tables were created, epoch milliseconds. */
  readonly startMs: number;
  readonly account?: string;
  readonly region?: string;
  /** The tables that exist from the start, on demand. */
  readonly tables?: readonly TableKeys[];
  /** Has the tables that a model leans on. */
  readonly world?: World;
}

/** A table by its keys. */
export interface TableKeys {
  readonly name: string;
  readonly partitionKey: Key;
  readonly sortKey?: Key;
}

/** An attribute; with no type it is a string. */
export type Key = string | { readonly name: string; readonly type: "S" | "N" | "B" };
const attributeOf = (key: Key) => (typeof key === "string" ? { name: key, type: "S" } : key);
/** The names of a table's keys. */
export const keyNames = ({ partitionKey, sortKey }: TableKeys): string[] =>
  [partitionKey, sortKey].flatMap((key) => (key === undefined ? [] : attributeOf(key).name));

/** Operations resolve on microtasks and setImmediate alone, so faked timers do not hold them up. */
export function dynamodb(options: DynamoDbOptions): Service {
  const { account = "123456789012", region = "eu-west-1", startMs, tables = [] } = options;
  const leanedOn = options.world && tablesOf(options.world);
  const store = openStore(account, region);
  const createdMs = new Map(tables.map(({ name }) => [name, startMs]));
  const arnOf = (name: string) => `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const ready = Promise.all(tables.map((table) => store.putTable(activeTable(table, arnOf(table.name)))));
  const operation =
    (name: string): Operation =>
    async (input, call) => {
      const answered = leanedOn?.answer(input, call);
      if (answered !== undefined) return answered;
      refuseUnknownMembers(name, input, store.members(name));
      await ready;
      const answer = deterministic(await runOrRefuse(store, name, input), call, createdMs);
      return name === "ListTables" ? withNames(answer, input, leanedOn?.names() ?? []) : answer;
    };
  return {
    name: "dynamodb",
    title: TITLE,
    protocol: { kind: "json", version: "1.0", targetPrefix: "DynamoDB_20120810" },
    operations: Object.fromEntries(MODELLED.map((name) => [name, operation(name)])),
  };
}

/** All names on one page: where there are others than the store's, pages are not modelled. */
function withNames(answer: Json, input: Input, others: readonly string[]): Json {
  if (others.length === 0 || !isRecord(answer)) return answer;
  if (Object.keys(input).length > 0) throw notModelled(`${TITLE}.ListTables by pages`);
  const own = Array.isArray(answer.TableNames) ? answer.TableNames : [];
  return { ...answer, TableNames: [...own, ...others].map(String).sort() };
}

function refuseUnknownMembers(operation: string, input: Input, members: readonly string[]): void {
  const unknown = Object.keys(input).filter((member) => !members.includes(member));
  if (unknown.length > 0) throw notModelled(`${TITLE}.${operation} with ${unknown.join(", ")}`);
}

async function runOrRefuse(store: OpenStore, operation: string, input: Input): Promise<Json> {
  try {
    return await store.run(operation, input);
  } catch (error) {
    if (!isStoreError(error)) throw error;
    const { __type, message, Message, ...detail } = error.body;
    const name = __type.slice(__type.lastIndexOf("#") + 1);
    throw new AwsError(name, String(message ?? Message ?? ""), { statusCode: error.statusCode, detail });
  }
}

/** A table's id and creation time come from the operating system in the store; here from its name and the twin's time. */
function deterministic(answer: Json, call: Call, createdMs: Map<string, number>): Json {
  const member = ["Table", "TableDescription"].find((name) => isRecord(answer) && isRecord(answer[name]));
  if (member === undefined || !isRecord(answer)) return answer;
  const table = answer[member];
  if (!isRecord(table) || typeof table.TableName !== "string") return answer;
  if (call.operation === "CreateTable") createdMs.set(table.TableName, call.at);
  const createdAt = (createdMs.get(table.TableName) ?? call.at) / 1000;
  return {
    ...answer,
    [member]: { ...table, TableId: tableId(table.TableName), CreationDateTime: createdAt },
  };
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function activeTable({ name, partitionKey, sortKey }: TableKeys, arn: string): TableRecord {
  const keys = [partitionKey, sortKey].flatMap((key) => (key === undefined ? [] : attributeOf(key)));
  return {
    TableName: name,
    TableArn: arn,
    TableStatus: "ACTIVE",
    AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
    KeySchema: keys.map((key, nth) => ({
      AttributeName: key.name,
      KeyType: nth === 0 ? "HASH" : "RANGE",
    })),
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    TableThroughputModeSummary: { TableThroughputMode: "PAY_PER_REQUEST" },
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
    ItemCount: 0,
    TableSizeBytes: 0,
  };
}

/** Shaped as a UUID: the name's bytes in hexadecimal, folded into 32 digits. */
function tableId(name: string): string {
  const hex = Buffer.from(name).toString("hex").padEnd(32, "0").slice(0, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
