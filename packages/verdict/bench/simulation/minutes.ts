/** The minutes that every engine is fed: Poisson counts, with log-normal minute noise that persists, shocks and gaps. */
import type { CountPast } from "../../src/index.ts";
import { type Cell, onsetMinute, SHOCK, stageAt } from "../cells.ts";
import type { Chance } from "./chance.ts";
import { Fleet } from "./fleet.ts";

export interface Minute {
  candidateRequests: number;
  candidateBad: number;
  stableRequests: number;
  stableBad: number;
  /** Nothing came of this minute. */
  missing: boolean;
  /** The stage settles still. */
  settling?: boolean;
}

/** One release, a minute at a time; always the same object. */
export function releaseOf(cell: Cell, chance: Chance, faulty: boolean): (minute: number) => Minute {
  const candidateFleet = new Fleet(chance, cell);
  const stableFleet = new Fleet(chance, cell);
  const requests = cell.shares.map((share) =>
    Math.min(cell.requestsPerMinute - 1, Math.max(1, Math.round(cell.requestsPerMinute * share))),
  );
  const onset = faulty ? onsetMinute(cell) : Number.POSITIVE_INFINITY;
  const seen: Minute = {
    candidateRequests: 0,
    candidateBad: 0,
    stableRequests: 0,
    stableBad: 0,
    missing: false,
  };
  return (minute) => {
    const n = requests[stageAt(cell, minute)] ?? 1;
    const shocked = cell.shock && minute >= SHOCK.fromMinute && minute < SHOCK.fromMinute + SHOCK.minutes;
    const rate = cell.stableRate * (shocked ? SHOCK.factor : 1);
    const fault = minute >= onset ? cell.ratio : 1;
    seen.candidateRequests = n;
    seen.stableRequests = cell.requestsPerMinute - n;
    seen.candidateBad = Math.min(n, chance.poisson(n * rate * fault * candidateFleet.next()));
    seen.stableBad = Math.min(
      seen.stableRequests,
      chance.poisson(seen.stableRequests * rate * stableFleet.next()),
    );
    seen.missing = cell.missing > 0 && chance.uniform() < cell.missing;
    return seen;
  };
}

/** Stable before the release, in two halves of equal traffic. */
export function historyOf(cell: Cell, chance: Chance): CountPast[] {
  const halves = [new Fleet(chance, cell), new Fleet(chance, cell)] as const;
  const mean = (cell.requestsPerMinute / 2) * cell.stableRate;
  return Array.from({ length: cell.historyMinutes }, (_, minute) => {
    const [one, other] = [chance.poisson(mean * halves[0].next()), chance.poisson(mean * halves[1].next())];
    const half = { requests: cell.requestsPerMinute / 2, bad: one };
    return { at: minute * 60, requests: cell.requestsPerMinute, bad: one + other, half };
  });
}
