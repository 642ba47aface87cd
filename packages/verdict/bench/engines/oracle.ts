/**
 * Wald's sequential test of the very effect there is, boosted as the shipped one is, with all of alpha on it: what
 * could be had by comparing with stable if the fault were known beforehand.
 */
import { type Draw, logBoostOf } from "../../src/evidence/boost.ts";
import { ALPHA, type Cell, onsetMinute } from "../cells.ts";
import type { Minute } from "../simulation/minutes.ts";
import type { Engine } from "./engine.ts";

const LOG_THRESHOLD = -Math.log(ALPHA);

export class Oracle implements Engine {
  readonly name = "oracle";
  #ratio = 1;
  #onset = 0;
  #minutes = 0;
  #evidence = 0;
  #logBoost = 0;

  start(cell: Cell): void {
    this.#ratio = cell.ratio;
    this.#onset = onsetMinute(cell);
    this.#minutes = 0;
  }

  stage(): void {}

  minute(seen: Minute): boolean {
    // It knows from when on the fault is there, too: what came before says nothing.
    if (this.#minutes === 0 || this.#minutes === this.#onset) [this.#evidence, this.#logBoost] = [0, 0];
    this.#minutes += 1;
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
