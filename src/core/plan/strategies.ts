/**
 * When a release's candidate gets its capacity: a row for each strategy. Planning, means, shift, way back, history and
 * outlook ask the row that the plan names, and none of them knows a strategy by its name.
 */
import type { Percent } from "../units.ts";

/** What of a plan says when capacity comes. */
export interface Sizing {
  readonly strategy: StrategyName;
  /** The shares that a candidate is given, growing, and for how long each is judged, minutes. */
  readonly stages: readonly { readonly trafficPercent: Percent; readonly bakeMinutes: number }[];
  /** How often it may be raised beside traffic, each time locking the endpoint. */
  readonly maxRaises: number;
  /** How long a raise takes at most, minutes. */
  readonly raiseMinutes: number;
}

export interface CapacityStrategy {
  /**
   * For how much of the load, percent, the candidate is sized before each share in turn: no less than the share, nor than
   * before the share that precedes it. It joins with the first.
   */
  sizes(shares: readonly Share[], sizing: Sizing): readonly Percent[];
  /** Whether a raise is made while the share before bakes, rather than once that has passed. */
  readonly isAhead: boolean;
  /** Whether stable gives up instances to it, by the plan's consent: what of a plan says when and for which load is `rollout.inPlace`. */
  readonly shrinksStable?: true;
  /** What it comes down to: the first of these that quota and budget allow. Absent: to itself. */
  readonly choices?: readonly StrategyName[];
}

export const strategyNames = ["upfront", "sequential", "look-ahead", "in-place", "auto"] as const;
export type StrategyName = (typeof strategyNames)[number];

const whole = (shares: readonly Share[]): readonly Percent[] => shares.map(() => 100);
const ahead: CapacityStrategy = { sizes: cheapestSizes, isAhead: true };

export const strategies: Readonly<Record<StrategyName, CapacityStrategy>> = {
  /** Whole as it joins; where the load outgrows it all the same, it is raised for all of it, so that one lock suffices. */
  upfront: { sizes: whole, isAhead: false },
  /** Between stages, once the one before has passed, as often as the plan's locked minutes allow and pays. */
  sequential: { sizes: cheapestSizes, isAhead: false },
  /** The same while the stage before bakes, once its evidence speaks against harm: what is not waited for may be raised more often. */
  "look-ahead": ahead,
  /** Whole as it joins, for a low load; stable gives up instances first, so that both fit a quota that has no room for more. */
  "in-place": { sizes: whole, isAhead: false, shrinksStable: true },
  /** All at once where that can be had and paid for, since nothing is locked then. */
  auto: { ...ahead, choices: ["upfront", "look-ahead"] },
};

/** What a strategy may come down to, in the order in which it is tried. */
export const choicesOf = (strategy: StrategyName): readonly StrategyName[] =>
  strategies[strategy].choices ?? [strategy];

/** A share of the traffic, percent, and how long it bakes. */
interface Share {
  readonly percent: Percent;
  readonly bakeMinutes: number;
}

/** The shares of a rollout in turn, the last of them all traffic. */
function sharesOf({ stages }: Pick<Sizing, "stages">): Share[] {
  const shares = stages.map(({ trafficPercent: percent, bakeMinutes }) => ({ percent, bakeMinutes }));
  return (shares.at(-1)?.percent ?? 0) < 100 ? [...shares, { percent: 100, bakeMinutes: 0 }] : shares;
}

/** For how much of the load, percent, the candidate is sized before a share of the traffic, percent. */
export interface SizedShare {
  readonly percent: Percent;
  readonly sizedFor: Percent;
  /** Whether it is raised for this share. */
  readonly isRaised: boolean;
}

/** The same for each share of a rollout in turn, the last of them all traffic, at a load that stays as it is. */
export function sizedShares(sizing: Sizing): SizedShare[] {
  const shares = sharesOf(sizing);
  const sizes = strategies[sizing.strategy].sizes(shares, sizing);
  return shares.map(({ percent }, i) => {
    const sizedFor = sizes[i] ?? 100;
    return { percent, sizedFor, isRaised: i > 0 && sizedFor > (sizes[i - 1] ?? 100) };
  });
}

/** For how much of the load the candidate joins. */
export const joinsFor = (sizing: Sizing): Percent => sizedShares(sizing)[0]?.sizedFor ?? 100;

/** Whether the candidate joins with all that it is planned to have. */
export const joinsWhole = (sizing: Sizing): boolean => joinsFor(sizing) >= 100;

/** For how much of the load a candidate that has not joined whole is raised for a share, percent, that the plan may not have. */
export const raisesFor = (sizing: Sizing, percent: Percent): Percent =>
  sizedShares(sizing).find((share) => share.percent >= percent)?.sizedFor ?? 100;

/** Runs of shares that one size serves, cheapest first; with the raises that lie between them. */
interface Way {
  readonly cost: number;
  readonly raises: number;
  readonly sizes: readonly Percent[];
}

/**
 * The sizes that cost least, in percent of the fleet × minutes: larger fleets for longer, against what each raise costs. Every
 * size is a share's, the last of those that it serves.
 */
function cheapestSizes(shares: readonly Share[], sizing: Sizing): readonly Percent[] {
  /** The cheapest ways to size the first shares, by how many raises they have. */
  const ways: (readonly Way[])[] = [[{ cost: 0, raises: -1, sizes: [] }]];
  for (let end = 1; end <= shares.length; end += 1) {
    const size = shares[end - 1]?.percent ?? 100;
    const reached = ways.flatMap((before, from) => {
      const served = shares.slice(from, end);
      const bakes = served.reduce((sum, { bakeMinutes }) => sum + bakeMinutes, 0);
      const cost = size * bakes + raising(size, shares[from - 1], sizing);
      const sizes = served.map(() => size);
      return before
        .filter(({ raises }) => raises < sizing.maxRaises)
        .map((way) => ({
          cost: way.cost + cost,
          raises: way.raises + 1,
          sizes: [...way.sizes, ...sizes],
        }));
    });
    ways.push(cheapestByRaises(reached));
  }
  const [cheapest] = (ways.at(-1) ?? []).toSorted((a, b) => a.cost - b.cost || a.raises - b.raises);
  return cheapest?.sizes ?? shares.map(() => 100);
}

/**
 * What a raise to a size costs beside the bakes: the whole fleet while all of the traffic waits for it, and what is new of it
 * while the share before still bakes, whose own size is paid for there.
 */
function raising(size: Percent, before: Share | undefined, { strategy, raiseMinutes }: Sizing): number {
  if (before === undefined) return 0;
  const early = strategies[strategy].isAhead ? Math.min(raiseMinutes, before.bakeMinutes) : 0;
  return (size - before.percent) * early + size * (raiseMinutes - early);
}

function cheapestByRaises(ways: readonly Way[]): Way[] {
  const best = new Map<number, Way>();
  for (const way of ways) {
    const found = best.get(way.raises);
    if (found === undefined || way.cost < found.cost) best.set(way.raises, way);
  }
  return [...best.values()];
}
