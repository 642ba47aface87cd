/**
 * Readings for a ceiling that follows from a plan's requirements. Nobody chose it for its traffic, so a minute counts as
 * above it only where its requests are enough to say so, and as below it only where they are enough for that.
 */
import type { ValueSample } from "#verdict";
import type { Side } from "./kind.ts";

/** The 99th percentile of fewer requests is the slowest of them. */
const fewestRequests = 100;

/** Of p99 over some requests: the candidate is not above for it, and stable is not seen, where they are too few. */
export function requiredLatency(
  { p99Ms, requests }: { readonly p99Ms: number; readonly requests: number },
  ceiling: number,
  side: Side,
): ValueSample | null {
  if (requests >= fewestRequests) return { value: p99Ms };
  return side === "stable" ? null : { value: Math.min(p99Ms, ceiling) };
}

/** Of a rate, percent: the candidate's is what it surely is at least; stable's is not seen where it may be either. */
export function requiredRate(
  { bad, requests }: { readonly bad: number; readonly requests: number },
  ceiling: number,
  side: Side,
): ValueSample | null {
  const { least, most } = boundsOf(bad, requests);
  if (side === "candidate" || least > ceiling) return { value: least };
  return most <= ceiling ? { value: most } : null;
}

/** One-sided 95 % bounds, percent (Wilson, Journal of the American Statistical Association 22, 1927). */
function boundsOf(bad: number, requests: number): { least: number; most: number } {
  const z = 1.645;
  const rate = Math.min(1, bad / requests);
  const middle = rate + z ** 2 / (2 * requests);
  const spread = z * Math.sqrt((rate * (1 - rate)) / requests + z ** 2 / (4 * requests ** 2));
  const scale = 100 / (1 + z ** 2 / requests);
  return { least: Math.max(0, scale * (middle - spread)), most: scale * (middle + spread) };
}
