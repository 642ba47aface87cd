/** How often what was asked for came, of each pool of capacity and by the hour of the day in which it was asked for. */
import { chancesByHour, type RaisesLesson } from "../learning/by-hour.ts";
import { chanceOf } from "../learning/chance.ts";
import { weightAt } from "../learning/forgetting.ts";
import { type EpochMs, epochMs } from "../units.ts";
import type { PastRelease } from "./past.ts";
import type { Retrospective } from "./retrospective.ts";

type Raise = NonNullable<Retrospective["raises"]>[number];

export function raisesLessons(past: readonly PastRelease[], nowMs: EpochMs): RaisesLesson[] {
  const pools = Map.groupBy(past.flatMap(raisesOf), ({ instanceType, of }) => `${instanceType} ${of}`);
  return [...pools.keys()].sort().flatMap((key) => {
    const some = pools.get(key) ?? [];
    const [first] = some;
    if (first === undefined) return [];
    const trials = some.map(({ came, at }) => ({
      isGood: came,
      weight: weightAt(epochMs(at), nowMs),
      // A pool is all plans', whatever their zones.
      hour: new Date(at).getUTCHours(),
    }));
    return [{ of: first.instanceType, by: first.of, chance: chanceOf(trials), hours: chancesByHour(trials) }];
  });
}

/** Of releases of before it was kept, what their last launch says. */
function raisesOf({ retrospective, launch }: PastRelease): Raise[] {
  const kept = retrospective?.raises;
  if (kept !== undefined) return kept;
  if (launch === undefined || (launch.missingAt ?? launch.thereAt) === undefined) return [];
  return Object.keys(launch.instances).map((instanceType) => ({
    instanceType,
    of: launch.of,
    came: launch.thereAt !== undefined,
    at: launch.askedAt,
  }));
}
