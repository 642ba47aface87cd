/**
 * Application Auto Scaling's target tracking by the minute, as the twin has it (packages/twin/src/world/target-tracking.ts): out
 * after 3 points above the target, in after 15 below nine tenths of it (not documented; as seen in accounts: aws/copilot-cli#4233,
 * aws-samples/amazon-aurora-labs-for-mysql#3), and 300 s of cooldown after either, the default for endpoint variants (API
 * reference, TargetTrackingScalingPolicyConfiguration).
 */
const highPoints = 3;
const lowPoints = 15;
const lowShare = 0.9;
const cooldownMinutes = 5;
/** CloudWatch shows a minute 75 s after its end (the twin's default): at the begin of one it is three back. */
export const newestVisible = 3;

export interface Tracked {
  readonly count: number;
  /** It does not scale in below that; undefined: not at all. */
  readonly minimum: number | undefined;
  /** SageMakerVariantInvocationsPerInstance, by minute. */
  readonly perInstance: Float64Array;
  /** From when the last change of either direction cools down, minutes. */
  readonly lastOut: number;
  readonly lastIn: number;
}

/** The count that the policy sets at a minute's begin: the present one where it leaves it alone. */
export function tracked(target: number, minute: number, side: Tracked): number {
  const newest = minute - newestVisible;
  const { count, perInstance, minimum } = side;
  const sizeFor = (value: number) => Math.ceil((count * value) / target);
  const all = (points: number, holds: (value: number) => boolean): boolean => {
    for (let at = newest - points + 1; at <= newest; at++)
      if (!holds(perInstance[at] ?? Number.NaN)) return false;
    return true;
  };
  if (all(highPoints, (value) => value > target))
    return minute < side.lastOut + cooldownMinutes
      ? count
      : Math.max(count + 1, sizeFor(perInstance[newest] ?? 0));
  const cooled = minute >= Math.max(side.lastIn, side.lastOut) + cooldownMinutes;
  if (minimum === undefined || !cooled || !all(lowPoints, (value) => value < lowShare * target)) return count;
  const highest = Math.max(...perInstance.subarray(newest - lowPoints + 1, newest + 1));
  return Math.min(count, Math.max(minimum, 1, sizeFor(highest)));
}
