/** The plan against what happened, on a terminal. */
import { table } from "../text/layout.ts";
import type { ReleaseView } from "../view/release-view.ts";
import { margin, type Page } from "./page.ts";

export function comparison({ comparisons }: ReleaseView, { width, paint }: Page): string[] {
  if (comparisons.length === 0) return [];
  const columns = [{ head: "" }, { head: "planned" }, { head: "happened" }] as const;
  const rows = comparisons.map(({ what, planned, happened, isBeyond }) => [
    what,
    planned,
    isBeyond ? paint.red(happened) : happened,
  ]);
  return table(columns, rows, { width: width - margin.length, head: paint.dim }).map((line) => margin + line);
}
