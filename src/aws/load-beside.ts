/** Sends a few requests to what serves while a round of a test under load is sent to its candidate, and ends that where they suffer. */
import { arrivals, chanceOf } from "../core/load/arrivals.ts";
import { type BesideSeen, besidePerSecond, isBesideHarmed, lateTurn } from "../core/load/beside.ts";
import type { Plan } from "../core/plan/plan.ts";
import { type Sending, sendLoad } from "./load-sending.ts";

export interface BesideLoad extends Pick<Sending, "send"> {
  /** What was seen while the candidate had little load. */
  readonly before: BesideSeen;
}

export interface BesideRound extends Pick<Sending, "wayMs" | "pacing"> {
  readonly plan: Plan;
  /** For so long at most, seconds. */
  readonly seconds: number;
  readonly seed: string;
}

export interface BesideSent {
  /** Whether the round has to end. */
  isHarmed(): boolean;
  /** Sends no more; what became of those that were sent. */
  end(): Promise<BesideSeen & { readonly isHarmed: boolean }>;
}

/** So many under way tell as much as more would. */
const mostAtOnce = 50;

export function sentBeside(
  { send, before }: BesideLoad,
  { plan, seconds, seed, wayMs, pacing }: BesideRound,
): BesideSent {
  const { latencyMsP99 } = plan.requirements;
  const seen = { requests: 0, bad: 0 };
  const turn = lateTurn(plan, before);
  /** When those left that are under way, epoch milliseconds. */
  const open = new Set<{ readonly sinceMs: number }>();
  const sent: typeof send = async () => {
    const request = { sinceMs: pacing.nowMs() };
    open.add(request);
    return send().finally(() => open.delete(request));
  };
  // Who waits longer than is allowed is late already, whenever the answer comes.
  const overdue = () => {
    const sinceMs = pacing.nowMs() - latencyMsP99 - wayMs;
    return [...open].filter((each) => each.sinceMs < sinceMs).length;
  };
  let [isOver, isHarmed] = [false, false];
  const rate = besidePerSecond(plan);
  const sending = sendLoad({
    at: arrivals({ rateAt: () => rate, most: rate, seconds }, chanceOf(`beside ${seed}`)),
    countedFrom: 0,
    mostRequests: Number.POSITIVE_INFINITY,
    mostAtOnce,
    send: sent,
    wayMs,
    pacing,
    count: ({ isFailed, isRefused = false, milliseconds = Number.POSITIVE_INFINITY }) => {
      // A version that does not take what the new one takes is not harmed by that.
      if (isRefused) return;
      seen.requests += 1;
      const isLate = !isFailed && milliseconds > latencyMsP99;
      if (isFailed || isLate) seen.bad += 1;
      turn.add(isLate);
      isHarmed ||= isBesideHarmed(plan, before, seen);
    },
    isOver: () => isOver,
  });
  return {
    isHarmed: () => {
      isHarmed ||= turn.isSeen(overdue());
      return isHarmed;
    },
    end: async () => {
      isOver = true;
      await sending;
      return { ...seen, isHarmed };
    },
  };
}
