/**
 * Tests of others that may be looked at after every minute, each as the logarithm of its evidence that the candidate is
 * worse, on the counts so far: above ln(1/α) it rolls back. Their formulas are taken from the papers named.
 */
import { ALPHA, type Cell } from "../cells.ts";
import { logGamma } from "../simulation/chance.ts";
import type { Minute } from "../simulation/minutes.ts";

export interface Rival {
  readonly name: string;
  start(cell: Cell): void;
  /** @returns ln of the evidence after this minute; 0 says nothing */
  minute(seen: Minute): number;
}

/** What both sides have shown so far. */
class Counts {
  candidate = 0;
  candidateBad = 0;
  stable = 0;
  stableBad = 0;

  clear(): void {
    this.candidate = this.candidateBad = this.stable = this.stableBad = 0;
  }

  add(seen: Minute): void {
    this.candidate += seen.candidateRequests;
    this.candidateBad += seen.candidateBad;
    this.stable += seen.stableRequests;
    this.stableBad += seen.stableBad;
  }

  get difference(): number {
    return this.candidateBad / this.candidate - this.stableBad / this.stable;
  }

  /** Variance of the difference, by the pooled rate. */
  get variance(): number {
    const rate = (this.candidateBad + this.stableBad) / (this.candidate + this.stable);
    return rate * (1 - rate) * (1 / this.candidate + 1 / this.stable);
  }
}

/** ln of the likelihood ratio of a difference of variance v, mixed over N(0, tau²), to that of none. */
export function logNormalMixture(difference: number, v: number, tau2: number): number {
  return 0.5 * Math.log(v / (v + tau2)) + (tau2 * difference ** 2) / (2 * v * (v + tau2));
}

/**
 * The mixture SPRT of Johari, Koomen, Pekelis and Walsh (2017) for a difference of two rates, in the direction of harm; tau
 * is the difference that is expected.
 */
class NormalMixture implements Rival {
  readonly name: string;
  readonly #tau2Of: (cell: Cell) => number;
  readonly #counts = new Counts();
  #tau2 = 0;

  constructor(name: string, tau2Of: (cell: Cell) => number) {
    this.name = name;
    this.#tau2Of = tau2Of;
  }

  start(cell: Cell): void {
    this.#counts.clear();
    this.#tau2 = this.#tau2Of(cell);
  }

  minute(seen: Minute): number {
    if (!seen.missing) this.#counts.add(seen);
    const { difference, variance } = this.#counts;
    return difference > 0 && variance > 0 ? logNormalMixture(difference, variance, this.#tau2) : 0;
  }
}

const mixtureSprt = (times: number): Rival =>
  new NormalMixture(
    `mSPRT, τ ${times === 1 ? "" : `${times} `}p₀`,
    ({ stableRate }) => (times * stableRate) ** 2,
  );

/**
 * Generalised anytime-valid inference: a normal mixture whose bound is tightest after so many minutes, as Howard, Ramdas,
 * McAuliffe and Sekhon (2021) choose it: ρ = V / (2 ln(1/α) + ln(1 + 2 ln(1/α))), where V is the information by then.
 */
const gavi = (minutes: number): Rival =>
  new NormalMixture(`GAVI, ${minutes} min`, ({ stableRate, requestsPerMinute, shares: [share = 0.5] }) => {
    const requests = requestsPerMinute * minutes;
    const variance = (stableRate * (1 - stableRate)) / (requests * share * (1 - share));
    const logs = 2 * Math.log(1 / ALPHA);
    return variance * (logs + Math.log(1 + logs));
  });

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/** ln of the likelihood of k of n at a share mixed over Beta(κw, κ(1−w)) to that at w. */
export function logBetaMixture(k: number, n: number, w: number, kappa: number): number {
  const [a, b] = [kappa * w, kappa * (1 - w)];
  return logBeta(a + k, b + n - k) - logBeta(a, b) - k * Math.log(w) - (n - k) * Math.log1p(-w);
}

/**
 * Lindon and Malek (2022) for multinomial counts: which side a bad event is on, by its share of traffic, against a Beta
 * prior of so many events around it; in the direction of harm.
 */
class BetaMixture implements Rival {
  readonly name: string;
  readonly #kappa: number;
  readonly #counts = new Counts();

  constructor(kappa: number) {
    this.name = `Beta mixture, κ ${kappa}`;
    this.#kappa = kappa;
  }

  start(): void {
    this.#counts.clear();
  }

  minute(seen: Minute): number {
    const counts = this.#counts;
    if (!seen.missing) counts.add(seen);
    const bad = counts.candidateBad + counts.stableBad;
    const share = counts.candidate / (counts.candidate + counts.stable);
    return counts.difference > 0 ? logBetaMixture(counts.candidateBad, bad, share, this.#kappa) : 0;
  }
}

export const rivals = (): readonly Rival[] => [
  mixtureSprt(1),
  mixtureSprt(3),
  gavi(10),
  new BetaMixture(2),
  new BetaMixture(10),
];
