/** What CloudWatch holds of alarms: on a metric, or on the states of other alarms. */
import type { MetricName } from "./metric-state.ts";
import type { Statistic } from "./statistics.ts";

export const comparisons = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export type StateOf = (alarm: string) => AlarmState | undefined;
/** Whether the rule holds, given the states of alarms; an alarm that does not exist is in no state. */
export type AlarmRule = (stateOf: StateOf) => boolean;

export type MissingData = "breaching" | "notBreaching" | "ignore" | "missing";

/** What both kinds of alarm have. */
export interface AlarmEntry {
  readonly name: string;
  /** The members it was put with, echoed by DescribeAlarms. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly updatedMs: number;
  state: AlarmState;
  stateReason: string;
  stateUpdatedMs: number;
}

export interface Alarm extends AlarmEntry {
  readonly metric: MetricName;
  readonly statistic: Statistic;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: keyof typeof comparisons;
  readonly missingData: MissingData;
}

/** An alarm on the states of other alarms. */
export interface CompositeAlarm extends AlarmEntry {
  readonly rule: AlarmRule;
}
