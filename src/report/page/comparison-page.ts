/** Several rehearsals on one page: what came of each in a table, then each one's traffic, capacity and failures on one time axis. */
import type { Chart } from "../view/chart.ts";
import type { ReleaseView } from "../view/release-view.ts";
import { badge, cards } from "./cards.ts";
import { documentOf, section, tools } from "./document.ts";
import { figureOf } from "./figure.ts";
import { hoursLane, markLane, stageLane } from "./lanes.ts";
import { escaped, joined } from "./markup.ts";
import { variantTable } from "./tables.ts";

export interface NamedView {
  readonly name: string;
  readonly view: ReleaseView;
}

/** Of each variant: more would hide what differs. */
const drawn: ReadonlySet<string> = new Set(["share", "candidate-capacity", "errors"]);

export function comparisonPage(title: string, all: readonly NamedView[]): string {
  const time = { from: 0, to: Math.max(60, ...all.map(({ view }) => view.seconds)) };
  const axes = axesOf(all);
  const parts = all.map(({ name, view }, nth) => ({ name, view, charts: chartsOf(view, { nth, axes }) }));
  const pictures = parts.map(({ name, view, charts }) =>
    joined([
      `<article><h3>${escaped(name)} ${badge(view.outcome)}</h3>`,
      `<p>${escaped(view.sentence)}</p>`,
      view.outcome === "promoted" ? "" : `<p class="said">${escaped(view.reason)}</p>`,
      cards(view.highlights),
      stageLane(view.stages, time),
      view.charts.length === 0 ? "" : markLane(view.marks, time),
      ...charts.map((chart) => figureOf(chart, { time, marks: view.marks })),
      "</article>",
    ]),
  );
  const charts = parts.flatMap((part) => part.charts);
  const panel = `<div class="panel" id="charts" data-seconds="${time.to}">${joined([tools(time), ...pictures, hoursLane(time)])}</div>`;
  return documentOf({
    title,
    content: [
      `<header><h1>${escaped(title)}</h1></header>`,
      section("side-by-side", "Side by side", variantTable(all)),
      section("pictures", "What happened", panel),
    ],
    charts,
  });
}

type Axis = Pick<Chart, "from" | "to" | "ticks">;

/** By chart: one axis for all variants, so that what is higher in one of them is higher on the page. */
function axesOf(all: readonly NamedView[]): ReadonlyMap<string, Axis> {
  const axes = new Map<string, Axis>();
  for (const { name, ...axis } of all.flatMap(({ view }) => view.charts)) {
    const known = axes.get(name);
    if (known === undefined || axis.to > known.to) axes.set(name, axis);
  }
  return axes;
}

/** Names apart: no two charts of a page share one. */
const chartsOf = (
  { charts }: ReleaseView,
  { nth, axes }: { nth: number; axes: ReadonlyMap<string, Axis> },
): Chart[] =>
  charts
    .filter(({ name }) => drawn.has(name))
    .map((chart) => {
      const { from, to, ticks } = axes.get(chart.name) ?? chart;
      return { ...chart, from, to, ticks, name: `${chart.name}-${nth}` };
    });
