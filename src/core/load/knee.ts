/**
 * The knee: the highest rate at which a fleet keeps to the requirements. It is looked for from below, in steps alike
 * and beyond the peak in ones that grow, until too much is bad at one of them; from then on where it is believed to be.
 */
import { type KneeBelief, kneeBelief } from "./knee-belief.ts";
import { findingOf, type LoadAsk, type StepFinding } from "./step.ts";
import { emptyTally, mergedTallies, type SeenAt } from "./tally.ts";

/** Between which rates it is, nineteen times of twenty; 0, or absent: below, or above, all that was tried. */
export interface Knee {
  readonly from: number;
  readonly to?: number | undefined;
}

/** Between which rates it is looked for, requests per second. */
export interface KneeBounds {
  readonly start: number;
  readonly cap: number;
  /** A rate that is looked at whatever the steps are. */
  readonly stop: number;
}

/** Half of the interval over its middle. */
const precision = 0.045;
/** So many steps alike from the start to where it stops: what others lean on, too, suffers by how much more comes at once. */
const stepsToStop = 5;
/** Above that. */
const growth = 1.3;
/** What is nearer than that says no more than the rate itself. */
const near = 1.01;
/** On the way up a rate is left after so long, once its requests are so many and lean to the good. */
export const climbSeconds = 15;
export const climbRequests = 300;
const mostClimbSeconds = 30;

interface Point extends StepFinding, SeenAt {
  /** Undecided for so long, it is near the knee: others say more. */
  readonly isSpent: boolean;
}

function pointsOf(seen: readonly SeenAt[], ask: LoadAsk): readonly Point[] {
  const byRate = seen.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  return byRate.map((each, nth) => ({
    ...each,
    ...foundAt(byRate.slice(0, nth + 1), ask),
    isSpent: each.tally.seconds >= ask.leastSeconds,
  }));
}

/** Of the last rate, and where that is not answered, together with lower ones: what they exceed, it does. */
function foundAt(upTo: readonly SeenAt[], ask: LoadAsk): StepFinding {
  const own = findingOf(ask, upTo.at(-1)?.tally ?? emptyTally);
  if (own.answer !== "open") return own;
  let tally = emptyTally;
  for (const each of upTo.toReversed()) {
    tally = mergedTallies(tally, each.tally);
    const found = findingOf(ask, tally);
    if (found.answer === "exceeds") return found;
  }
  return own;
}

/** The law by which rates tell of each other is that of heavy traffic, and no fleet's own: so much less is said. Chosen (bench:load). */
const lawMargin = 0.008;
/** Of a fleet that is slow by turns, what a turn leaves behind is in no law: chosen likewise. */
const turnsMargin = 0.04;

export function kneeOf(seen: readonly SeenAt[], ask: LoadAsk): Knee {
  const belief = kneeBelief(seen, ask);
  const { from, to } = told(pointsOf(seen, ask), belief);
  return { from: from * (1 - (belief?.isByTurns === true ? turnsMargin : lawMargin)), to };
}

/** So far beyond the highest rate that was tried the law is believed, from what was late at that: chosen (bench:load). */
const beyondTried = 1.06;

/** Beyond what was tried no more is said than that it lies below what exceeds, or hardly above. */
function told(points: readonly Point[], belief: KneeBelief | undefined): Knee {
  const [lowest, highest] = [points[0], points.at(-1)];
  if (belief === undefined || lowest === undefined || highest === undefined) return { from: 0 };
  const over = points.find(({ answer }) => answer === "exceeds")?.requestsPerSecond;
  const most = over ?? highest.requestsPerSecond;
  const isSaid = over !== undefined || belief.high <= beyondTried * most;
  const from = Math.min(belief.low, most);
  const atMost = belief.isByTurns
    ? highest.requestsPerSecond
    : (over === undefined ? beyondTried : near) * most;
  return {
    from: from < lowest.requestsPerSecond ? 0 : from,
    to: isSaid ? Math.min(belief.high, atMost) : undefined,
  };
}

/** Half of its width over its middle; at most 1. */
export const halfWidthOf = ({ from, to }: Knee): number => (to === undefined ? 1 : (to - from) / (to + from));

/** At which rate to look next; undefined where the knee is known well enough, or lies above the cap. */
export function nextRate(seen: readonly SeenAt[], ask: LoadAsk, bounds: KneeBounds): number | undefined {
  const points = pointsOf(seen, ask);
  if (isStopFirst(points, ask, bounds)) return bounds.stop;
  const belief = kneeBelief(seen, ask);
  const isOver = points.some(({ answer }) => answer === "exceeds");
  if (belief === undefined || !(isOver || isNearCap(points, bounds))) return above(points, bounds);
  if (halfWidthOf(told(points, belief)) <= precision) return undefined;
  return around(points, belief, bounds);
}

/** The highest that may be sent is neither kept to nor too much: the knee is about there. */
function isNearCap(points: readonly Point[], { cap }: KneeBounds): boolean {
  const top = points.at(-1);
  return top !== undefined && top.requestsPerSecond >= cap && top.answer === "open" && top.isSpent;
}

/** So many times the least that a rate takes. */
const stopPatience = 4;

/** What a release goes by is whether the rate is kept to at which it stops: that is answered first, where it can be. */
function isStopFirst(points: readonly Point[], { leastSeconds }: LoadAsk, { stop }: KneeBounds): boolean {
  const lowestOver = points.find(({ answer }) => answer === "exceeds")?.requestsPerSecond;
  if (lowestOver !== undefined && lowestOver < stop) return false;
  const found = points.find(({ requestsPerSecond }) => requestsPerSecond === stop);
  return found?.answer === "open" && found.tally.seconds < stopPatience * leastSeconds;
}

function above(points: readonly Point[], { start, cap, stop }: KneeBounds): number | undefined {
  const top = points.at(-1);
  if (top === undefined) return start;
  const { requestsPerSecond: rate, tally } = top;
  if (top.answer === "open") {
    const isLookedAt =
      tally.seconds >= climbSeconds && (tally.requests >= climbRequests || tally.seconds >= mostClimbSeconds);
    // A rate that stays undecided is left, too: a higher one says more, and sooner.
    const isClimb =
      rate !== stop && rate < cap && (top.leans === "within" || tally.seconds >= mostClimbSeconds);
    if (!(isLookedAt && isClimb) && !(top.isSpent && rate < cap)) return rate;
  }
  if (rate >= cap) return undefined;
  if (rate >= stop) return Math.min(rate * growth, cap);
  const step = (stop - start) / stepsToStop;
  return rate + 1.5 * step > stop ? stop : rate + step;
}

/** Where it is likely to be below; where that was looked at, there again. */
function around(points: readonly Point[], { likelyBelow }: KneeBelief, { cap }: KneeBounds): number {
  const wanted = Math.min(cap, likelyBelow);
  const [nearest] = points
    .filter((each) => Math.max(each.requestsPerSecond / wanted, wanted / each.requestsPerSecond) <= near)
    .toSorted((a, b) => a.tally.seconds - b.tally.seconds || a.requestsPerSecond - b.requestsPerSecond);
  return nearest?.requestsPerSecond ?? wanted;
}
