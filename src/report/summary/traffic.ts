/** Traffic and capacity over the run, minute by minute in a few small pictures, and stage by stage in a table. */
import type { MinuteFacts, RehearsalFacts, SideFacts, StageFacts } from "../../core/facts/rehearsal-facts.ts";
import { clock, count, percent } from "../text/figures.ts";
import { sparkline } from "../text/graphs.ts";
import { padStart, table, wrap } from "../text/layout.ts";
import { labelled, margin, type Page, roomFor } from "./page.ts";

export function traffic({ timeline, virtualSeconds }: RehearsalFacts, page: Page): string[] {
  if (timeline.length < 2) return [];
  const width = Math.min(60, roomFor(page) - 16, timeline.length);
  const { cyan, green, yellow, dim } = page.paint;
  const shares = timeline.map((minute) => minute.trafficPercent);
  const failing = timeline.map((minute) => rate(sum(minute, "errors"), sum(minute, "requests")));
  const latencies = timeline.map(meanLatencyMs);
  const instances = timeline.map((minute) => sum(minute, "instances"));
  const line = (label: string, picture: string, note: string) =>
    labelled(page, label, [`${picture}  ${dim(note)}`]);
  const top = (values: readonly number[]) => Math.max(...values);
  const steady = (values: readonly number[]) => ({ width, most: Math.max(top(values), 2 * median(values)) });
  return [
    ...line("traffic share", cyan(sparkline(shares, { width, most: 100 })), `up to ${percent(top(shares))}`),
    ...line("instances", green(sparkline(instances, steady(instances))), `up to ${top(instances)}`),
    ...line("failing", yellow(sparkline(failing, steady(failing))), `up to ${percent(top(failing))}`),
    ...line("latency", yellow(sparkline(latencies, steady(latencies))), `up to ${count(top(latencies))} ms`),
    ...labelled(page, "", [
      dim(`0:00${padStart(clock(virtualSeconds).slice(0, -3), Math.max(6, width - 4))}`),
    ]),
  ];
}

export function stages({ stages: reached }: RehearsalFacts, { width, paint }: Page): string[] {
  if (reached.length === 0) return [];
  const columns = [
    { head: "stage", align: "right" },
    { head: "from" },
    { head: "until" },
    { head: "ready / stable" },
    { head: "requests", align: "right" },
    { head: "failing / stable", align: "right" },
    { head: "ms / stable", align: "right" },
    { head: "" },
  ] as const;
  const rows = reached.map((stage) => [
    percent(stage.trafficPercent),
    minutes(stage.fromSeconds),
    minutes(stage.untilSeconds),
    `${fleet(stage.candidate)} / ${fleet(stage.stable)}`,
    stage.candidate === null ? "" : count(stage.candidate.requests),
    pair(stage, (side) => percent(rate(side.errors, side.requests))),
    pair(stage, (side) => String(Math.round(side.latencyMs))),
    endings[stage.result](paint),
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

const endings: Readonly<Record<StageFacts["result"], (paint: Page["paint"]) => string>> = {
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

function fleet(side: SideFacts | null): string {
  if (side === null) return "–";
  return side.ready === side.instances ? String(side.ready) : `${side.ready} of ${side.instances}`;
}

/** Candidate's figure and stable's; a dash for a side without requests. */
function pair({ candidate, stable }: StageFacts, of: (side: SideFacts) => string): string {
  const one = (side: SideFacts | null) => (side === null || side.requests === 0 ? "–" : of(side));
  return `${one(candidate)} / ${one(stable)}`;
}

const rate = (bad: number, all: number): number => (all === 0 ? 0 : (100 * bad) / all);

function sum({ variants }: MinuteFacts, of: "requests" | "errors" | "instances"): number {
  return Object.values(variants).reduce((total, side) => total + side[of], 0);
}

function meanLatencyMs(minute: MinuteFacts): number {
  const requests = sum(minute, "requests");
  const weighted = Object.values(minute.variants).reduce(
    (total, side) => total + side.latencyMs * side.requests,
    0,
  );
  return requests === 0 ? 0 : Math.round(weighted / requests);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
