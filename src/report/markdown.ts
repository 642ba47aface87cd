/** Pieces of GitHub-flavoured Markdown: whatever a text has in it, it stays text of its cell or its line. */
import { printable } from "../core/input/bad-input.ts";

/** What would begin a mark, a link, a mention, HTML or another cell. */
const marks = /[\\`*_{}[\]<>()#+!|~@$&]/g;

export const plain = (text: string): string => printable(text).replace(marks, "\\$&");

/**
 * As code, which nothing is read in, so that it can be copied as it is: between more backticks than it has in a row (GFM, "Code spans"). A
 * bar ends the cell of a table even there.
 */
export function code(text: string): string {
  const shown = printable(text).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  // Of a space at both ends one is taken away; without it a backtick there would belong to the fence.
  const isPadded = /^`|`$|^ .*[^ ].* $/s.test(shown);
  const space = isPadded ? " " : "";
  return `${fence}${space}${shown}${space}${fence}`;
}

/** Cells are Markdown already. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)];
}
