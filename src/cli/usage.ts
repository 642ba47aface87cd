/** The help, drawn from the table of commands. */
import { worldNames } from "../rehearsal/worlds/load.ts";
import { flow, pairs, wrap } from "../report/text/layout.ts";
import type { Command, Option } from "./arguments.ts";
import { commands } from "./commands.ts";
import { exitCodeTexts } from "./exit-codes.ts";

const help: Option = { help: "print this" };

/** Help for all, in lines of at most `width`. */
export function usage(width: number): string[] {
  return [
    ...wrap("Slipway gets the capacity into the water before the model: releases on AWS, rehearsed.", width),
    "",
    "usage: slipway COMMAND …",
    "",
    ...pairs(
      commands.map((each) => [each.name, each.summary]),
      width,
    ),
    "",
    ...pairs(
      [
        ["--help, -h", "print this; after a command, its own help (slipway help COMMAND says the same)"],
        ["--version, -v", "print the version"],
      ],
      width,
    ),
    "",
    "exit codes:",
    ...pairs(exitCodeTexts, width),
  ];
}

/** Help for one command. */
export function commandUsage(command: Command, width: number): string[] {
  const options = Object.entries({ ...command.options, help });
  const optionText = ([name, { value }]: readonly [string, Option]) =>
    value === undefined ? `--${name}` : `--${name} ${value}`;
  const line = [
    `usage: slipway ${command.name}`,
    ...command.positionals.map((name) => (command.demanding ? name : `[${name}]`)),
    ...Object.entries(command.options).map((each) => `[${optionText(each)}]`),
  ];
  return [
    ...wrap(line.join(" "), width),
    "",
    ...command.text.flatMap((paragraph) => [...wrap(paragraph, width), ""]),
    ...pairs(
      options.map((each) => [optionText(each), each[1].help]),
      width,
    ),
    ...("world" in command.options ? ["", ...wrap(`worlds: ${worldNames().join(", ")}`, width)] : []),
    ...(command.examples.length === 0
      ? []
      : ["", "examples:", ...command.examples.flatMap((each) => exampleLines(each, width))]),
  ];
}

/** A line that works as it stands when it is copied: it goes on after a backslash, and never within quotes. */
function exampleLines(example: string, width: number): string[] {
  const words = example.match(/(?:"[^"]*"|\S)+/g) ?? [];
  if (example.length + 2 <= width) return [`  ${example}`];
  const lines = flow(words, " ", width - "    ".length - goesOn.length);
  return lines.map(
    (line, i) => `${i === 0 ? "  " : "    "}${line.trimEnd()}${i < lines.length - 1 ? goesOn : ""}`,
  );
}

const goesOn = " \\";
