/** Reads a command line against the options of a command: what it says, or every mistake in it. */
import { parseArgs } from "node:util";
import { foundText, nearest } from "../core/input/bad-input.ts";
import { BadUsage } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

export interface Option {
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  /** It may be given several times, each time with another value. */
  readonly repeatable?: true;
  /** All that the value may be, where that is known; a file may do as well where `value` says so. */
  readonly choices?: () => readonly string[];
}

export interface CommandLine {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  /** The values of each repeatable option, in the order in which they were given. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly switches: ReadonlySet<string>;
}

export interface Grammar {
  readonly options: Readonly<Record<string, Option>>;
  /** Names of the positional arguments. */
  readonly positionals: readonly string[];
  /** Whether the positional arguments must be given; the command says what it expects of each. */
  readonly demanding?: true;
  /** All that the first positional argument may be, where that is known. */
  readonly choices?: () => readonly string[];
}

export interface Command extends Grammar {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** A paragraph each. */
  readonly text: readonly string[];
  /** Command lines that work as they stand, for the sample or with the names replaced. */
  readonly examples: readonly string[];
  readonly run: (line: CommandLine, terminal: Terminal) => Promise<number>;
}

/** Throws BadUsage with one message per mistake. */
export function readCommandLine(args: readonly string[], grammar: Grammar): CommandLine {
  const { options, positionals: names } = grammar;
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = oneForEachWord(tokens.filter((token) => token.kind === "option"));
  /** The word after an unknown option may be its value: whatever it is, it is the same mistake. */
  const strange = new Set(given.filter(({ name }) => options[name] === undefined).map(({ index }) => index));
  const positionals = tokens.flatMap((token) =>
    token.kind === "positional" && !strange.has(token.index - 1) ? [token.value] : [],
  );
  const surplus = positionals.slice(names.length);
  const expected = names.length === 0 ? "no argument" : `at most ${names.join(" ")}`;
  const mistakes = [
    ...given.flatMap(
      (token, i) => problemOf(token, { options, word: args[token.index], before: given.slice(0, i) }) ?? [],
    ),
    ...surplus.map((each) => `expected ${expected}, found ${foundText(each)} as well`),
  ];
  if (mistakes.length > 0) throw new BadUsage(mistakes);
  return { positionals, ...sorted(given, options) };
}

/** What was given by name: lists, values and switches apart. */
function sorted(
  given: readonly OptionToken[],
  options: Grammar["options"],
): Omit<CommandLine, "positionals"> {
  const of = (wanted: (option: Option | undefined) => boolean) =>
    given.filter(({ name }) => wanted(options[name])).map(({ name, value }) => [name, value ?? ""] as const);
  const lists = Map.groupBy(
    of((option) => option?.repeatable === true),
    ([name]) => name,
  );
  return {
    values: Object.fromEntries(of((option) => option?.value !== undefined && option.repeatable !== true)),
    lists: Object.fromEntries([...lists].map(([name, all]) => [name, all.map(([, value]) => value)])),
    switches: new Set(of((option) => option?.value === undefined).map(([name]) => name)),
  };
}

/** Node takes a word such as -abc for three switches; there are no short ones here, so that it is one mistake. */
function oneForEachWord<T extends OptionToken>(tokens: readonly T[]): T[] {
  return tokens.filter(({ index }, i) => tokens[i - 1]?.index !== index);
}

interface OptionToken {
  readonly index: number;
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
}

function problemOf(
  { name, rawName, value }: OptionToken,
  {
    options,
    word = rawName,
    before,
  }: { options: Grammar["options"]; word: string | undefined; before: readonly OptionToken[] },
): string | undefined {
  const option = options[name];
  if (option === undefined || !rawName.startsWith("--")) {
    const known = Object.keys(options);
    const hint = nearest(name, known);
    const expected =
      known.length === 0 ? "no option" : `one of ${known.map((each) => `--${each}`).join(", ")}`;
    if (!rawName.startsWith("--")) return `${word}: expected ${expected}; a file of that name goes after --`;
    return `${rawName}: expected ${expected}${hint === undefined ? "" : `; did you mean --${hint}?`}`;
  }
  if (option.repeatable !== true && before.some((each) => each.name === name))
    return `--${name}: expected once, found it again`;
  if (option.value === undefined)
    return value === undefined ? undefined : `${rawName}: expected no value, found ${foundText(value)}`;
  return value === undefined || value === ""
    ? `${rawName}: expected a value, ${option.value}, found nothing`
    : undefined;
}

/** The number that an option gives, or its default. Throws BadUsage where it is out of range or no number. */
export function numberOf(
  { values }: CommandLine,
  name: string,
  rule: { default: number; min: number; max: number; whole: boolean },
): number {
  const text = values[name];
  if (text === undefined) return rule.default;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= rule.min && value <= rule.max && (!rule.whole || Number.isInteger(value))) return value;
  const kind = rule.whole ? "a whole number" : "a number";
  throw new BadUsage([
    `--${name}: expected ${kind} from ${rule.min} to ${rule.max}, found ${foundText(text)}`,
  ]);
}
