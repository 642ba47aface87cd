/** How soon any test could know: the minutes that it takes to gather enough information. */
import { informationPerMinute, type Traffic } from "../evidence/information.ts";

/**
 * No test that errs at most once in 1/level decides sooner on average. Wald (1945).
 * @returns minutes; Infinity where traffic carries no information
 */
export function limitMinutes(traffic: Traffic, level: number, nullRatio = 1): number {
  return -Math.log(level) / informationPerMinute(traffic, nullRatio);
}

/**
 * The same where traffic changes from minute to minute: the first moment at which the information suffices.
 * @param perMinute nats in each minute; the last one lasts
 */
export function stagedLimitMinutes(perMinute: readonly number[], level: number): number {
  let missing = -Math.log(level);
  for (const [minute, information] of perMinute.entries()) {
    if (information >= missing) return minute + missing / information;
    missing -= information;
  }
  return perMinute.length + missing / (perMinute.at(-1) ?? 0);
}
