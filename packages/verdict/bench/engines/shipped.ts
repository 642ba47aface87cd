/**
 * The shipped verdict on one count KPI, without its objects: the same constants and the same functions, on sums that
 * are kept in place. Only for speed; a test holds it equal to the reducer, minute by minute.
 */
import { FIRST_LOG_BOOST, logBoostOf } from "../../src/evidence/boost.ts";
import { deflationOf } from "../../src/evidence/deflation.ts";
import { SETTLING, SETTLING_MULTIPLE, STEADY } from "../../src/evidence/error-ratio.ts";
import { withSettling } from "../../src/evidence/harm.ts";
import { harmWeights } from "../../src/evidence/harm-weights.ts";
import { NO_PACE, paceAfter } from "../../src/evidence/pace.ts";
import { evenlyAt, reserveAfter, spendingOf } from "../../src/evidence/spending.ts";
import { type CountNoise, measureCountNoise } from "../../src/index.ts";
import { ALPHA, type Cell, STAGES } from "../cells.ts";
import type { Minute } from "../simulation/minutes.ts";
import type { Engine } from "./engine.ts";

const SPENDING = spendingOf(STAGES);
const LOG_THRESHOLD = -Math.log(ALPHA);

export interface Settings extends Pick<Cell, "shares"> {
  /** Length of an interval; 60 by default. */
  readonly seconds?: number;
  /** Whether shifts settle; by default they do not. */
  readonly settles?: boolean;
  /** The largest ratio of bad rates that is healthy; 1 by default. */
  readonly acceptable?: number;
}

export class Shipped implements Engine {
  readonly name = "slipway";
  /** ln E after the newest minute. */
  logE = 0;
  #noise: CountNoise = measureCountNoise([], 60);
  #settings: Required<Settings> = { shares: [], seconds: 60, settles: false, acceptable: 1 };
  #pace = NO_PACE;
  #stage = 0;
  #countedSeconds = 0;
  #weights: readonly number[] = [];
  /** ln of weight times stake, per alternative. */
  readonly #logStakes = STEADY.ratios.map(() => Number.NEGATIVE_INFINITY);
  readonly #stake = { logStakes: this.#logStakes, reserve: 1, logBoost: 0, logThreshold: LOG_THRESHOLD };
  readonly #logShrinks = STEADY.ratios.map(() => 0);
  readonly #draw = {
    bad: 0,
    nullShare: 0,
    deflation: 1,
    logRatios: STEADY.logRatios,
    logShrinks: this.#logShrinks,
  };
  readonly #interval = { share: 0, bad: 0, requests: 0, seconds: 60 };
  #settling = false;

  start({ shares, seconds = 60, settles = false, acceptable = 1 }: Settings, noise: CountNoise): void {
    this.#noise = noise;
    this.#settings = { shares, seconds, settles, acceptable };
    this.#logStakes.fill(Number.NEGATIVE_INFINITY);
    this.#pace = NO_PACE;
    this.#countedSeconds = 0;
    this.#interval.seconds = seconds;
    this.#interval.share = 0;
    this.#stake.logBoost = FIRST_LOG_BOOST;
    this.#stake.reserve = 1;
    this.logE = FIRST_LOG_BOOST;
  }

  stage(stage: number): void {
    const { shares, acceptable, settles } = this.#settings;
    this.#weights = withSettling(harmWeights({ share: shares[stage], acceptable }, this.#noise), settles);
    this.#stage = stage;
    this.#spend(SPENDING[stage] ?? 0);
  }

  #spend(part: number): void {
    for (const [i, weight] of this.#weights.entries())
      this.#logStakes[i] = Math.log(Math.exp(this.#logStakes[i] ?? 0) + weight * part);
    this.#stake.reserve = reserveAfter(this.#stage, SPENDING, this.#countedSeconds);
  }

  minute(seen: Minute): boolean {
    const { candidateRequests, candidateBad, stableRequests, stableBad, settling = false } = seen;
    if (seen.missing || candidateRequests <= 0 || stableRequests <= 0) return false;
    const bad = candidateBad + stableBad;
    const share = candidateRequests / (candidateRequests + stableRequests);
    if (share !== this.#interval.share || settling !== this.#settling) this.#shareIs(share, settling);
    this.#interval.bad = bad;
    this.#interval.requests = candidateRequests + stableRequests;
    const deflation = deflationOf(this.#noise, this.#pace, this.#interval);
    const evenly = evenlyAt(this.#countedSeconds, this.#settings.seconds);
    this.#countedSeconds += this.#settings.seconds;
    this.#spend(evenly);
    this.#draw.bad = bad;
    this.#draw.deflation = deflation;
    this.#stake.logBoost += logBoostOf(this.#stake, this.#draw);
    const { logRatios } = this.#draw;
    const stakes = this.#logStakes;
    let evidence = this.#stake.reserve;
    for (let i = 0; i < stakes.length; i++) {
      const gained = candidateBad * (logRatios[i] ?? 0) + bad * (this.#logShrinks[i] ?? 0);
      const logStake = (stakes[i] ?? 0) + gained / deflation;
      stakes[i] = logStake;
      evidence += Math.exp(logStake);
    }
    this.#pace = paceAfter(this.#pace, this.#noise, {
      candidate: { requests: candidateRequests, bad: candidateBad },
      stable: { requests: stableRequests, bad: stableBad },
    });
    this.logE = Math.log(evidence) + this.#stake.logBoost;
    return this.logE >= LOG_THRESHOLD;
  }

  #shareIs(share: number, settling: boolean): void {
    const { ratios, logRatios } = settling ? SETTLING : STEADY;
    const healthy = this.#settings.acceptable * (settling ? SETTLING_MULTIPLE : 1);
    const nullMass = share * healthy + 1 - share;
    this.#settling = settling;
    this.#interval.share = share;
    this.#draw.nullShare = (share * healthy) / nullMass;
    this.#draw.logRatios = logRatios;
    for (const [i, ratio] of ratios.entries())
      this.#logShrinks[i] = Math.log(nullMass / (share * ratio * healthy + 1 - share));
  }
}
