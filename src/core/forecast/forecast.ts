/**
 * What load a coming day is to be expected to bring, by the days before: the shape of the day, times its level, and a spread
 * that is learnt from how wrong the same forecast was of past days. Errors within a day move together, so that a day counts as
 * one observation: few days make wide intervals.
 */

import { type PastErrors, peakErrorAt, sorted, tiny, type Weighted, widened } from "./forecast-spread.ts";

/** Load by slot of one day, in any unit; null where it is not known. All days have as many slots. */
export type LoadDay = readonly (number | null)[];

export interface DayForecast {
  /** By slot: what is as likely exceeded as not. */
  readonly median: readonly number[];
  /** By slot: what a share (0 … 1) of such days stay below. */
  quantile(share: number): number[];
  /** What the highest of the slots from … to, the last not among them, stays below on a share (0 … 1) of such days. */
  peak(share: number, from: number, to: number): number;
  /** How many past days the spread was learnt from; none: it is what is believed of any load. */
  readonly learntFrom: number;
}

/** Chosen, as are the weights below: older days say little, and a forecast is to take few milliseconds. */
const shapeDays = 21;
const spreadDays = 20;
const shapeForgets = 0.85;
/** A day of the same weekday says more of the shape than its neighbours do. */
const sameWeekday = 2.5;
/** A level is nearly a random walk: yesterday's says most. */
const levelForgets = 0.1;
const weekdayForgets = 0.95;
/** As though a fifth of a week without any effect of weekdays had been seen before. */
const weekdayDoubt = 0.2;
const spreadForgets = 0.85;

/**
 * Of the day so many days after the last known one (1: the next). `times`: by what each of its slots is multiplied, where
 * something is known to bring another load than is usual. @throws RangeError where no day is known, or days are of unlike
 * length.
 */
export function forecastDay(days: readonly LoadDay[], ahead = 1, times?: readonly number[]): DayForecast {
  const [first] = days;
  if (first === undefined || first.length === 0)
    throw new RangeError("days: expected one that is known at least, found none");
  if (days.some((day) => day.length !== first.length))
    throw new RangeError(`days: expected ${first.length} slots in each, as in the first`);
  const known = knownOf(days);
  const target = days.length - 1 + ahead;
  const median = multiplied(expectedOf(known, target, ahead), times);
  const past = errorsBefore(known, days.length, ahead);
  let all: readonly Weighted[] | undefined;
  return {
    median,
    learntFrom: past.length,
    quantile: (share) => {
      all ??= sorted(
        past.flatMap(({ bySlot, weight }) =>
          bySlot.flatMap((error) => (error === null ? [] : [{ error, weight }])),
        ),
      );
      // Less its middle: the median is not moved.
      const error = widened(past, share, all);
      return median.map((load) => load * Math.exp(error));
    },
    peak: (share, from, to) => {
      const highest = Math.max(...median.slice(from, to));
      return highest * Math.exp(peakErrorAt(past, median, { share, from, to }));
    },
  };
}

export const multiplied = (loads: readonly number[], times: readonly number[] | undefined): number[] =>
  loads.map((load, slot) => load * (times?.[slot] ?? 1));

/** Days as far as they are known; of one that is not over, see `load-soon.ts`. */
export interface Known {
  readonly days: readonly LoadDay[];
  /** The logarithm of each day's mean; undefined of a day of which less than half is known. */
  readonly levels: readonly (number | undefined)[];
}

export function knownOf(days: readonly LoadDay[]): Known {
  const usual = usualShape(days);
  const levels = days.map((day) => {
    const slots = [...day.keys()].filter((slot) => day[slot] !== null);
    const mean = meanOf(slots.map((slot) => day[slot] ?? 0));
    if (2 * slots.length < day.length || mean <= 0) return undefined;
    // Of a day of which a part is not known, what of it is known is held against the same part of whole days.
    const part = usual === undefined ? 1 : meanOf(slots.map((slot) => usual[slot] ?? 1));
    return Math.log(mean / (slots.length === day.length || part <= 0 ? 1 : part));
  });
  return { days, levels };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

/** The mean of the days that are known whole, each over its own mean; undefined where there is none. */
function usualShape(days: readonly LoadDay[]): readonly number[] | undefined {
  const whole = days.flatMap((day) => {
    const loads = day.filter((load) => load !== null);
    const mean = meanOf(loads);
    return loads.length < day.length || mean <= 0 ? [] : [loads.map((load) => load / mean)];
  });
  const [first] = whole;
  return first?.map((_, slot) => meanOf(whole.map((day) => day[slot] ?? 1)));
}

/** Of a day by those that are so many days before it, or more. */
export function expectedOf({ days, levels }: Known, target: number, ahead: number): number[] {
  const until = target - ahead + 1;
  const shape = shapeOf({ days, levels }, until, target);
  const level = Math.exp(levelOf(levels, until, target));
  return shape.map((part) => part * level);
}

/** Means of days over their level, the newer and those of the same weekday counting more. */
function shapeOf({ days, levels }: Known, until: number, target: number): number[] {
  const slots = days[0]?.length ?? 0;
  const sums = new Float64Array(slots);
  const weights = new Float64Array(slots);
  for (let nth = Math.max(0, until - shapeDays); nth < until; nth++) {
    const level = levels[nth];
    if (level === undefined) continue;
    const age = target - nth;
    const weight = shapeForgets ** (until - nth) * (age % 7 === 0 ? sameWeekday : 1);
    const mean = Math.exp(level);
    for (const [slot, load] of (days[nth] ?? []).entries()) {
      if (load === null) continue;
      sums[slot] = (sums[slot] ?? 0) + (weight * load) / mean;
      weights[slot] = (weights[slot] ?? 0) + weight;
    }
  }
  return Array.from(sums, (sum, slot) => {
    const weight = weights[slot] ?? 0;
    return weight > 0 ? sum / weight : 1;
  });
}

/** The logarithm of a day's level: that of the newest days, each with what its weekday differs by from the one that comes. */
function levelOf(levels: Known["levels"], until: number, target: number): number {
  const effects = weekdayEffects(levels, until);
  const effectOf = (nth: number) => effects[nth % 7];
  const own = effectOf(target);
  let [sum, weights] = [0, 0];
  for (let nth = Math.max(0, until - 14); nth < until; nth++) {
    const level = levels[nth];
    if (level === undefined) continue;
    const its = effectOf(nth);
    const differs = own === undefined || its === undefined ? 0 : own.mean - its.mean;
    const trust = Math.min(own?.trust ?? 0, its?.trust ?? 0);
    const weight = levelForgets ** (until - 1 - nth);
    sum += weight * (level + trust * differs);
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

interface WeekdayEffect {
  readonly mean: number;
  /** 0 … 1 */
  readonly trust: number;
}

/** How far each weekday is from the mean of the week around it; undefined where no such week is known. */
function weekdayEffects(levels: Known["levels"], until: number): (WeekdayEffect | undefined)[] {
  const sums = new Array<number>(7).fill(0);
  const weights = new Array<number>(7).fill(0);
  for (let nth = 3; nth + 3 < until; nth++) {
    const around = levels.slice(nth - 3, nth + 4);
    const level = levels[nth];
    if (level === undefined || around.some((each) => each === undefined)) continue;
    const mean = around.reduce<number>((sum, each) => sum + (each ?? 0), 0) / 7;
    const weight = weekdayForgets ** (until - nth);
    sums[nth % 7] = (sums[nth % 7] ?? 0) + weight * (level - mean);
    weights[nth % 7] = (weights[nth % 7] ?? 0) + weight;
  }
  return sums.map((sum, day) => {
    const weight = weights[day] ?? 0;
    return weight === 0 ? undefined : { mean: sum / weight, trust: weight / (weight + weekdayDoubt) };
  });
}

function errorsBefore(known: Known, until: number, ahead: number): PastErrors[] {
  const past: PastErrors[] = [];
  for (let nth = Math.max(ahead, until - spreadDays); nth < until; nth++) {
    if (
      known.levels[nth] === undefined ||
      known.levels.slice(0, nth - ahead + 1).every((one) => one === undefined)
    )
      continue;
    const median = expectedOf(known, nth, ahead);
    const bySlot = (known.days[nth] ?? []).map((load, slot) =>
      load === null ? null : Math.log(Math.max(load, tiny) / Math.max(median[slot] ?? 0, tiny)),
    );
    past.push({ bySlot, weight: spreadForgets ** (until - 1 - nth) });
  }
  return past;
}
