/** The results as lines of text: one row per cell, every engine's figures in it, and the bounds, hits and misses. */
import { type Bound, betterPeers, shippedOf } from "../bounds.ts";
import { HORIZON_MINUTES } from "../cells.ts";
import type { CellResult, EngineResult } from "../measure.ts";
import { summaryOf, type VersusResult } from "../versus.ts";
import { alignedRows } from "./aligned.ts";

const TITLES = {
  count: "Counts: traffic, share, base rate and effect",
  staged: "Staged shares",
  "mid-stage": "A fault when all has been well for a while",
  noise: "Overdispersed and autocorrelated minutes",
  shock: "A shock to both fleets: ×20 for ten minutes",
  missing: "One minute in five missing",
} as const;

export function tableOf(results: readonly CellResult[]): string {
  const groups = [...new Set(results.map(({ cell }) => cell.group))];
  return groups
    .map((group) => {
      const rows = results.filter(({ cell }) => cell.group === group);
      return [TITLES[group], ...alignedRows([headings(rows), ...rows.map(rowOf)])].join("\n");
    })
    .join("\n\n");
}

export function boundsTable(bounds: readonly Bound[]): string {
  const rows = bounds.map(({ holds, what, bound, found }) => [holds ? "hit " : "MISS", what, bound, found]);
  const lines = alignedRows([["", "bound", "", "found"], ...rows]);
  const misses = bounds.flatMap(({ what, misses: cells }) =>
    cells.map((name) => `     missed by ${name}: ${what}`),
  );
  return [...lines, ...misses].join("\n");
}

/** Tests of others, cell by cell, and how they stand to the shipped verdict over all. */
export function rivalsTable(results: readonly VersusResult[]): string {
  const summary = summaryOf(results);
  const rows = results.map(({ cell, limitMinutes, falseRollbacks, meanMinutes, rivals }) => [
    ...[cell.name, limitMinutes.toFixed(1), `${rate(falseRollbacks)} / ${meanMinutes.toFixed(1)}`],
    ...rivals.map(
      (each) =>
        `${rate(each.falseRollbacks)} / ${each.meanMinutes.toFixed(1)} (${each.equalMinutes.toFixed(1)})`,
    ),
  ]);
  return [
    "Tests of others that hold at any look: false rollbacks / minutes (minutes at the shipped verdict's false rollbacks)",
    ...alignedRows([["cell", "limit", "slipway", ...summary.map(({ name }) => name)], ...rows]),
    "",
    ...alignedRows([
      [
        "minutes over slipway's, geometric mean",
        "as promised",
        "at equal false rollbacks",
        "faster in",
        "worst false",
      ],
      ...summary.map(({ name, promised, equal, faster, worst }) => [
        ...[name, promised.toFixed(3), equal.toFixed(3), `${faster} of ${results.length}`, rate(worst)],
      ]),
    ]),
  ].join("\n");
}

const rate = (part: number): string => part.toFixed(4).replace(/^0/, "");

function headings(results: readonly CellResult[]): string[] {
  const engines = results[0]?.engines.map(({ engine }) => engine) ?? [];
  return ["cell", "limit", "efficiency", ...engines, "lets fewer bad requests through"];
}

/** Each engine: false rollbacks / minutes / bad requests served. */
function rowOf(result: CellResult): string[] {
  const better = betterPeers(result).map(({ engine }) => engine);
  return [
    result.cell.name,
    result.limitMinutes.toFixed(1),
    shippedOf(result).efficiency.toFixed(2),
    ...result.engines.map(figuresOf),
    better.join(", "),
  ];
}

function figuresOf({ falseRollbacks, meanMinutes, found, meanBadServed }: EngineResult): string {
  const blind = found < 0.5 && meanMinutes > HORIZON_MINUTES / 2;
  // Rolled back before there was a fault, every time.
  if (Number.isNaN(meanMinutes)) return `${falseRollbacks.toFixed(2)} / – / –`;
  const minutes = blind ? "blind" : meanMinutes.toFixed(1);
  const shown = falseRollbacks.toFixed(falseRollbacks < 0.1 ? 4 : 2).replace(/^0/, "");
  return `${shown} / ${minutes} / ${Math.round(meanBadServed)}`;
}
