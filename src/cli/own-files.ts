/** Where the files that belong to the command are: beside the sources in a clone, beside the bundle when installed. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The bundle is one folder below the package's root, the sources are two. */
const bundled = !import.meta.url.endsWith(".ts");
const root = new URL(bundled ? "../" : "../../", import.meta.url);

/** The entry of a rehearsal's thread. */
export const rehearsalThread = bundled
  ? new URL("./worker.js", import.meta.url)
  : new URL("../rehearsal/release/worker.ts", import.meta.url);

/** The entry of the thread in which a served twin lives. */
export const twinThread = bundled
  ? new URL("./live-worker.js", import.meta.url)
  : new URL("../rehearsal/live/live-worker.ts", import.meta.url);

/** All files that what is rehearsed is made of, in a fixed order. */
export function codeFiles(): URL[] {
  if (bundled) return [rehearsalThread];
  return ["src/", "packages/", "functions/", "statemachines/"].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => pathToFileURL(`${entry.parentPath}/${entry.name}`))
      .toSorted((a, b) => (a.href < b.href ? -1 : 1)),
  );
}

/** The plan that is taken where none is given. */
export const samplePlanPath = fileURLToPath(new URL("plans/chat-assistant.yml", root));

export function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  return (manifest as { version: string }).version;
}

/** Plans to begin with: one for each kind of model. */
export const planKinds = new URL("plans/kinds/", root);
