/** What a minute of traffic can tell: the most that any test could learn from it on average. */

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

/** Kullback-Leibler divergence of two coins, nats. */
function divergence(p: number, q: number): number {
  const part = (a: number, b: number) => (a === 0 ? 0 : a * Math.log(a / b));
  return part(p, q) + part(1 - p, 1 - q);
}
