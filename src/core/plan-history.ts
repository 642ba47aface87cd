/**
 * How many history events an execution of a plan may write at most. Step Functions ends an execution at 25,000
 * events; a plan that could come near is refused before anything starts.
 */
/** Step Functions allows 25,000 events (developer guide, quotas); the rest is room for retries and waits in the queue. */
export const historyLimitEvents = 20_000;

/** Opening, planning, warmth, promotion, scale-down, closing, and the way back of a release that fails at its end. */
const fixedEvents = 400;
/** One shift of traffic: the task, its retries and the wait until the weights are seen in force. */
const eventsPerShift = 30;
/** One judged interval: a Task state (scheduled, started, succeeded, entered, exited …), a Choice and a Wait. */
const eventsPerInterval = 13;
/** Capacity is polled about once a minute: a Task, a Choice and a Wait each time. */
const eventsPerCapacityMinute = 13;

/** What of a plan decides how long its longest release takes. */
export interface Timing {
  readonly rollout: {
    readonly stages: readonly { readonly bakeMinutes: number }[];
    readonly intervalSeconds: number;
    readonly capacityTimeoutMinutes: number;
    readonly onInconclusive: { readonly action: string; readonly upToMinutes?: number };
    readonly onNoData: { readonly waitMinutes: number };
  };
}

/** The longest time in which a release's stages may be judged, minutes: every bake, extended and waiting for data. */
export function longestJudgedMinutes({ rollout }: Timing): number {
  const extension = rollout.onInconclusive.upToMinutes ?? 0;
  const beyond = Math.max(extension, rollout.onNoData.waitMinutes);
  return rollout.stages.reduce((sum, stage) => sum + stage.bakeMinutes + beyond, 0);
}

/** History events of the longest release that the plan allows. */
export function expectedHistoryEvents(plan: Timing): number {
  const { stages, intervalSeconds, capacityTimeoutMinutes } = plan.rollout;
  const intervals = Math.ceil((longestJudgedMinutes(plan) * 60) / intervalSeconds);
  return (
    fixedEvents +
    stages.length * eventsPerShift +
    intervals * eventsPerInterval +
    capacityTimeoutMinutes * eventsPerCapacityMinute
  );
}

/** The judged minutes that the limit leaves room for, with the plan's interval and number of stages. */
export function allowedJudgedMinutes(plan: Timing): number {
  const { stages, intervalSeconds, capacityTimeoutMinutes } = plan.rollout;
  const spent =
    fixedEvents + stages.length * eventsPerShift + capacityTimeoutMinutes * eventsPerCapacityMinute;
  const intervals = Math.floor(Math.max(0, historyLimitEvents - spent) / eventsPerInterval);
  return Math.floor((intervals * intervalSeconds) / 60);
}
