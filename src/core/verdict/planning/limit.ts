/** How soon any test could know: the information that a minute of traffic carries, and the minutes it takes. */

export interface Traffic {
  /** Of both sides. */
  readonly requestsPerMinute: number;
  /** The candidate's share of them, 0 to 1. */
  readonly share: number;
  /** Bad events per request of stable and of the candidate. */
  readonly stableRate: number;
  readonly candidateRate: number;
}

/**
 * Nats a minute by which the truth is likelier than the nearest model within the null hypothesis: N·p̄·KL(q₁‖q₀),
 * with p̄ the mean bad rate, and q the candidate's share of bad events.
 * @param nullRatio ratio of bad rates to be ruled out; 1 asks whether the candidate is worse at all
 */
export function informationPerMinute(traffic: Traffic, nullRatio = 1): number {
  const { requestsPerMinute, share, stableRate, candidateRate } = traffic;
  const badPerRequest = share * candidateRate + (1 - share) * stableRate;
  if (badPerRequest <= 0) return 0;
  const trueShare = (share * candidateRate) / badPerRequest;
  const nullShare = (share * nullRatio) / (share * nullRatio + 1 - share);
  return requestsPerMinute * badPerRequest * divergence(trueShare, nullShare);
}

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

/** Kullback-Leibler divergence of two coins, nats. */
function divergence(p: number, q: number): number {
  const part = (a: number, b: number) => (a === 0 ? 0 : a * Math.log(a / b));
  return part(p, q) + part(1 - p, 1 - q);
}
