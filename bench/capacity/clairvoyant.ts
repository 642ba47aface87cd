/**
 * The fewest instance-hours with which no request is beyond what the plan's utilisation serves, where loads and provisioning
 * times are known: exact, by dynamic programming from the end over windows and sizes. It is held to what holds for all: sizes
 * change as a window begins, a change under way bars the next one, instances are whole and have the plan's zone spare, releases
 * begin at their dates, stable is not touched until the promotion, and a raise of the candidate takes a lock of the plan's.
 */
import { cheapestReleases, type ReleaseWay } from "./clairvoyant-release.ts";
import type { Contender, Scene } from "./replay.ts";
import { highest } from "./trace.ts";

export interface Optimum extends Contender {
  /** From the scene's begin to its end. */
  readonly instanceMinutes: number;
}

/** What is done as a window begins with so many serving. */
interface Move {
  readonly cost: number;
  readonly to: number;
  /** Until something else may be done. */
  readonly windows: number;
  readonly release?: ReleaseWay | undefined;
}

/** Infinite where nothing that is allowed serves all. */
export function optimumOf(scene: Scene, limits: { most: number; maxRaises: number }): Optimum {
  const { windowMinutes, from, to } = scene;
  const windows = (to - from) / windowMinutes;
  const moves: Move[][] = [];
  const best: number[][] = [];
  best[windows] = new Array<number>(limits.most + 1).fill(0);
  for (let window = windows - 1; window >= 0; window--) {
    const at = from + window * windowMinutes;
    moves[window] = scene.releases.includes(at)
      ? releasing(scene, at, { best, limits })
      : resizing(scene, at, { best, limits });
    best[window] = (moves[window] ?? []).map(({ cost }) => cost);
  }
  const costs = best[0] ?? [];
  const instanceMinutes = Math.min(...costs);
  return { instanceMinutes, ...followed(scene, moves, costs.indexOf(instanceMinutes)) };
}

interface Beyond {
  /** By window and size: the least that is paid from there to the end. */
  readonly best: readonly (readonly number[] | undefined)[];
  readonly limits: { readonly most: number; readonly maxRaises: number };
}

const never: Move = { cost: Number.POSITIVE_INFINITY, to: 0, windows: 1 };

/** For each size: to stay, to go down to the best of the smaller ones, or up to the best of the larger ones. */
function resizing(scene: Scene, at: number, { best, limits: { most } }: Beyond): Move[] {
  const { rules, loads, windowMinutes, from, to } = scene;
  const window = (at - from) / windowMinutes;
  const needed = rules.needs(highest(loads, at, at + windowMinutes));
  const launched = rules.launchMinutes(at);
  const taken = Math.ceil(launched / windowMinutes);
  const until = Math.min(to, at + taken * windowMinutes);
  const neededBefore = rules.needs(highest(loads, at, Math.min(until, at + launched)));
  const neededAfter = launched < until - at ? rules.needs(highest(loads, at + launched, until)) : 1;
  const isFree = !scene.releases.some((release) => release > at && release < until);
  const next = best[window + 1] ?? [];
  const later = best[Math.min(window + taken, best.length - 1)] ?? [];
  const up = isFree
    ? bestFrom(most, (size) => (size < neededAfter ? undefined : size * (until - at) + (later[size] ?? 0)))
    : [];
  let down = never;
  const found: Move[] = [never];
  for (let size = 1; size <= most; size++) {
    const stay =
      size < needed ? never : { cost: size * windowMinutes + (next[size] ?? 0), to: size, windows: 1 };
    const drained = { ...down, cost: down.cost + size * rules.drainMinutes };
    const raised = size < neededBefore ? never : { ...(up[size + 1] ?? never), windows: taken };
    found.push([stay, drained, raised].reduce((one, other) => (other.cost < one.cost ? other : one)));
    const below = stay.cost - size * rules.drainMinutes;
    if (below < down.cost) down = { cost: below, to: size, windows: 1 };
  }
  return found;
}

/** By size: the cheapest of that and all larger ones. */
function bestFrom(most: number, costOf: (size: number) => number | undefined): Move[] {
  const found: Move[] = [];
  let one = never;
  for (let size = most; size >= 1; size--) {
    const cost = costOf(size);
    if (cost !== undefined && cost < one.cost) one = { cost, to: size, windows: 1 };
    found[size] = one;
  }
  return found;
}

/** For each size that stable has: the candidate's that is best for the release and for what comes after. */
function releasing(scene: Scene, at: number, { best, limits }: Beyond): Move[] {
  const { windowMinutes, from } = scene;
  const window = (at - from) / windowMinutes;
  const ways = cheapestReleases(scene, at, limits);
  const later = best[Math.min(window + ways.windows, best.length - 1)] ?? [];
  const found: Move[] = [never];
  for (let size = 1; size <= limits.most; size++) {
    let move = never;
    if (size >= ways.stableNeeds)
      for (const way of ways.byFinal) {
        const cost = way.cost + size * ways.stableMinutes + (later[way.to] ?? 0);
        if (cost < move.cost) move = { cost, to: way.to, windows: ways.windows, release: way };
      }
    found.push(move);
  }
  return found;
}

/** The moves as a contender makes them. */
function followed({ windowMinutes, from, to }: Scene, moves: readonly Move[][], first: number): Contender {
  const floors = new Map<number, number>();
  const releases = new Map<number, ReleaseWay>();
  let size = first;
  for (let at = from; at < to; ) {
    const move = moves[(at - from) / windowMinutes]?.[size] ?? never;
    if (move.release === undefined) floors.set(at, move.to);
    else releases.set(at, move.release);
    size = move.to;
    at += move.windows * windowMinutes;
  }
  let floor = first;
  return {
    floor: (minute) => {
      floor = floors.get(minute) ?? floor;
      return floor;
    },
    release: (minute) => {
      const way = releases.get(minute);
      if (way === undefined) throw new Error(`no release was foreseen at minute ${minute}`);
      floor = way.to;
      return way.planned;
    },
  };
}
