/** A table of a page, whose cells are markup already. */
import { escaped } from "./markup.ts";

export interface Cell {
  readonly html: string;
  readonly isNumber?: boolean;
  /** Sentences: broken anywhere, and never as narrow as a word. */
  readonly isLong?: boolean;
}

export const text = (words: string): Cell => ({ html: escaped(words) });
export const number = (words: string): Cell => ({ html: escaped(words), isNumber: true });

interface Table {
  /** What it is, for who jumps from table to table. */
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A table that scrolls by itself where the screen is narrower than it is; its first column names the row. */
export function tableOf({ caption, heads, rows }: Table): string {
  const head = heads.map((each) => `<th scope="col">${escaped(each)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = row.map(({ html, isNumber, isLong }, nth) => {
      const kind = isNumber === true ? ' class="number"' : isLong === true ? ' class="long"' : "";
      return nth === 0 ? `<th scope="row"${kind}>${html}</th>` : `<td${kind}>${html}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scroll" role="group" aria-label="${escaped(caption)}" tabindex="0"><table><caption class="unseen">${escaped(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
