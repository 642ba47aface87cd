/**
 * Does what a README says, in a folder. A block whose fence has a name after its language is a file of that name (```js
 * judge.mjs); a block of `sh` is run; a `text` block right after one is what it printed, to the letter.
 */
import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

interface Ended {
  readonly code: number;
  /** Standard output, and after it standard error. */
  readonly output: string;
  readonly stdout: string;
}

/** Whatever its exit code. */
export function run(
  command: string,
  words: readonly string[],
  where: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, words, { ...where, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, output: stdout + stderr });
    });
  });
}

export interface Node {
  readonly path: string;
  readonly version: string;
}

/**
 * A Node of each major version: the one that NODE20 and its like name, this one, or the first of the PATH. One that is
 * nowhere is told, and left out.
 */
export async function nodesOf(majors: readonly number[]): Promise<Node[]> {
  const found: Node[] = [];
  for (const major of majors) {
    const folders = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "node"));
    const named = process.env[`NODE${major}`];
    const node = await firstOf(major, [
      ...(named === undefined ? [] : [named]),
      process.execPath,
      ...folders,
    ]);
    if (node === undefined)
      console.log(`Node ${major}: not on this machine (NODE${major} may name it), skipped`);
    else found.push(node);
  }
  return found;
}

async function firstOf(major: number, paths: readonly string[]): Promise<Node | undefined> {
  for (const path of new Set(paths)) {
    if (!existsSync(path)) continue;
    const { stdout } = await run(path, ["--version"], { cwd: process.cwd() });
    const version = stdout.trim().slice(1);
    if (version.startsWith(`${major}.`)) return { path, version };
  }
  return undefined;
}

interface Block {
  readonly language: string;
  readonly name: string;
  readonly text: string;
}

/** The fenced blocks, in their order. */
function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)(?: ([^\n]+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", name = "", text = ""]) => ({ language, name, text }),
  );
}

/** What of a README is not so, by the commands in it. npm asks a registry for what it has not in its cache alone. */
export async function failuresOf(
  markdown: string,
  folder: string,
  node: Node,
): Promise<{ readonly commands: number; readonly failures: readonly string[] }> {
  const PATH = [dirname(node.path), process.env.PATH ?? ""].join(delimiter);
  const quiet = { npm_config_prefer_offline: "true", npm_config_audit: "false", npm_config_fund: "false" };
  const env = { ...withoutNpm(process.env), ...quiet, PATH, NO_COLOR: "1" };
  const blocks = blocksOf(markdown);
  const failures: string[] = [];
  let commands = 0;
  for (const [nth, { language, name, text }] of blocks.entries()) {
    if (name !== "") writeFileSync(join(folder, name), text);
    if (language !== "sh") continue;
    commands += 1;
    const { code, output, stdout } = await run("sh", ["-e", "-c", text], { cwd: folder, env });
    const next = blocks[nth + 1];
    const shown = next?.language === "text" ? withoutNpmsWords(stdout) : undefined;
    if (code !== 0) failures.push(`${text.trim()}: expected exit code 0, found ${code}\n${output}`);
    else if (shown !== undefined && shown !== next?.text)
      failures.push(`${text.trim()}: expected what the README shows, found\n${shown}`);
  }
  if (commands === 0) failures.push("expected a block of sh, found none");
  return { commands, failures };
}

/** What npm hands to the scripts that it runs would be settings of the npm that they run. */
const withoutNpm = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name)));

/** "added 1 package in 2s" and the empty line before it. */
const withoutNpmsWords = (text: string): string => text.replace(/^\n?(added|up to date)[^\n]*\n/gm, "");
