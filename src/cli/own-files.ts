/** Where the files that belong to the command are: beside the sources in a clone, beside the bundle when installed. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The bundle is one folder below the package's root, the sources are two. */
export const bundled = !import.meta.url.endsWith(".ts");
/** The package's. */
export const root = new URL(bundled ? "../" : "../../", import.meta.url);

/** The plan that is taken where none is given. */
export const samplePlanPath = fileURLToPath(new URL("plans/chat-assistant.yml", root));

export function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  return (manifest as { version: string }).version;
}

/** Plans to begin with: one for each kind of model. */
export const planKinds = new URL("plans/kinds/", root);
