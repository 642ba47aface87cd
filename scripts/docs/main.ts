/** What of the documents is written out of the code: `npm run docs` writes it, and a test fails when it is stale. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { costs } from "./costs.ts";
import { jsonPage, schemaFiles } from "./json-page.ts";
import { judgingPage } from "./judging-page.ts";
import { withParts } from "./parts.ts";
import { pictures } from "./pictures.ts";
import { plansPage } from "./plans-page.ts";

const root = new URL("../../", import.meta.url);

/** A file as it is, and as it should be. */
interface Written {
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

type Parts = Readonly<Record<string, string>>;

/** Each writes one page's parts, or files that are nobody's but its own. */
export const writers = {
  "README.md": costs,
  "docs/PLANS.md": plansPage,
  "docs/JUDGING.md": judgingPage,
  "docs/JSON.md": jsonPage,
  pictures,
  schemas: schemaFiles,
} satisfies Readonly<
  Record<string, () => Parts | Promise<Parts | Map<string, string>> | Map<string, string>>
>;

export type Writer = keyof typeof writers;

export async function writtenBy(writer: Writer): Promise<Written[]> {
  const made = await writers[writer]();
  if (made instanceof Map)
    return [...made].map(([path, expected]) => ({ path, found: textOf(path), expected }));
  const found = textOf(writer);
  return [{ path: writer, found, expected: withParts(found, made) }];
}

/** Empty where there is no such file yet. */
function textOf(path: string): string {
  const file = new URL(path, root);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

if (import.meta.main)
  for (const writer of Object.keys(writers) as Writer[])
    for (const { path, expected } of await writtenBy(writer)) writeFileSync(new URL(path, root), expected);
