/** Sends a few requests to what serves while a round of a test under load is sent to its candidate, and ends that where they suffer. */
import { arrivals, chanceOf } from "../core/load/arrivals.ts";
import {
  type BesideSeen,
  type BesideSent,
  besidePerSecond,
  isBesideHarmed,
  lateTurn,
  slowFrom,
  slowTurn,
} from "../core/load/beside.ts";
import type { LoadStep } from "../core/load/course.ts";
import { countingLatencies } from "../core/load/latencies.ts";
import type { Plan } from "../core/plan/plan.ts";
import { type Sending, sendLoad } from "./load-sending.ts";

export interface BesideLoad extends Pick<Sending, "send"> {
  /** What was seen while the candidate had little load. */
  readonly before: BesideSeen;
}

export interface BesideRound extends Pick<Sending, "wayMs" | "pacing"> {
  readonly plan: Plan;
  readonly name: LoadStep["name"];
  /** For so long at most, seconds. */
  readonly seconds: number;
  readonly seed: string;
}

export interface BesideSending {
  /** Whether the round has to end: what serves is harmed, or has turned slower. */
  isOver(): boolean;
  /** Sends no more; what became of those that were sent. */
  end(): Promise<BesideSent>;
}

/** So many under way tell as much as more would. */
const mostAtOnce = 50;

/** Until what a load before has left waiting is gone. */
const drainSeconds = 5;

export function sentBeside(
  { send, before }: BesideLoad,
  { plan, name, seconds, seed, wayMs, pacing }: BesideRound,
): BesideSending {
  const { latencyMsP99 } = plan.requirements;
  const seen = { requests: 0, bad: 0 };
  const latencies = countingLatencies();
  const turn = lateTurn(plan, before);
  // While the candidate settles what serves is only got to know.
  const quietFrom = name === "settle" ? drainSeconds : 0;
  const slowMs = name === "settle" ? undefined : slowFrom(plan, before);
  const slowing = slowMs === undefined ? undefined : slowTurn(before, slowMs);
  /** When those left that are under way, epoch milliseconds. */
  const open = new Set<{ readonly sinceMs: number }>();
  const sent: typeof send = async () => {
    const request = { sinceMs: pacing.nowMs() };
    open.add(request);
    return send().finally(() => open.delete(request));
  };
  // Who waits longer than is allowed is late already, whenever the answer comes.
  const waiting = (longerThanMs: number) => {
    const sinceMs = pacing.nowMs() - longerThanMs - wayMs;
    return [...open].filter((each) => each.sinceMs < sinceMs).length;
  };
  let [isOver, isHarmed, isSlower] = [false, false, false];
  const look = () => {
    isHarmed ||= turn.isSeen(waiting(latencyMsP99));
    isSlower ||= slowMs !== undefined && slowing?.isSeen(waiting(slowMs)) === true;
  };
  const rate = besidePerSecond(plan);
  const sending = sendLoad({
    at: arrivals({ rateAt: () => rate, most: rate, seconds }, chanceOf(`beside ${seed}`)),
    countedFrom: 0,
    mostRequests: Number.POSITIVE_INFINITY,
    mostAtOnce,
    send: sent,
    wayMs,
    pacing,
    count: ({ at, isFailed, isRefused = false, milliseconds = Number.POSITIVE_INFINITY }) => {
      // A version that does not take what the new one takes is not harmed by that.
      if (isRefused) return;
      seen.requests += 1;
      const isLate = !isFailed && milliseconds > latencyMsP99;
      if (isFailed || isLate) seen.bad += 1;
      if (Number.isFinite(milliseconds) && at >= quietFrom) latencies.add(milliseconds);
      turn.add(isLate);
      if (!isFailed && slowMs !== undefined) slowing?.add(milliseconds > slowMs);
      isHarmed ||= isBesideHarmed(plan, before, seen);
    },
    isOver: () => isOver,
  });
  return {
    isOver: () => {
      look();
      return isHarmed || isSlower;
    },
    end: async () => {
      isOver = true;
      await sending;
      look();
      return { ...seen, latencies: latencies.all(), isHarmed, isSlower };
    },
  };
}
