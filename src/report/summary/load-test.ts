/** A candidate's test under load, rate by rate, in a table. */
import { count, percent } from "../text/figures.ts";
import { type Column, table } from "../text/layout.ts";
import type { LoadShown } from "../view/load-rows.ts";
import type { ReleaseView } from "../view/release-view.ts";
import { margin, type Page, paragraph } from "./page.ts";

const answers = { within: "✔", exceeds: "✖", open: "" } as const;

export const loadTest = ({ loadTest: shown }: ReleaseView, page: Page): string[] =>
  shown === undefined ? [] : loadTable(shown, page);

/** Of a release's, or of one by hand. */
export function loadTable(shown: LoadShown, page: Page): string[] {
  const columns: Column[] = [
    { head: "under load" },
    { head: "requests/s", align: "right" },
    { head: "counted", align: "right" },
    { head: "late", align: "right" },
    { head: "failed", align: "right" },
    { head: "p99 ms", align: "right" },
    { head: "" },
  ];
  const rows = shown.rows.map((row) => [
    row.name,
    Number(row.requestsPerSecond.toPrecision(3)).toString(),
    count(row.requests),
    percent(row.latePercent),
    percent(row.failedPercent),
    row.p99Ms === undefined ? "–" : count(row.p99Ms),
    answers[row.answer],
  ]);
  const layout = { width: page.width - margin.length, head: page.paint.dim };
  // One that ended before any step has none to show.
  const lines = rows.length === 0 ? [] : table(columns, rows, layout);
  return [
    ...lines.map((line) => margin + line),
    ...(shown.recovery === "" ? [] : paragraph(page, "recovery", shown.recovery)),
    ...(shown.raised === "" ? [] : paragraph(page, "raised", shown.raised)),
    ...(shown.knee === "" ? [] : paragraph(page, "knee", shown.knee)),
    ...(shown.open === "" ? [] : paragraph(page, "no answer", shown.open)),
  ];
}
