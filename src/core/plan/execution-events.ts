/**
 * How many history events an execution of a plan may write at most. Step Functions ends an execution at 25,000
 * events; a plan that could come near is refused before anything starts.
 */

import type { Percent } from "../units.ts";
import { growingWaitSeconds, heldWaitSeconds, metricLagSeconds } from "../wait.ts";
import { heldMinutes } from "./hold.ts";
import { type StrategyName, sizedShares } from "./strategies.ts";

/** Step Functions allows 25,000 events (developer guide, quotas); the rest is room for retries and waits in the queue. */
export const historyLimitEvents = 20_000;

/** Opening, planning, joining, warmth, promotion, scale-down, closing, and the way back of a release that fails at its end. */
const fixedEvents = 450;
/** One look: a Task of five events, a Choice and a Wait of two each (developer guide, execution history). */
const eventsPerLook = 9;
/** Looks until new weights are seen in force. */
const looksPerShift = 5;

/** A plan whose budget allows any raise, and in which each pays. */
const oftenest = { maxRaises: Number.POSITIVE_INFINITY, raiseMinutes: 0 };

/** What of a plan decides how long its longest release takes. */
export interface Timing {
  readonly rollout: {
    readonly strategy: StrategyName;
    readonly stages: readonly { readonly trafficPercent: Percent; readonly bakeMinutes: number }[];
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

/**
 * History events of the longest release that the plan allows, held for a day once, with the raises that its strategy plans.
 * Those for a load that outgrows the plan are not in it: such turns are counted as they come, and a release that has taken
 * many goes on in a new execution.
 */
export function expectedHistoryEvents(plan: Timing): number {
  const { fixed, capacity, shifts, bakes, beyondBakes, held } = historyParts(plan);
  return fixed + capacity + shifts + bakes + beyondBakes + held;
}

/** The minutes of baking that the limit leaves room for, with the plan's interval, policies and number of stages. */
export function allowedBakeMinutes(plan: Timing): number {
  const room = historyLimitEvents - expectedHistoryEvents(plan) + historyParts(plan).bakes;
  const { stages, intervalSeconds } = plan.rollout;
  const intervals = Math.floor(room / eventsPerLook) - stages.length * looksAfter(intervalSeconds);
  return Math.max(0, Math.floor((intervals * intervalSeconds) / 60));
}

/** The same part by part, events. */
export function historyParts({ rollout }: Timing) {
  const { stages, intervalSeconds, capacityTimeoutMinutes, onInconclusive, onNoData } = rollout;
  const bakeSeconds = stages.reduce((sum, stage) => sum + stage.bakeMinutes * 60, 0);
  const beyondMinutes = Math.max(
    onInconclusive.upToMinutes ?? 0,
    onInconclusive.waitMinutes ?? 0,
    onNoData.waitMinutes,
  );
  const raises = sizedShares({ ...rollout, ...oftenest }).filter(({ isRaised }) => isRaised).length;
  const looks = {
    /** Of the join, and of each raise that a stage waits for. */
    capacity: (1 + raises) * looksWithin(capacityTimeoutMinutes, growingWaitSeconds),
    /** Of each stage, and of what stable held back. */
    shifts: (stages.length + 1) * looksPerShift,
    bakes: Math.ceil(bakeSeconds / intervalSeconds) + stages.length * looksAfter(intervalSeconds),
    beyondBakes: stages.length * looksHeld(beyondMinutes, intervalSeconds),
    held: looksHeld(heldMinutes, intervalSeconds),
  };
  const events = (count: number) => count * eventsPerLook;
  return {
    fixed: fixedEvents,
    capacity: events(looks.capacity),
    shifts: events(looks.shifts),
    bakes: events(looks.bakes),
    beyondBakes: events(looks.beyondBakes),
    held: events(looks.held),
  };
}

/** Looks at a bake that is over, until the metrics of its last minutes have come. */
const looksAfter = (intervalSeconds: number): number => Math.ceil(metricLagSeconds / intervalSeconds) + 1;

/** A stage that is kept waiting with traffic on its candidate. */
const looksHeld = (minutes: number, intervalSeconds: number): number =>
  looksWithin(minutes, (waitedMs) => heldWaitSeconds(waitedMs, intervalSeconds));

/** How often a wait of some minutes is asked about. */
function looksWithin(minutes: number, waitSeconds: (waitedMs: number) => number): number {
  let looks = 0;
  for (let waitedSeconds = 0; waitedSeconds < minutes * 60; looks += 1)
    waitedSeconds += waitSeconds(waitedSeconds * 1000);
  return looks;
}
