/** Pieces of GitHub-flavoured Markdown: whatever a text has in it, it stays text of its cell or its line. */
import { printable } from "../core/input/bad-input.ts";

/** What would begin a mark, a link, a mention, HTML or another cell. */
const marks = /[\\`*_{}[\]<>()#+!|~@$&]/g;

export const plain = (text: string): string => printable(text).replace(marks, "\\$&");

/** As code, which nothing is read in; a bar ends the cell of a table even there. */
export const code = (text: string): string =>
  `\`${printable(text).replaceAll("`", "'").replaceAll("|", "\\|")}\``;

/** Cells are Markdown already. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)];
}
