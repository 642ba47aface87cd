/** A mutant: one place of one file, changed so that the code is wrong, unless nobody can tell the difference. */
import { createHash } from "node:crypto";

/** What is changed of a file's text. */
export interface Edit {
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Mutant extends Edit {
  /** `path:operator:hash`; the same as long as the place and its neighbourhood stay as they are. */
  readonly id: string;
  readonly area: string;
  readonly path: string;
  readonly line: number;
  /** What was there, and what is there now, each in a line. */
  readonly was: string;
  readonly is: string;
}

export const hashOf = (...texts: readonly string[]): string =>
  createHash("sha256").update(texts.join("\0")).digest("hex").slice(0, 8);

/** The ids' hashes see this much of what is around a change, so that the same text twice is two mutants. */
const neighbourhood = 120;

export function mutantOf(
  edit: Edit,
  { area, path, text }: { area: string; path: string; text: string },
): Mutant {
  const { operator, start, end } = edit;
  const line = text.slice(0, start).split("\n").length;
  if (start === 0 && end === text.length)
    return { ...edit, id: `${path}:${operator}`, area, path, line, was: operator, is: "" };
  const around = text.slice(Math.max(0, start - neighbourhood), end + neighbourhood);
  const id = `${path}:${operator}:${hashOf(around, edit.text)}`;
  return { ...edit, id, area, path, line, was: inALine(text.slice(start, end)), is: inALine(edit.text) };
}

export const mutated = (text: string, { start, end, text: by }: Edit): string =>
  text.slice(0, start) + by + text.slice(end);

const inALine = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
};
