/**
 * Builds the installed form of the command into dist/: Node strips no types inside node_modules, so the package
 * carries plain JavaScript, in chunks that are loaded when they are needed, with the data files beside it.
 */
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { notices } from "./notices.ts";
import { billOfMaterials } from "./sbom.ts";

const root = new URL("../", import.meta.url);
const dist = new URL("dist/", root);
const path = (relative: string) => fileURLToPath(new URL(relative, root));

/** What some of the bundled CommonJS modules expect to find. */
const require = `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`;

rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: {
    slipway: path("src/cli/slipway.ts"),
    worker: path("src/rehearsal/release/worker.ts"),
    "live-worker": path("src/rehearsal/live/live-worker.ts"),
  },
  outdir: fileURLToPath(dist),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  mainFields: ["module", "main"],
  keepNames: true,
  minifyWhitespace: true,
  banner: { js: require },
  // Loads its own parts by name at run time.
  external: ["dynalite"],
  inject: [path("scripts/older-node.js")],
  logLevel: "warning",
  metafile: true,
  absWorkingDir: fileURLToPath(root),
});
cpSync(new URL("packages/twin/src/world/traces/", root), new URL("traces/", dist), { recursive: true });
cpSync(new URL("src/rehearsal/worlds/", root), dist, {
  recursive: true,
  filter: (source) => !source.endsWith(".ts"),
});
const bundled = Object.keys(metafile.inputs);
writeFileSync(new URL("THIRD-PARTY-NOTICES.md", dist), notices(bundled, root));
writeFileSync(new URL("sbom.cdx.json", dist), billOfMaterials(bundled, root));
const command = new URL("slipway.js", dist);
writeFileSync(command, `#!/usr/bin/env node\n${readFileSync(command, "utf8")}`);
chmodSync(command, 0o755);
