/**
 * The fast checks before a commit: Biome and the compiler, on what is about to be committed. Mistakes in files that
 * are not part of the commit are someone else's, or for later; they do not stand in its way.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

interface Ended {
  readonly failed: boolean;
  readonly output: string;
}

/** Runs one of the project's own tools, whatever its exit code. */
async function tool(name: string, ...args: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await run(`node_modules/.bin/${name}`, args, { maxBuffer: 64 * 1024 * 1024 });
    return { failed: false, output: stdout + stderr };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return { failed: true, output: stdout + stderr };
  }
}

const { stdout } = await run("git", ["diff", "--cached", "--name-only", "--diff-filter=ACMR", "-z"]);
const staged = stdout.split("\0").filter((path) => path !== "");
const compiled = staged.filter((path) => path.endsWith(".ts"));
const buildInfo = "node_modules/.cache/pre-commit.tsbuildinfo";

const [biome, tsc] = await Promise.all([
  staged.length === 0
    ? { failed: false, output: "" }
    : tool("biome", "check", "--no-errors-on-unmatched", "--files-ignore-unknown=true", ...staged),
  compiled.length === 0
    ? { failed: false, output: "" }
    : tool("tsc", "--noEmit", "--pretty", "false", "--incremental", "--tsBuildInfoFile", buildInfo),
]);
const mistakes = tsc.output
  .split("\n")
  .filter((line) => compiled.some((path) => line.startsWith(`${path}(`)));

if (biome.failed) console.error(biome.output);
if (mistakes.length > 0) console.error(mistakes.join("\n"));
process.exitCode = biome.failed || mistakes.length > 0 ? 1 : 0;
