/**
 * The past replayed: halves of stable, and its single instances, are judged against the rest of it as a candidate
 * would be. Bursts, batches and slow drifts show as more and higher peaks of evidence than counting has, and evidence is
 * divided until they are no higher. One to three peaks are incidents, and do not count.
 */
import type { CountNoise, CountPast } from "./count-past.ts";
import { deflationOf } from "./deflation.ts";
import { NO_PACE, paceAfter } from "./pace.ts";

/** Replayed alternatives; a peak of any is a peak. */
const RATIOS: readonly number[] = [1.5, 2, 3, 5, 10, 20];
/** Ranks of peaks in a day, from the highest, and how high counting has them once in fifty days; nats. By simulation. */
const RANKS: readonly { readonly rank: number; readonly nats: number }[] = [
  { rank: 4, nats: 7 },
  { rank: 10, nats: 5.4 },
  { rank: 20, nats: 4.6 },
];
/** Where so many peaks a day are this high undivided, they are of a kind that comes back: the highest counts as well. */
const KIND = { peaks: 12, nats: 8 };
const HIGHEST_NATS = 5.5;
/** Below this, evidence has come back from a peak. */
const CALM_NATS = 0.5;
/** Peaks this near each other are one. */
const SAME_INCIDENT_SECONDS = 1200;
/** A shorter past has too few peaks to tell. */
const LEAST_SECONDS = 4 * 3600;
const DAY_SECONDS = 86_400;

/** 1 or more. */
export function heavinessOf(history: readonly CountPast[], noise: CountNoise): number {
  const seconds = history.length * noise.seconds;
  if (seconds < LEAST_SECONDS) return 1;
  const inOrder = history.toSorted((a, b) => a.at - b.at);
  const rest = ({ requests, bad, half }: CountPast) =>
    half === undefined ? null : { requests: requests - half.requests, bad: bad - half.bad };
  const halves = peaksOf(inOrder, noise, (row) => ({ part: row.half ?? null, rest: rest(row) }));
  const places = Math.max(0, ...history.map(({ ones }) => ones?.length ?? 0));
  const ones = Array.from({ length: places }, (_, place) =>
    peaksOf(inOrder, noise, (row) => ({ part: row.ones?.[place] ?? null, rest: rest(row) })),
  ).flat();
  // Less of an instance's traffic stands for smaller shares.
  const slivers = Array.from({ length: places }, (_, place) =>
    peaksOf(inOrder, noise, (row) => ({ part: sliverOf(row, place), rest: rest(row) })),
  ).flat();
  const days = seconds / DAY_SECONDS;
  return Math.max(1, beyond(halves, days), beyond(ones, places * days), beyond(slivers, places * days));
}

export interface Peak {
  /** When it was reached, epoch seconds. */
  readonly at: number;
  readonly nats: number;
  /** The same undivided. */
  readonly whole: number;
}

/** By how much peaks are higher than in so many days of counting. */
function beyond(peaks: readonly Peak[], days: number): number {
  const ranked = peaks.map(({ nats }) => nats).sort((a, b) => b - a);
  const ofAKind = peaks.filter(({ whole }) => whole > KIND.nats).length >= KIND.peaks * days;
  return Math.max(
    1,
    ofAKind ? (ranked[0] ?? 0) / HIGHEST_NATS : 0,
    ...RANKS.map(({ rank, nats }) => (ranked[Math.max(rank, Math.round(rank * days)) - 1] ?? 0) / nats),
  );
}

type Part = { readonly requests: number; readonly bad: number } | null;

const SLIVER = 0.25;

/** Each of the instance's bad events, or not, by a draw that its place and minute fix. */
function sliverOf({ at, ones }: CountPast, place: number): Part {
  const one = ones?.[place];
  if (one === undefined || one === null) return null;
  let bad = 0;
  for (let nth = 0; nth < Math.min(one.bad, MOST_DRAWN); nth++)
    if (drawn(at / 60, place, nth) < SLIVER) bad += 1;
  return { requests: one.requests * SLIVER, bad: one.bad > MOST_DRAWN ? one.bad * SLIVER : bad };
}

const MOST_DRAWN = 200;

/** Uniform in [0, 1): splitmix32 of the three. */
function drawn(minute: number, place: number, nth: number): number {
  let z =
    (Math.imul(minute, 0x9e3779b9) ^ Math.imul(place + 1, 0x85ebca6b) ^ Math.imul(nth + 1, 0xc2b2ae35)) >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return ((z ^ (z >>> 16)) >>> 0) / 4_294_967_296;
}

type Split = (row: CountPast) => { readonly part: Part; readonly rest: Part };

/** Peaks of the evidence that one part of the fleet is worse than the rest, and the other way round. */
function peaksOf(inOrder: readonly CountPast[], noise: CountNoise, split: Split): Peak[] {
  const back: Split = (row) => {
    const { part, rest } = split(row);
    return { part: rest, rest: part };
  };
  return apart([...peaksOfOne(inOrder, noise, split), ...peaksOfOne(inOrder, noise, back)]);
}

/** The highest of peaks that are near each other: an incident may have several. */
function apart(peaks: readonly Peak[]): Peak[] {
  const kept: Peak[] = [];
  for (const peak of peaks.toSorted((a, b) => b.nats - a.nats))
    if (!kept.some(({ at }) => Math.abs(at - peak.at) < SAME_INCIDENT_SECONDS)) kept.push(peak);
  return kept;
}

function peaksOfOne(inOrder: readonly CountPast[], noise: CountNoise, split: Split): Peak[] {
  const peaks: Peak[] = [];
  const sums = RATIOS.map(() => 0);
  const whole = RATIOS.map(() => 0);
  let [pace, peak, high, peakAt] = [NO_PACE, 0, 0, 0];
  for (const row of inOrder) {
    const { part, rest } = split(row);
    if (part === null || rest === null || part.requests <= 0 || rest.requests <= 0) continue;
    const requests = part.requests + rest.requests;
    const bad = part.bad + rest.bad;
    const share = part.requests / requests;
    const calm = { ...NO_PACE, recent: pace.recent, total: pace.total };
    const deflation = deflationOf(noise, calm, { share, bad, requests, seconds: noise.seconds });
    let highest = 0;
    for (const [i, ratio] of RATIOS.entries()) {
      const nats = part.bad * Math.log(ratio) - bad * Math.log(share * ratio + 1 - share);
      const sum = Math.max(0, (sums[i] ?? 0) + nats / deflation);
      whole[i] = Math.max(0, (whole[i] ?? 0) + nats);
      sums[i] = sum;
      highest = Math.max(highest, sum);
      high = Math.max(high, whole[i]);
    }
    pace = paceAfter(pace, noise, { candidate: part, stable: rest });
    if (highest > peak) [peak, peakAt] = [highest, row.at];
    else if (highest < CALM_NATS && peak > 0) {
      peaks.push({ at: peakAt, nats: peak, whole: high });
      [peak, high] = [0, 0];
    }
  }
  return peak > 0 ? [...peaks, { at: peakAt, nats: peak, whole: high }] : peaks;
}
