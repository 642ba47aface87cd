/** The completion for fish: a line for each word, option and value, on condition of the command that it is for. */
import { type Completed, firstWords, secondWords } from "./completed.ts";

/** Between fish's single quotes only these two have a meaning. */
const inQuotes = (text: string): string => `'${text.replace(/['\\]/g, (sign) => `\\${sign}`)}'`;

export function fishScript(all: readonly Completed[]): string[] {
  const long = all.filter(({ name }) => name.includes(" ")).map(({ name }) => inQuotes(name));
  return [
    "# Completion of slipway for fish.",
    "function __slipway_is",
    "    set -l before (commandline -opc)",
    "    set -e before[1]",
    '    set -l command "$before[1]"',
    '    switch "$before[1] $before[2]"',
    `        case ${long.join(" ")}`,
    '            set command "$before[1] $before[2]"',
    "    end",
    '    test "$command" = "$argv[1]"',
    "end",
    "complete -c slipway -f",
    ...firstWords(all).map(([word, summary]) => line("", `-a ${word}`, summary)),
    line("", "-l version", "print the version"),
    line("", "-l help", "print the help"),
    ...[...secondWords(all)].flatMap(([first, words]) =>
      words.flatMap(([word, summary]) => [line(first, `-a ${word}`, summary)]),
    ),
    line(
      "help",
      `-a ${inQuotes(
        firstWords(all)
          .map(([word]) => word)
          .join(" "),
      )}`,
    ),
    ...all.flatMap(linesOf),
  ];
}

function linesOf({ name, options, words, files }: Completed): string[] {
  return [
    ...(words.length === 0 ? [] : [line(name, `-a ${inQuotes(words.join(" "))}`)]),
    ...(files ? [line(name, "-F")] : []),
    ...options.map((option) => {
      const listed = option.words.length === 0 ? "" : ` -a ${inQuotes(option.words.join(" "))}`;
      const value = option.value === undefined ? "" : `${option.files ? " -r -F" : " -x"}${listed}`;
      return line(name, `-l ${option.name}${value}`, option.help);
    }),
  ];
}

function line(command: string, what: string, help?: string): string {
  const condition = inQuotes(`__slipway_is ${inQuotes(command)}`);
  return `complete -c slipway -n ${condition} ${what}${help === undefined ? "" : ` -d ${inQuotes(help)}`}`;
}
