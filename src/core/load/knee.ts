/**
 * The knee: the highest rate at which a fleet keeps to the requirements. It is looked for from below, in steps that grow
 * geometrically, then between the highest rate at which they were shown to be kept and the lowest at which they were shown not
 * to be. That fleets keep to them at any lower rate, once they do at one, is taken for granted.
 */
import { spreadOf } from "./latencies.ts";
import { findingOf, type LoadAsk, type StepFinding } from "./step.ts";
import { emptyTally, mergedTallies, type Tally } from "./tally.ts";

/** What was seen of a rate, requests per second. */
export interface SeenAt {
  readonly requestsPerSecond: number;
  readonly tally: Tally;
}

/** An interval: kept at `from` (0: at none that was tried), not kept at `to` (absent: at none that was tried). */
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
const precision = 0.05;
const growth = 1.3;
/** From such a rate the neighbours are so far; what is nearer says no more than the rate itself. */
const aside = 1.045;
const near = 1.03;
/** On the way up a rate is left after so long, once its requests are so many and lean to the good. */
export const climbSeconds = 15;
export const climbRequests = 300;
const mostClimbSeconds = 30;

interface Point extends StepFinding, SeenAt {
  /** Undecided for so long, it is near the knee: its neighbours say more. */
  readonly isSpent: boolean;
}

function pointsOf(seen: readonly SeenAt[], ask: LoadAsk): readonly Point[] {
  const byRate = seen.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  return byRate.map((each, nth) => ({
    ...each,
    ...foundAt(byRate, nth, ask),
    isSpent: each.tally.seconds >= ask.leastSeconds,
  }));
}

/**
 * Of a rate, and where that is not answered by what was seen of it alone, with what was seen of its neighbours: as much is late at
 * higher rates at least, so that what they keep to speaks for it, and what lower ones exceed against it.
 */
function foundAt(byRate: readonly SeenAt[], nth: number, ask: LoadAsk): StepFinding {
  const own = findingOf(ask, byRate[nth]?.tally ?? emptyTally);
  if (own.answer !== "open") return own;
  const pooled = (others: readonly SeenAt[], answer: StepFinding["answer"]): StepFinding | undefined => {
    let tally = byRate[nth]?.tally ?? emptyTally;
    for (const other of others) {
      tally = mergedTallies(tally, other.tally);
      const found = findingOf(ask, tally);
      if (found.answer === answer) return found;
    }
    return undefined;
  };
  return (
    pooled(byRate.slice(nth + 1), "within") ?? pooled(byRate.slice(0, nth).toReversed(), "exceeds") ?? own
  );
}

export function kneeOf(seen: readonly SeenAt[], ask: LoadAsk): Knee {
  const { kept, over } = bracketOf(pointsOf(seen, ask));
  const rate = (of: SeenAt, chances: number) => of.requestsPerSecond * (1 + chances * byChance(of, seen));
  return {
    from: kept === undefined ? 0 : rate(kept, -3),
    to: over === undefined ? undefined : rate(over, 0.5),
  };
}

interface Bracket {
  readonly kept?: Point | undefined;
  readonly over?: Point | undefined;
}

function bracketOf(points: readonly Point[]): Bracket {
  const over = points.find(({ answer }) => answer === "exceeds");
  const most = over?.requestsPerSecond ?? Number.POSITIVE_INFINITY;
  const kept = points.findLast((each) => each.answer === "within" && each.requestsPerSecond < most);
  return { kept, over };
}

/**
 * Requests come as they like (Poisson) and take as long as they take, so that the work of so many varies by this part, a standard
 * deviation of it, and a full fleet's queue with it: by how much a fleet was asked for more or less than its rate. A queue that
 * does not come in a minute may come in the next, which is why less is taken for kept by three times that. A spread below the exponential's
 * says little: what takes its time together is not spread (batches).
 */
function byChance({ tally }: SeenAt, seen: readonly SeenAt[]): number {
  const [idlest] = seen.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  const spread = idlest === undefined ? 1 : Math.max(1, spreadOf(idlest.tally.latencies));
  return Math.min(0.5, Math.sqrt((1 + spread) / Math.max(1, tally.requests)));
}

/** Half of its width over its middle; at most 1. */
export const halfWidthOf = ({ from, to }: Knee): number => (to === undefined ? 1 : (to - from) / (to + from));

/** At which rate to look next; undefined where the knee is known well enough, or lies above the cap. */
export function nextRate(seen: readonly SeenAt[], ask: LoadAsk, bounds: KneeBounds): number | undefined {
  const points = pointsOf(seen, ask);
  const { kept, over } = bracketOf(points);
  if (isStopFirst(points, ask, bounds)) return bounds.stop;
  if (over === undefined) return above(points, bounds);
  if (halfWidthOf(kneeOf(seen, ask)) <= precision) return undefined;
  const [from, to] = [kept?.requestsPerSecond ?? 0, over.requestsPerSecond];
  if (kept === undefined || to / from > aside ** 1.5) return between(points, { from, to });
  // What is left of its width is chance, which is the larger the fewer requests there were.
  return kept.tally.requests < 4 * over.tally.requests ? from : to;
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
  const next = Math.min(rate * growth, cap);
  return rate < stop && next > stop / Math.sqrt(growth) ? stop : next;
}

function between(
  points: readonly Point[],
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const open = points.filter(
    (each) => each.answer === "open" && each.requestsPerSecond > from && each.requestsPerSecond < to,
  );
  const isGood = (each: Point) => !each.isSpent && each.leans === "within";
  const floor = Math.max(from, ...open.filter(isGood).map((each) => each.requestsPerSecond));
  const left = open.filter((each) => each.requestsPerSecond > floor);
  const begun = left.find((each) => !each.isSpent);
  if (begun !== undefined) return begun.requestsPerSecond;
  const [lowest, highest] = [left[0], left.at(-1)];
  if (lowest === undefined || highest === undefined) {
    if (floor > from && to / floor <= near * aside) return floor;
    return Math.sqrt(Math.max(floor, to / growth ** 2) * to);
  }
  return besides(left, { floor, from, to, low: lowest.requestsPerSecond, high: highest.requestsPerSecond });
}

interface Gaps {
  readonly from: number;
  /** The highest rate that is likely to be good, and not spent. */
  readonly floor: number;
  readonly to: number;
  /** Of the rates that stay undecided. */
  readonly low: number;
  readonly high: number;
}

/** Around what stays undecided: a neighbour on the side of which less is known, and where both are near, more of the same. */
function besides(undecided: readonly Point[], { from, floor, to, low, high }: Gaps): number {
  const [below, over] = [low / Math.max(floor, 1e-9), to / high];
  if (floor > from && below <= near) return floor;
  if (Math.max(below, over) <= near) {
    const [least] = undecided.toSorted((a, b) => a.tally.seconds - b.tally.seconds);
    return least?.requestsPerSecond ?? low;
  }
  if (below >= over) return below > aside ** 2 ? low / aside : Math.sqrt(floor * low);
  return over > aside ** 2 ? high * aside : Math.sqrt(high * to);
}
