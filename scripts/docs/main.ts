/** The parts of pages that are written out of the code: `npm run docs` writes them, and a test fails when they are stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { withParts } from "./parts.ts";
import { plansPage } from "./plans-page.ts";

const root = new URL("../../", import.meta.url);

const writers: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  "docs/PLANS.md": plansPage,
};

export const writtenPages = Object.keys(writers);

/** A page as it is, and as it should be. */
export async function pageOf(path: string): Promise<{ readonly found: string; readonly expected: string }> {
  const found = readFileSync(new URL(path, root), "utf8");
  return { found, expected: withParts(found, (await writers[path]?.()) ?? {}) };
}

if (import.meta.main)
  for (const path of writtenPages) writeFileSync(new URL(path, root), (await pageOf(path)).expected);
