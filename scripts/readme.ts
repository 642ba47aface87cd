/**
 * The sample in README.md is what its command prints: `npm run readme` writes it anew, and a test fails when it is
 * stale. The summary of the work done is left out of it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { printed } from "./docs/printed.ts";

const file = new URL("../README.md", import.meta.url);

/** A command in a block of its own, and the block of its output after it. */
const sample = /(npm run --silent slipway -- ([^\n]*)\n```\n\n```\n)([\s\S]*?)(```)/;

/** README.md as it is, and as it should be. */
export async function readme(): Promise<{ readonly found: string; readonly expected: string }> {
  const found = readFileSync(file, "utf8");
  const [, , words] = sample.exec(found) ?? [];
  if (words === undefined) throw new Error("README.md has no command with its output");
  const output = await printed(words.split(" "));
  const shown = output.split("\n\n  work ")[0] ?? "";
  return { found, expected: found.replace(sample, (_, before, __, ___, end) => `${before}${shown}\n${end}`) };
}

if (import.meta.main) writeFileSync(file, (await readme()).expected);
