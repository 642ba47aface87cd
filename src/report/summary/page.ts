/** What the sections of a summary share: how wide they are, how they are coloured, and a line with a label. */
import { padEnd, wrap } from "../text/layout.ts";
import type { Paint } from "../text/paint.ts";

export interface Page {
  /** Columns of the terminal. */
  readonly width: number;
  readonly paint: Paint;
}

export const margin = "  ";
const labelWidth = 16;

/** Where a label has a line of its own, since too little room is left beside it. */
const isNarrow = ({ width }: Page): boolean => width < 60;
const narrowIndent = " ".repeat(margin.length + 1);

/** Columns beside a label, or under it. */
export const roomFor = (page: Page): number =>
  Math.max(20, page.width - (isNarrow(page) ? narrowIndent.length : margin.length + labelWidth + 1));

/** `label` dim before `text`; the lines that follow stand under the text. */
export function labelled(page: Page, label: string, lines: readonly string[]): string[] {
  if (lines.length > 0 && isNarrow(page))
    return [
      ...(label === "" ? [] : [margin + page.paint.dim(label)]),
      ...lines.map((line) => narrowIndent + line),
    ];
  return lines.map((line, i) => margin + page.paint.dim(padEnd(i === 0 ? label : "", labelWidth)) + line);
}

/** Plain text beside a label, broken where the page ends. */
export const paragraph = (page: Page, label: string, text: string): string[] =>
  labelled(page, label, wrap(text, roomFor(page)));

/** Sections that have anything to say, apart by an empty line. */
export const apart = (sections: readonly (readonly string[])[]): string[] =>
  sections
    .filter((section) => section.length > 0)
    .flatMap((section, i) => (i === 0 ? section : ["", ...section]));
