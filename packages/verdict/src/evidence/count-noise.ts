/**
 * How much noisier than counting stable's minutes were before the release. What both halves of a fleet share (a
 * shock, a busy hour) is no noise in a comparison, so it is read off the difference of two halves where there are.
 */
import type { CountNoise, CountPast } from "./count-past.ts";
import { heavinessOf } from "./replay.ts";
import { type Excess, incidentsIn, longRunExcess, type Residual, withoutIncidents } from "./residuals.ts";

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
  rate: 0,
  cluster: 0,
  heaviness: 1,
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
 * @throws RangeError where a row of the history is no number of requests or bad events
 */
export function measureCountNoise(history: readonly CountPast[], seconds: number): CountNoise {
  refuseNonsense(history);
  const halved = splitResiduals(history, ({ half }) => half);
  const split =
    halved.residuals.length >= Math.max(LEAST_INTERVALS, history.length * LEAST_HALVED * withBad(history));
  const { residuals, perEqualHalves } = split ? halved : successiveResiduals(history);
  const telling = residuals.length;
  const rate = usualRate(history.filter(({ requests }) => requests > 0));
  if (telling < LEAST_INTERVALS) return { ...ASSUMED_COUNT_NOISE, seconds, rate };
  const usually = withoutIncidents(residuals);
  const meanBad = usually.reduce((sum, { bad }) => sum + bad, 0) / usually.length;
  const usual = longRunExcess(usually, seconds);
  const excess = usual.excess * perEqualHalves;
  const noise = {
    source: split ? ("split" as const) : ("successive" as const),
    seconds,
    intervals: history.length,
    meanBad: round(meanBad),
    phi: round(usual.phi),
    excess: round(excess),
    longRun: round(usual.longRun * perEqualHalves + Math.min(usual.unseen, MOST_UNSEEN_PER_BAD * meanBad)),
    error: round(usual.error * perEqualHalves),
    rate,
    // Successive intervals do not tell the two apart: clusters hide at no share.
    cluster: round(split ? clusterOf(history, usual) : excess),
    heaviness: 1,
  };
  return split ? { ...noise, heaviness: round(heavinessOf(history, noise)) } : noise;
}

function refuseNonsense(history: readonly CountPast[]): void {
  const counts = ({ requests, bad }: { readonly requests: number; readonly bad: number }) =>
    Number.isFinite(requests) && Number.isFinite(bad) && requests >= 0 && bad >= 0;
  for (const row of history)
    if (!counts(row) || (row.half !== undefined && !counts(row.half)))
      throw new RangeError(
        `history at ${row.at}: expected numbers of requests and bad events, found ${JSON.stringify(row)}`,
      );
}

/** An instance's excess is seen from so many standard errors on. */
const CLUSTER_ERRORS = 1.5;

/**
 * Where fleets' rates waver, one instance against the rest shows 4s(1−s) of what halves show; clusters show alike in
 * both. Two sightings, two unknowns.
 */
function clusterOf(history: readonly CountPast[], halves: Excess): number {
  const places = Math.max(0, ...history.map(({ ones }) => ones?.length ?? 0));
  let [squares, usual, n, spread] = [0, 0, 0, 0];
  for (let place = 0; place < places; place++) {
    const { residuals, spreads } = splitResiduals(history, ({ ones }) => ones?.[place] ?? undefined);
    for (const { z } of withoutIncidents(residuals)) {
      squares += z * z;
      usual += 1;
    }
    n += residuals.length;
    spread += spreads;
  }
  if (usual < LEAST_INTERVALS) return 0;
  const [one, of] = [squares / usual - 1, Math.min(0.95, (4 * spread) / n)];
  const cluster = (one - of * halves.excess) / (1 - of);
  const error = (Math.sqrt(2 / usual) * halves.phi) / (1 - of);
  return cluster < CLUSTER_ERRORS * error ? 0 : Math.min(cluster, halves.excess);
}

interface Residuals {
  readonly residuals: readonly (Residual & { readonly bad: number })[];
  /** Noise of equal halves over the noise seen: at the same cv² of a part's minutes, ½ over 2s(1−s). */
  readonly perEqualHalves: number;
  /** Σ s(1−s). */
  readonly spreads: number;
}

function splitResiduals(
  history: readonly CountPast[],
  partOf: (row: CountPast) => CountPast["half"],
): Residuals {
  const residuals: (Residual & { readonly bad: number })[] = [];
  let spreads = 0;
  for (const row of history) {
    const part = partOf(row);
    if (part === undefined || row.requests <= 0 || row.bad <= 0) continue;
    const share = part.requests / row.requests;
    if (!(share > 0 && share < 1)) continue;
    const { at, bad } = row;
    residuals.push({ at, bad, z: (part.bad - bad * share) / Math.sqrt(bad * share * (1 - share)) });
    spreads += share * (1 - share);
  }
  const n = residuals.length;
  return { residuals, perEqualHalves: n === 0 ? 1 : 0.25 / (spreads / n), spreads };
}

/** The whole fleet's minutes vary half as much as its halves', if nothing is shared by them; so it is taken. */
const WHOLE_TO_HALVES = 1;

/** Part of the intervals that had bad events. */
function withBad(history: readonly CountPast[]): number {
  return history.length === 0 ? 0 : history.filter(({ bad }) => bad > 0).length / history.length;
}

/** Against the rate of the minutes that were no incident, which is what the release will see. */
function successiveResiduals(history: readonly CountPast[]): Residuals {
  const used = history.filter(({ requests }) => requests > 0);
  const rate = usualRate(used);
  if (rate === 0) return { residuals: [], perEqualHalves: WHOLE_TO_HALVES, spreads: 0 };
  return { residuals: residualsAt(rate, used), perEqualHalves: WHOLE_TO_HALVES, spreads: 0 };
}

function residualsAt(rate: number, history: readonly CountPast[]): (Residual & { readonly bad: number })[] {
  return history.map(({ at, requests, bad }) => {
    const expected = requests * rate;
    return { at, bad: expected, z: (bad - expected) / Math.sqrt(expected) };
  });
}

/** An incident hides others while it counts in the rate that they are seen against. */
const ROUNDS = 3;

function usualRate(history: readonly CountPast[]): number {
  let rate = rateOf(history);
  for (let round = 0; round < ROUNDS && rate > 0; round++) {
    const incidents = incidentsIn(residualsAt(rate, history));
    rate = rateOf(history.filter(({ at }) => !incidents.has(at)));
  }
  return rate;
}

function rateOf(history: readonly CountPast[]): number {
  const requests = history.reduce((sum, each) => sum + each.requests, 0);
  return requests === 0 ? 0 : history.reduce((sum, each) => sum + each.bad, 0) / requests;
}

/** When stable's past had incidents, one to three of them: minutes that say nothing of its instances either. */
export function incidentMinutes(history: readonly CountPast[]): ReadonlySet<number> {
  const used = history.filter(({ requests }) => requests > 0);
  const rate = usualRate(used);
  return rate === 0 ? new Set() : incidentsIn(residualsAt(rate, used));
}

/** Small JSON: six decimals are far beyond what history can tell. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
