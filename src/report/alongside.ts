/** What a plan lists beside its endpoint, as a table of its page. */
import type { AlongsideOutlook } from "../core/outlook/alongside-outlook.ts";
import { margin, type Page } from "./summary/page.ts";
import { percent, usd } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

/** No lines where it lists nothing. */
export function alongsideTable(all: readonly AlongsideOutlook[], { width, paint }: Page): string[] {
  if (all.length === 0) return [];
  const columns = [{ head: "alongside" }, { head: "raised to" }, { head: "cost", align: "right" }] as const;
  const rows = all.map(({ what, units, demands, atMostUsd }) => [
    what,
    demands.map((demand) => demandText(demand, units)).join("; "),
    atMostUsd === null ? "not known" : `≤ ${usd(atMostUsd)}`,
  ]);
  return [
    ...table(columns, rows, { width: width - margin.length, head: paint.dim }).map((line) => margin + line),
    ...wrap(
      "What the model leans on: each is raised before the share that needs it, by MinCapacity of its scaling, and given back after the release. What it has then counts in the cost only once it has been looked at.",
      width - margin.length,
    ).map((line) => paint.dim(margin + line)),
  ];
}

function demandText(
  { trafficPercent, minimum, multiple, of = "capacity" }: AlongsideOutlook["demands"][0],
  units: string,
): string {
  const from = trafficPercent === 0 ? "" : ` from ${percent(trafficPercent)} on`;
  if (minimum !== undefined) return `${minimum} ${units}${from}`;
  return `${multiple}× its ${of === "capacity" ? "capacity" : "MinCapacity"}${from}`;
}
