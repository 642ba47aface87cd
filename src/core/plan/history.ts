/**
 * How many history events an execution of a plan may write at most. Step Functions ends an execution at 25,000
 * events; a plan that could come near is refused before anything starts.
 */

import { growingWaitSeconds } from "../wait.ts";
import { heldMinutes } from "./hold.ts";

/** Step Functions allows 25,000 events (developer guide, quotas); the rest is room for retries and waits in the queue. */
export const historyLimitEvents = 20_000;

/** Opening, planning, warmth, promotion, scale-down, closing, and the way back of a release that fails at its end. */
const fixedEvents = 400;
/** One shift of traffic: the task, its retries and the wait until the weights are seen in force. */
const eventsPerShift = 30;
/** One judged interval: a Task state (scheduled, started, succeeded, entered, exited …), a Choice and a Wait. */
const eventsPerInterval = 13;
/** Where a release waits for something else, it asks again after waits that grow: a Task, a Choice and a Wait each. */
const eventsPerLook = 13;

/** What of a plan decides how long its longest release takes. */
export interface Timing {
  readonly rollout: {
    readonly stages: readonly { readonly bakeMinutes: number }[];
    readonly intervalSeconds: number;
    readonly capacityTimeoutMinutes: number;
    readonly onInconclusive: {
      readonly action: string;
      readonly upToMinutes?: number;
      readonly waitMinutes?: number;
    };
    readonly onNoData: { readonly waitMinutes: number };
  };
}

/** History events of the longest release that the plan allows, held for a day once. */
export function expectedHistoryEvents(plan: Timing): number {
  const { stages, intervalSeconds } = plan.rollout;
  const bakeSeconds = stages.reduce((sum, stage) => sum + stage.bakeMinutes * 60, 0);
  return eventsBesideBakes(plan) + Math.ceil(bakeSeconds / intervalSeconds) * eventsPerInterval;
}

/** The minutes of baking that the limit leaves room for, with the plan's interval, policies and number of stages. */
export function allowedBakeMinutes(plan: Timing): number {
  const intervals = Math.floor((historyLimitEvents - eventsBesideBakes(plan)) / eventsPerInterval);
  return Math.max(0, Math.floor((intervals * plan.rollout.intervalSeconds) / 60));
}

function eventsBesideBakes({ rollout }: Timing): number {
  const { stages, intervalSeconds, capacityTimeoutMinutes, onInconclusive, onNoData } = rollout;
  const beyondMinutes = Math.max(
    onInconclusive.upToMinutes ?? 0,
    onInconclusive.waitMinutes ?? 0,
    onNoData.waitMinutes,
  );
  const looks =
    stages.length * looksWithin(beyondMinutes, intervalSeconds) +
    looksWithin(heldMinutes, intervalSeconds) +
    looksWithin(capacityTimeoutMinutes);
  return fixedEvents + stages.length * eventsPerShift + looks * eventsPerLook;
}

/** How often a wait of some minutes is asked about. */
function looksWithin(minutes: number, floorSeconds?: number): number {
  let looks = 0;
  for (let waitedSeconds = 0; waitedSeconds < minutes * 60; looks += 1)
    waitedSeconds += growingWaitSeconds(waitedSeconds * 1000, floorSeconds);
  return looks;
}
