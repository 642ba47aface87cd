/** A chart as a figure: its pictures in SVG, its words in HTML, so that text keeps its size on any screen. */
import { type Chart, type ChartSeries, isFilled } from "../view/chart.ts";
import type { TimelineMark } from "../view/marks.ts";
import { across, type Extent, height, pathOf, upwards, width } from "./drawing.ts";
import { escaped, joined } from "./markup.ts";
import { figureLabel } from "./ticks.ts";

/** What all charts of a page share. */
export interface Axis {
  readonly time: Extent;
  readonly marks: readonly TimelineMark[];
}

export function figureOf(chart: Chart, { time, marks }: Axis): string {
  const axis = { from: chart.from, to: chart.to };
  const id = `chart-${chart.name}`;
  const drawn = (isArea: boolean) =>
    chart.series
      .filter(({ form }) => isFilled(form) === isArea)
      .map((series) => pathMarkup(series, pathOf(series, { time, axis })));
  // Areas hide what lies behind them.
  const parts = [
    gridMarkup(chart.ticks, axis),
    ...drawn(true),
    spansMarkup(marks, time),
    shiftsMarkup(marks, time),
    ...drawn(false),
  ];
  const ticks = chart.ticks.map(
    (value) =>
      `<span style="top:${upwards(value, axis).toFixed(1)}%">${escaped(figureLabel(value, chart.unit))}</span>`,
  );
  return `<figure class="chart" data-chart="${escaped(chart.name)}" data-from="${chart.from}" data-to="${chart.to}" data-unit="${escaped(chart.unit)}">
<figcaption><h3 id="${id}">${escaped(chart.title)}</h3><ul class="legend">${chart.series.map(legendOf).join("")}</ul><p class="said" id="${id}-said">${escaped(chart.summary)}</p></figcaption>
<div class="plot"><div class="ticks" aria-hidden="true">${ticks.join("")}</div><div class="picture"><svg role="img" aria-labelledby="${id}" aria-describedby="${id}-said" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${joined(parts)}</svg><div class="cursor" hidden></div></div></div>
</figure>`;
}

const pathMarkup = ({ role, form }: ChartSeries, d: string): string =>
  `<path class="${isFilled(form) ? "area" : form} ${role}" data-series="${role}" vector-effect="non-scaling-stroke" d="${d}"/>`;

/** The key is drawn as the series is: line or area, colour and dashes. */
function legendOf({ role, form, label }: ChartSeries, nth: number): string {
  const key = isFilled(form)
    ? `<rect class="area ${role}" x="1" y="2" width="22" height="10"/>`
    : `<path class="${form} ${role}" d="M1 7H23"/>`;
  return `<li data-nth="${nth}"><svg class="key" viewBox="0 0 24 14" width="24" height="14" aria-hidden="true">${key}</svg>${escaped(label)}<output></output></li>`;
}

const gridMarkup = (ticks: readonly number[], axis: Extent): string =>
  `<path class="grid" vector-effect="non-scaling-stroke" d="${ticks.map((value) => `M0 ${upwards(value, axis).toFixed(1)}H${width}`).join("")}"/>`;

/** Faults and locked windows lie behind the curves. */
const spansMarkup = (marks: readonly TimelineMark[], time: Extent): string =>
  marks
    .filter(({ kind, untilSeconds }) => (kind === "fault" || kind === "locked") && untilSeconds !== undefined)
    .map(({ kind, atSeconds, untilSeconds = atSeconds }) => {
      const [x, end] = [across(atSeconds, time), across(untilSeconds, time)];
      return `<rect class="span ${kind}" data-from="${atSeconds}" data-to="${untilSeconds}" x="${x.toFixed(1)}" y="0" width="${Math.max(0, end - x).toFixed(1)}" height="${height}"/>`;
    })
    .join("");

/** A line through each moment in which traffic was shifted, or the way back began. */
function shiftsMarkup(marks: readonly TimelineMark[], time: Extent): string {
  const turns = marks.filter(({ kind }) => kind === "stage" || kind === "compensation");
  return turns
    .map(
      ({ kind, atSeconds }) =>
        `<path class="turn ${kind}" data-at="${atSeconds}" vector-effect="non-scaling-stroke" d="M${across(atSeconds, time).toFixed(1)} 0V${height}"/>`,
    )
    .join("");
}
