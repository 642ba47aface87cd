/**
 * The provisioned throughput of a DynamoDB table: read and write units, of which one change at a time is under way.
 * "A decrease is allowed up to four times, anytime per day. A day is defined according to Universal Time Coordinated.
 * Additionally, if there was no decrease in the past hour, an additional decrease is allowed, effectively bringing the
 * maximum number of decreases in a day to 27 times" (developer guide, quotas). How long an update takes is not
 * documented; half a minute, and three at the 95th percentile, are chosen.
 */
import { AwsError } from "../../vocabulary/aws-error.ts";
import type { Clock } from "../clock.ts";
import type { VisibleState } from "../state.ts";
import { type Change, drawMs, type ScalableKind, type Step } from "./kind.ts";
import type { Scalable } from "./scalable-state.ts";

const updateSeconds = { p50: 30, p95: 180 };
const freeDecreases = 4;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const read = "dynamodb:table:ReadCapacityUnits";
const write = "dynamodb:table:WriteCapacityUnits";

export const tableThroughput: ScalableKind = {
  namespace: "dynamodb",
  dimensions: [read, write],
  resourceId: /^table\/[\w.-]{3,255}$/,
  leastMinimum: 1,
  capacityName: (dimension) => (dimension === read ? "read capacity units" : "write capacity units"),
  serviceLinkedRole: "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
  utilisationMetric: (dimension) =>
    dimension === read ? "DynamoDBReadCapacityUtilization" : "DynamoDBWriteCapacityUtilization",
  utilisationTarget: 70,
  actions: ["dynamodb:DescribeTable", "dynamodb:UpdateTable"],
  resourceNamed: (name) => `table/${name}`,
  usual: { capacity: 100, min: 50, max: 1000 },
  /** Standard table class, United States (DynamoDB pricing for provisioned capacity). */
  usdPerUnitHour: (dimension) => (dimension === read ? 0.00013 : 0.00065),
  /** In the words of terraform-aws-modules/terraform-aws-dynamodb-table#15. */
  missing: (resourceId) => `DynamoDB table does not exist: ${resourceId}`,
  /** That a table paid by request is refused follows from its having no capacity to set; the wording is unconfirmed. */
  refusal: ({ provisioned, resourceId }) =>
    provisioned
      ? undefined
      : `The table is in PAY_PER_REQUEST billing mode and has no provisioned capacity to scale: ${resourceId}`,
  isActive: (world, { resourceId }) => !isUpdating(unitsOf(world, resourceId)),
  admit: (world, change) => admitUpdate(world, change.scalable.resourceId, [change]),
  resizing(world, { scalable, to }) {
    const units = unitsOf(world, scalable.resourceId);
    const of = (one: Scalable | undefined) => (one === scalable ? to : one?.desired);
    const TableName = scalable.resourceId.slice("table/".length);
    const ProvisionedThroughput = {
      ReadCapacityUnits: of(units?.read),
      WriteCapacityUnits: of(units?.write),
    };
    return { service: "dynamodb", operation: "UpdateTable", input: { TableName, ProvisionedThroughput } };
  },
  steps(world, { scalable, to }): readonly Step[] {
    const random = world.streams(`scalables/${scalable.id}`, scalable.changes);
    return [{ afterMs: drawMs(random.normal, updateSeconds), ready: to }];
  },
};

export interface Units {
  readonly read: Scalable;
  readonly write: Scalable;
}

/** A table's units; undefined where there is no such table. */
export function unitsOf({ state }: VisibleState, resourceId: string): Units | undefined {
  const of = (dimension: string) =>
    state.scalables.get(`${resourceId}/${dimension.slice(dimension.lastIndexOf(":") + 1)}`);
  const [reads, writes] = [of(read), of(write)];
  return reads === undefined || writes === undefined ? undefined : { read: reads, write: writes };
}

export const isUpdating = (units: Units | undefined): boolean =>
  units !== undefined && (units.read.changing || units.write.changing);

/** @throws AwsError as UpdateTable refuses to change a table's units, all of them in one call. */
export function admitUpdate(
  world: Clock & VisibleState,
  resourceId: string,
  changes: readonly Change[],
): void {
  const units = unitsOf(world, resourceId);
  const name = resourceId.slice("table/".length);
  // In the words of sebdah/dynamic-dynamodb#36.
  if (isUpdating(units))
    throw new AwsError(
      "ResourceInUseException",
      `Attempt to change a resource which is still in use: Table is being updated: ${name}`,
    );
  if (changes.some(({ scalable, to }) => to > scalable.desired && to > scalable.most))
    throw new AwsError(
      "LimitExceededException",
      "Subscriber limit exceeded: the account's provisioned throughput would be exceeded.",
    );
  if (units !== undefined && changes.some(({ scalable, to }) => to < scalable.desired))
    admitDecrease(units, world.nowMs);
}

/** In AWS's words as they have been seen; they are not documented. */
function admitDecrease(units: Units, nowMs: number): void {
  const today = decreasesToday(units, nowMs);
  const lastMs = lastDecreaseMs(units) ?? 0;
  if (today < freeDecreases || nowMs - lastMs >= hourMs) return;
  const at = (ms: number) => new Date(ms).toUTCString();
  throw new AwsError(
    "LimitExceededException",
    `Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first ${freeDecreases} decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: ${today}. Last decrease at ${at(lastMs)}. Next decrease can be made at ${at(lastMs + hourMs)}`,
  );
}

/** Both units lowered in one call are one decrease. */
const decreases = (units: Units): number[] =>
  [...new Set([...units.read.loweredMs, ...units.write.loweredMs])].sort((a, b) => a - b);

export const lastDecreaseMs = (units: Units): number | undefined => decreases(units).at(-1);

export function decreasesToday(units: Units, nowMs: number): number {
  const midnightMs = Math.floor(nowMs / dayMs) * dayMs;
  return decreases(units).filter((atMs) => atMs >= midnightMs).length;
}
