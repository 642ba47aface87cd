/**
 * The shipped verdict on one count KPI, without its objects: the same constants and the same functions, on sums that
 * are kept in place. Only for speed; a test holds it equal to the reducer, minute by minute.
 */
import { FIRST_LOG_BOOST, logBoostOf } from "../../../src/core/verdict/evidence/boost.ts";
import { deflationOf } from "../../../src/core/verdict/evidence/deflation.ts";
import { HARM_RATIOS } from "../../../src/core/verdict/evidence/error-ratio.ts";
import { harmWeights } from "../../../src/core/verdict/evidence/harm-weights.ts";
import { NO_PACE, paceAfter } from "../../../src/core/verdict/evidence/pace.ts";
import { evenlyAt, reserveAfter, spendingOf } from "../../../src/core/verdict/evidence/spending.ts";
import { type CountNoise, measureCountNoise } from "../../../src/core/verdict/index.ts";
import { ALPHA, type Cell, STAGES } from "../cells.ts";
import type { Minute } from "../simulation/minutes.ts";
import type { Engine } from "./engine.ts";

const LOG_RATIOS = HARM_RATIOS.map(Math.log);
const SPENDING = spendingOf(STAGES);
const LOG_THRESHOLD = -Math.log(ALPHA);

/** Within tolerance means: no worse than stable (δ = 0); minutes of 60 s. */
export class Shipped implements Engine {
  readonly name = "slipway";
  /** ln E after the newest minute. */
  logE = 0;
  #noise: CountNoise = measureCountNoise([], 60);
  #shares: readonly number[] = [];
  #pace = NO_PACE;
  #stage = 0;
  #countedSeconds = 0;
  #weights: readonly number[] = [];
  /** ln of weight times stake, per alternative. */
  readonly #logStakes = HARM_RATIOS.map(() => Number.NEGATIVE_INFINITY);
  readonly #stake = { logStakes: this.#logStakes, reserve: 1, logBoost: 0, logThreshold: LOG_THRESHOLD };
  readonly #logShrinks = HARM_RATIOS.map(() => 0);
  readonly #draw = {
    bad: 0,
    nullShare: 0,
    logRatios: LOG_RATIOS,
    logShrinks: this.#logShrinks,
    deflation: 1,
  };
  readonly #interval = { share: 0, bad: 0, requests: 0, seconds: 60 };

  start({ shares }: Pick<Cell, "shares">, noise: CountNoise): void {
    this.#noise = noise;
    this.#shares = shares;
    this.#logStakes.fill(Number.NEGATIVE_INFINITY);
    this.#pace = NO_PACE;
    this.#countedSeconds = 0;
    this.#stake.logBoost = FIRST_LOG_BOOST;
    this.#stake.reserve = 1;
    this.logE = FIRST_LOG_BOOST;
  }

  stage(stage: number): void {
    this.#weights = harmWeights({ share: this.#shares[stage], acceptable: 1 }, this.#noise);
    this.#stage = stage;
    this.#spend(SPENDING[stage] ?? 0);
  }

  #spend(part: number): void {
    for (const [i, weight] of this.#weights.entries())
      this.#logStakes[i] = Math.log(Math.exp(this.#logStakes[i] ?? 0) + weight * part);
    this.#stake.reserve = reserveAfter(this.#stage, SPENDING, this.#countedSeconds);
  }

  minute(seen: Minute): boolean {
    const { candidateRequests, candidateBad, stableRequests, stableBad } = seen;
    if (seen.missing || candidateRequests <= 0 || stableRequests <= 0) return false;
    const bad = candidateBad + stableBad;
    const share = candidateRequests / (candidateRequests + stableRequests);
    if (share !== this.#draw.nullShare) this.#shareIs(share);
    this.#interval.bad = bad;
    this.#interval.requests = candidateRequests + stableRequests;
    const deflation = deflationOf(this.#noise, this.#pace, this.#interval);
    const evenly = evenlyAt(this.#countedSeconds, 60);
    this.#countedSeconds += 60;
    this.#spend(evenly);
    this.#draw.bad = bad;
    this.#draw.deflation = deflation;
    this.#stake.logBoost += logBoostOf(this.#stake, this.#draw);
    const stakes = this.#logStakes;
    let evidence = this.#stake.reserve;
    for (let i = 0; i < stakes.length; i++) {
      const gained = candidateBad * (LOG_RATIOS[i] ?? 0) + bad * (this.#logShrinks[i] ?? 0);
      const logStake = (stakes[i] ?? 0) + gained / deflation;
      stakes[i] = logStake;
      evidence += Math.exp(logStake);
    }
    this.#pace = paceAfter(this.#pace, this.#noise, { requests: stableRequests, bad: stableBad });
    this.logE = Math.log(evidence) + this.#stake.logBoost;
    return this.logE >= LOG_THRESHOLD;
  }

  #shareIs(share: number): void {
    this.#draw.nullShare = share;
    this.#interval.share = share;
    for (const [i, ratio] of HARM_RATIOS.entries())
      this.#logShrinks[i] = -Math.log(share * ratio + 1 - share);
  }
}
