/** Files that a command is asked to write: looked at before anything is run, so that hours of work do not end at a folder. */
import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BadInput, CommandFailed } from "./mistakes.ts";

/** Throws BadInput where a file cannot come to be there; absent is fine. */
export function mayWrite(path: string | undefined): void {
  if (path === undefined) return;
  const found = whatIsInTheWay(path);
  if (found !== undefined)
    throw new BadInput([{ where: path, expected: "a file that may be written", found }]);
}

/** What keeps a file from being written there; undefined where nothing does. */
export function whatIsInTheWay(path: string): string | undefined {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) return "a folder";
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return `no folder ${folder}`;
  try {
    accessSync(there === undefined ? folder : path, constants.W_OK);
    return undefined;
  } catch {
    return there === undefined
      ? `a folder that may not be written in, ${folder}`
      : "a file that may not be written";
  }
}

/** Throws CommandFailed where that fails. */
export function written(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandFailed(
      `${path} could not be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}
