/** What CloudWatch's operations share: dimensions, periods, the names of metrics and statistics, page tokens. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { MetricName } from "../world/metric-state.ts";
import { parseStatistic, type Statistic } from "../world/statistics.ts";
import { NOT_MODELLED } from "./service.ts";

export const dimensions = z
  .array(z.strictObject({ Name: z.string().min(1).max(255), Value: z.string().min(1).max(1024) }))
  .max(30)
  .default([]);
/** 1, 5, 10, 30 or a multiple of 60 seconds (API reference). */
export const period = z
  .int()
  .min(1)
  .refine(
    (value) => [1, 5, 10, 30].includes(value) || value % 60 === 0,
    "Member must be 1, 5, 10, 30 or a multiple of 60",
  );
/** A metric's name with its dimensions as one object. */
export function metricName(given: {
  Namespace: string;
  MetricName: string;
  Dimensions: readonly { Name: string; Value: string }[];
}): MetricName {
  const pairs = given.Dimensions.map(({ Name, Value }) => [Name, Value] as const);
  return { namespace: given.Namespace, name: given.MetricName, dimensions: Object.fromEntries(pairs) };
}

/** The statistic, or an error that names the one that the twin does not compute. */
export function statisticNamed(text: string, errorName: string): Statistic {
  const statistic = parseStatistic(text);
  if (statistic === undefined) throw new AwsError(errorName, `${NOT_MODELLED} the statistic ${text}`);
  return statistic;
}

/** Where a page starts; tokens are offsets. Throws the error that the operation has for an unknown one. */
export function startOf(token: string | undefined, errorName = "InvalidNextToken"): number {
  const start = token === undefined ? 0 : Number(/^points:(\d+)$/.exec(token)?.[1]);
  if (Number.isNaN(start)) throw new AwsError(errorName, "The next token is not valid");
  return start;
}
