/** What the noise zoo must show: false rollbacks group by group, each with the rate found and whether it holds. */
import { type Bound, lowerLimit } from "./bounds.ts";
import type { ZooResult } from "./zoo.ts";

const known = new Set(["a day in halves", "a day, successive"]);
const groups: readonly {
  readonly what: string;
  /** Absent: printed, with no bound. */
  readonly most?: number;
  readonly of: (result: ZooResult) => boolean;
}[] = [
  {
    what: "counts alone, at any rate and interval",
    most: 0.01,
    of: ({ cell }) => cell.where === "nowhere" && cell.coldFactor === 1,
  },
  {
    what: "noise that a day of stable's past shows",
    most: 0.02,
    of: ({ cell }) => cell.where === "history" && known.has(cell.past),
  },
  {
    what: "noise that both sides show only in the release",
    most: 0.05,
    of: ({ cell }) => cell.where === "release",
  },
  {
    what: "caches cold for five minutes after each shift, ×3",
    most: 0.01,
    of: ({ cell }) => cell.coldFactor > 1,
  },
  {
    what: "noise too rare for a day to show",
    of: ({ cell }) => cell.where === "rare" && known.has(cell.past),
  },
  {
    what: "noise with an hour of past",
    of: ({ cell }) => cell.where !== "nowhere" && cell.where !== "release" && cell.past === "an hour",
  },
  {
    what: "noise with no past at all",
    of: ({ cell }) => cell.where !== "nowhere" && cell.where !== "release" && cell.past === "none",
  },
];

export const rateOf = ({ rolledBack, releases }: ZooResult): number => rolledBack / releases;

export function zooBounds(results: readonly ZooResult[]): readonly Bound[] {
  return groups.flatMap(({ what, most, of }) => {
    const some = results.filter(of);
    if (some.length === 0) return [];
    const pooled =
      some.reduce((sum, each) => sum + each.rolledBack, 0) /
      some.reduce((sum, { releases }) => sum + releases, 0);
    const worst = Math.max(...some.map(rateOf));
    const misses =
      most === undefined ? [] : some.filter((each) => lowerLimit(rateOf(each), each.releases) > most);
    return {
      what: `false rollbacks, ${what} (${some.length} cells)`,
      bound: most === undefined ? "printed" : `≤ ${most}`,
      found: `pooled ${pooled.toFixed(4)}, worst ${worst.toFixed(4)}`,
      holds: misses.length === 0 && (most === undefined || pooled <= most),
      misses: misses.map((each) => `${each.cell.name}: ${rateOf(each).toFixed(4)}`),
    };
  });
}
