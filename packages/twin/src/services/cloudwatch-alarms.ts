/** CloudWatch's alarm operations: PutMetricAlarm, PutCompositeAlarm, DescribeAlarms, DeleteAlarms, SetAlarmState. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { parseAlarmRule } from "../world/alarm-rule.ts";
import { type Alarm, type AlarmEntry, comparisons } from "../world/alarm-state.ts";
import { setAlarmState } from "../world/alarms.ts";
import type { World } from "../world/region.ts";
import { arn } from "../world/state.ts";
import { metricName, period, statisticNamed } from "./cloudwatch-shapes.ts";
import { asJson, ignored, members, page, present, seconds } from "./members.ts";
import type { Operation } from "./service.ts";

export function alarmOperations(world: World): Record<string, Operation> {
  return {
    PutMetricAlarm: (input) =>
      put(
        world,
        members({ operation: "PutMetricAlarm", schema: alarmRequest, errorName: "ValidationError" }, input),
      ),
    PutCompositeAlarm: (input) =>
      putComposite(
        world,
        members(
          { operation: "PutCompositeAlarm", schema: compositeRequest, errorName: "ValidationError" },
          input,
        ),
      ),
    DescribeAlarms: (input) =>
      describe(
        world,
        members({ operation: "DescribeAlarms", schema: alarmListing, errorName: "ValidationError" }, input),
      ),
    DeleteAlarms: (input) =>
      remove(
        world,
        members({ operation: "DeleteAlarms", schema: deletion, errorName: "ValidationError" }, input),
      ),
    SetAlarmState: (input) =>
      setState(
        world,
        members({ operation: "SetAlarmState", schema: stateRequest, errorName: "ValidationError" }, input),
      ),
  };
}

const alarmName = z.string().min(1).max(255);
const actions = z.array(z.string()).max(5).optional();
const comparisonNames = Object.keys(comparisons) as (keyof typeof comparisons)[];
/** Metric math, anomaly detection and PromQL alarms are not modelled. */
const alarmRequest = z.strictObject({
  AlarmName: alarmName,
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: z.boolean().default(true),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  Namespace: z.string().min(1).max(255),
  MetricName: z.string().min(1).max(255),
  Dimensions: z
    .array(z.strictObject({ Name: z.string(), Value: z.string() }))
    .max(30)
    .default([]),
  Statistic: z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]).optional(),
  ExtendedStatistic: z.string().optional(),
  Period: period,
  Unit: z.string().optional(),
  EvaluationPeriods: z.int().min(1),
  DatapointsToAlarm: z.int().min(1).optional(),
  Threshold: z.number(),
  ComparisonOperator: z.enum(comparisonNames),
  TreatMissingData: z.enum(["breaching", "notBreaching", "ignore", "missing"]).default("missing"),
  Tags: ignored,
});
/** Suppressing a composite alarm's actions is not modelled. */
const compositeRequest = z.strictObject({
  AlarmName: alarmName,
  AlarmRule: z.string().min(1).max(10_240),
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: z.boolean().default(true),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  Tags: ignored,
});
const state = z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]);
const alarmListing = z.strictObject({
  AlarmNames: z.array(alarmName).max(100).optional(),
  AlarmNamePrefix: alarmName.optional(),
  AlarmTypes: z.array(z.enum(["MetricAlarm", "CompositeAlarm"])).optional(),
  StateValue: state.optional(),
  MaxRecords: z.int().min(1).max(100).default(50),
  NextToken: z.string().optional(),
});
const deletion = z.strictObject({ AlarmNames: z.array(alarmName).max(100) });
const stateRequest = z.strictObject({
  AlarmName: alarmName,
  StateValue: state,
  StateReason: z.string().max(1023),
  StateReasonData: ignored,
});

/** An alarm that exists already keeps its state and gets the new configuration whole (API reference). */
function put(world: World, input: z.output<typeof alarmRequest>): Json {
  const { Tags: _, ...definition } = input;
  const known = world.state.alarms.get(input.AlarmName);
  const points = input.DatapointsToAlarm ?? input.EvaluationPeriods;
  if ((input.Statistic === undefined) === (input.ExtendedStatistic === undefined))
    throw new AwsError("ValidationError", "Exactly one of Statistic and ExtendedStatistic must be given");
  if (points > input.EvaluationPeriods)
    throw new AwsError("ValidationError", "DatapointsToAlarm must not be greater than EvaluationPeriods");
  const alarm: Alarm = {
    name: input.AlarmName,
    definition,
    metric: metricName(input),
    statistic: statisticNamed(input.Statistic ?? input.ExtendedStatistic ?? "", "ValidationError"),
    periodSeconds: input.Period,
    evaluationPeriods: input.EvaluationPeriods,
    datapointsToAlarm: points,
    threshold: input.Threshold,
    comparison: input.ComparisonOperator,
    missingData: input.TreatMissingData,
    ...stateKept(world, known),
  };
  world.state.alarms.set(alarm.name, alarm);
  return {};
}

function stateKept(world: World, known: AlarmEntry | undefined): Omit<AlarmEntry, "name" | "definition"> {
  return {
    updatedMs: world.nowMs,
    state: known?.state ?? "INSUFFICIENT_DATA",
    stateReason: known?.stateReason ?? "Unchecked: Initial alarm creation",
    stateUpdatedMs: known?.stateUpdatedMs ?? world.nowMs,
  };
}

/** The alarms that a rule names must be there (API reference; wording unconfirmed). */
function putComposite(world: World, input: z.output<typeof compositeRequest>): Json {
  const { Tags: _, ...definition } = input;
  const { AlarmName: name } = input;
  const parsed = parseAlarmRule(input.AlarmRule);
  if (parsed === undefined)
    throw new AwsError("ValidationError", `AlarmRule must be a rule, found: ${input.AlarmRule}`);
  const { alarms, compositeAlarms } = world.state;
  const unknown = parsed.alarms.filter((each) => !alarms.has(each) && !compositeAlarms.has(each));
  if (unknown.length > 0)
    throw new AwsError("ValidationError", `AlarmRule must name alarms that exist, found: ${unknown}`);
  const kept = stateKept(world, compositeAlarms.get(name));
  compositeAlarms.set(name, { name, definition, rule: parsed.rule, ...kept });
  return {};
}

/** Metric alarms unless told otherwise (API reference, AlarmTypes). */
function describe(world: World, input: z.output<typeof alarmListing>): Json {
  const types = input.AlarmTypes ?? ["MetricAlarm"];
  const { alarms, compositeAlarms } = world.state;
  const found: AlarmEntry[] = [
    ...(types.includes("MetricAlarm") ? alarms.values() : []),
    ...(types.includes("CompositeAlarm") ? compositeAlarms.values() : []),
  ]
    .filter(
      (alarm) =>
        (input.AlarmNames?.includes(alarm.name) ?? true) &&
        alarm.name.startsWith(input.AlarmNamePrefix ?? "") &&
        (input.StateValue ?? alarm.state) === alarm.state,
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, next } = page(found, {
    token: input.NextToken,
    size: input.MaxRecords,
    errorName: "InvalidNextToken",
  });
  const summaries = (of: ReadonlyMap<string, AlarmEntry>) =>
    items.filter((alarm) => of.get(alarm.name) === alarm).map(summary);
  return {
    MetricAlarms: summaries(alarms),
    CompositeAlarms: summaries(compositeAlarms),
    ...present("NextToken", next),
  };
}

function summary(alarm: AlarmEntry): Json {
  return {
    ...(asJson(alarm.definition) as Record<string, Json>),
    AlarmArn: arn("cloudwatch", `alarm:${alarm.name}`),
    AlarmConfigurationUpdatedTimestamp: seconds(alarm.updatedMs),
    StateValue: alarm.state,
    StateReason: alarm.stateReason,
    StateUpdatedTimestamp: seconds(alarm.stateUpdatedMs),
    StateTransitionedTimestamp: seconds(alarm.stateUpdatedMs),
  };
}

/** All or none: one unknown name fails the call (API reference). */
function remove(world: World, input: z.output<typeof deletion>): Json {
  for (const name of input.AlarmNames) find(world, name);
  for (const name of input.AlarmNames)
    if (!world.state.alarms.delete(name)) world.state.compositeAlarms.delete(name);
  return {};
}

/** Lasts until the alarm is looked at again, at the next whole minute. */
function setState(world: World, input: z.output<typeof stateRequest>): Json {
  setAlarmState(world, find(world, input.AlarmName), { state: input.StateValue, reason: input.StateReason });
  return {};
}

function find(world: World, name: string): AlarmEntry {
  const alarm = world.state.alarms.get(name) ?? world.state.compositeAlarms.get(name);
  if (alarm === undefined)
    throw new AwsError("ResourceNotFound", `Unknown alarm: ${name}`, { statusCode: 404 });
  return alarm;
}
