/** Comma-separated text (RFC 4180) as rows of cells that know where they are. */
import { BadMinutes } from "./mistakes.ts";

export interface Cell {
  /** Without its quotes, and without spaces around it. */
  readonly text: string;
  /** Of its first character, from 1. */
  readonly line: number;
  readonly column: number;
}

export type Row = readonly Cell[];

/** One cell, in quotes or not, and what ends it. */
const cell = () => /("[^"]*(?:""[^"]*)*"|[^,"\r\n]*)(,|\r\n|\n|\r|$)/y;

/**
 * Lines without any text are left out, and so is a byte order mark.
 * @throws BadMinutes at the first quote that is not closed, or stands in the middle of a cell
 */
export function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  let row: Cell[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let [line, lineStart] = [1, at];
  const pattern = cell();
  for (;;) {
    pattern.lastIndex = at;
    const [whole, raw = "", end] = pattern.exec(text) ?? [];
    if (whole === undefined) throw new BadMinutes([quoteAt(line, at - lineStart + 1)]);
    row.push({ text: unquoted(raw), line, column: at - lineStart + 1 });
    const breaks = raw.split(/\r\n|\n|\r/);
    if (breaks.length > 1) {
      line += breaks.length - 1;
      lineStart = at + raw.length - (breaks.at(-1) ?? "").length;
    }
    at += whole.length;
    if (end === ",") continue;
    if (row.some((each) => each.text !== "")) rows.push(row);
    row = [];
    if (end === "") return rows;
    line += 1;
    lineStart = at;
  }
}

const unquoted = (raw: string): string =>
  (raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw).trim();

const quoteAt = (line: number, column: number) => ({
  line,
  column,
  where: "this cell",
  expected: "quotes around all of it, doubled within it, or none",
  found: "one that is not closed, or stands in the middle",
});
