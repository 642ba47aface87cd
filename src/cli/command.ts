/** Runs a command line: finds its command, runs it, and turns whatever goes wrong into a message and an exit code. */
import { foundText, nearest, printable } from "../core/input/bad-input.ts";
import { type Command, readCommandLine } from "./arguments.ts";
import { commands } from "./commands.ts";
import { badInputCode, failureCode } from "./exit-codes.ts";
import { isThere } from "./files.ts";
import { BadInput, BadUsage, CommandFailed } from "./mistakes.ts";
import { versionOf } from "./own-files.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { commandUsage, usage } from "./usage.ts";

/** `args` are the words after the command's own name. Resolves to the exit code; never rejects. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    return explain(error, terminal);
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const { out } = terminal;
  const [first] = args;
  const print = (lines: readonly string[]) => {
    out.write(`${lines.join("\n")}\n`);
    return 0;
  };
  if (first === undefined || helps.has(first)) {
    const about = args.slice(1).filter((word) => !word.startsWith("-"));
    return print(about.length === 0 ? usage(out.columns) : commandUsage(commandOf(about), out.columns));
  }
  if (versions.has(first)) return print([versionOf()]);
  const command = commandOf(args);
  const rest = args.slice(command.name.split(" ").length);
  const own = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (own.includes("--help") || own.includes("-h")) return print(commandUsage(command, out.columns));
  try {
    return await command.run(readCommandLine(rest, command), terminal);
  } catch (error) {
    if (error instanceof BadUsage) error.command ??= command.name;
    throw error;
  }
}

const helps = new Set(["help", "--help", "-h"]);
const versions = new Set(["version", "--version", "-v", "-V"]);

/** The command with the most words that the line begins with. */
function commandOf(args: readonly string[]): Command {
  const fits = commands.filter((each) => each.name.split(" ").every((word, i) => args[i] === word));
  const command = fits.toSorted((a, b) => b.name.length - a.name.length)[0];
  if (command !== undefined) {
    refuseMisspelt(command, args.slice(command.name.split(" ").length));
    return command;
  }
  const all = commands.map((each) => each.name);
  // Of `slipway evidence` those that go on from there.
  const longer = all.filter((name) => name.startsWith(`${args[0]} `));
  const [names, words] = longer.length === 0 ? [all, 1] : [longer, 2];
  const said = args.slice(0, words).filter((word) => words === 1 || !word.startsWith("-"));
  const found = said.length === 0 ? undefined : said.join(" ");
  const hint = nearest(found ?? "", names);
  const tail = hint === undefined ? "" : `; did you mean ${hint}?`;
  throw new BadUsage([`expected one of ${names.join(", ")}, found ${foundText(found)}${tail}`]);
}

/** A word after `plan` that is no file but nearly `apply`: the longer command was meant. */
function refuseMisspelt({ name }: Command, [word]: readonly string[]): void {
  if (word === undefined || /[-./\\]/.test(word) || isThere(word)) return;
  const longer = commands.filter((each) => each.name.startsWith(`${name} `)).map((each) => each.name);
  const meant = nearest(
    word,
    longer.map((each) => each.slice(name.length + 1)),
  );
  if (meant !== undefined)
    throw new BadUsage(
      [
        `${word}: expected ${meant} or the name of a file, found neither; did you mean slipway ${name} ${meant}?`,
      ],
      name,
    );
}

function explain(error: unknown, { err }: Terminal): number {
  const { paint } = err;
  if (error instanceof BadUsage || error instanceof BadInput) {
    const { mistakes } = error;
    const end =
      error instanceof BadUsage
        ? `See slipway ${error.command === undefined ? "" : `${error.command} `}--help.`
        : `${mistakes.length === 1 ? "One mistake" : `${mistakes.length} mistakes`}; ${error.end}.`;
    tell(err, ...mistakes.map((each) => `${paint.red("✖")} ${printable(each)}`), paint.dim(end));
    return badInputCode;
  }
  const plain = error instanceof CommandFailed || isFromAws(error);
  const lines = plain
    ? inLines(`${error.name === "CommandFailed" ? "" : `${error.name}: `}${error.message}`)
    : [`slipway failed: ${withCauses(error)}`];
  tell(err, ...lines.map((line, i) => (i === 0 ? `${paint.red("✖")} ${line}` : `  ${line}`)));
  return failureCode;
}

/** Text that may have lines of its own, and no other power over the terminal. */
const inLines = (text: string): string[] => text.split("\n").map(printable);

/** What AWS, its SDK or the network answered: no defect of ours, so that its own words are enough. */
function isFromAws(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return (
    "$metadata" in error ||
    "$fault" in error ||
    /Credentials|ECONN|ENOTFOUND/.test(error.name + error.message)
  );
}

/** An error with its stack and everything that caused it: only a defect or the network gets here. */
function withCauses(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? text : `${text}\ncaused by: ${withCauses(error.cause)}`;
}
