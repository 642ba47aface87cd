/** A chart, before anybody has drawn it: series over one time axis, and in words what it shows. */

/** How a series is drawn: `line` from point to point, `step` held until the next value; `area` and `block` the same, filled from below. */
export type Form = "area" | "block" | "line" | "step";

export const isFilled = (form: Form): boolean => form === "area" || form === "block";

/** What a series is of; it has one colour and one pattern everywhere. */
export type SeriesRole = "stable" | "candidate" | "load" | "needed" | "threshold" | "evidence" | "safety";

export interface ChartSeries {
  readonly role: SeriesRole;
  readonly label: string;
  readonly form: Form;
  /** Seconds since the release began, rising. */
  readonly times: readonly number[];
  /** At each of these times; null where nothing is known. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  /** Kebab-case; no two charts of a release share one. */
  readonly name: string;
  readonly title: string;
  /** After a figure: ` %`, ` ms`; empty for counts. */
  readonly unit: string;
  readonly series: readonly ChartSeries[];
  /** What the axis reaches from and to. */
  readonly from: number;
  readonly to: number;
  /** What is written on the axis. */
  readonly ticks: readonly number[];
  /** What the picture shows, one or two sentences for who does not see it. */
  readonly summary: string;
}

/** The largest known value; 0 where nothing is known. */
export const largest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => (value === null || value <= most ? most : value), 0);

/** The ends of an axis and its middle. */
export const halves = (from: number, to: number): number[] => [from, (from + to) / 2, to];

/** The end of an axis: the least round number that holds a value, of which a half is a round number too. */
export function axisEnd(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const found = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return Number((found * power).toPrecision(12));
}
