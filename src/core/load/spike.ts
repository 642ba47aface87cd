/**
 * A spike rehearsed: for minutes a fleet is sent a multiple of the load that it was sized for, from one moment to the next, and
 * then that load again until it answers as before.
 */
import * as z from "zod";
import type { LoadTest } from "../plan/load-test.ts";
import type { Plan } from "../plan/plan.ts";
import { distanceOf, type Latencies } from "./latencies.ts";
import { findingOf, type LoadAsk, requirementsOf, type StepFinding } from "./step.ts";
import { emptyTally, mergedTallies, type Tally } from "./tally.ts";

type Spike = NonNullable<LoadTest["spike"]>;

/** What is told of the load after it. */
export const SpikeRecovery = z.object({
  /** From its end until it answered as before, or for so long it did not. */
  minutes: z.number().min(0),
  isRecovered: z.boolean(),
});
export type SpikeRecovery = z.infer<typeof SpikeRecovery>;

/** The requirements, for all of the plan's minutes: within them more would come just as well. */
export const spikeAskOf = (plan: Plan, { minutes }: Spike): LoadAsk => ({
  ...requirementsOf(plan),
  leastSeconds: 60 * minutes,
});

/** So many times its minutes a spike goes on that has not been answered by then. */
const spikePatience = 3;
/** So long it is waited for that a fleet answers as before, seconds. */
const mostRecoverySeconds = 180;
/** After so long the requirements are asked for again, whatever the spike has left. */
const aftermathSeconds = 60;
/** What is compared at a time: so many seconds, and so many requests. */
const [windowSeconds, windowRequests] = [15, 100];

export const recoveryWindow = (requestsPerSecond: number, longestSeconds: number): number =>
  Math.min(longestSeconds / 2, Math.max(windowSeconds, windowRequests / requestsPerSecond));

/** As the steps of a test have it. */
export interface SpikeSeen {
  readonly tally: Tally;
  /** Of the load afterwards, in their order. */
  readonly windows: readonly Tally[];
  /** Of that same load before it. */
  readonly before: Latencies;
}

/** Not any more of it is to be sent. */
export const isSpikeOver = (ask: LoadAsk, tally: Tally): boolean =>
  findingOf(ask, tally).answer !== "open" || tally.seconds >= spikePatience * ask.leastSeconds;

export interface Recovery {
  /** From the end of the spike until it answered as before, or for so long it did not. */
  readonly seconds: number;
  readonly isRecovered: boolean;
  /** Whether nothing is left to ask about it. */
  readonly isOver: boolean;
}

/** By the distance of Kolmogorov and Smirnov, as a fleet is taken to be warm. */
export function recoveryOf({ windows, before }: SpikeSeen): Recovery {
  let seconds = 0;
  for (const window of windows) {
    seconds += window.seconds;
    const { distance, critical } = distanceOf(window.latencies, before);
    // Those that got no answer have no latency.
    const isAnswered = window.lost.bad + window.failed.bad <= 0.1 * window.requests;
    if (isAnswered && distance <= Math.max(0.1, critical))
      return { seconds, isRecovered: true, isOver: true };
  }
  return { seconds, isRecovered: false, isOver: seconds >= mostRecoverySeconds };
}

/** Nothing where there was no spike, or nothing after it. */
export const recoverySeen = (recovery: Recovery | undefined): { readonly recovery?: SpikeRecovery } =>
  recovery === undefined || recovery.seconds === 0
    ? {}
    : {
        recovery: {
          minutes: Math.round(recovery.seconds / 0.6) / 100,
          isRecovered: recovery.isRecovered,
        },
      };

/** Whether a fleet that has had a minute keeps to the requirements again. */
export function aftermathOf(plan: Plan, { windows }: SpikeSeen): { tally: Tally; finding: StepFinding } {
  let until = 0;
  const later = windows.filter((window) => {
    until += window.seconds;
    return until - window.seconds >= aftermathSeconds;
  });
  const tally = later.reduce(mergedTallies, emptyTally);
  return { tally, finding: findingOf(requirementsOf(plan), tally) };
}

/** What of a spike one invocation sends, with room for a window after it, seconds; it ends with the last. */
export function spikePart(
  { leastSeconds }: LoadAsk,
  seen: Pick<Tally, "seconds">,
  { longest, window }: { readonly longest: number; readonly window: number },
): { readonly seconds: number; readonly isLast: boolean } {
  const left = leastSeconds - seen.seconds;
  const most = longest - window;
  // Beyond its minutes it goes on until it is answered.
  if (left <= 0) return { seconds: most, isLast: true };
  const parts = Math.ceil(left / most - 1e-9);
  return { seconds: left / parts, isLast: parts === 1 };
}
