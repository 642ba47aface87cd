/** The exact values behind the pictures, packed: what a script in the page shows where somebody points, and draws where they look closer. */
import { deflateRawSync } from "node:zlib";
import type { Chart, ChartSeries } from "../view/chart.ts";

/** Whole numbers: each is the difference from the one before it, in units of a ten-thousandth of the axis; null where nothing is known. */
export interface PackedSeries {
  /** Which of the lists of times. */
  readonly times: number;
  readonly form: ChartSeries["form"];
  readonly unit: number;
  readonly steps: readonly (number | null)[];
}

export interface PackedCharts {
  /** In tenths of seconds, each the difference from the one before it. */
  readonly times: readonly (readonly number[])[];
  readonly charts: Readonly<Record<string, readonly PackedSeries[]>>;
}

const tenths = 10;
/** Of an axis: finer than any screen, and than what is read off it. */
const parts = 10_000;

function packed(charts: readonly Chart[]): PackedCharts {
  const known = new Map<string, number>();
  const times: (readonly number[])[] = [];
  const timesOf = (series: ChartSeries): number => {
    const steps = differences(series.times.map((time) => Math.round(time * tenths)));
    const key = steps.join();
    const found = known.get(key) ?? times.push(steps) - 1;
    known.set(key, found);
    return found;
  };
  const seriesOf = (chart: Chart, series: ChartSeries): PackedSeries => {
    const unit = unitOf(chart, series);
    return {
      times: timesOf(series),
      form: series.form,
      unit,
      steps: differences(series.values.map((value) => (value === null ? null : Math.round(value / unit)))),
    };
  };
  return {
    charts: Object.fromEntries(
      charts.map((chart) => [chart.name, chart.series.map((series) => seriesOf(chart, series))]),
    ),
    times,
  };
}

/** Counts stay whole. */
const unitOf = ({ from, to }: Chart, { values }: ChartSeries): number =>
  values.every((value) => value === null || Number.isInteger(value)) ? 1 : (to - from) / parts;

function differences(values: readonly number[]): number[];
function differences(values: readonly (number | null)[]): (number | null)[];
function differences(values: readonly (number | null)[]): (number | null)[] {
  let before = 0;
  return values.map((value) => {
    if (value === null) return null;
    const step = value - before;
    before = value;
    return step;
  });
}

/** Deflated (RFC 1951), as Base64: browsers have DecompressionStream for it. */
export const block = (charts: readonly Chart[]): string =>
  deflateRawSync(JSON.stringify(packed(charts)), { level: 9 }).toString("base64");
