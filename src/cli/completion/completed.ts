/** What there is to complete of each command, whatever the shell: words where they are known, files where one is taken. */
import type { Command } from "../arguments.ts";

export interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** What stands for the positional arguments in the help; empty where there is none. */
  readonly takes: string;
  /** All words that the first positional argument may be; empty where they are not known. */
  readonly words: readonly string[];
  /** Whether the first positional argument may be a file. */
  readonly files: boolean;
}

interface CompletedOption {
  readonly name: string;
  readonly help: string;
  /** What stands for the value in the help; undefined for a switch. */
  readonly value: string | undefined;
  readonly repeatable: boolean;
  readonly words: readonly string[];
  readonly files: boolean;
}

/** A plan and a table are files too. */
const isFile = (name: string): boolean => /\b(FILE|PLAN|TABLE)\b/.test(name);

export function completedOf({ name, summary, options, positionals, choices }: Command): Completed {
  return {
    name,
    summary,
    takes: positionals.join(" "),
    words: choices?.() ?? [],
    files: positionals.some(isFile),
    options: [
      ...Object.entries(options).map(([option, { help, value, repeatable = false, ...rest }]) => ({
        name: option,
        help,
        value,
        repeatable,
        words: rest.choices?.() ?? [],
        files: value !== undefined && isFile(value),
      })),
      { name: "help", help: "print this", value: undefined, repeatable: false, words: [], files: false },
    ],
  };
}

/** What a command line may begin with, and what that is for: of two words the first stands for all of its commands. */
export function firstWords(all: readonly Completed[]): (readonly [word: string, summary: string])[] {
  const single = all.filter(({ name }) => !name.includes(" "));
  return [
    ...single.map(({ name, summary }) => [name, summary] as const),
    ["help", "what a command takes, with examples"],
  ];
}

/** Second words of the commands that begin with each word. */
export function secondWords(all: readonly Completed[]): Map<string, (readonly [string, string])[]> {
  const words = new Map<string, (readonly [string, string])[]>();
  for (const { name, summary } of all) {
    const [first = "", second] = name.split(" ");
    if (second !== undefined) words.set(first, [...(words.get(first) ?? []), [second, summary]]);
  }
  return words;
}

/** A word for a shell as it stands, whatever is in it: all three take single quotes so. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
