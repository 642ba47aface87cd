/**
 * The noise zoo: ways in which the bad events of one side come, beyond what the verdict was made for. A kind is a
 * source of bad events per fleet, half or host; each call is the next interval.
 */
import type { Chance } from "./chance.ts";
import { Fleet } from "./fleet.ts";

/** Bad events of the next interval, of so many expected. */
export type Source = (expected: number) => number;

export interface Kind {
  readonly name: string;
  /** Where the noise is: in stable's past too, or only in the release; `rare` comes too seldom to be known. */
  readonly where: "nowhere" | "history" | "release" | "rare";
  /** Whether every host has a source of its own, or each half of the fleet. */
  readonly byHost: boolean;
  source(chance: Chance, part: "history" | "release"): Source;
}

const counting =
  (chance: Chance): Source =>
  (expected) =>
    chance.poisson(expected);

function wavering(cv2: number, rho: number) {
  return (chance: Chance): Source => {
    const fleet = new Fleet(chance, { cv2, rho });
    return (expected) => chance.poisson(expected * fleet.next());
  };
}

/** Heavy tail 1/α beyond any mean: P(X > x) = x^−α. */
const pareto = (chance: Chance, alpha: number) => chance.uniform() ** (-1 / alpha);

const heavyMinutes =
  (alpha: number) =>
  (chance: Chance): Source =>
  (expected) =>
    chance.poisson((expected * pareto(chance, alpha) * (alpha - 1)) / alpha);

/** Each failure brings more with it; `mean` is how many on average. */
function clusters(more: (chance: Chance) => number, mean: number) {
  return (chance: Chance): Source =>
    (expected) => {
      const first = chance.poisson(expected / (1 + mean));
      let all = first;
      for (let nth = 0; nth < first; nth++) all += more(chance);
      return all;
    };
}

/** Bursts of Pareto length and size, one in so many intervals. */
function bursts(every: number, leastFactor: number) {
  return (chance: Chance): Source => {
    let [left, factor] = [0, 1];
    return (expected) => {
      if (left <= 0 && chance.uniform() < 1 / every) {
        left = Math.min(60, 2 * pareto(chance, 1.5));
        factor = Math.min(100, leastFactor * pareto(chance, 1.5));
      }
      const now = left > 0 ? factor : 1;
      left -= 1;
      return chance.poisson(expected * now);
    };
  };
}

/** A job in the first two intervals of every sixty, on this side or on the other. */
function hourly(chance: Chance): Source {
  let nth = 0;
  return (expected) => {
    const failing = nth++ % 60 < 2 && chance.uniform() < 0.5;
    return chance.poisson(expected * (failing ? 10 : 1));
  };
}

const batch = (chance: Chance) => Math.min(200, Math.floor(pareto(chance, 1.5))) - 1;
const geometric = (chance: Chance) => Math.floor(Math.log(chance.uniform()) / Math.log(0.75));

const known = (name: string, source: (chance: Chance) => Source, byHost = false): Kind => ({
  name,
  byHost,
  where: "history" as const,
  source,
});
const fresh = (name: string, source: (chance: Chance) => Source, byHost = false): Kind => ({
  name,
  byHost,
  where: "release" as const,
  source: (chance, part) => (part === "history" ? counting(chance) : source(chance)),
});

export const KINDS: readonly Kind[] = [
  { name: "counts alone", where: "nowhere", byHost: false, source: counting },
  ...[
    [0.05, 0.6],
    [0.2, 0.6],
    [0.2, 0.85],
    [0.5, 0.85],
    [1, 0.85],
    [0.2, 0.95],
    [0.2, 0.98],
    [0.05, 0.98],
    [0.05, 0.995],
  ].map(([cv2 = 0, rho = 0]) => known(`AR, cv² ${cv2}, ρ ${rho}`, wavering(cv2, rho))),
  known("minutes without memory, cv² 0.5", wavering(0.5, 0)),
  known("Pareto minutes, α 2.2", heavyMinutes(2.2)),
  known("bursts, one in 2 h", bursts(120, 3)),
  { ...known("bursts, one in 12 h", bursts(720, 10)), where: "rare" },
  known(
    "retries, one more each",
    clusters(() => 1, 1),
    true,
  ),
  known(
    "retries, three more each",
    clusters(() => 3, 3),
    true,
  ),
  known("retries, geometric, three more", clusters(geometric, 3), true),
  known("batches of Pareto sizes up to 200", clusters(batch, 1.55), true),
  known("a job at each hour, ×10 on one side", hourly),
  fresh("only in the release: AR, cv² 0.05, ρ 0.6", wavering(0.05, 0.6)),
  fresh("only in the release: AR, cv² 0.2, ρ 0.6", wavering(0.2, 0.6)),
  fresh("only in the release: AR, cv² 0.5, ρ 0.85", wavering(0.5, 0.85)),
  fresh(
    "only in the release: retries, one more each",
    clusters(() => 1, 1),
    true,
  ),
];
