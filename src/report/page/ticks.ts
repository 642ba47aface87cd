/** Where an axis has its marks, and what is written there. */
import type { Extent } from "./drawing.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [1, 2, 5, 10, 15, 30]
  .map((each) => each * minute)
  .concat(
    [1, 2, 3, 6, 12].map((each) => each * hour),
    [1, 2, 7, 14].map((each) => each * day),
  );

/** Round moments within a span, some six of them. */
export function timeTicks({ from, to }: Extent): number[] {
  const step = steps.find((each) => (to - from) / each <= 7) ?? steps.at(-1) ?? day;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** `1:30`, hours and minutes since the release began; from two days on, `3 d 6 h`. */
export function timeLabel(seconds: number): string {
  if (seconds >= 2 * day) {
    const hours = Math.floor((seconds % day) / hour);
    return `${Math.floor(seconds / day)} d${hours === 0 ? "" : ` ${hours} h`}`;
  }
  return `${Math.floor(seconds / hour)}:${String(Math.floor((seconds % hour) / minute)).padStart(2, "0")}`;
}

/** A figure of a chart with its unit: three digits that count. */
export const figureLabel = (value: number, unit: string): string =>
  `${Number(value.toPrecision(value >= 1000 ? 4 : 3)).toLocaleString("en-US")}${unit}`;
