/** When a scheduled action of Application Auto Scaling fires: the same expressions as EventBridge Scheduler's. */
import { parseExpression } from "../vocabulary/schedule-expression.ts";
import type { ScheduledAction } from "./scaling-state.ts";

/** The first firing after `afterMs`, epoch milliseconds, or undefined when there is none. */
export function nextFiring(
  action: Pick<ScheduledAction, "schedule" | "timeZone" | "creationMs" | "startMs" | "endMs">,
  afterMs: number,
): number | undefined {
  const anchorMs = action.startMs ?? action.creationMs;
  const expression = parseExpression(action.schedule, action.timeZone, anchorMs);
  const fireMs = expression?.next(Math.max(afterMs, (action.startMs ?? 0) - 1));
  return fireMs === undefined || fireMs > (action.endMs ?? Number.POSITIVE_INFINITY) ? undefined : fireMs;
}

/** Whether an expression is one of `at(…)`, `rate(…)` and `cron(…)` that can be read. */
export const isSchedule = (schedule: string, timeZone: string): boolean =>
  parseExpression(schedule, timeZone, 0) !== undefined;
