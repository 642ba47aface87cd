/**
 * `npm run vulnerabilities`: what the registry knows against the packages that are installed here. One of high severity or above in
 * what ships (bundled into the command or a function, or installed beside it) is a failure; what only builds or tests is told. A
 * registry that does not answer is said to be so, and is none: a machine without one can still run everything else.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { packageFolders } from "./notices.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** One of `npm audit --json`, report version 2 (npm-audit-report); `via` names a package where the advisory is another's. */
interface Vulnerability {
  readonly name: string;
  readonly severity: "info" | "low" | "moderate" | "high" | "critical";
  readonly via: readonly (string | { readonly title: string; readonly url: string })[];
  /** Where it is installed: `node_modules/NAME`. */
  readonly nodes: readonly string[];
}

interface Report {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
}

function audited(...words: string[]): Report {
  const { stdout, stderr } = spawnSync("npm", ["audit", "--json", ...words], { cwd: root, encoding: "utf8" });
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    throw new Error(
      `npm audit --json: expected JSON, found ${JSON.stringify(stdout)}; it said ${stderr.trim()}`,
    );
  }
}

/** Folders of packages whose code is in the command or in a function. */
async function bundledFolders(): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/cli/slipway.ts", ...globSync("functions/*.ts", { cwd: root })],
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    outdir: "unwritten",
    logLevel: "error",
    external: ["dynalite"],
  });
  return packageFolders(Object.keys(metafile.inputs));
}

const lineOf = ({ name, severity, via }: Vulnerability) => {
  const reasons = via.map((each) => (typeof each === "string" ? `by ${each}` : `${each.title}, ${each.url}`));
  return `${name}: ${severity}: ${[...new Set(reasons)].join("; ")}`;
};

const isGrave = ({ severity }: Vulnerability) => severity === "high" || severity === "critical";

async function main(): Promise<number> {
  const { vulnerabilities, message } = audited();
  if (vulnerabilities === undefined) {
    console.log(`skipped: the registry does not say what is known: ${message}`);
    return 0;
  }
  const found = Object.values(vulnerabilities);
  const beside = new Set(Object.keys(audited("--omit=dev").vulnerabilities ?? {}));
  const bundled = new Set(found.length > 0 ? await bundledFolders() : []);
  const ships = ({ name, nodes }: Vulnerability) =>
    beside.has(name) || nodes.some((node) => bundled.has(node));
  const [shipped, others] = [found.filter(ships), found.filter((each) => !ships(each))];
  for (const each of shipped) console.log(`ships: ${lineOf(each)}`);
  for (const each of others) console.log(`builds or tests: ${lineOf(each)}`);
  console.log(`${shipped.length} known in what ships, ${others.length} in what builds or tests`);
  return shipped.some(isGrave) ? 1 : 0;
}

process.exitCode = await main();
