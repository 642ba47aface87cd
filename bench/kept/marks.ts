/**
 * How documents say of each figure's command whether what they cite is kept, at which commit, and whether the code that it measures
 * has changed since: a mark behind the command, and a page of all results. Both are written, never typed, and checked to be as written.
 */
import type { Standing } from "./results.ts";
import { pathOf } from "./results.ts";

const mark = String.raw`\((?:not kept|kept at [0-9a-f]+(?:, older than its code)?)\)`;
/** A command in code, over two lines perhaps, with the mark behind it. */
const cited = new RegExp(
  String.raw`(\`npm\s+run\s+(?:bench:(?!kept\b)[\w-]+|explore:all)\b[^\`]*\`)(?: ${mark})?`,
  "g",
);

const oneLine = (text: string): string => text.replaceAll("`", "").replace(/\s+/g, " ").trim();

/** The text with the marks that are right now. A command with other options is another one. */
export function marked(text: string, all: readonly Standing[]): string {
  return text.replace(cited, (_, command: string) => {
    const standing = all.find(({ kept }) => kept.command === oneLine(command));
    return `${command} (${wordsOf(standing)})`;
  });
}

export const unmarked = (text: string): string => text.replace(cited, "$1");

function wordsOf(standing: Standing | undefined): string {
  if (standing === undefined) return "not kept";
  const { kept, changed } = standing;
  return `kept at ${kept.commit}${changed.length > 0 ? ", older than its code" : ""}`;
}

const row = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;

/** docs/FIGURES.md. */
export function pageOf(all: readonly Standing[], benches: readonly string[]): string {
  const kept = new Set(all.map(({ kept: { command } }) => command.split(" ")[2]));
  const others = benches.filter((name) => !kept.has(name));
  return [
    "# Figures",
    "",
    "What benches printed, as it is kept beside the code; `npm run bench:kept -- --mark` writes this page and the mark behind each",
    "command that a document cites, and `.ci/run` fails where either is not as it would be written. A result holds for the files",
    "that it measures: those of which anything is left in a bundle of its entry, and what these name. It is older than its code once",
    "one of them is another one, comments and types apart.",
    "",
    row("Command", "Kept at", "Day", "Minutes", "Node", "Files measured", "Holds for", "Results"),
    row("---", "---", "---", "--:", "---", "--:", "---", "---"),
    ...all.map(({ name, kept: one, changed }) =>
      row(
        `\`${one.command.replace("npm run ", "")}\``,
        `${one.commit}${one.withChanges ? ", with changes" : ""}`,
        one.day,
        one.minutes === null ? "" : one.minutes.toFixed(1),
        one.node ?? "",
        `${Object.keys(one.measured).length}`,
        changed.length === 0 ? "the code as it is" : "older code",
        Object.keys(one.results)
          .map((path) => `[${path.split("/").at(-1)}](../${path})`)
          .join(", ") || pathOf(name, "json"),
      ),
    ),
    "",
    ...(others.length === 0
      ? []
      : [
          `Nothing is kept of ${others.map((name) => `\`${name}\``).join(", ")}: a document that cites one of these says so, and its figures are of the day on which they were written.`,
          "",
        ]),
  ].join("\n");
}
