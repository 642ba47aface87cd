/** What CloudWatch knows: ListMetrics, and PutMetricData for metrics of one's own. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { listMetrics } from "../world/metric-reader.ts";
import type { World } from "../world/region.ts";
import { dimensions, metricName, startOf } from "./cloudwatch-shapes.ts";
import { ignored, members, present } from "./members.ts";
import type { Operation } from "./service.ts";

export function metricOperations(world: World): Record<string, Operation> {
  return {
    ListMetrics: (input) =>
      list(
        world,
        members(
          { operation: "ListMetrics", schema: listRequest, errorName: "InvalidParameterValueException" },
          input,
        ),
      ),
    PutMetricData: (input) =>
      put(
        world,
        members(
          { operation: "PutMetricData", schema: putRequest, errorName: "InvalidParameterValueException" },
          input,
        ),
      ),
  };
}

const listRequest = z.strictObject({
  Namespace: z.string().min(1).max(255).optional(),
  MetricName: z.string().min(1).max(255).optional(),
  Dimensions: z
    .array(z.strictObject({ Name: z.string(), Value: z.string().optional() }))
    .max(10)
    .default([]),
  NextToken: z.string().optional(),
  RecentlyActive: z.literal("PT3H").optional(),
});
const statisticSet = z.strictObject({
  SampleCount: z.number(),
  Sum: z.number(),
  Minimum: z.number(),
  Maximum: z.number(),
});
const putRequest = z.strictObject({
  Namespace: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^:].*$/),
  MetricData: z
    .array(
      z.strictObject({
        MetricName: z.string().min(1).max(255),
        Dimensions: dimensions,
        Timestamp: z.number().optional(),
        Value: z.number().optional(),
        StatisticValues: statisticSet.optional(),
        Values: z.array(z.number()).max(150).optional(),
        Counts: z.array(z.number()).max(150).optional(),
        Unit: ignored,
        StorageResolution: z.literal([1, 60]).optional(),
      }),
    )
    .max(1000)
    .default([]),
});

/** 500 a page (API reference). */
function list(world: World, input: z.output<typeof listRequest>): Json {
  const wanted = listMetrics(world, { recentlyActive: input.RecentlyActive !== undefined }).filter(
    (each) =>
      (input.Namespace ?? each.namespace) === each.namespace &&
      (input.MetricName ?? each.name) === each.name &&
      input.Dimensions.every(
        ({ Name, Value }) =>
          Name in each.dimensions && (Value ?? each.dimensions[Name]) === each.dimensions[Name],
      ),
  );
  const start = startOf(input.NextToken, "InvalidParameterValueException");
  const metrics = wanted.slice(start, start + 500).map((each) => ({
    Namespace: each.namespace,
    MetricName: each.name,
    Dimensions: Object.entries(each.dimensions).map(([Name, Value]) => ({ Name, Value })),
  }));
  return {
    Metrics: metrics,
    ...present("NextToken", start + 500 < wanted.length ? `points:${start + 500}` : undefined),
  };
}

function put(world: World, input: z.output<typeof putRequest>): Json {
  if (input.Namespace.startsWith("AWS/"))
    throw new AwsError(
      "InvalidParameterValueException",
      "The value AWS/ for parameter Namespace is invalid.",
    );
  for (const datum of input.MetricData) {
    const { Value, Values, Counts, StatisticValues } = datum;
    if ([Value, Values, StatisticValues].filter((each) => each !== undefined).length !== 1)
      throw new AwsError(
        "InvalidParameterCombinationException",
        "Exactly one of Value, Values and StatisticValues must be given.",
      );
    if (Counts !== undefined && Counts.length !== Values?.length)
      throw new AwsError(
        "InvalidParameterValueException",
        "The parameters Values and Counts must have the same length.",
      );
    const name = metricName({
      Namespace: input.Namespace,
      MetricName: datum.MetricName,
      Dimensions: datum.Dimensions,
    });
    const key = JSON.stringify([name.namespace, name.name, Object.entries(name.dimensions).sort()]);
    const kept = world.state.metrics.custom.get(key) ?? { ...name, points: [] };
    world.state.metrics.custom.set(key, kept);
    kept.points.push({
      atMs: datum.Timestamp === undefined ? world.nowMs : datum.Timestamp * 1000,
      values:
        Value === undefined
          ? (Values ?? []).map((value, i) => [value, Counts?.[i] ?? 1] as const)
          : [[Value, 1]],
      ...(StatisticValues === undefined
        ? {}
        : {
            statistics: {
              sampleCount: StatisticValues.SampleCount,
              sum: StatisticValues.Sum,
              minimum: StatisticValues.Minimum,
              maximum: StatisticValues.Maximum,
            },
          }),
    });
  }
  return {};
}
