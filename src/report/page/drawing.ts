/**
 * ChartSeries as paths of an SVG that is stretched to the width it has: 1000 units wide, 100 high, whatever the screen. The page is
 * drawn by this as it is made, and by the same code in a browser when somebody looks at a part of it.
 */
import { type Form, isFilled } from "../view/chart.ts";

export const width = 1000;
export const height = 100;

/** A part of the time axis, seconds. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

export interface Plotted {
  readonly form: Form;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

/** More points than this to a path are not seen on any screen that a page fits. */
const mostBuckets = 350;

export const across = (seconds: number, { from, to }: Extent): number =>
  to <= from ? 0 : ((seconds - from) / (to - from)) * width;

/** From the value that is drawn at the bottom to the one at the top. */
export const upwards = (value: number, { from, to }: Extent): number =>
  height - (to <= from ? 0 : (Math.min(to, Math.max(from, value)) - from) / (to - from)) * height;

/** The part of a series that a span shows, with the points just outside it. */
function within({ times, values }: Pick<Plotted, "times" | "values">, span: Extent): Point[] {
  let first = times.findIndex((time) => time >= span.from);
  if (first === -1) first = times.length;
  let last = times.findLastIndex((time) => time <= span.to);
  first = Math.max(0, first - 1);
  last = Math.min(times.length - 1, last + 1);
  const points: Point[] = [];
  for (let nth = first; nth <= last; nth += 1)
    points.push({ time: times[nth] ?? 0, value: values[nth] ?? null });
  return points;
}

export interface Point {
  readonly time: number;
  readonly value: number | null;
}

/** As many points as can be seen: of each bucket of time the first, the lowest, the highest and the last, so that no peak is lost. */
function thinned(points: readonly Point[], time: Extent): readonly Point[] {
  if (points.length <= mostBuckets * 4) return points;
  const perSecond = mostBuckets / (time.to - time.from);
  const kept: Point[] = [];
  for (let begin = 0; begin < points.length; ) {
    const bucket = Math.floor(((points[begin]?.time ?? 0) - time.from) * perSecond);
    const nextFrom = time.from + (bucket + 1) / perSecond;
    let end = begin + 1;
    while (end < points.length && (points[end]?.time ?? 0) < nextFrom) end += 1;
    keepExtremes(points, { begin, end }, kept);
    begin = end;
  }
  return kept;
}

/** In their order, each once. */
function keepExtremes(points: readonly Point[], within: Stretch, kept: Point[]): void {
  const { least, most } = extremesIn(points, within);
  let before = -1;
  for (const nth of [within.begin, Math.min(least, most), Math.max(least, most), within.end - 1]) {
    const point = points[nth];
    if (nth <= before || point === undefined) continue;
    kept.push(point);
    before = nth;
  }
}

/** From one point to before another. */
interface Stretch {
  readonly begin: number;
  readonly end: number;
}

/** Where the lowest and the highest of known values are; -1 where none is known. */
function extremesIn(points: readonly Point[], { begin, end }: Stretch): { least: number; most: number } {
  let [least, most] = [-1, -1];
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let nth = begin; nth < end; nth += 1) {
    const value = points[nth]?.value ?? null;
    if (value === null) continue;
    if (value < lowest) [lowest, least] = [value, nth];
    if (value > highest) [highest, most] = [value, nth];
  }
  return { least, most };
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10);

/** The path of a series over a span, between two values of the axis. What is not known is left out. */
export function pathOf({ form, ...series }: Plotted, { time, axis }: { time: Extent; axis: Extent }): string {
  return runsOf(thinned(within(series, time), time))
    .map(({ points, endsAt }) => {
      const placed = bends(points).map(
        (point): Place => [across(point.time, time), upwards(point.value, axis)],
      );
      return drawn(form, placed, across(endsAt, time));
    })
    .join("");
}

interface Known {
  readonly time: number;
  readonly value: number;
}

/** Without the points between two of the same value: the line goes through them anyhow. */
const bends = (points: readonly Known[]): readonly Known[] =>
  points.filter(({ value }, nth) => points[nth - 1]?.value !== value || points[nth + 1]?.value !== value);

/** Points without a gap, and until when the last of them holds. */
interface Run {
  readonly points: readonly Known[];
  readonly endsAt: number;
}

function runsOf(points: readonly Point[]): Run[] {
  const runs: { points: Known[]; endsAt: number }[] = [];
  for (const [nth, { time, value }] of points.entries()) {
    if (value === null) continue;
    const before = points[nth - 1];
    if (before === undefined || before.value === null) runs.push({ points: [], endsAt: time });
    const run = runs.at(-1);
    run?.points.push({ time, value });
    // The newest of all holds as long as the one before it did.
    if (run !== undefined) run.endsAt = points[nth + 1]?.time ?? time + (time - (before?.time ?? time));
  }
  return runs;
}

type Place = readonly [x: number, y: number];

function drawn(form: Form, places: readonly Place[], endsAt: number): string {
  const [[firstX, firstY] = [0, 0], ...rest] = places;
  const isHeld = form === "step" || form === "block";
  const way = isHeld
    ? `${rest.map(([x, y]) => `H${rounded(x)}V${rounded(y)}`).join("")}H${rounded(endsAt)}`
    : rest.map(([x, y]) => `L${rounded(x)} ${rounded(y)}`).join("");
  const line = `M${rounded(firstX)} ${rounded(firstY)}${way}`;
  if (!isFilled(form)) return line;
  const [lastX] = places.at(-1) ?? [firstX];
  return `${line}L${rounded(isHeld ? endsAt : lastX)} ${height}L${rounded(firstX)} ${height}Z`;
}

/** The value of a series at a moment: the newest known by then, or the next where there is none. */
export function valueAt(
  { times, values }: Pick<Plotted, "times" | "values">,
  seconds: number,
): number | null {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return values[Math.max(0, low - 1)] ?? null;
}
