/** When a scheduled action of Application Auto Scaling fires: `at(…)` and `rate(…)` expressions. */
import type { ScheduledAction } from "./scaling-state.ts";

const unitMs = {
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
} as const;

/** The first firing after `afterMs`, epoch milliseconds, or undefined when there is none. */
export function nextFiring(
  action: Pick<ScheduledAction, "schedule" | "timeZone" | "creationMs" | "startMs" | "endMs">,
  afterMs: number,
): number | undefined {
  const fireMs = firingAfter(action, Math.max(afterMs, (action.startMs ?? 0) - 1));
  return fireMs === undefined || fireMs > (action.endMs ?? Number.POSITIVE_INFINITY) ? undefined : fireMs;
}

function firingAfter(
  action: Pick<ScheduledAction, "schedule" | "timeZone" | "creationMs" | "startMs">,
  afterMs: number,
): number | undefined {
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(action.schedule)?.[1];
  if (at !== undefined) {
    const atMs = localToEpochMs(at, action.timeZone);
    return atMs > afterMs ? atMs : undefined;
  }
  const [, value, unit] = /^rate\((\d+) (minutes?|hours?|days?)\)$/.exec(action.schedule) ?? [];
  if (value === undefined || !(unit !== undefined && unit in unitMs)) return undefined;
  const everyMs = Number(value) * unitMs[unit as keyof typeof unitMs];
  const baseMs = action.startMs ?? action.creationMs;
  return (
    baseMs +
    Math.max(action.startMs === undefined ? 1 : 0, Math.floor((afterMs - baseMs) / everyMs) + 1) * everyMs
  );
}

/** A wall-clock time in an IANA time zone as epoch milliseconds. */
export function localToEpochMs(local: string, timeZone: string): number {
  const asUtcMs = Date.parse(`${local}Z`);
  const offset = (ms: number) =>
    Date.parse(`${new Date(ms).toLocaleString("sv", { timeZone }).replace(" ", "T")}Z`) - ms;
  return asUtcMs - offset(asUtcMs - offset(asUtcMs));
}

/** Whether the twin can fire an expression. */
export const isModelled = (schedule: string): boolean =>
  /^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$/.test(schedule) ||
  /^rate\([1-9]\d* (minutes?|hours?|days?)\)$/.test(schedule);
