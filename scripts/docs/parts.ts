/** Parts of a page that are written out of the code: what lies between `<!-- written: NAME -->` and `<!-- end -->`. */

const part = /(<!-- written: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The page with each of its parts written anew. A part that nobody writes, or a text without a place, is a mistake. */
export function withParts(page: string, texts: Readonly<Record<string, string>>): string {
  const placed = new Set<string>();
  const written = page.replace(part, (_, begin: string, name: string, end: string) => {
    const text = texts[name];
    if (text === undefined) throw new Error(`nothing writes the part ${name}`);
    placed.add(name);
    return `${begin}\n${text.trimEnd()}\n\n${end}`;
  });
  const homeless = Object.keys(texts).filter((name) => !placed.has(name));
  if (homeless.length > 0) throw new Error(`no page has a place for ${homeless.join(", ")}`);
  return written;
}

/** Text in a cell of a table: neither bars nor lines end it. */
export const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

export function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), `|${heads.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

export const fenced = (text: string, language = ""): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
