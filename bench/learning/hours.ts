/** How often an hour of the day is named in which less of what is asked for comes: where there is one, and where there is none. */
import { streams } from "#twin/world";
import { chancesByHour, isWorse } from "../../src/core/learning/by-hour.ts";

export interface HoursScene {
  readonly raises: number;
  /** The chance that a raise comes, in all hours but one, and in that. */
  readonly usual: number;
  readonly inOne: number;
}

export const hoursScenes: readonly HoursScene[] = [
  ...[30, 60, 120].flatMap((raises) => [0.95, 0.8].map((usual) => ({ raises, usual, inOne: usual }))),
  ...[30, 60, 120].map((raises) => ({ raises, usual: 0.95, inOne: 0.3 })),
];

const bad = 9;

/** Shares of pools. Half of the raises come in four hours of the morning, `bad` among them, and the rest whenever. */
export function hoursFigures({ raises, usual, inOne }: HoursScene, seeds: number) {
  let [named, wrong] = [0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const { uniform } = streams(seed)("raises", 0);
    const trials = Array.from({ length: raises }, () => {
      const hour = uniform() < 0.5 ? 8 + Math.floor(4 * uniform()) : Math.floor(24 * uniform());
      return { hour, isGood: uniform() < (hour === bad ? inOne : usual), weight: 1 };
    });
    const worse = chancesByHour(trials).filter(isWorse);
    if (worse.some(({ hour }) => hour === bad)) named += 1;
    if (worse.some(({ hour }) => hour !== bad || inOne === usual)) wrong += 1;
  }
  return { named: named / seeds, wrong: wrong / seeds };
}
