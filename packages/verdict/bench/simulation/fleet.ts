/** A fleet's own noise from minute to minute: log-normal, mean 1, correlated with the minute before. */
import type { Chance } from "./chance.ts";

export interface FleetNoise {
  /** Squared coefficient of variation. */
  readonly cv2: number;
  /** Lag-1 autocorrelation of its logarithm. */
  readonly rho: number;
}

export class Fleet {
  readonly #chance: Chance;
  readonly #sd: number;
  readonly #rho: number;
  #state: number;

  constructor(chance: Chance, { cv2, rho }: FleetNoise) {
    this.#chance = chance;
    this.#sd = Math.sqrt(Math.log1p(cv2));
    this.#rho = rho;
    this.#state = cv2 === 0 ? 0 : chance.normal();
  }

  /** The next minute's factor on the bad rate. */
  next(): number {
    if (this.#sd === 0) return 1;
    const factor = Math.exp(this.#sd * this.#state - (this.#sd * this.#sd) / 2);
    this.#state = this.#rho * this.#state + Math.sqrt(1 - this.#rho * this.#rho) * this.#chance.normal();
    return factor;
  }
}
