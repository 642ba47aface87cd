/** What each capacity strategy would make of a plan, side by side. */
import type { StrategyOutlook } from "../core/outlook/strategies-outlook.ts";
import { margin, type Page } from "./summary/page.ts";
import { cost, count, duration } from "./text/figures.ts";
import { table } from "./text/layout.ts";

/** In lines; none where all come to the same. */
export function strategyTable(all: readonly StrategyOutlook[], { width, paint }: Page): string[] {
  if (new Set(all.map(({ joins }) => joins)).size < 2) return [];
  const columns = [
    { head: "capacity" },
    { head: "joins", align: "right" },
    { head: "raised", align: "right" },
    { head: "locked at most", align: "right" },
    { head: "takes", align: "right" },
    { head: "cost", align: "right" },
    { head: "" },
  ] as const;
  const rows = all.map((one) => [
    one.strategy,
    count(one.joins),
    one.raises === 0 ? "never" : one.raises === 1 ? "once" : `${one.raises} times`,
    duration(one.lockedMinutes * 60),
    duration(one.minutes * 60),
    cost(one.costUsd),
    paint.dim(marksOf(one).join(", ")),
  ]);
  return table(columns, rows, { width: width - margin.length, head: paint.dim }).map((line) => margin + line);
}

function marksOf({ isPlanned, isCheapest, isSafest }: StrategyOutlook): string[] {
  const marks = [isPlanned && "planned", isCheapest && "cheapest", isSafest && "safest"];
  return marks.filter((mark) => mark !== false);
}
