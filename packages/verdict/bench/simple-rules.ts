/**
 * `npm run bench:rules -- [--quick]`: the shipped verdict beside the best of a grid of simple rules, chosen anew for each
 * cell by what it did there, which nobody could have known beforehand. The grid is fixed; cells are of any limit.
 */
import { writeFileSync } from "node:fs";
import { measureCountNoise } from "../src/index.ts";
import { type Cell, cellsOf, HORIZON_MINUTES, LOOKS, limitOf } from "./cells.ts";
import { Shipped } from "./engines/shipped.ts";
import { alignedRows } from "./output/aligned.ts";
import { Chance } from "./simulation/chance.ts";
import { historyOf, type Minute, releaseOf } from "./simulation/minutes.ts";
import { seedOf } from "./simulation/seed.ts";

/** Rolls back once the candidate fails so many times as often over the last minutes, by so many bad events at least. */
interface Rule {
  readonly minutes: number;
  readonly times: number;
  readonly least: number;
  /** As often as stable in the same minutes, or as stable's rate was before, which is told to the rule exactly. */
  readonly as: "stable now" | "stable before";
}

const grid: readonly Rule[] = (["stable now", "stable before"] as const).flatMap((as) =>
  [1, 3, 5, 10, 30].flatMap((minutes) =>
    [1.5, 2, 3, 5].flatMap((times) => [1, 5, 20].map((least) => ({ as, minutes, times, least }))),
  ),
);
const nameOf = ({ minutes, times, least, as }: Rule) =>
  `${times}× ${as} over ${minutes} min, ${least} bad at least`;

interface Found {
  falseRollbacks: number;
  badServed: number;
}

/** What the newest minutes come to, for each length of the grid. */
class Windows {
  readonly #all: Minute[] = [];
  add(minute: Minute): void {
    this.#all.push({ ...minute });
  }
  fires({ minutes, times, least, as }: Rule, usualRate: number): boolean {
    if (this.#all.length < minutes) return false;
    const sum = { bad: 0, requests: 0, stableBad: 0, stableRequests: 0 };
    for (const one of this.#all.slice(-minutes)) {
      sum.bad += one.candidateBad;
      sum.requests += one.candidateRequests;
      sum.stableBad += one.stableBad;
      sum.stableRequests += one.stableRequests;
    }
    const usual = as === "stable now" ? sum.stableBad / sum.stableRequests : usualRate;
    return sum.bad >= least && sum.bad / sum.requests >= times * usual;
  }
}

/** Of the shipped verdict, then of each rule. */
function measured(cell: Cell, { healthy, faulty }: { healthy: number; faulty: number }): Found[] {
  const chance = new Chance(seedOf(`rules ${cell.name}`));
  const noise = measureCountNoise(historyOf(cell, chance), 60);
  const found: Found[] = [0, ...grid].map(() => ({ falseRollbacks: 0, badServed: 0 }));
  const shipped = new Shipped();
  const follow = (isFaulty: boolean, minutes: number, ended: (nth: number, badServed: number) => void) => {
    const minuteOf = releaseOf(cell, chance, isFaulty);
    shipped.start(cell, noise);
    shipped.stage(0);
    const windows = new Windows();
    const open = new Set(found.keys());
    let badServed = 0;
    for (let minute = 0; minute < minutes && open.size > 0; minute++) {
      const seen = minuteOf(minute);
      badServed += seen.candidateBad;
      windows.add(seen);
      for (const nth of [...open]) {
        const rule = grid[nth - 1];
        const isOver = rule === undefined ? shipped.minute(seen) : windows.fires(rule, cell.stableRate);
        if (!isOver) continue;
        open.delete(nth);
        ended(nth, badServed);
      }
    }
    return { open, badServed };
  };
  const at = (nth: number) => found[nth] as Found;
  for (let nth = 0; nth < healthy; nth++)
    follow(false, LOOKS, (engine) => {
      at(engine).falseRollbacks += 1 / healthy;
    });
  for (let nth = 0; nth < faulty; nth++) {
    const served = (engine: number, bad: number) => {
      at(engine).badServed += bad / faulty;
    };
    const { open, badServed } = follow(true, HORIZON_MINUTES, served);
    for (const engine of open) served(engine, badServed);
  }
  return found;
}

const quick = process.argv.includes("--quick");
const effort = quick ? { healthy: 200, faulty: 50 } : { healthy: 1000, faulty: 200 };
const cells = cellsOf(["count"]).filter((_, nth) => !quick || nth % 5 === 0);
const levels = [0.01, 0.05] as const;

const rows = cells.map((cell) => {
  const [own, ...rules] = measured(cell, effort);
  if (own === undefined) throw new Error("expected the shipped verdict among the engines");
  const bests = levels.map((level) => {
    const allowed = rules.flatMap((rule, nth) =>
      rule.falseRollbacks <= level ? [{ ...rule, rule: grid[nth] as Rule }] : [],
    );
    return allowed.toSorted((a, b) => a.badServed - b.badServed)[0];
  });
  return { cell, own, bests };
});
const wins = levels.map(
  (_, nth) =>
    rows.filter(({ own, bests }) => own.badServed <= (bests[nth]?.badServed ?? Number.POSITIVE_INFINITY))
      .length,
);
const served = (found: Found | undefined) => (found === undefined ? "none" : found.badServed.toFixed(0));
const heads = ["cell", "limit", "slipway", ...levels.flatMap((level) => [`best ≤ ${level}`, "which"])];
const figures = new Set([1, 2, ...levels.map((_, nth) => 3 + 2 * nth)]);
console.log(
  alignedRows(
    [
      heads,
      ...rows.map(({ cell, own, bests }) => [
        ...[cell.name, limitOf(cell).toFixed(1), served(own)],
        ...bests.flatMap((best) => [served(best), best === undefined ? "" : nameOf(best.rule)]),
      ]),
    ],
    figures,
  ).join("\n"),
);
for (const [nth, level] of levels.entries())
  console.log(
    `No more bad requests than the best of ${grid.length} simple rules with false rollbacks of ${level} or less: ${wins[nth]} of ${rows.length} cells.`,
  );
if (!quick)
  writeFileSync(
    new URL("rules.json", import.meta.url),
    `${JSON.stringify({ effort, grid: grid.map(nameOf), cells: rows.map(({ cell, own, bests }) => ({ cell: cell.name, own, bests: bests.map((best) => best && { rule: nameOf(best.rule), falseRollbacks: best.falseRollbacks, badServed: best.badServed }) })) }, null, 1)}\n`,
  );
