/**
 * The endpoint-wide lock: a change of instance count holds the endpoint in Updating, and a locked endpoint cannot
 * shift traffic back. Minutes in which a raise of ours does so while the candidate carries traffic are budgeted.
 */

import type { KnownLaunch } from "../learning/launch.ts";
import { expectedSlowestSeconds, type LaunchedFleet } from "../learning/provisioning.ts";
import type { Percent } from "../units.ts";
import { metricLagSeconds } from "../wait.ts";

/** 95th percentile of a count change's lock, minutes: reports say 4–10, now and then 30 (docs/DECISIONS.md). */
export const raiseLockMinutesP95 = 10;

/** From the call that raises a count until its instances have loaded their model, seconds; as long as it takes at most. */
export const raiseLeadSeconds = ({
  warmth,
}: {
  readonly warmth: { readonly loadSecondsP95: number };
}): number => raiseLockMinutesP95 * 60 + warmth.loadSecondsP95;

/**
 * Minutes of an UpdateEndpoint: the slowest of a dozen new instances (median 5.8 minutes, one in twenty above 8.8;
 * docs/DECISIONS.md, provisioning) and its model's loading.
 */
export const updateMinutes = 11;

/** Besides its new instances, until they take over (docs/DECISIONS.md, "the estimate and the bill"). */
const takenOverMinutes = 1.5;
/** And until the old ones are drained and gone. */
export const drainedMinutes = 0.75;

/**
 * The same by what it launches, as half of them and as nineteen of twenty take at most. `launches`: what is known of the account's
 * own.
 */
export function updateMinutesOf(
  fleets: readonly LaunchedFleet[],
  launches: readonly KnownLaunch[],
): { readonly p50: number; readonly p95: number } {
  const besides = takenOverMinutes + drainedMinutes;
  const minutesBy = (quantile: number) =>
    expectedSlowestSeconds(fleets, { quantile, launches }) / 60 + besides;
  return { p50: minutesBy(0.5), p95: minutesBy(0.95) };
}

/**
 * How long a raise beside traffic by so many instances is waited for, as half of them and as nineteen of twenty are at most: until
 * these are seen to serve, by metrics, or their models have had the time to load, and a look finds them so. Meanwhile the share in
 * force is judged on, so that looks come as they do in a bake.
 */
export const raiseMinutesOf =
  (
    {
      warmth,
      rollout,
    }: {
      readonly warmth: { readonly loadSecondsP95: number };
      readonly rollout: { readonly intervalSeconds: number };
    },
    { instanceType, launches }: { readonly instanceType: string; readonly launches: readonly KnownLaunch[] },
  ) =>
  (instances: number): { readonly p50: number; readonly p95: number } => {
    const untilLook = rollout.intervalSeconds / 2;
    const besides = (Math.min(metricLagSeconds, warmth.loadSecondsP95) + untilLook) / 60;
    const fleets = [{ instanceType, instances }];
    const minutesBy = (quantile: number) =>
      expectedSlowestSeconds(fleets, { quantile, launches }) / 60 + besides;
    return { p50: minutesBy(0.5), p95: minutesBy(0.95) };
  };

/** Whether one more raise may start: its planned lock, and that of as many `again`, fit what is left of the plan's budget. */
export function raiseFits(lock: {
  maxLockedMinutes: number;
  lockedMinutes: number;
  candidatePercent: Percent;
  again?: number;
}): boolean {
  const raises = (lock.again ?? 0) + (lock.candidatePercent === 0 ? 0 : 1);
  return raises === 0 || lock.lockedMinutes + raises * raiseLockMinutesP95 <= lock.maxLockedMinutes;
}
