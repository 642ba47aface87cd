/** Looks whether the plan's metrics report and its alarms are quiet, before anything is touched. */
import { type AlarmType, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { type AlarmView, badAlarms, preflightQueries, silentMetrics } from "../core/kpis/preflight.ts";
import type { Sides } from "../core/kpis/series.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { readSeries } from "./cloudwatch.ts";

const daySeconds = 24 * 3600;
const hourSeconds = 3600;

/**
 * The alarms of those names, as many as exist; composite ones only come when asked for. A plan names ten at most, and
 * one answer holds a hundred.
 */
export async function viewAlarms({ cloudwatch }: Aws, names: readonly string[]): Promise<AlarmView[]> {
  if (names.length === 0) return [];
  const AlarmTypes: AlarmType[] = ["MetricAlarm", "CompositeAlarm"];
  const found = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes }));
  return [...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])].map(
    ({ AlarmName, StateValue }) => ({
      name: AlarmName ?? "",
      state: StateValue ?? "INSUFFICIENT_DATA",
    }),
  );
}

/** One sentence for each thing by which a release could not be judged. */
export async function preflight(
  aws: Aws,
  { plan, sides, nowMs }: { plan: Plan; sides: Sides; nowMs: EpochMs },
): Promise<string[]> {
  const queries = preflightQueries(plan, sides);
  const toSeconds = Math.ceil(nowMs / 1000 / hourSeconds) * hourSeconds;
  const span = { fromSeconds: toSeconds - daySeconds - hourSeconds, toSeconds, periodSeconds: hourSeconds };
  const [series, alarms] = await Promise.all([readSeries(aws, queries, span), viewAlarms(aws, plan.alarms)]);
  return [...silentMetrics(series), ...badAlarms(plan.alarms, alarms)];
}
