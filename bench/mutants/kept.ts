/**
 * Results that are kept, a line each, so that a run goes on where it was left. One holds as long as the mutant's place is
 * as it was, which its id says, or its whole file, which the sum says. That one survived says that nothing saw it then.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Verdict } from "./trial.ts";

export interface Result extends Verdict {
  readonly id: string;
  readonly area: string;
  readonly line: number;
  readonly was: string;
  readonly is: string;
  /** Of the mutant's file, unchanged. */
  readonly sum: string;
  /** Of processor time. */
  readonly seconds: number;
}

const file = new URL("results.jsonl", import.meta.url);
const equivalents = new URL("equivalent.json", import.meta.url);

/** The newest result of each mutant, by its id. */
export function keptResults(): Map<string, Result> {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const results = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Result);
  return new Map(results.map((result) => [result.id, result]));
}

export const keep = (result: Result): void => appendFileSync(file, `${JSON.stringify(result)}\n`);

/** Mutants that nobody can tell from the original, each with the reason. */
export function equivalentMutants(): Readonly<Record<string, string>> {
  return existsSync(equivalents)
    ? (JSON.parse(readFileSync(equivalents, "utf8")) as Record<string, string>)
    : {};
}
