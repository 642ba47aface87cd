/**
 * Wald's sequential test of the very effect there is, boosted as the shipped one is, with all of alpha on it: what
 * could be had by comparing with stable if the fault were known beforehand.
 */
import { type Draw, logBoostOf } from "../../../src/core/verdict/evidence/boost.ts";
import { ALPHA, type Cell } from "../cells.ts";
import type { Minute } from "../simulation/minutes.ts";
import type { Engine } from "./engine.ts";

const LOG_THRESHOLD = -Math.log(ALPHA);

export class Oracle implements Engine {
  readonly name = "oracle";
  #ratio = 1;
  #faultStage = 0;
  #evidence = 0;
  #logBoost = 0;

  start(cell: Cell): void {
    this.#ratio = cell.ratio;
    this.#faultStage = cell.faultStage;
    this.#evidence = 0;
    this.#logBoost = 0;
  }

  /** It knows from when on the fault is there, too: what came before says nothing. */
  stage(stage: number): void {
    if (stage !== this.#faultStage) return;
    this.#evidence = 0;
    this.#logBoost = 0;
  }

  minute(seen: Minute): boolean {
    if (seen.missing) return false;
    const bad = seen.candidateBad + seen.stableBad;
    const share = seen.candidateRequests / (seen.candidateRequests + seen.stableRequests);
    const logRatio = Math.log(this.#ratio);
    const logShrink = -Math.log(share * this.#ratio + 1 - share);
    const stake = {
      logStakes: [this.#evidence],
      reserve: 0,
      logBoost: this.#logBoost,
      logThreshold: LOG_THRESHOLD,
    };
    const draw: Draw = {
      bad,
      nullShare: share,
      logRatios: [logRatio],
      logShrinks: [logShrink],
      deflation: 1,
    };
    this.#logBoost += logBoostOf(stake, draw);
    this.#evidence += seen.candidateBad * logRatio + bad * logShrink;
    return this.#evidence + this.#logBoost >= LOG_THRESHOLD;
  }
}
