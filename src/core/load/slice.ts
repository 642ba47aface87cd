/** What is sent of a step at a time: how long, and how much of it is counted. */
import type { BesideSent } from "./beside.ts";
import type { LoadQuestion, LoadStep, SeenStep } from "./course.ts";
import { climbRequests, climbSeconds } from "./knee.ts";
import { type SpikeSlice, spikeSlice } from "./spike-slice.ts";
import { patienceOf } from "./step.ts";
import type { Tally } from "./tally.ts";

export interface LoadSlice {
  readonly step: LoadStep;
  /** How long it sends, and for how long of that its requests are not counted yet, seconds. */
  readonly seconds: number;
  readonly rampSeconds: number;
  /** How many requests it may send at most. */
  readonly mostRequests: number;
  /** Of a spike: after how long, seconds, it is over for this time, and what comes once it is over for good. */
  readonly spike?: SpikeSlice | undefined;
}

/** What one came to. */
export interface SliceSent {
  readonly step: Pick<LoadStep, "name" | "requestsPerSecond">;
  readonly sent: number;
  readonly tally: Tally;
  /** Of the load after a spike, by its windows. */
  readonly after?: readonly Tally[] | undefined;
  /** What became of requests to what serves meanwhile; absent: none were sent. */
  readonly beside?: BesideSent | undefined;
}

/** Caches and connections are cold at first, and a fleet that has stood idle for a moment is. */
const rampSeconds = 5;
const longestSliceSeconds = 60;
/** Of an invocation's 80 s what is left for looking at what serves, and for its beginning and end. */
const besidesSeconds = 12;
const invocationSeconds = 80;

interface Before {
  readonly steps: readonly SeenStep[];
  readonly sent: number;
}

export function sliceOf(question: LoadQuestion, { steps, sent }: Before, step: LoadStep): LoadSlice {
  const { plan, loadTest } = question;
  const longest = Math.min(
    longestSliceSeconds,
    invocationSeconds - besidesSeconds - Math.ceil(patienceOf(plan) / 1000),
  );
  const mostRequests = loadTest.maxRequests - sent;
  if (step.name === "spike" || step.name === "recovery")
    return { step, rampSeconds: 0, mostRequests, ...spikeSlice(question, steps, { step, longest }) };
  const isShort = step.name === "settle" || step.name === "ramp";
  const looked = Math.max(climbSeconds, climbRequests / step.requestsPerSecond);
  const seconds = isShort ? Math.min(longest, Math.ceil(rampSeconds + looked) + 1) : longest;
  return { step, seconds, rampSeconds, mostRequests };
}
