/**
 * ChartSeries as paths of an SVG that is stretched to the width it has: 1000 units wide, 100 high, whatever the screen. The page is
 * drawn by this as it is made, and by the same code in a browser when somebody looks at a part of it.
 */
import type { Form } from "../view/chart.ts";

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
function thinned(points: readonly Point[], span: Extent): readonly Point[] {
  if (points.length <= mostBuckets * 4) return points;
  const bucketOf = ({ time }: Point) =>
    Math.floor(((time - span.from) / (span.to - span.from)) * mostBuckets);
  const kept: Point[] = [];
  let bucket: Point[] = [];
  const flush = () => {
    kept.push(...extremes(bucket));
    bucket = [];
  };
  for (const point of points) {
    const [first] = bucket;
    if (first !== undefined && bucketOf(first) !== bucketOf(point)) flush();
    bucket.push(point);
  }
  flush();
  return kept;
}

function extremes(bucket: readonly Point[]): Point[] {
  const known = bucket.filter(({ value }) => value !== null);
  const least = known.reduce<Point | undefined>(
    (found, point) => (found === undefined || (point.value ?? 0) < (found.value ?? 0) ? point : found),
    undefined,
  );
  const most = known.reduce<Point | undefined>(
    (found, point) => (found === undefined || (point.value ?? 0) > (found.value ?? 0) ? point : found),
    undefined,
  );
  const chosen = new Set([bucket[0], least, most, bucket.at(-1)]);
  return bucket.filter((point) => chosen.has(point));
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10);

/** The path of a series over a span, between two values of the axis. What is not known is left out. */
export function pathOf({ form, ...series }: Plotted, { time, axis }: { time: Extent; axis: Extent }): string {
  return runsOf(thinned(within(series, time), time))
    .map(({ points, endsAt }) => {
      const placed = points.map((point): Place => [across(point.time, time), upwards(point.value, axis)]);
      return drawn(form, placed, across(endsAt, time));
    })
    .join("");
}

interface Known {
  readonly time: number;
  readonly value: number;
}

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
  const start = `M${rounded(firstX)} ${rounded(firstY)}`;
  if (form === "step")
    return `${start}${rest.map(([x, y]) => `H${rounded(x)}V${rounded(y)}`).join("")}H${rounded(endsAt)}`;
  const line = `${start}${rest.map(([x, y]) => `L${rounded(x)} ${rounded(y)}`).join("")}`;
  if (form === "line") return line;
  const [lastX] = places.at(-1) ?? [firstX];
  return `${line}L${rounded(lastX)} ${height}L${rounded(firstX)} ${height}Z`;
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
