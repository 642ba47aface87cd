/**
 * The ratio of bad rates that is still acceptable. Instances differ for good (another host, another rack), which
 * minutes of history cannot show: between two fleets of few instances that is no regression.
 */
import type { CountSample } from "../observations/samples.ts";

/** Spread of ln(bad rate) among instances where it was not measured. */
const HOST_SPREAD = 0.15;
/** The allowance covers what the difference of two fleets exceeds once in a hundred. */
const ONE_IN_A_HUNDRED = 2.326;
/** No wider: what is that much worse is a regression, whatever instances are like. */
const WIDEST = 1;
const LEAST_HOSTS = 4;
/** Few instances measure their spread badly: it is taken at the upper quartile of what may hide behind it. */
const UPPER_QUARTILE = -0.6745;

export interface FleetSizes {
  readonly candidateInstances?: number;
  readonly stableInstances?: number;
  /** Standard deviation of ln(bad rate) among stable's hosts; absent: not measured. */
  readonly hostLogSd?: number;
  /** What it is taken for then. */
  readonly hostSpread?: number;
}

export function acceptableRatio(tolerance: number, fleets: FleetSizes): number {
  const { candidateInstances, stableInstances = candidateInstances, hostLogSd, hostSpread } = fleets;
  if (candidateInstances === undefined || stableInstances === undefined) return 1 + tolerance;
  const spread = hostLogSd ?? hostSpread ?? HOST_SPREAD;
  const difference =
    spread * Math.sqrt(1 / Math.max(1, candidateInstances) + 1 / Math.max(1, stableInstances));
  return 1 + Math.max(tolerance, Math.min(WIDEST, Math.exp(ONE_IN_A_HUNDRED * difference) - 1));
}

/**
 * Standard deviation of ln(bad rate) among hosts beyond counting, from each host's totals, at the upper quartile of
 * what so few hosts can tell; null when too few.
 */
export function measureHostLogSd(hosts: readonly CountSample[]): number | null {
  const used = hosts.filter(({ requests }) => requests > 0);
  const bad = used.reduce((sum, host) => sum + host.bad, 0);
  if (used.length < LEAST_HOSTS || bad < LEAST_HOSTS) return null;
  const rate = bad / used.reduce((sum, host) => sum + host.requests, 0);
  const chi2 = used.reduce(
    (sum, host) => sum + (host.bad - host.requests * rate) ** 2 / (host.requests * rate),
    0,
  );
  const cv2 = Math.max(0, chi2 / lowerQuartile(used.length - 1) - 1) / (bad / used.length);
  return Math.sqrt(Math.log1p(cv2));
}

/** Of χ² with k degrees of freedom; Wilson and Hilferty (1931). */
function lowerQuartile(k: number): number {
  return k * (1 - 2 / (9 * k) + UPPER_QUARTILE * Math.sqrt(2 / (9 * k))) ** 3;
}
