/**
 * What of the time that whoever sends a load waits for an answer is the way there and back. Requirements are on model latency, as
 * CloudWatch has it (ModelLatency: from SageMaker to the container and back): a fleet that keeps to 100 ms is seen to answer later
 * than that by all that the network, the SDK and the service take.
 */

/** Of a limit of a second or more the way is a hundredth or two: it is not looked for. */
const mattersBelowMs = 1_000;
/** A way that is longer is none that a fleet could be measured over: no more than so much of the limit is taken off. */
const mostOfLimit = 0.5;
/** Of fewer it is not said. */
const fewest = 10;

export const wayMatters = (limitMs: number): boolean => limitMs < mattersBelowMs;

/**
 * By how long requests took that reach no model, milliseconds; what is not known is not taken off. The middle one: a first
 * request that opens a connection, or one that is held up, says nothing of the others.
 */
export function wayMsOf(taken: readonly number[], limitMs: number): number {
  if (taken.length < fewest) return 0;
  const ascending = taken.toSorted((a, b) => a - b);
  const middle = ascending[Math.floor((ascending.length - 1) / 2)] ?? 0;
  return Math.min(middle, mostOfLimit * limitMs);
}
