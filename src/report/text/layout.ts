/** Lays text out in columns and lines of a given width; colours take no room. */

// biome's rule against control characters is met by building the pattern from its code point.
const colour = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, "g");

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
    if (last !== undefined && [...longer.trimEnd()].length <= width) lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  const between = separator.trimEnd();
  return lines.map((line, i) => (i < lines.length - 1 ? line + between : line));
}

export interface Column {
  readonly head: string;
  readonly align?: "left" | "right";
  /** The first to go where the width is short has the highest number; 0, the default, stays. */
  readonly dispensable?: number;
}

const gap = "  ";

/** A table with its heads, as wide as it must be; leaves dispensable columns out until it fits. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { width: number; head?: (text: string) => string },
): string[] {
  const widths = columns.map(({ head }, i) =>
    Math.max(widthOf(head), ...rows.map((row) => widthOf(row[i] ?? ""))),
  );
  let shown = columns.map((_, i) => i);
  const total = () =>
    shown.reduce((sum, i) => sum + (widths[i] ?? 0), 0) + gap.length * Math.max(0, shown.length - 1);
  while (total() > options.width) {
    const least = shown.reduce((worst, i) => (rankOf(columns[i]) > rankOf(columns[worst]) ? i : worst));
    if (rankOf(columns[least]) === 0) break;
    shown = shown.filter((i) => i !== least);
  }
  const line = (cells: readonly string[], style: (text: string) => string) =>
    shown
      .map((i) => {
        const pad = columns[i]?.align === "right" ? padStart : padEnd;
        return style(pad(cells[i] ?? "", widths[i] ?? 0));
      })
      .join(gap)
      .trimEnd();
  const plain = (text: string) => text;
  const heads = columns.map(({ head }) => head);
  return [line(heads, options.head ?? plain), ...rows.map((row) => line(row, plain))];
}

const rankOf = (column: Column | undefined): number => column?.dispensable ?? 0;
