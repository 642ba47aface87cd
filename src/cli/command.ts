/** Runs a command line: finds its command, runs it, and turns whatever goes wrong into a message and an exit code. */
import { foundText, nearest } from "../core/input/bad-input.ts";
import { readCommandLine } from "./arguments.ts";
import { type Command, commands } from "./commands.ts";
import { badInputCode, failureCode } from "./exit-codes.ts";
import { BadInput, BadUsage, CommandFailed } from "./mistakes.ts";
import { versionOf } from "./own-files.ts";
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
  if (first === undefined || first === "help" || first === "--help" || first === "-h")
    return print(usage(out.columns));
  if (first === "--version") return print([versionOf()]);
  const command = commandOf(args);
  const rest = args.slice(command.name.split(" ").length);
  if (rest.includes("--help") || rest.includes("-h")) return print(commandUsage(command, out.columns));
  return command.run(readCommandLine(rest, command), terminal);
}

/** The command with the most words that the line begins with. */
function commandOf(args: readonly string[]): Command {
  const fits = commands.filter((each) => each.name.split(" ").every((word, i) => args[i] === word));
  const command = fits.toSorted((a, b) => b.name.length - a.name.length)[0];
  if (command !== undefined) return command;
  const names = commands.map((each) => each.name);
  const hint = nearest(args[0] ?? "", names);
  const tail = hint === undefined ? "" : `; did you mean ${hint}?`;
  throw new BadUsage([`expected one of ${names.join(", ")}, found ${foundText(args[0])}${tail}`]);
}

function explain(error: unknown, { err }: Terminal): number {
  const { paint } = err;
  if (error instanceof BadUsage || error instanceof BadInput) {
    const { mistakes } = error;
    const end =
      error instanceof BadUsage
        ? "See slipway --help."
        : `${mistakes.length === 1 ? "One mistake" : `${mistakes.length} mistakes`}; nothing was run.`;
    err.write(`${mistakes.map((each) => `${paint.red("✖")} ${each}\n`).join("")}${paint.dim(end)}\n`);
    return badInputCode;
  }
  const plain = error instanceof CommandFailed || isFromAws(error);
  const what = plain
    ? `${error.name === "CommandFailed" ? "" : `${error.name}: `}${error.message}`
    : `slipway failed: ${withCauses(error)}`;
  err.write(`${paint.red("✖")} ${what}\n`);
  return failureCode;
}

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
