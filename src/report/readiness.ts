/** Whether a release could begin, as a person reads it: a line for each thing, and below what is amiss what to do. */
import { printable } from "../core/input/bad-input.ts";
import type { Readiness } from "../core/release/readiness.ts";
import { padEnd, wrap } from "./text/layout.ts";
import type { Paint } from "./text/paint.ts";

export interface Examined {
  /** The deployment, or a model. */
  readonly about: string;
  readonly findings: readonly Readiness[];
}

/** In lines of at most `width`. */
export function readinessPage(all: readonly Examined[], page: { width: number; paint: Paint }): string[] {
  const widest = Math.max(...all.flatMap(({ findings }) => findings.map(({ what }) => what.length)));
  const amiss = all.flatMap(({ findings }) => findings.filter(({ state }) => state === "amiss"));
  const { paint } = page;
  return [
    ...all.flatMap(({ about, findings }) => [
      paint.bold(printable(about)),
      ...findings.flatMap((one) => linesOf(one, widest, page)),
      "",
    ]),
    ...wrap(
      amiss.length === 0
        ? "Nothing is amiss."
        : `${amiss.length === 1 ? "One thing is" : `${amiss.length} things are`} amiss; nothing was changed.`,
      page.width,
    ),
  ];
}

const marks = { well: "✔", amiss: "✖", unseen: "–" } as const;

function linesOf(
  { what, state, found, advice }: Readiness,
  widest: number,
  { width, paint }: { width: number; paint: Paint },
): string[] {
  // A narrow page has no room for a column.
  const column = width < 2 * widest + 40 ? 0 : widest;
  const mark = { well: paint.green, amiss: paint.red, unseen: paint.dim }[state](marks[state]);
  const indent = " ".repeat(column + 4);
  const text = wrap(column === 0 ? `${what}: ${printable(found)}` : printable(found), width - indent.length);
  const lead = `${mark} ${padEnd(column === 0 ? "" : what, column)}${column === 0 ? "" : "  "}`;
  return [
    ...text.map((line, i) => (i === 0 ? `${lead}${line}` : `${indent}${line}`)),
    ...(advice === undefined
      ? []
      : wrap(`→ ${printable(advice)}`, width - indent.length).map(
          (line, i) => `${indent}${i === 0 ? "" : "  "}${line}`,
        )),
  ];
}
