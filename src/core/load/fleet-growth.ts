/**
 * How what a fleet serves grows with its size, by fleets of several sizes that were measured: Gunther's universal scalability law,
 * X(N) = λN / (1 + σ(N − 1) + κN(N − 1)). One test of one size says nothing of it. Whatever is not shown is refused with why: too few sizes,
 * a size too far beyond those seen, or an interval so wide that it says nothing.
 */
import { type Chance, chanceOf } from "./arrivals.ts";
import {
  choices,
  type Fitted,
  fitted,
  proportional,
  type ScalingLaw,
  type SizePoint,
  servedBy,
} from "./scaling-law.ts";

/** A fleet keeps to its requirements up to a rate between these, requests per second of all of it. */
export interface SizeSeen {
  readonly instances: number;
  readonly from: number;
  readonly to: number;
  /** How much of it counts, above 0 and at most 1; all of it where that is absent. */
  readonly weight?: number;
}

export interface ScalingFit {
  /** In proportion where no more than that is shown: σ and κ are 0 then. */
  readonly law: ScalingLaw;
  readonly isProportional: boolean;
  /** How likely as much contention as was seen is of fleets that have none, 0 to 1. */
  readonly chanceOfNone: number;
  /** Distinct ones. */
  readonly sizes: readonly number[];
  /** What the law may be as well; and what it may be where there is no contention, which is not refuted. */
  readonly draws: readonly ScalingLaw[];
  readonly proportional?: readonly ScalingLaw[];
}

export interface ScalingUnknown {
  readonly refused: string;
}

/** Loads that are too few say nothing of a law of three numbers (codahale/usl, README: six at least). */
const fewestSizes = 6;
/** Chosen: what is this many times as large as any that was seen is another fleet. */
const mostTimes = 2.5;
/** Chosen: of an interval whose ends are further apart nobody would size a fleet. */
const widest = 1.5;
/** Chosen: contention that comes by chance more often than this is none. */
const alpha = 0.05;
const draws = 300;
/** The interval says what holds nine times of ten. */
const [lowShare, highShare] = [0.05, 0.95];

/** Chosen: no measurement is better than this. */
const leastError = 0.01;

/** The ends of an interval are two standard deviations from its middle; what counts half has twice the variance. */
const pointOf = ({ instances, from, to, weight = 1 }: SizeSeen): SizePoint => ({
  instances,
  served: Math.sqrt(from * to),
  error: Math.max(leastError, Math.log(to / from) / 4) / Math.sqrt(weight),
});

/** The same for the same sizes. Those of which only a bound is known say nothing of a law. */
export function scalingOf(seen: readonly SizeSeen[]): ScalingFit | ScalingUnknown {
  const points = seen
    .filter(({ instances, from, to, weight = 1 }) => instances >= 1 && from > 0 && to >= from && weight > 0)
    .map(pointOf)
    .toSorted((one, other) => one.instances - other.instances || one.served - other.served);
  const sizes = [...new Set(points.map(({ instances }) => instances))];
  if (sizes.length < fewestSizes)
    return {
      refused: `how it grows is not known: fleets of ${sizes.length} sizes were measured, and that takes ${fewestSizes}`,
    };
  const chance = chanceOf(JSON.stringify(points));
  const [none, full] = [fitted(points, proportional), fitted(points, choices)];
  const freedom = points.length - 3;
  const scale = Math.sqrt(Math.max(1, full.misfit / freedom));
  const gain = (one: Fitted, other: Fitted) =>
    (one.misfit - other.misfit) / Math.max(1, other.misfit / freedom);
  const seenGain = gain(none, full);
  const asNone = Array.from({ length: draws }, () => {
    const drawn = redrawn(points, none.law, { scale, chance });
    return gain(fitted(drawn, proportional), fitted(drawn, choices));
  });
  const chanceOfNone = asNone.filter((each) => each >= seenGain).length / draws;
  const isProportional = chanceOfNone > alpha;
  const again = (law: ScalingLaw, of: typeof choices) =>
    Array.from({ length: draws }, () => {
      // Of so few residuals their spread is not known well either (Student).
      const unsure = scale * Math.sqrt(freedom / chiSquared(freedom, chance));
      return fitted(redrawn(points, law, { scale: unsure, chance }), of).law;
    });
  return {
    law: isProportional ? none.law : full.law,
    isProportional,
    chanceOfNone,
    sizes,
    draws: again(full.law, choices),
    ...(isProportional && { proportional: again(none.law, proportional) }),
  };
}

export interface ServedBySize {
  readonly instances: number;
  /** Requests per second, and within which it is nine times of ten. */
  readonly served: number;
  readonly low: number;
  readonly high: number;
}

/** What so many instances serve. */
export function servedAt(fit: ScalingFit, instances: number): ServedBySize | ScalingUnknown {
  const [smallest, largest] = endsOf(fit.sizes);
  if (instances > mostTimes * largest || instances < smallest / mostTimes)
    return {
      refused: `${instances} instances are too far from the ${smallest} to ${largest} that were measured`,
    };
  const served = servedBy(fit.law, instances);
  const ends = (of: readonly ScalingLaw[] = []): readonly number[] => {
    const drawn = of.map((law) => servedBy(law, instances)).sort((one, other) => one - other);
    return [lowShare, highShare].flatMap((share) => drawn[Math.floor(share * drawn.length)] ?? []);
  };
  const within = [served, ...ends(fit.draws), ...ends(fit.proportional)];
  const [low, high] = [Math.min(...within), Math.max(...within)];
  if (high / low > widest)
    return {
      refused: `what ${instances} instances serve cannot be told from noise: between ${figure(low)} and ${figure(high)} requests/s by the ${smallest} to ${largest} that were measured`,
    };
  return { instances, served, low, high };
}

/** Up to how many instances anything can be said, of those from the largest that was measured on. */
export function reachOf(fit: ScalingFit): number {
  const [, largest] = endsOf(fit.sizes);
  const beyond = Math.floor(mostTimes * largest) - largest;
  const tried = Array.from(
    { length: reachSteps + 1 },
    (_, nth) => largest + Math.round((nth * beyond) / reachSteps),
  );
  return tried.findLast((instances) => "served" in servedAt(fit, instances)) ?? largest;
}

const reachSteps = 16;

/** How many instances serve so much, by what a fleet of a size was seen to: as many times that as the law has it. */
export function sizeFor(
  fit: ScalingFit,
  load: number,
  seen?: { readonly instances: number; readonly served: number },
): ServedBySize | ScalingUnknown {
  const [, largest] = endsOf(fit.sizes);
  const times = seen === undefined ? 1 : seen.served / servedBy(fit.law, seen.instances);
  const most = Math.floor(mostTimes * largest);
  for (let instances = 1; instances <= most; instances++) {
    if (times * servedBy(fit.law, instances) < load * (1 - 1e-9)) continue;
    const found = servedAt(fit, instances);
    if ("refused" in found) return found;
    const { served, low, high } = found;
    return { instances, served: times * served, low: times * low, high: times * high };
  }
  const peak = peakOf(fit.law);
  if (peak < most)
    return {
      refused: `no size serves it: most is served by ${Math.round(peak)} instances, ${figure(times * servedBy(fit.law, Math.max(1, Math.round(peak))))} requests/s`,
    };
  return {
    refused: `it takes more than ${most} instances, which is too far from the ${largest} that were measured`,
  };
}

/** From how many instances on each one more makes it less. */
const peakOf = ({ contention, coherency }: ScalingLaw): number =>
  coherency > 0 ? Math.sqrt(Math.max(0, 1 - contention) / coherency) : Number.POSITIVE_INFINITY;

const endsOf = (sizes: readonly number[]): readonly [number, number] => [
  Math.min(...sizes),
  Math.max(...sizes),
];
const figure = (value: number): string => `${Number(value.toPrecision(3))}`;

/** What might have been measured of the same fleets, by a law. */
const redrawn = (
  points: readonly SizePoint[],
  law: ScalingLaw,
  { scale, chance }: { readonly scale: number; readonly chance: Chance },
): SizePoint[] =>
  points.map((point) => ({
    ...point,
    served: servedBy(law, point.instances) * Math.exp(scale * point.error * normal(chance)),
  }));

/** Box and Muller. */
const normal = (chance: Chance): number =>
  Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());

const chiSquared = (freedom: number, chance: Chance): number =>
  Array.from({ length: freedom }, () => normal(chance) ** 2).reduce((sum, each) => sum + each, 0);
