/** Lays text out in columns and lines of a given width; colours take no room. */

// biome's rule against control characters is met by building the pattern from its code point.
const colourCode = `${String.fromCodePoint(27)}\\[[0-9;]*m`;
const colour = new RegExp(colourCode, "g");

/** Columns that a text takes. All characters drawn here are one column wide. */
export const widthOf = (text: string): number => [...text.replace(colour, "")].length;

export const padEnd = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - widthOf(text)));
export const padStart = (text: string, width: number): string =>
  " ".repeat(Math.max(0, width - widthOf(text))) + text;

/** Plain text cut to a width, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** Plain text in lines of at most `width`, broken at spaces but never before a percent sign; a longer word stands alone. */
export const wrap = (text: string, width: number): string[] => flow(text.split(/\s+(?!%)/), " ", width);

/** Plain items in lines of at most `width`, broken between items only. */
export function flow(items: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    const longer = `${last}${separator}${item}`;
    if (last !== undefined && widthOf(longer.trimEnd()) <= width) lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  const between = separator.trimEnd();
  return lines.map((line, i) => (i < lines.length - 1 ? line + between : line));
}

/** Names with a text each, which is wrapped beside them; below them, where they leave it less than half of the width. */
export function pairs(rows: readonly (readonly [string, string])[], width: number): string[] {
  const first = Math.max(...rows.map(([name]) => name.length)) + 4;
  if (first > width / 2)
    return rows.flatMap(([name, text]) => [
      ...wrap(name, width - 2).map((line) => `  ${line}`),
      ...wrap(text, width - below.length).map((line) => below + line),
    ]);
  return rows.flatMap(([name, text]) =>
    wrap(text, width - first).map((line, i) => padEnd(i === 0 ? `  ${name}` : "", first) + line),
  );
}

const below = " ".repeat(6);

/** What a line begins with: its indentation, a mark, and the name of a column. */
const lead = new RegExp(`^(?:\\s|${colourCode}|[^\\w\\s](?=\\s|${colourCode}))*(?:\\S+ {2,})?`);

/** A line of text in lines of at most `width`: what goes on is below where its text begins. */
export function fold(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const [found] = lead.exec(text) ?? [""];
  const [begin, indent] = widthOf(found) > width / 2 ? ["", 2] : [found, widthOf(found)];
  return wrap(text.slice(begin.length), width - indent).map((line, i) =>
    i === 0 ? begin + line : " ".repeat(indent) + line,
  );
}

export interface Column {
  readonly head: string;
  readonly align?: "left" | "right";
}

const gap = "  ";

/**
 * A table with its heads, as wide as it must be. Where the width is too short for it, each row is told as a sentence of
 * heads and cells instead, so that nothing is ever left out.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { width: number; head?: (text: string) => string },
): string[] {
  const widths = columns.map(({ head }, i) =>
    Math.max(widthOf(head), ...rows.map((row) => widthOf(row[i] ?? ""))),
  );
  const total = widths.reduce((sum, width) => sum + width, 0) + gap.length * Math.max(0, widths.length - 1);
  if (total > options.width) return rows.flatMap((row) => told(columns, row, options.width));
  const line = (cells: readonly string[], style: (text: string) => string) =>
    columns
      .map(({ align }, i) => {
        const pad = align === "right" ? padStart : padEnd;
        return style(pad(cells[i] ?? "", widths[i] ?? 0));
      })
      .join(gap)
      .trimEnd();
  const plain = (text: string) => text;
  const heads = columns.map(({ head }) => head);
  return [line(heads, options.head ?? plain), ...rows.map((row) => line(row, plain))];
}

/** One row as lines of `head cell, head cell …`; all but the first are indented. */
function told(columns: readonly Column[], row: readonly string[], width: number): string[] {
  const parts = columns.flatMap(({ head }, i) => {
    const cell = row[i] ?? "";
    return cell === "" ? [] : [head === "" ? cell : `${head} ${cell}`];
  });
  return wrap(parts.join(", "), width - gap.length).map((line, i) => (i === 0 ? line : gap + line));
}
