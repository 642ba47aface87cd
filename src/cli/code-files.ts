/** The code that is rehearsed, and the files with which its threads begin: the sources in a clone, beside the bundle when installed. */
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { bundled, root } from "./own-files.ts";

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
