#!/usr/bin/env node
/** `slipway-judge`: the command of the package by itself. Settings are JSON. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  type JudgeOption,
  judgeOptions,
  judgeSummary,
  judgeText,
  mistakeText,
  runJudge,
  type SettingsFile,
} from "./command/index.ts";

const badInput = 64;
const name = "slipway-judge";
const options: readonly (readonly [string, JudgeOption])[] = Object.entries(judgeOptions);

/** What is wrong with the command line or a file, in one line. */
class BadLine extends Error {}

function read(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path === "-" ? 0 : path));
  } catch (error) {
    const { code = "no UTF-8" } = error as NodeJS.ErrnoException;
    throw new BadLine(`${path}: expected a text file, found ${code === "ENOENT" ? "nothing there" : code}`);
  }
}

function readSettings(path: string): SettingsFile {
  const text = read(path);
  try {
    return { file: path, document: JSON.parse(text) };
  } catch (error) {
    throw new BadLine(`${path}: expected JSON, found a fault (${(error as Error).message})`);
  }
}

function help(): string {
  const rows = options.map(([option, { value, help: text }]) => [
    `--${option}${value === undefined ? "" : ` ${value}`}`,
    text,
  ]);
  const width = Math.max(...rows.map(([first = ""]) => first.length));
  const lines = rows.map(([first = "", text]) => `  ${first.padEnd(width)}  ${text}`);
  return [`usage: ${name} TABLE.csv [options]: ${judgeSummary}`, "", ...judgeText, "", ...lines, ""].join(
    "\n",
  );
}

/** Every value that is given, and the switches. Throws BadLine. */
function parsed(args: readonly string[]): {
  positionals: string[];
  values: Record<string, string>;
  json: boolean;
} {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(
        options.map(([option, { value }]) => [
          option,
          { type: value === undefined ? ("boolean" as const) : ("string" as const) },
        ]),
      ),
    });
    const texts = Object.entries(values).flatMap(([option, value]) =>
      typeof value === "string" ? [[option, value] as const] : [],
    );
    return { positionals, values: Object.fromEntries(texts), json: values.json === true };
  } catch (error) {
    throw new BadLine((error as Error).message);
  }
}

/** Resolves a command line to its exit code. */
function run(args: readonly string[]): number {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(help());
    return 0;
  }
  const { positionals, values, json } = parsed(args);
  const [path, ...surplus] = positionals;
  if (path === undefined || surplus.length > 0)
    throw new BadLine(
      `expected one table, found ${path === undefined ? "none" : positionals.join(" and ")}; see --help`,
    );
  const settings = values.settings === undefined ? {} : { settings: readSettings(values.settings) };
  const answer = runJudge({
    table: { file: path === "-" ? "standard input" : path, text: read(path) },
    values,
    json,
    ...settings,
  });
  if (answer.ok) {
    process.stdout.write(answer.output);
    return answer.exitCode;
  }
  process.stderr.write(answer.mistakes.map((each) => `✖ ${mistakeText(each, each.file)}\n`).join(""));
  return badInput;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BadLine)) throw error;
  process.stderr.write(`✖ ${error.message}\n`);
  process.exitCode = badInput;
}
