/** The stages of a plan, with what comes to each and what that takes. */
import type { Outlook } from "../core/outlook.ts";
import { margin, type Page } from "./summary/page.ts";
import { count, counted, duration, percent } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

/** In lines. */
export function stageTable(
  { stages, bakeMinutes, heldBackPercent, inPlace }: Outlook,
  { width, paint }: Page,
): string[] {
  const columns = [
    { head: "stage", align: "right" },
    { head: "bake" },
    { head: inPlace === undefined ? "requests/s at peak" : "requests/s at most", align: "right" },
    { head: "takes", align: "right" },
  ] as const;
  const rows = stages.map((stage) => [
    percent(stage.trafficPercent),
    duration(stage.bakeMinutes * 60),
    count(stage.requestsPerSecond),
    counted(stage.instancesNeeded, "instance"),
  ]);
  return [
    ...table(columns, rows, { width: width - margin.length, head: paint.dim }).map((line) => margin + line),
    ...wrap(
      `Traffic moves in ${duration(bakeMinutes * 60)} of bakes at least.${restText(heldBackPercent)}`,
      width - margin.length,
    ).map((line) => paint.dim(margin + line)),
  ];
}

const restText = (heldBackPercent: number): string =>
  heldBackPercent === 0
    ? ""
    : ` Stable keeps ${percent(heldBackPercent)} to be compared with, and its fleet, until the promotion.`;
