/** `npm run page`: bundles what the release page does in a browser into src/report/page/script.json, which a page carries. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);
const entry = fileURLToPath(new URL("src/report/page/browser/main.ts", root));

/** The script as a page has it: small, and of one piece. */
export async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2023",
    legalComments: "none",
    write: false,
    logLevel: "error",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild made nothing");
  return file.text.trim();
}

export const scriptFile = new URL("src/report/page/script.json", root);
export const scriptText = async (): Promise<string> => `${JSON.stringify({ script: await pageScript() })}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(scriptFile, await scriptText());
