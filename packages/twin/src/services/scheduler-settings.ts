/** What a request says of a schedule, checked: the members that CreateSchedule and UpdateSchedule share. */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { type Expression, parseExpression } from "../vocabulary/schedule-expression.ts";
import { assertZone } from "../vocabulary/time-zone.ts";
import {
  instantMs,
  oneOf,
  requiredText,
  requireKnown,
  structure,
  text,
  validation,
} from "./protocol-input.ts";
import type { Input } from "./service.ts";
import { notModelled } from "./service.ts";

export const STATES = ["ENABLED", "DISABLED"] as const;

export interface ScheduleTarget {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly Input?: string;
  /** RetryPolicy, DeadLetterConfig and the like: kept as given. */
  readonly [member: string]: Json | undefined;
}

export interface ScheduleSettings {
  readonly name: string;
  readonly group: string;
  readonly expression: string;
  readonly zone: string;
  readonly state: (typeof STATES)[number];
  readonly deleteAfterCompletion: boolean;
  readonly description: string | undefined;
  readonly kmsKeyArn: string | undefined;
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  readonly target: ScheduleTarget;
  /** The firings; a rate counts from the given moment. */
  firings(anchorMs: number): Expression;
}

const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;
const ROLE_ARN = /^arn:aws(-[a-z]+)?:iam::\d{12}:role\/[\w+=,.@/-]+$/;

export interface ReadOptions {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly isTarget: (arn: string) => boolean;
  /** The group that the schedule is in, which exists. */
  readonly group: string;
}

/** Throws ValidationException for what Scheduler would refuse at `atMs`, and names a target that is not modelled. */
export function readSettings(input: Input, { atMs, isTarget, group }: ReadOptions): ScheduleSettings {
  const expression = requiredText(input, "ScheduleExpression");
  const zone = readZone(input);
  const parsed = parseExpression(expression, zone, atMs);
  if (!parsed) throw invalid(`Invalid Schedule Expression ${expression}.`);
  refuseFlexibleWindow(input);
  return {
    name: readName(input),
    group,
    ...readDates(input, parsed, atMs),
    expression,
    zone,
    state: oneOf(input, "State", STATES) ?? "ENABLED",
    deleteAfterCompletion: oneOf(input, "ActionAfterCompletion", ["NONE", "DELETE"]) === "DELETE",
    description: text(input, "Description"),
    kmsKeyArn: text(input, "KmsKeyArn"),
    target: readTarget(input, isTarget),
    firings: (anchorMs) => parseExpression(expression, zone, anchorMs) ?? parsed,
  };
}

function readName(input: Input): string {
  const name = requiredText(input, "Name");
  if (!NAME.test(name))
    throw validation("name", name, "Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$");
  return name;
}

function readZone(input: Input): string {
  const zone = text(input, "ScheduleExpressionTimezone") ?? "UTC";
  try {
    assertZone(zone);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw invalid(`Invalid ScheduleExpressionTimezone ${zone}.`);
  }
  return zone;
}

const FIVE_MINUTES_MS = 300_000;

/**
 * A one-time schedule has no use for dates. That `at` must lie ahead is a report of users, not documented; that a
 * start may lie five minutes back is moto's finding.
 */
function readDates(
  input: Input,
  parsed: Expression,
  atMs: number,
): { startMs: number | undefined; endMs: number | undefined } {
  if (parsed.once) {
    if (parsed.next(atMs) === undefined)
      throw invalid("The time of a one-time schedule must be in the future.");
    return { startMs: undefined, endMs: undefined };
  }
  const startMs = instantMs(input, "StartDate");
  const endMs = instantMs(input, "EndDate");
  if (startMs !== undefined && startMs < atMs - FIVE_MINUTES_MS) {
    throw invalid("The StartDate you specify cannot be earlier than 5 minutes ago.");
  }
  if (endMs !== undefined && endMs <= Math.max(atMs, startMs ?? atMs)) {
    throw invalid("The EndDate you specify must be in the future and later than the StartDate.");
  }
  return { startMs, endMs };
}

function refuseFlexibleWindow(input: Input): void {
  const window = structure(input, "FlexibleTimeWindow");
  if (!window) throw validation("flexibleTimeWindow", "null", "Member must not be null");
  if (oneOf(window, "Mode", ["OFF", "FLEXIBLE"]) !== "OFF") {
    throw notModelled("Scheduler's FlexibleTimeWindow other than OFF");
  }
}

function readTarget(input: Input, isTarget: ReadOptions["isTarget"]): ScheduleTarget {
  const target = structure(input, "Target");
  if (!target) throw validation("target", "null", "Member must not be null");
  requireKnown("Scheduler's Target", target, ["Arn", "RoleArn", "Input", "RetryPolicy", "DeadLetterConfig"]);
  const roleArn = requiredText(target, "RoleArn");
  if (!ROLE_ARN.test(roleArn))
    throw validation(
      "target.roleArn",
      roleArn,
      `Member must satisfy regular expression pattern: ${ROLE_ARN.source}`,
    );
  const arn = requiredText(target, "Arn");
  if (!arn.startsWith("arn:")) throw invalid(`Provided Arn is not in correct format. Target Arn: ${arn}`);
  if (!isTarget(arn))
    throw notModelled(`Scheduler's target ${arn}, only state machines of the account's stacks`);
  requireJson(text(target, "Input"));
  return { ...(target as { readonly [member: string]: Json }), Arn: arn, RoleArn: roleArn };
}

/** "If you are configuring a templated … target, the input must be a well-formed JSON" (Target; wording unconfirmed). */
function requireJson(given: string | undefined): void {
  if (given === undefined) return;
  try {
    JSON.parse(withContext(given, { arn: "arn", scheduledTime: "time", id: "id" }));
  } catch {
    throw invalid(
      `Invalid RequestJson provided. Reason The target's Input must be well-formed JSON: ${given}`,
    );
  }
}

/** A target's Input with Scheduler's context attributes put in ("Adding context attributes", user guide). */
export function withContext(
  input: string,
  context: { arn: string; scheduledTime: string; id: string },
): string {
  return input
    .replaceAll("<aws.scheduler.schedule-arn>", context.arn)
    .replaceAll("<aws.scheduler.scheduled-time>", context.scheduledTime)
    .replaceAll("<aws.scheduler.execution-id>", context.id)
    .replaceAll("<aws.scheduler.attempt-number>", "1");
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
