/**
 * CloudWatch alarms: M of the last N periods beyond a threshold, or a rule on the states of others. A new alarm starts
 * in INSUFFICIENT_DATA and is looked at every minute, on what can be seen by then.
 */
import { type Alarm, type AlarmEntry, type AlarmState, comparisons } from "./alarm-state.ts";
import type { Clock } from "./clock.ts";
import { endpointMetrics } from "./endpoint-metrics.ts";
import type { Recorder } from "./events.ts";
import { type MetricSource, readMetric } from "./metric-reader.ts";
import type { MutableState } from "./state.ts";
import { evaluate } from "./statistics.ts";

/** Periods beyond N in which CloudWatch looks for points that come late (user guide, "evaluation range"). */
const spareMinutes = 3;

export function runAlarms(world: MetricSource & MutableState & Recorder): void {
  for (const alarm of world.state.alarms.values()) {
    const next = judge(alarm, recentValues(world, alarm));
    if (next !== undefined && next.state !== alarm.state) setAlarmState(world, alarm, next);
  }
  const { alarms, compositeAlarms } = world.state;
  const stateOf = (name: string) => (alarms.get(name) ?? compositeAlarms.get(name))?.state;
  for (const alarm of compositeAlarms.values()) {
    const state = alarm.rule(stateOf) ? "ALARM" : "OK";
    if (state !== alarm.state) setAlarmState(world, alarm, { state, reason: "the states it is made of" });
  }
}

export function setAlarmState(
  world: Clock & Recorder,
  alarm: AlarmEntry,
  to: { state: AlarmState; reason: string },
): void {
  world.record({
    kind: "alarm",
    subject: alarm.name,
    from: alarm.state,
    to: to.state,
    by: { who: "cloudwatch", reason: to.reason },
  });
  alarm.state = to.state;
  alarm.stateReason = to.reason;
  alarm.stateUpdatedMs = world.nowMs;
}

/** One entry per period, oldest first, undefined where nothing came; the range reaches back past N for late points. */
function recentValues(world: MetricSource, alarm: Alarm): (number | undefined)[] {
  const periodMs = alarm.periodSeconds * 1000;
  const lagMs = alarm.metric.name in endpointMetrics ? world.spec.metrics.lagSeconds * 1000 : 0;
  const toMs = Math.floor((world.nowMs - lagMs) / periodMs) * periodMs;
  const spare = alarm.missingData === "missing" ? Math.ceil((spareMinutes * 60_000) / periodMs) : 0;
  const fromMs = toMs - (alarm.evaluationPeriods + spare) * periodMs;
  const points = readMetric(world, alarm.metric, { fromMs, toMs, periodSeconds: alarm.periodSeconds });
  const byMoment = new Map(points.map((point) => [point.atMs, evaluate(point.statistics, alarm.statistic)]));
  return Array.from({ length: alarm.evaluationPeriods + spare }, (_, i) =>
    byMoment.get(fromMs + i * periodMs),
  );
}

function judge(
  alarm: Alarm,
  recent: readonly (number | undefined)[],
): { state: AlarmState; reason: string } | undefined {
  const there = recent.filter((value) => value !== undefined);
  const missing = alarm.missingData === "missing" ? 0 : recent.length - there.length;
  if (there.length === 0 && alarm.missingData === "missing")
    return { state: "INSUFFICIENT_DATA", reason: "Insufficient Data: no datapoints were received" };
  if (missing > 0 && alarm.missingData === "ignore") return undefined;
  const values = there.slice(-alarm.evaluationPeriods);
  const beyond = values.filter((value) => comparisons[alarm.comparison](value, alarm.threshold)).length;
  const breaching = beyond + (alarm.missingData === "breaching" ? missing : 0);
  const state = breaching >= alarm.datapointsToAlarm ? "ALARM" : "OK";
  const reason = `Threshold Crossed: ${breaching} of the last ${alarm.evaluationPeriods} datapoints breached the threshold (${alarm.threshold})`;
  return { state, reason };
}
