/**
 * The journal of an exploration: a file with a line for each run that is done, so that one that was interrupted goes on
 * where it ended. It serves the same plan, world, event, seed and code alone.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Finding, Journal } from "#twin/explorer";
import { codeFiles } from "./code-files.ts";
import { BadUsage } from "./mistakes.ts";

/** Opens the journal at a path, or begins it. Throws BadUsage where it is of something else. */
export function openJournal(path: string, request: unknown): Journal {
  const header = JSON.stringify({ exploration: identityOf(request) });
  if (!existsSync(path)) begin(path, header);
  const [first, ...lines] = readFileSync(path, "utf8").split("\n");
  if (first !== header)
    throw new BadUsage([
      `--resume: expected the journal of an exploration of the same plan, world, event, seed and code, found another in ${path}`,
    ]);
  // The last line may have been cut off: what is added begins on a line of its own.
  if (lines.at(-1) !== "") appendFileSync(path, "\n");
  const found = new Map<string, Finding>();
  for (const line of lines) {
    const entry = entryOf(line);
    if (entry !== undefined) found.set(entry.name, entry.finding);
  }
  return {
    found: (name) => found.get(name),
    keep: (name, finding) => appendFileSync(path, `${JSON.stringify({ name, finding })}\n`),
  };
}

function begin(path: string, header: string): void {
  try {
    writeFileSync(path, `${header}\n`);
  } catch (error) {
    throw new BadUsage([`--resume: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** A line that was being written as the machine went down is none. */
function entryOf(line: string): { name: string; finding: Finding } | undefined {
  try {
    return JSON.parse(line) as { name: string; finding: Finding };
  } catch {
    return undefined;
  }
}

function identityOf(request: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(request));
  for (const file of codeFiles()) hash.update(readFileSync(file));
  return hash.digest("hex");
}
