/** How CloudWatch is read: GetMetricData and GetMetricStatistics. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { readMetric, unitOf } from "../world/metric-reader.ts";
import type { MetricName } from "../world/metric-state.ts";
import type { World } from "../world/region.ts";
import { evaluate, type Statistic } from "../world/statistics.ts";
import { dimensions, metricName, period, startOf, statisticNamed } from "./cloudwatch-shapes.ts";
import { ignored, members, modelled, present, seconds } from "./members.ts";
import type { Operation } from "./service.ts";

export function readOperations(world: World): Record<string, Operation> {
  return {
    GetMetricData: (input) =>
      getMetricData(
        world,
        members({ operation: "GetMetricData", schema: dataRequest, errorName: "ValidationError" }, input),
      ),
    GetMetricStatistics: (input) =>
      getMetricStatistics(
        world,
        members(
          {
            operation: "GetMetricStatistics",
            schema: statisticsRequest,
            errorName: "InvalidParameterValueException",
          },
          input,
        ),
      ),
  };
}

const metric = z.strictObject({
  Namespace: z.string().min(1).max(255),
  MetricName: z.string().min(1).max(255),
  Dimensions: dimensions,
});
const query = z.strictObject({
  Id: z
    .string()
    .regex(/^[a-z][a-zA-Z0-9_]*$/)
    .max(255),
  MetricStat: z.strictObject({
    Metric: metric,
    Period: period,
    Stat: z.string(),
    Unit: z.string().optional(),
  }),
  Label: z.string().optional(),
  ReturnData: modelled(z.boolean(), [true]).optional(),
});
const dataRequest = z.strictObject({
  MetricDataQueries: z.array(query).min(1).max(500),
  StartTime: z.number(),
  EndTime: z.number(),
  NextToken: z.string().optional(),
  ScanBy: z.enum(["TimestampDescending", "TimestampAscending"]).default("TimestampDescending"),
  MaxDatapoints: z.int().min(1).max(100_800).default(100_800),
  LabelOptions: ignored,
});
const statisticsRequest = z.strictObject({
  Namespace: z.string().min(1).max(255),
  MetricName: z.string().min(1).max(255),
  Dimensions: dimensions,
  StartTime: z.number(),
  EndTime: z.number(),
  Period: period,
  Statistics: z
    .array(z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]))
    .min(1)
    .max(5)
    .optional(),
  ExtendedStatistics: z.array(z.string()).min(1).max(10).optional(),
  Unit: z.string().optional(),
});
interface Result {
  readonly id: string;
  readonly label: string;
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

/**
 * Start is inclusive, end exclusive; newest first unless told otherwise. Pages hold MaxDatapoints over all
 * queries; a query cut by a page says PartialData.
 */
function getMetricData(world: World, input: z.output<typeof dataRequest>): Json {
  if (input.StartTime >= input.EndTime)
    throw new AwsError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.");
  const ids = input.MetricDataQueries.map((each) => each.Id);
  if (new Set(ids).size < ids.length)
    throw new AwsError(
      "ValidationError",
      "The values for parameter id in parameter MetricDataQueries must be unique.",
    );
  const results = input.MetricDataQueries.map(({ Id, MetricStat, Label }): Result => {
    const { Metric, Period, Stat } = MetricStat;
    const statistic = statisticNamed(Stat, "ValidationError");
    const points =
      MetricStat.Unit !== undefined && MetricStat.Unit !== unitOf(metricName(Metric))
        ? []
        : valuesOf(world, metricName(Metric), { ...input, Period, statistic });
    return {
      id: Id,
      label: Label ?? Metric.MetricName,
      points: input.ScanBy === "TimestampAscending" ? points : points.toReversed(),
    };
  });
  return paged(results, { start: startOf(input.NextToken), size: input.MaxDatapoints });
}

function paged(results: readonly Result[], page: { start: number; size: number }): Json {
  const end = page.start + page.size;
  const shown: Json[] = [];
  let offset = 0;
  for (const { id, label, points } of results) {
    const part = points.slice(Math.max(0, page.start - offset), Math.max(0, end - offset));
    offset += points.length;
    if (part.length === 0 && !(points.length === 0 && page.start === 0)) continue;
    shown.push({
      Id: id,
      Label: label,
      Timestamps: part.map((point) => seconds(point.atMs)),
      Values: part.map((point) => point.value),
      StatusCode: offset > end ? "PartialData" : "Complete",
    });
  }
  return {
    MetricDataResults: shown,
    Messages: [],
    ...present("NextToken", offset > end ? `points:${end}` : undefined),
  };
}

function valuesOf(
  world: World,
  name: MetricName,
  request: { StartTime: number; EndTime: number; Period: number; statistic: Statistic },
): { atMs: number; value: number }[] {
  const range = {
    fromMs: request.StartTime * 1000,
    toMs: request.EndTime * 1000,
    periodSeconds: request.Period,
  };
  return readMetric(world, name, range).flatMap(({ atMs, statistics }) => {
    const value = evaluate(statistics, request.statistic);
    return value === undefined ? [] : [{ atMs, value }];
  });
}

/** At most 1,440 points, in no promised order (API reference). */
function getMetricStatistics(world: World, input: z.output<typeof statisticsRequest>): Json {
  const { StartTime, EndTime, Period, Statistics: plain = [], ExtendedStatistics: extended = [] } = input;
  if (StartTime >= EndTime)
    throw new AwsError(
      "InvalidParameterValueException",
      "The parameter StartTime must be less than the parameter EndTime.",
    );
  if (plain.length + extended.length === 0)
    throw new AwsError(
      "InvalidParameterCombinationException",
      "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
    );
  if ((EndTime - StartTime) / Period > 1440)
    throw new AwsError(
      "InvalidParameterCombinationException",
      `You have requested up to ${Math.ceil((EndTime - StartTime) / Period)} datapoints, which exceeds the limit of 1,440.`,
    );
  const name = metricName(input);
  const unit = unitOf(name);
  if (input.Unit !== undefined && unit !== input.Unit) return { Label: name.name, Datapoints: [] };
  const named = extended.map(
    (text) => [text, statisticNamed(text, "InvalidParameterValueException")] as const,
  );
  const points = readMetric(world, name, {
    fromMs: StartTime * 1000,
    toMs: EndTime * 1000,
    periodSeconds: Period,
  });
  const datapoints = points.map(({ atMs, statistics }): Json => {
    const values = plain.map((each) => [each, evaluate(statistics, { kind: each })] as const);
    const extras = named
      .map(([text, statistic]) => [text, evaluate(statistics, statistic)] as const)
      .filter(([, value]) => value !== undefined);
    return {
      Timestamp: seconds(atMs),
      ...Object.fromEntries(values),
      ...(extras.length === 0 ? {} : { ExtendedStatistics: Object.fromEntries(extras) }),
      Unit: unit,
    };
  });
  return { Label: name.name, Datapoints: datapoints };
}
