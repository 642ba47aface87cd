/** How fleets of a model grow, as a person reads it: what each size serves, and each instance of it beside one alone. */
import type { ServedBySize } from "../core/load/fleet-growth.ts";
import type { ScalingLesson } from "../core/release/scaling-lessons.ts";
import type { Page } from "./summary/page.ts";
import { bar } from "./text/graphs.ts";
import { table, wrap } from "./text/layout.ts";

const columns = [
  { head: "instances", align: "right" },
  { head: "requests/s (90 %)" },
  { head: "each, of one alone", align: "right" },
  { head: "" },
] as const;

const barWidth = 10;
const figure = (value: number): string => `${Number(value.toPrecision(3))}`;

/** Of a single size nothing is said: how it grows is no question yet. */
export function scalingLines(lesson: ScalingLesson, { width, paint }: Page): string[] {
  const { model, of, records, n, sizes, refused, law, isProportional, served } = lesson;
  if (sizes.length < 2) return [];
  const said = wrap(`fleets of ${model} on ${of}, by tests under load, n = ${n} of ${records}`, width);
  const head = said.map((line) => paint.bold(line));
  const dim = (text: string) => wrap(text, width).map((line) => paint.dim(line));
  if (refused !== null || law === null)
    return [...head, ...dim(`Of ${sizes.join(", ")} instances: ${refused}.`), ""];
  const rows = served.map(({ instances, ...each }) => rowOf({ instances, ...each }, law.perInstance, sizes));
  return [
    ...head,
    ...table(columns, rows, { width, head: paint.dim }),
    ...dim(
      isProportional === true
        ? `In proportion: that instances hold up each other is not shown by these ${sizes.length} sizes.`
        : `Instances hold up each other: contention ${figure(law.contention)}, coherency ${figure(law.coherency)}, by ${sizes.length} sizes.`,
    ),
    "",
  ];
}

function rowOf(
  { instances, served, low, high }: ServedBySize,
  alone: number,
  sizes: readonly number[],
): string[] {
  const share = Math.min(1, served / instances / alone);
  const { filled, rest } = bar(share, barWidth);
  return [
    sizes.includes(instances) ? `${instances}` : `(${instances})`,
    `${figure(served)} (${figure(low)} – ${figure(high)})`,
    `${Math.round(100 * share)} %`,
    `${filled}${rest}`,
  ];
}
