/** What a belief comes to for whoever reads it: never a bare mean, but of how much it is and how sure it is. */
import { type Belief, type Drawn, evenly, logWhere, oneAlone, type SeenSpan, shareBy } from "./log-normal.ts";

export interface Posterior {
  /** Observations, and how many of them count after forgetting. */
  readonly records: number;
  readonly n: number;
  /** Of these, those of which only a bound is known. */
  readonly bounds: number;
  readonly median: number;
  /** Within which the median is, nineteen times of twenty. */
  readonly low: number;
  readonly high: number;
  /** Of the next one: nineteen of twenty are above the first and below the last. */
  readonly p05: number;
  readonly p50: number;
  readonly p95: number;
  /** How likely the next one is where, at even steps of its logarithm. */
  readonly shape: { readonly from: number; readonly to: number; readonly shares: readonly number[] };
}

/** `drawn`: of which of those drawn together the next one is the largest. */
export function posteriorOf(belief: Belief, spans: readonly SeenSpan[], drawn: Drawn = oneAlone): Posterior {
  const next = (share: number) => Math.exp(nextWhere(belief, share, drawn));
  const median = (share: number) => Math.exp(medianWhere(belief, share));
  return {
    records: spans.length,
    n: Math.round(100 * spans.reduce((sum, { weight = 1 }) => sum + weight, 0)) / 100,
    bounds: spans.filter(isBound).length,
    median: median(0.5),
    low: median(0.025),
    high: median(0.975),
    p05: next(0.05),
    p50: next(0.5),
    p95: next(0.95),
    shape: shapeOf(belief, drawn),
  };
}

const isBound = ({ moreThan, atMost }: SeenSpan): boolean =>
  moreThan <= 0 || atMost === Number.POSITIVE_INFINITY;

/** The logarithm below which the next one is with that chance. */
export function nextWhere(belief: Belief, share: number, drawn: Drawn = oneAlone): number {
  return logWhere(share, (logValue) => shareBy(belief, logValue, drawn), boundsOf(belief, drawn));
}

/** Far beyond whatever any hypothesis lets come. */
function boundsOf(belief: Belief, { together }: Drawn): [number, number] {
  const widest = 6 * Math.max(...belief.map(({ spread }) => spread));
  const medians = belief.map(({ median }) => median);
  const highest = Math.max(...medians) + widest;
  const others = Math.max(...belief.map(({ perOther }) => perOther)) * Math.max(0, together - 1);
  return [Math.min(...medians) - widest, Math.log(Math.exp(highest) + others)];
}

/** Between the places of the grid it is as likely everywhere. */
function medianWhere(belief: Belief, share: number): number {
  const byPlace = [...Map.groupBy(belief, ({ median }) => median)]
    .map(([at, some]) => ({ at, weight: some.reduce((sum, { weight }) => sum + weight, 0) }))
    .sort((one, other) => one.at - other.at);
  const step = Math.min(...byPlace.slice(1).map(({ at }, nth) => at - (byPlace[nth]?.at ?? at)), 0.05);
  let below = 0;
  for (const { at, weight } of byPlace) {
    if (below + weight >= share) return at + step * ((share - below) / weight - 0.5);
    below += weight;
  }
  return byPlace.at(-1)?.at ?? 0;
}

const columns = 24;

function shapeOf(belief: Belief, drawn: Drawn): Posterior["shape"] {
  const [from, to] = [nextWhere(belief, 0.005, drawn), nextWhere(belief, 0.995, drawn)];
  const edges = evenly(from, Math.max(to, from + 1e-6), columns + 1).map((at) => shareBy(belief, at, drawn));
  const shares = edges.slice(1).map((edge, nth) => Math.max(0, edge - (edges[nth] ?? 0)));
  return { from: Math.exp(from), to: Math.exp(to), shares: shares.map((each) => Number(each.toFixed(4))) };
}
