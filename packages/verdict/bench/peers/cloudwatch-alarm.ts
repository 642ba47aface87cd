/**
 * A CloudWatch alarm, M of the newest N periods beyond a threshold, as SageMaker's deployment guardrails heed it.
 * After "Configuring how CloudWatch alarms treat missing data" in the CloudWatch user guide.
 */

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export type MissingData = "missing" | "ignore" | "breaching" | "notBreaching";

export interface AlarmSettings {
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
}

/** CloudWatch reads this many periods more than it evaluates, for points that come late. */
export const SPARE_PERIODS = 2;

/**
 * @param points the newest evaluationPeriods + SPARE_PERIODS, oldest first; null where nothing came
 */
export function alarmState(
  points: readonly (number | null)[],
  settings: AlarmSettings,
  current: AlarmState,
): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, missingData, threshold } = settings;
  const there = points.filter((point) => point !== null).slice(-evaluationPeriods);
  const beyond = there.filter((point) => point > threshold).length;
  const filled = evaluationPeriods - there.length;
  const stands = filled > 0 && missingData === "breaching" ? beyond + filled : beyond;
  if (stands >= datapointsToAlarm) return "ALARM";
  if (filled === 0 || missingData === "breaching" || missingData === "notBreaching") return "OK";
  if (there.length > 0 && beyond < there.length) return "OK";
  // All that is there is beyond the threshold, or nothing is there.
  if (missingData === "ignore") return current;
  return there.length === 0 ? "INSUFFICIENT_DATA" : "ALARM";
}
