/**
 * Evidence of harm as it grows: stakes placed as stages begin and minute by minute, and multiplied by each interval's
 * likelihood ratios, in the order in which intervals are counted.
 */
import { roundNats, type Stakes } from "../kept.ts";
import { type Draw, FIRST_LOG_BOOST, logBoostOf } from "./boost.ts";
import { SETTLING_RATIOS } from "./error-ratio.ts";
import { evenlyAt, logSum, reserveAfter, staked } from "./spending.ts";

/** Of a stage's stake, what is put on alternatives that count while it settles; next to none where it does not. */
const SETTLING_PART = 0.1;
const NEXT_TO_NONE = 1e-9;

/** Weights of a count's alternatives, those of settling minutes after the others; sum 1. */
export function withSettling(weights: readonly number[], settles: boolean): number[] {
  const part = settles ? SETTLING_PART : NEXT_TO_NONE;
  return [
    ...weights.map((weight) => weight * (1 - part)),
    ...SETTLING_RATIOS.map(() => part / SETTLING_RATIOS.length),
  ];
}

/** What is staked on each alternative as a stage begins. */
export function stakedOn(harm: Stakes | null, logStaked: readonly number[], isBoosted: boolean): Stakes {
  return {
    logStakes: staked(harm?.logStakes ?? null, logStaked).map(roundNats),
    logBoost: harm?.logBoost ?? (isBoosted ? roundNats(FIRST_LOG_BOOST) : 0),
  };
}

export interface Next {
  /** ln of the newest stage's stakes: they are divided as what is spent evenly is. */
  readonly logStaked: readonly number[];
  readonly stage: number;
  readonly spending: readonly number[];
  /** Seconds of the intervals counted before this one. */
  readonly countedSeconds: number;
  readonly seconds: number;
  /** ln of the evidence at which the release fails. */
  readonly logThreshold: number;
}

/** With one interval more. */
export function harmAfter(
  harm: Stakes,
  { harm: gained, draw }: { readonly harm: readonly number[]; readonly draw?: Draw },
  next: Next,
): Stakes {
  const part = evenlyAt(next.countedSeconds, next.seconds);
  const logAll = logSum(next.logStaked);
  const logStakes =
    part === 0
      ? harm.logStakes
      : staked(
          harm.logStakes,
          next.logStaked.map((each) => each - logAll + Math.log(part)),
        );
  const reserve = reserveAfter(next.stage, next.spending, next.countedSeconds + next.seconds);
  const { logBoost } = harm;
  const more =
    draw === undefined
      ? 0
      : logBoostOf({ logStakes, reserve, logBoost, logThreshold: next.logThreshold }, draw);
  return {
    logStakes: logStakes.map((each, i) => roundNats(each + (gained[i] ?? 0))),
    logBoost: roundNats(logBoost + more),
  };
}

/** ln E, unboosted: all stakes and what is not yet spent. */
export function logEvidence(
  { logStakes }: Stakes,
  { stage, spending, countedSeconds }: Pick<Next, "stage" | "spending" | "countedSeconds">,
): number {
  const reserve = reserveAfter(stage, spending, countedSeconds);
  return logSum(reserve > 0 ? [...logStakes, Math.log(reserve)] : logStakes);
}
