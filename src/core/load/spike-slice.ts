/** What one invocation sends of a spike, and of the load after it. */
import { type LoadQuestion, type LoadStep, ratesOf, type SeenStep, seenOfStep } from "./course.ts";
import { recoveryWindow, spikePart } from "./spike.ts";

export interface SpikeSlice {
  /** After so long it is over for this time. */
  readonly seconds: number;
  /** Whether it is over for good then, and the load after it comes. */
  readonly isLast: boolean;
  /** How much of that load is compared at a time. */
  readonly after: { readonly requestsPerSecond: number; readonly windowSeconds: number };
}

/** A spike and the load after it in one invocation: between two of them a queue would go for want of any load. */
export function spikeSlice(
  question: LoadQuestion,
  steps: readonly SeenStep[],
  { step, longest }: { readonly step: LoadStep; readonly longest: number },
): { readonly seconds: number; readonly spike?: SpikeSlice } {
  const { peak: requestsPerSecond } = ratesOf(question);
  const windowSeconds = recoveryWindow(requestsPerSecond, longest);
  if (step.name === "recovery") return { seconds: windowSeconds };
  const part = spikePart(step.ask, seenOfStep(steps, step), { longest, window: windowSeconds });
  return { seconds: longest, spike: { ...part, after: { requestsPerSecond, windowSeconds } } };
}
