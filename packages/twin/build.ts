/**
 * Builds dist/: plain JavaScript that runs on Node 20, with its types file by file, and the traces that a world reads. What it depends on stays outside, to be installed beside it.
 */
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

rmSync(path("dist"), { recursive: true, force: true });
const rooms = ["engine", "explorer", "permissions", "services", "vocabulary", "world"];
const entryPoints = Object.fromEntries(
  ["index", ...rooms.map((room) => `${room}/index`)].map((name) => [name, path(`src/${name}.ts`)]),
);

await build({
  entryPoints,
  splitting: true,
  chunkNames: "[name]-[hash]",
  outdir: path("dist"),
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  keepNames: true,
  inject: [path("../../scripts/older-node.js")],
  logLevel: "warning",
});
cpSync(path("src/world/traces"), path("dist/traces"), { recursive: true });
execFileSync(
  process.execPath,
  [path("../../node_modules/typescript/bin/tsc"), "-p", path("tsconfig.build.json")],
  {
    stdio: "inherit",
  },
);
