/** What must be true of metrics and alarms before a release may start: nothing is judged by what never reports. */

import type { Plan } from "../plan/plan.ts";
import { type MetricQuery, type Series, type SeriesQuery, type Sides, seriesQueries } from "./series.ts";

export interface AlarmView {
  readonly name: string;
  readonly state: string;
}

/** The series in which stable must have reported, with the KPI each belongs to. */
export function preflightQueries(plan: Plan, sides: Sides): SeriesQuery[] {
  return seriesQueries(plan, sides, ["stable"]);
}

/** One sentence for each metric that has not reported in the last day. */
export function silentMetrics(series: ReadonlyMap<MetricQuery, Series>): string[] {
  const silent = [...series].filter(([, { size }]) => size === 0);
  const told = silent.map(([{ namespace, metric, dimensions }]) => {
    const at = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
    return `${namespace} ${metric} (${at.join(", ")}) has not reported in the last day`;
  });
  return [...new Set(told)];
}

/** One sentence for each of the plan's alarms that does not exist or is in ALARM. */
export function badAlarms(wanted: readonly string[], found: readonly AlarmView[]): string[] {
  return wanted.flatMap((name) => {
    const state = found.find((alarm) => alarm.name === name)?.state;
    if (state === undefined) return [`alarm ${name} does not exist`];
    return state === "ALARM" ? [`alarm ${name} is in ALARM already`] : [];
  });
}
