/** What is done without Slipway: target tracking alone, a fixed size, a minimum that somebody has scheduled by hand. */
import type { Contender } from "./replay.ts";
import type { Rules } from "./rules.ts";
import { dayMinutes, highest } from "./trace.ts";

const weekMinutes = 7 * dayMinutes;
const hourMinutes = 60;

/** Target tracking with a target that is such a part of the most that an instance serves. */
export const reactive = (mostPerInstance: number, part: number, coolsEarly = false): Contender => ({
  floor: () => 1,
  target: part * mostPerInstance,
  coolsEarly,
});

/** What somebody looks at: means of ten minutes, requests a minute, from … to. */
function highestMean(loads: readonly number[], from: number, to: number): number {
  const means = Array.from({ length: Math.floor((to - from) / 10) }, (_, nth) => {
    const slot = loads.slice(from + 10 * nth, from + 10 * nth + 10);
    return slot.reduce((sum, load) => sum + load, 0) / slot.length;
  });
  return highest(means, 0, means.length);
}

/** Weeks begin on Mondays, as the trace does: it was one, the 11th of May. */
const weekOf = (minute: number): number => Math.floor(minute / weekMinutes) * weekMinutes;

/** So many times what the highest ten minutes of the week before took; set each Monday, and nothing scales. */
export function fixed(rules: Rules, loads: readonly number[], factor: number): Contender {
  const sizes = new Map<number, number>();
  return {
    floor: (minute) => {
      const week = weekOf(minute);
      const size =
        sizes.get(week) ?? Math.ceil(factor * rules.needs(highestMean(loads, week - weekMinutes, week)));
      sizes.set(week, size);
      return size;
    },
  };
}

export interface ByHand {
  readonly factor: number;
  /** Of target tracking above it: requests a minute for each instance. */
  readonly target: number;
}

/** As a minimum for each hour of the week so many times what its highest ten minutes took a week before. */
export function scheduled(rules: Rules, loads: readonly number[], { factor, target }: ByHand): Contender {
  const sizes = new Map<number, number>();
  const ofHour = (hour: number): number => {
    const before = hour * hourMinutes - weekMinutes;
    const size =
      sizes.get(hour) ?? Math.ceil(factor * rules.needs(highestMean(loads, before, before + hourMinutes)));
    sizes.set(hour, size);
    return size;
  };
  return {
    // A person begins it a quarter of an hour early, so that it is there with the hour.
    floor: (minute) =>
      Math.max(ofHour(Math.floor(minute / hourMinutes)), ofHour(Math.floor((minute + 15) / hourMinutes))),
    target,
  };
}
