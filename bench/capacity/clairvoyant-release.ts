/** What a release costs at least whose loads and provisioning times are known, for each size that its candidate ends with. */
import type { Scene } from "./replay.ts";
import { highest } from "./trace.ts";
import type { PlannedRelease } from "./two-variants.ts";

export interface ReleaseWay {
  /** Instance-minutes of the candidate and of what updates build for it, until its last window ends. */
  readonly cost: number;
  readonly to: number;
  readonly planned: PlannedRelease;
}

export interface ReleaseWays {
  readonly byFinal: readonly ReleaseWay[];
  /** For how long each of stable's instances is paid; twice while it is rebuilt. */
  readonly stableMinutes: number;
  /** The fewest that serve stable's share to the end: none is taken away before the promotion, and none comes. */
  readonly stableNeeds: number;
  readonly windows: number;
}

/** When what begins, minutes: sizes change none of it. */
interface Timetable {
  readonly begun: number;
  readonly joined: number;
  /** The begins of the shares. */
  readonly shares: readonly number[];
  /** The end of the last share, and of the update that leaves stable behind. */
  readonly last: number;
  readonly over: number;
  /** When the first window after it begins. */
  readonly end: number;
}

/** One raise of the candidate: before which share it is through, when it is launched, and what is needed until it is there. */
interface Raise {
  readonly share: number;
  readonly launched: number;
  readonly joins: number;
}

interface Size {
  readonly cost: number;
  readonly joins: number;
  readonly raise: Raise | undefined;
}

export function cheapestReleases(
  scene: Scene,
  at: number,
  { most, maxRaises }: { readonly most: number; readonly maxRaises: number },
): ReleaseWays {
  const times = timetableOf(scene, at);
  const { joined, last, over, end } = times;
  const lasts = (from: number, until: number) => Math.min(until, scene.to) - Math.min(from, scene.to);
  const raises = maxRaises < 1 ? [] : raisesOf(scene, times);
  /** What it ends with is paid from its launch on, and once more while an update builds it to leave stable behind. */
  const sizeFrom = (size: number, from: number) => size * (lasts(from, end) + lasts(last, over));
  const wayTo = (size: number): Size => {
    const whole: Size = {
      cost: size * lasts(at, joined) + sizeFrom(size, joined),
      joins: size,
      raise: undefined,
    };
    const raised = raises
      .filter(({ joins }) => joins < size)
      .map((raise): Size => {
        const { joins, launched } = raise;
        return { cost: joins * lasts(at, launched) + sizeFrom(size, launched), joins, raise };
      });
    return raised.reduce((one, other) => (other.cost < one.cost ? other : one), whole);
  };
  const least = candidateNeeds(scene, times, end);
  return {
    byFinal: Array.from({ length: Math.max(0, most - least + 1) }, (_, nth) => {
      const way = wayTo(least + nth);
      return { cost: way.cost, to: least + nth, planned: plannedOf(times, least + nth, way) };
    }),
    stableMinutes: lasts(at, over) + lasts(at, joined),
    stableNeeds: stableNeeds(scene, times),
    windows: (end - at) / scene.windowMinutes,
  };
}

export function timetableOf({ rules, windowMinutes }: Scene, begun: number): Timetable {
  const joined = begun + rules.launchMinutes(begun) + rules.switchMinutes;
  const shares: number[] = [];
  let last = joined + rules.proofMinutes;
  for (const { minutes } of rules.stages) {
    shares.push(last);
    last += minutes;
  }
  const over = last + rules.launchMinutes(last) + rules.switchMinutes;
  const end = begun + Math.ceil((over - begun) / windowMinutes) * windowMinutes;
  return { begun, joined, shares, last, over, end };
}

/** What the candidate needs until a moment; with the last share, until the first window after the release. */
function candidateNeeds({ rules, loads, to }: Scene, { shares, end }: Timetable, until: number): number {
  const all = rules.stages.map(({ share }, nth) => {
    const over = Math.min(to, until, shares[nth + 1] ?? end);
    return rules.needs(share * highest(loads, shares[nth] ?? end, over));
  });
  return Math.max(...all);
}

function stableNeeds({ rules, loads, to }: Scene, { begun, shares }: Timetable): number {
  const parts = [{ share: 0, from: begun }].concat(
    rules.stages.map(({ share }, nth) => ({ share, from: shares[nth] ?? to })),
  );
  const all = parts.map(({ share, from }, nth) =>
    rules.needs((1 - share) * highest(loads, from, Math.min(to, parts[nth + 1]?.from ?? from))),
  );
  return Math.max(...all);
}

/** Those that are through as the next share begins, which they would bar; each while the share before it lasts. */
const raisesOf = (scene: Scene, times: Timetable): Raise[] =>
  times.shares.slice(1).flatMap((begins, nth) => {
    const before = times.shares[nth] ?? begins;
    return Array.from({ length: begins - before }, (_, minute) => before + minute).flatMap((launched) => {
      const there = launched + scene.rules.launchMinutes(launched);
      if (there > begins) return [];
      return [{ share: nth + 1, launched, joins: candidateNeeds(scene, times, there) }];
    });
  });

function plannedOf({ shares }: Timetable, size: number, { joins, raise }: Size): PlannedRelease {
  if (raise === undefined) return { fleet: { instances: size }, leadMinutes: 0 };
  const sizes = shares.map((_, nth) => ({ percent: 0, instances: nth < raise.share ? joins : size }));
  return {
    fleet: { instances: joins, shares: sizes },
    leadMinutes: (shares[raise.share] ?? 0) - raise.launched,
  };
}
