/**
 * Whether a fleet is slow by turns, as a neighbour, a sweep or a disk that is held back make it: by how long its answers take in
 * blocks of time. What is late at a rate is then a matter of how much of such a turn the rate has met, and not of the rate alone.
 *
 * A queue whose waits are too long for one in a hundred is one that most others wait in, too (waits of a heavily loaded queue are
 * exponential: the median is a seventh of what one in a hundred exceeds). So where most blocks are about as quick as at low rates
 * and a few are far slower, no queue has made them so: another rate would not have helped.
 */
import type { Latencies } from "./latencies.ts";
import { blockSeconds, type Run, type SeenAt } from "./tally.ts";

/** In buckets of latencies, two percent each: what is slow is a fourth slower, and so much may be waited besides. Chosen (bench:load). */
const [slowBy, waitsAtMost] = [12, 4];
/** Waits of other blocks are no more than that part of what is slow. Chosen. */
const waitsOfSlow = 1 / 7;
/** In standard errors of a block's pace: what is slow, and what is waited. */
const [slowErrors, waitErrors] = [4, 1.5];
/** From so much of what is slow on a block belongs to a stretch; up to so much it is a quick one. */
const [inStretch, outside] = [0.75, 0.35];
/** So many of a rate's blocks are at most as slow as what is called quick. */
const quickest = 0.25;
const fewestBlocks = 4;
/** What is taken to have been seen before: so many blocks, and so many slow ones among them. */
const before = { blocks: 40, slow: 10 };

type Block = Run[number];

export interface Turns {
  /** Of the time, that is slow. */
  readonly part: number;
  /** The slow blocks of a rate, those together that followed one another. */
  readonly slowAt: (seen: SeenAt) => readonly Run[];
}

interface Paced {
  readonly seen: SeenAt;
  readonly runs: readonly Run[];
  /** The pace of its quicker blocks, and by how much another is slow, in buckets. */
  readonly quick: number;
  readonly slow: number;
  /** By how much requests wait for one another, in buckets, and how much of that may be chance. */
  readonly waits: number;
  readonly error: number;
}

/** Of rates in ascending order; undefined where no turn was seen. */
export function turnsOf(byRate: readonly SeenAt[]): Turns | undefined {
  const paced = pacedOf(byRate);
  if (!paced.some((each) => each.runs.some((run) => hasTurn(run, each)))) return undefined;
  const isSlow = (each: Paced) => {
    const least = quickAt(paced, each) + inStretch * each.slow;
    return ([, , pace]: Block) => pace > least;
  };
  const free = paced.filter(({ waits, error }) => waits <= mostWaits(error));
  const blocks = free.flatMap((each) => each.runs.flat().map(isSlow(each)));
  const slow = blocks.filter(Boolean).length;
  const stretches = new Map(
    paced.map((each) => [each.seen, each.runs.flatMap((run) => stretchesOf(run, isSlow(each)))]),
  );
  return {
    part: (slow + before.slow) / (blocks.length + before.blocks),
    slowAt: (seen) => stretches.get(seen) ?? [],
  };
}

const mostWaits = (error: number): number => Math.max(waitsAtMost, waitErrors * error);

const where = (paces: readonly number[], part: number): number =>
  paces.toSorted((a, b) => a - b)[Math.floor(part * (paces.length - 1))] ?? 0;

/** Those of which enough was seen. */
function pacedOf(byRate: readonly SeenAt[]): Paced[] {
  const lower: number[] = [];
  const paced: Paced[] = [];
  for (const seen of byRate) {
    const { tally, requestsPerSecond: rate } = seen;
    // What is left of a block at the end of a run has few requests.
    const isWhole = ([requests, , pace]: Block) => requests >= 0.5 * blockSeconds * rate && pace > 0;
    const runs = tally.runs.map((run) => run.filter(isWhole));
    const paces = runs.flatMap((run) => run.map(([, , pace]) => pace));
    if (paces.length < fewestBlocks) continue;
    const quick = where(paces, quickest);
    const aboveLower = lower.length === 0 ? 0 : Math.max(0, quick - where(lower, quickest));
    const error = deviationOf(tally.latencies) / Math.sqrt(blockSeconds * rate);
    const waits = aboveLower + where(paces, 0.5) - quick;
    paced.push({ seen, runs, quick, slow: Math.max(slowBy, slowErrors * error), waits, error });
    lower.push(...paces);
  }
  return paced;
}

/** Of single requests, in buckets. */
function deviationOf(latencies: Latencies): number {
  const all = latencies.reduce((sum, [, count]) => sum + count, 0);
  const mean = latencies.reduce((sum, [bucket, count]) => sum + bucket * count, 0) / all;
  return Math.sqrt(latencies.reduce((sum, [bucket, count]) => sum + count * (bucket - mean) ** 2, 0) / all);
}

/** Higher rates are no quicker: where one is, this one was looked at while the fleet was slow. */
const quickAt = (paced: readonly Paced[], { seen, quick }: Paced): number =>
  Math.min(
    quick,
    ...paced.filter((each) => each.seen.requestsPerSecond > seen.requestsPerSecond).map((each) => each.quick),
  );

function stretchesOf(run: Run, isSlow: (block: Block) => boolean): Run[] {
  const stretches: Block[][] = [];
  let isIn = false;
  for (const block of run) {
    const isStretch = isSlow(block);
    if (isStretch && !isIn) stretches.push([]);
    if (isStretch) stretches.at(-1)?.push(block);
    isIn = isStretch;
  }
  return stretches;
}

/** Of two blocks at least, and begun or ended within two: what is cold gets warm by and by. */
function hasTurn(run: Run, { quick, slow, waits, error }: Paced): boolean {
  const above = run.map(([, , pace]) => pace - quick);
  const isSlow = (nth: number) => (above[nth] ?? 0) > inStretch * slow;
  const isQuick = (nth: number) => (above[nth] ?? slow) <= outside * slow;
  const isTurn = (from: number, to: number) => {
    const top = Math.max(...above.slice(from, to));
    const rises = isQuick(from - 1) || isQuick(from - 2);
    const falls = to < above.length && (above[to - 1] ?? 0) - (above[to] ?? 0) > inStretch * slow;
    const isNoQueue = waits <= Math.max(mostWaits(error), waitsOfSlow * top);
    return to - from > 1 && top > slow && (rises || falls) && isNoQueue;
  };
  for (let from = 0; from < above.length; from++) {
    let to = from;
    while (isSlow(to)) to += 1;
    if (isTurn(from, to)) return true;
    from = to;
  }
  return false;
}
