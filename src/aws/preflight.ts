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

interface Looked {
  readonly plan: Plan;
  readonly sides: Sides;
  readonly nowMs: EpochMs;
}

/** Of the series that stable is judged by those that have not reported in the last day, a sentence each; and how many there are. */
export async function silentOf(
  aws: Aws,
  { plan, sides, nowMs }: Looked,
): Promise<{ readonly silent: readonly string[]; readonly series: number }> {
  const queries = preflightQueries(plan, sides);
  const toSeconds = Math.ceil(nowMs / 1000 / hourSeconds) * hourSeconds;
  const span = { fromSeconds: toSeconds - daySeconds - hourSeconds, toSeconds, periodSeconds: hourSeconds };
  return { silent: silentMetrics(await readSeries(aws, queries, span)), series: queries.length };
}

/** Of a plan's alarms those that do not exist or are in ALARM, a sentence each. */
export const ringingAlarms = async (aws: Aws, names: readonly string[]): Promise<string[]> =>
  badAlarms(names, await viewAlarms(aws, names));

/** One sentence for each thing by which a release could not be judged. */
export async function preflight(aws: Aws, looked: Looked): Promise<string[]> {
  const [{ silent }, ringing] = await Promise.all([
    silentOf(aws, looked),
    ringingAlarms(aws, looked.plan.alarms),
  ]);
  return [...silent, ...ringing];
}
