/** What controls.yml says as JSON, which core reads: `npm run controls` writes it, and a test fails when it is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

const at = (path: string) => new URL(`../${path}`, import.meta.url);

/** The text of src/core/gates/controls.json. */
export const controlsJson = (): string =>
  `${JSON.stringify(parse(readFileSync(at("controls.yml"), "utf8")), null, 2)}\n`;

if (import.meta.main) writeFileSync(at("src/core/gates/controls.json"), controlsJson());
