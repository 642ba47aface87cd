/**
 * EventBridge Scheduler: schedules over its REST JSON API, and which of them fire when. Delivery is the engine's:
 * it asks for what is due, and may deliver a firing twice, as Scheduler may (delivery is at least once).
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { integer, knowing, oneOf, requiredText, text } from "./protocol-input.ts";
import { page } from "./protocol-paging.ts";
import { bookOf, type Firing } from "./scheduler-book.ts";
import { defaultGroup, groupsOf } from "./scheduler-groups.ts";
import { schedulerRoutes } from "./scheduler-routes.ts";
import { readSettings, STATES } from "./scheduler-settings.ts";
import type { Input, Service } from "./service.ts";

export type { Firing } from "./scheduler-book.ts";

export interface SchedulerOptions {
  readonly account?: string;
  readonly region?: string;
  /** Schedule groups that are there from the start, besides `default`. */
  readonly groups?: readonly string[];
  /** Whether the engine can deliver to this ARN; another is refused by name. Any state machine's, by default. */
  readonly isTarget?: (arn: string) => boolean;
}

export interface Scheduler extends Service {
  /** What fires up to and including `atMs`, oldest first; each firing is given once. */
  due(atMs: number): readonly Firing[];
  /** The next moment at which something fires, epoch milliseconds. */
  nextDueMs(): number | undefined;
}

export function scheduler(options: SchedulerOptions = {}): Scheduler {
  const { account = "123456789012", region = "eu-west-1", isTarget = isStateMachine } = options;
  const arnOf = (kind: string) => `arn:aws:scheduler:${region}:${account}:${kind}`;
  const book = bookOf(arnOf("schedule"));
  const groups = groupsOf({
    arnPrefix: arnOf("schedule-group"),
    names: options.groups ?? [],
    onDeleted: book.removeGroup,
  });
  const groupOf = (input: Input) => groups.require(text(input, "GroupName") ?? defaultGroup);
  const settings = (input: Input, atMs: number) =>
    readSettings(input, { atMs, isTarget, group: groupOf(input) });
  return {
    name: "scheduler",
    title: "Scheduler",
    protocol: { kind: "rest", routes: schedulerRoutes },
    due: book.due,
    nextDueMs: book.nextDueMs,
    operations: knowing("Scheduler", known, {
      ...groups.operations,
      CreateSchedule(input, call) {
        return {
          ScheduleArn: book.create(settings(input, call.at), text(input, "ClientToken"), call.at),
        };
      },
      UpdateSchedule(input, call) {
        return { ScheduleArn: book.update(settings(input, call.at), call.at) };
      },
      GetSchedule(input) {
        return book.get(requiredText(input, "Name"), groupOf(input));
      },
      DeleteSchedule(input) {
        book.remove(requiredText(input, "Name"), groupOf(input));
        return {};
      },
      ListSchedules(input) {
        if (text(input, "GroupName") !== undefined) groupOf(input);
        return listed(input, book.summaries());
      },
    }),
  };
}

const named = ["Name", "GroupName", "ClientToken"];
const timed = [
  "ScheduleExpression",
  "ScheduleExpressionTimezone",
  "StartDate",
  "EndDate",
  "FlexibleTimeWindow",
];
const written = [...named, ...timed, "Description", "State", "KmsKeyArn", "Target", "ActionAfterCompletion"];
const known: Readonly<Record<string, readonly string[]>> = {
  CreateSchedule: written,
  UpdateSchedule: written,
  GetSchedule: named,
  DeleteSchedule: named,
  ListSchedules: ["NamePrefix", "State", "GroupName", "MaxResults", "NextToken"],
  CreateScheduleGroup: ["Name", "ClientToken", "Tags"],
  GetScheduleGroup: ["Name"],
  DeleteScheduleGroup: ["Name", "ClientToken"],
  ListScheduleGroups: ["NamePrefix", "MaxResults", "NextToken"],
};

const isStateMachine = (arn: string): boolean => arn.split(":")[5] === "stateMachine";

type Summary = {
  readonly Name: string;
  readonly GroupName: string;
  readonly State: string;
  readonly [member: string]: Json;
};

function listed(input: Input, summaries: readonly Summary[]): Json {
  const prefix = text(input, "NamePrefix") ?? "";
  const state = oneOf(input, "State", STATES);
  const group = text(input, "GroupName");
  const limit = integer(input, "MaxResults", { min: 1, max: 100 }) ?? 100;
  const matching = summaries.filter(
    ({ Name, GroupName, State }) =>
      Name.startsWith(prefix) && (state ?? State) === State && (group ?? GroupName) === GroupName,
  );
  const invalidToken = () => new AwsError("ValidationException", "Invalid NextToken provided.");
  const { items, nextToken } = page(matching, { limit, token: text(input, "NextToken"), invalidToken });
  return { Schedules: items, NextToken: nextToken };
}
