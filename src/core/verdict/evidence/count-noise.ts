/**
 * How much noisier than counting stable's minutes were before the release. What both halves of a fleet share (a
 * shock, a busy hour) is no noise in a comparison, so it is read off the difference of two halves where there are.
 */
import { longRunExcess, type Residual } from "./residuals.ts";

/** One interval of stable before the release: its bad events and requests, in two halves where it can be split. */
export interface CountHistory {
  readonly at: number;
  readonly requests: number;
  readonly bad: number;
  /** One part of the fleet (by instance); the other part is the rest. */
  readonly half?: { readonly requests: number; readonly bad: number };
}

/** Excess variance as of equal halves, in units of counting's own: 0 is counting alone. */
export interface CountNoise {
  /** Where it was read: halves of stable, stable's own successive intervals (slower), or assumed without data. */
  readonly source: "split" | "successive" | "assumed";
  /** Length of the history's intervals, seconds: meanBad is per such interval. */
  readonly seconds: number;
  readonly intervals: number;
  /** Of the intervals that tell something: of halves, those with bad events. */
  readonly meanBad: number;
  /** Pearson χ²/df as measured: 1 is counting alone. */
  readonly phi: number;
  /** What of it is beyond counting, at least 0. */
  readonly excess: number;
  /** The same over many intervals, in which neighbours' noise adds up: twice the sum of autocovariances more. */
  readonly longRun: number;
  /** Standard error of longRun where there is no noise. */
  readonly error: number;
}

/** Fewer intervals with bad events than this say nothing about noise. */
const LEAST_INTERVALS = 20;

/** Noise that history has not seen is at most this per bad event an interval: few events hide noise, and suffer little. */
const MOST_UNSEEN_PER_BAD = 0.15;
/** Halves must be known of this part of the intervals with bad events, or the whole fleet's say more. */
const LEAST_HALVED = 0.5;

export const NO_COUNT_NOISE: CountNoise = {
  source: "split",
  seconds: 60,
  intervals: 1440,
  meanBad: 1,
  phi: 1,
  excess: 0,
  longRun: 0,
  error: 0,
};

/** Without history: minutes that vary by a third beyond counting, two in a row alike. An assumption, and named so. */
const ASSUMED_CV2 = 0.1;
const ASSUMED_PERSISTENCE = 3;
export const ASSUMED_COUNT_NOISE: CountNoise = {
  ...NO_COUNT_NOISE,
  source: "assumed",
  phi: 1 + ASSUMED_CV2 / 2,
  excess: ASSUMED_CV2 / 2,
  longRun: (ASSUMED_CV2 / 2) * ASSUMED_PERSISTENCE,
};

/**
 * Reads the noise off stable's history: from halves where most intervals have them, from successive intervals
 * otherwise. The latter count noise that both fleets would share, so they err on the slow side.
 * @param seconds length of the history's intervals
 */
export function measureCountNoise(history: readonly CountHistory[], seconds: number): CountNoise {
  const halved = splitResiduals(history);
  const split =
    halved.residuals.length >= Math.max(LEAST_INTERVALS, history.length * LEAST_HALVED * withBad(history));
  const { residuals, perEqualHalves } = split ? halved : successiveResiduals(history);
  const telling = residuals.length;
  if (telling < LEAST_INTERVALS) return { ...ASSUMED_COUNT_NOISE, seconds };
  const { phi, excess, longRun, unseen, error } = longRunExcess(residuals, seconds);
  const meanBad = residuals.reduce((sum, { bad }) => sum + bad, 0) / telling;
  return {
    source: split ? "split" : "successive",
    seconds,
    intervals: history.length,
    meanBad: round(meanBad),
    phi: round(phi),
    excess: round(excess * perEqualHalves),
    longRun: round(longRun * perEqualHalves + Math.min(unseen, MOST_UNSEEN_PER_BAD * meanBad)),
    error: round(error * perEqualHalves),
  };
}

interface Residuals {
  readonly residuals: readonly (Residual & { readonly bad: number })[];
  /** Noise of equal halves over the noise seen: at the same cv² of a part's minutes, ½ over 2s(1−s). */
  readonly perEqualHalves: number;
}

function splitResiduals(history: readonly CountHistory[]): Residuals {
  const residuals: (Residual & { readonly bad: number })[] = [];
  let leverage = 0;
  for (const { at, requests, bad, half } of history) {
    if (half === undefined || requests <= 0 || bad <= 0) continue;
    const share = half.requests / requests;
    if (!(share > 0 && share < 1)) continue;
    residuals.push({ at, bad, z: (half.bad - bad * share) / Math.sqrt(bad * share * (1 - share)) });
    leverage += 2 * share * (1 - share);
  }
  return { residuals, perEqualHalves: residuals.length === 0 ? 1 : 0.5 / (leverage / residuals.length) };
}

/** The whole fleet's minutes vary half as much as its halves', if nothing is shared by them; so it is taken. */
const WHOLE_TO_HALVES = 1;

/** Part of the intervals that had bad events. */
function withBad(history: readonly CountHistory[]): number {
  return history.length === 0 ? 0 : history.filter(({ bad }) => bad > 0).length / history.length;
}

function successiveResiduals(history: readonly CountHistory[]): Residuals {
  const used = history.filter(({ requests }) => requests > 0);
  const bad = used.reduce((sum, each) => sum + each.bad, 0);
  if (bad === 0) return { residuals: [], perEqualHalves: WHOLE_TO_HALVES };
  const rate = bad / used.reduce((sum, each) => sum + each.requests, 0);
  const residuals = used.map(({ at, requests, bad: seen }) => {
    const expected = requests * rate;
    return { at, bad: expected, z: (seen - expected) / Math.sqrt(expected) };
  });
  return { residuals, perEqualHalves: WHOLE_TO_HALVES };
}

/** Small JSON: six decimals are far beyond what history can tell. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
