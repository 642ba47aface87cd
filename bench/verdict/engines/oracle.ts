/** Wald's sequential test of the very effect there is: what could be had if the fault were known beforehand. */
import { ALPHA, type Cell } from "../cells.ts";
import type { Minute } from "../simulation/minutes.ts";
import type { Engine } from "./engine.ts";

export class Oracle implements Engine {
  readonly name = "oracle";
  #ratio = 1;
  #faultStage = 0;
  #evidence = 0;

  start(cell: Cell): void {
    this.#ratio = cell.ratio;
    this.#faultStage = cell.faultStage;
    this.#evidence = 0;
  }

  /** It knows from when on the fault is there, too: what came before says nothing. */
  stage(stage: number): void {
    if (stage === this.#faultStage) this.#evidence = 0;
  }

  minute(seen: Minute): boolean {
    if (seen.missing) return false;
    const share = seen.candidateRequests / (seen.candidateRequests + seen.stableRequests);
    const shrink = Math.log(share * this.#ratio + 1 - share);
    this.#evidence +=
      seen.candidateBad * Math.log(this.#ratio) - (seen.candidateBad + seen.stableBad) * shrink;
    return this.#evidence >= -Math.log(ALPHA);
  }
}
