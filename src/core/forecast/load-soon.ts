/**
 * What load the next slots of a day are to be expected to bring: the last one's, as the shape of the day goes on from there, and
 * a spread that is learnt from how wrong that was of past days, at any time of them. Of an hour ahead it knows far more than a
 * forecast that was made before the day began: a day's level is what is hardest to foresee, and by then it is seen.
 */
import { expectedOf, forecastDay, type Known, knownOf, type LoadDay, multiplied } from "./forecast.ts";
import { middleOf, type PastErrors, sorted, tiny, type Weighted, widened } from "./forecast-spread.ts";

export interface LoadSoon {
  /**
   * What the highest of the next so many slots stays below on a share (0 … 1) of such times; in the unit of the days. `today` has
   * the slots of the day that are over. Where none of the last of them is known, or nothing came, it is as the day was forecast.
   */
  peak(today: LoadDay, ahead: { readonly share: number; readonly slots: number }): number;
}

/** Chosen, as in the forecast of a day. */
const spreadDays = 20;
const spreadForgets = 0.9;
/** A load that was seen longer ago than so many slots says nothing of now. */
const oldest = 3;

/**
 * Of the day after these, while it lasts. `times`: by what its slots, and those of the day after it, are multiplied.
 * @throws RangeError as `forecastDay` does.
 */
export function loadSoon(days: readonly LoadDay[], times?: readonly number[]): LoadSoon {
  const ofDay = forecastDay(days, 1, times);
  const known = knownOf(days);
  const length = ofDay.median.length;
  const curve = multiplied(curveOf(known, days.length), times);
  const spreads = new Map<number, Spread>();
  const spreadOf = (slots: number): Spread => {
    const spread = spreads.get(slots) ?? spreadFrom(errorsOf(known, length, slots));
    spreads.set(slots, spread);
    return spread;
  };
  return {
    peak: (today, { share, slots }) => {
      const seen = lastSeen([...(days.at(-1) ?? []), ...today], length);
      const from = today.length;
      if (seen === undefined)
        return ofDay.peak(share, Math.min(from, length - 1), Math.min(from + slots, length));
      return goneOn(curve, { ...seen, from, slots }) * Math.exp(errorAt(spreadOf(slots), share));
    },
  };
}

interface Seen {
  readonly load: number;
  /** Its slot of the day; below 0: of the day before. */
  readonly at: number;
}

/** The newest of the last slots that is known; undefined where none is, or where nothing came. */
function lastSeen(loads: LoadDay, before: number): Seen | undefined {
  for (let nth = loads.length - 1; nth >= Math.max(0, loads.length - oldest); nth--) {
    const load = loads[nth] ?? null;
    if (load !== null) return load > 0 ? { load, at: nth - before } : undefined;
  }
  return undefined;
}

/** Of a day and the one after it, as the days before are known. */
function curveOf(known: Known, day: number): readonly number[] {
  return [...expectedOf(known, day, 1), ...expectedOf(known, day + 1, 2)];
}

interface Ahead extends Seen {
  /** The first slot that is meant, and how many are. */
  readonly from: number;
  readonly slots: number;
}

/** From the end of the day before a day goes on as though that had been its first slot. */
function goneOn(curve: readonly number[], { load, at, from, slots }: Ahead): number {
  const highest = Math.max(...curve.slice(from, from + slots));
  return (load * Math.max(highest, tiny)) / Math.max(curve[Math.max(0, at)] ?? 0, tiny);
}

/** Logarithms of what came over what was expected, of each past day at all of its times. */
function errorsOf(known: Known, length: number, slots: number): PastErrors[] {
  const { days } = known;
  const loads = days.flat();
  const past: PastErrors[] = [];
  for (let day = Math.max(1, days.length - spreadDays); day < days.length; day++) {
    if (known.levels.slice(0, day).every((level) => level === undefined)) continue;
    const curve = curveOf(known, day);
    const bySlot = Array.from({ length }, (_, slot) => {
      const begins = day * length + slot;
      const came = loads.slice(begins, begins + slots);
      const load = loads[begins - 1] ?? 0;
      if (load <= 0 || came.length < slots || came.some((each) => each === null)) return null;
      const highest = Math.max(...came.map((each) => each ?? 0), tiny);
      return Math.log(highest / goneOn(curve, { load, at: slot - 1, from: slot, slots }));
    });
    past.push({ bySlot, weight: spreadForgets ** (days.length - 1 - day) });
  }
  return past;
}

interface Spread {
  readonly past: readonly PastErrors[];
  readonly values: readonly Weighted[];
}

function spreadFrom(past: readonly PastErrors[]): Spread {
  const all = past.flatMap(({ bySlot, weight }) =>
    bySlot.flatMap((error) => (error === null ? [] : [{ error, weight }])),
  );
  return { past, values: sorted(all) };
}

const errorAt = ({ past, values }: Spread, share: number): number =>
  middleOf(values) + widened(past, share, values);
