/** Traffic and capacity over the run, minute by minute in a few small pictures, and stage by stage in a table. */
import { clock, count, percent } from "../text/figures.ts";
import { sparkline } from "../text/graphs.ts";
import { type Column, padStart, table, wrap } from "../text/layout.ts";
import type { ReleaseView } from "../view/release-view.ts";
import type { StageRow, StageSide } from "../view/stage-rows.ts";
import { labelled, margin, type Page, roomFor } from "./page.ts";

export function traffic({ totals, seconds }: ReleaseView, page: Page): string[] {
  const { shares, instances, failing, latenciesMs: latencies } = totals;
  if (shares.length < 2) return [];
  const width = Math.min(60, roomFor(page) - 16, shares.length);
  const { cyan, green, yellow, dim } = page.paint;
  const line = (label: string, picture: string, note: string) =>
    labelled(page, label, [`${picture}  ${dim(note)}`]);
  const top = (values: readonly number[]) => Math.max(...values);
  const steady = (values: readonly number[]) => ({ width, most: Math.max(top(values), 2 * median(values)) });
  return [
    ...line("traffic share", cyan(sparkline(shares, { width, most: 100 })), `up to ${percent(top(shares))}`),
    ...line("instances", green(sparkline(instances, steady(instances))), `up to ${top(instances)}`),
    ...line("failing", yellow(sparkline(failing, steady(failing))), `up to ${percent(top(failing))}`),
    ...(top(latencies) === 0 // A deployment sees it by a KPI of its own alone.
      ? []
      : line(
          "latency",
          yellow(sparkline(latencies, steady(latencies))),
          `up to ${count(top(latencies))} ms`,
        )),
    ...labelled(page, "", [dim(`0:00${padStart(clock(seconds).slice(0, -3), Math.max(6, width - 4))}`)]),
  ];
}

export function stages({ stages: reached }: ReleaseView, { width, paint }: Page): string[] {
  if (reached.length === 0) return [];
  const isTimed = reached.some(({ sides: both }) =>
    [both.candidate, both.stable].some((side) => side !== null && side.latencyMs !== null),
  );
  const columns: Column[] = [
    { head: "stage", align: "right" },
    { head: "from" },
    { head: "until" },
    { head: "ready / stable" },
    { head: "requests", align: "right" },
    { head: "failing / stable", align: "right" },
    ...(isTimed ? [{ head: "ms / stable", align: "right" } as const] : []),
    { head: "" },
  ];
  const rows = reached.map((stage) => [
    percent(stage.trafficPercent),
    minutes(stage.fromSeconds),
    minutes(stage.untilSeconds),
    `${fleet(stage.sides.candidate)} / ${fleet(stage.sides.stable)}`,
    stage.sides.candidate === null ? "" : count(stage.sides.candidate.requests),
    pair(stage, (side) => percent((100 * side.errors) / side.requests)),
    ...(isTimed
      ? [pair(stage, (side) => (side.latencyMs === null ? "–" : String(Math.round(side.latencyMs))))]
      : []),
    stage.result === undefined ? paint.dim("▸") : endings[stage.result](paint),
  ]);
  const lines = table(columns, rows, { width: width - margin.length, head: paint.dim });
  const stopped = reached.some(({ result }) => result === "stopped");
  const notes = [
    ...(reached.some(({ result }) => result === "eased") ? [whatEasingIs] : []),
    ...(stopped ? [whyCountsDiffer] : []),
  ];
  const note = notes.flatMap((text) => wrap(text, width - margin.length).map(paint.dim));
  return [...lines, ...note].map((line) => margin + line);
}

const endings: Readonly<Record<NonNullable<StageRow["result"]>, (paint: Page["paint"]) => string>> = {
  passed: (paint) => paint.green("✔"),
  eased: (paint) => paint.yellow("↓"),
  restored: (paint) => paint.green("↑"),
  stopped: (paint) => paint.yellow("↩"),
};

const whatEasingIs =
  "↓ One instance of the candidate failed alone: less traffic until it is well again (↑) or has failed for half an hour.";

/** A verdict falls on what metrics have shown by then; requests go on until the weights are back. */
const whyCountsDiffer =
  "Requests of each stage's whole minutes; what it was judged by are those that metrics had shown by then.";

/** Hours and minutes. */
const minutes = (seconds: number): string => clock(seconds).slice(0, -3);

function fleet(side: StageSide | null): string {
  if (side === null || side.provisioned === null) return "–";
  const warm = side.warm ?? "?";
  return warm === side.provisioned ? String(warm) : `${warm} of ${side.provisioned}`;
}

/** Candidate's figure and stable's; a dash for a side without requests. */
function pair({ sides: { candidate, stable } }: StageRow, of: (side: StageSide) => string): string {
  const one = (side: StageSide | null) => (side === null || side.requests === 0 ? "–" : of(side));
  return `${one(candidate)} / ${one(stable)}`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
