/**
 * The ratio of bad rates that is still acceptable. A few candidate instances bring a persistent host effect that
 * minutes of history cannot show, so the tolerance widens with few of them.
 */
import type { CountSample } from "../observations/observation.ts";

/**
 * Spread of ln(bad rate) among hosts, times the caution taken: fitted to A/A runs of real containers, where a
 * tolerance of 0.5 let nothing through with 13 instances and 1.25 % with 5, and a tolerance of 1 let 0.25 % through
 * with 5 (alpha 1 %).
 */
const UNMEASURED_SPREAD = 1.5;
/** No wider than was ever measured to be enough. */
const WIDEST = 1;
/** A measured spread is held to its upper percentile and half as much again, few hosts measure it badly. */
const CAUTION = 3.5;
const LEAST_HOSTS = 4;

/** @param hostLogSd standard deviation of ln(bad rate) among stable's hosts; absent: not measured */
export function acceptableRatio(
  tolerance: number,
  fleet: { readonly candidateInstances?: number; readonly hostLogSd?: number },
): number {
  const { candidateInstances, hostLogSd } = fleet;
  if (candidateInstances === undefined) return 1 + tolerance;
  const spread = hostLogSd === undefined ? UNMEASURED_SPREAD : CAUTION * hostLogSd;
  const allowance = Math.min(WIDEST, Math.exp(spread / Math.sqrt(Math.max(1, candidateInstances))) - 1);
  return 1 + Math.max(tolerance, allowance);
}

/** Standard deviation of ln(bad rate) among hosts beyond counting, from each host's totals; null when too few. */
export function measureHostLogSd(hosts: readonly CountSample[]): number | null {
  const used = hosts.filter(({ requests }) => requests > 0);
  const bad = used.reduce((sum, host) => sum + host.bad, 0);
  if (used.length < LEAST_HOSTS || bad < LEAST_HOSTS) return null;
  const rate = bad / used.reduce((sum, host) => sum + host.requests, 0);
  const chi2 = used.reduce(
    (sum, host) => sum + (host.bad - host.requests * rate) ** 2 / (host.requests * rate),
    0,
  );
  const cv2 = Math.max(0, chi2 / (used.length - 1) - 1) / (bad / used.length);
  return Math.sqrt(Math.log1p(cv2));
}
