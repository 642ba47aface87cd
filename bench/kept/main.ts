/**
 * `npm run bench:kept`: whether what is kept of benches is as old as the code that it measures, and whether documents say so.
 *
 *   npm run bench:kept                                          tells, and fails where a mark or the page of figures is not right
 *   npm run bench:kept -- --mark                                writes marks and page
 *   npm run bench:kept -- --keep bench:NAME [--as X] [-- …]     runs that with these options, and keeps what it printed
 *   npm run bench:kept -- --adopt bench:NAME --commit C           keeps the files that it wrote, for the code of C
 */
import { execFileSync, spawn } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { marked, pageOf, unmarked } from "./marks.ts";
import { changedBetween } from "./measured.ts";
import {
  benchesIn,
  digestsOf,
  entryOf,
  type Kept,
  measuredBy,
  pathOf,
  standings,
  write,
  writtenBy,
} from "./results.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const git = (...words: string[]) => execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
const say = (...lines: readonly string[]) => process.stdout.write(`${lines.join("\n")}\n`);
const page = "docs/FIGURES.md";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mark: { type: "boolean", default: false },
    keep: { type: "string" },
    adopt: { type: "string" },
    as: { type: "string" },
    commit: { type: "string" },
  },
});

const nameOf = (script: string): string => values.as ?? script.replace("bench:", "").replace(":", "-");
const commandOf = (script: string, options: readonly string[]): string =>
  ["npm run", script, ...(options.length > 0 ? ["--", ...options] : [])].join(" ");

/** What it prints goes to the terminal too. One that misses a goal ends with 1 and has its figures; one that dies says so as an error. */
async function printed(script: string, options: readonly string[]): Promise<string> {
  const run = spawn("node", [entryOf(root, script), ...options], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [text, errors] = ["", ""];
  run.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    process.stdout.write(part);
  });
  run.stderr.setEncoding("utf8").on("data", (part: string) => {
    errors += part;
    process.stderr.write(part);
  });
  const code = await new Promise((done) => run.once("close", done));
  const isWhole = code === 0 || (code === 1 && errors === "");
  if (!isWhole) throw new Error(`expected ${script} to end well, found exit code ${code}; nothing is kept`);
  return text;
}

async function keep(script: string, options: readonly string[]): Promise<void> {
  const command = commandOf(script, options);
  const before = await measuredBy(root, command);
  const startedMs = performance.now();
  const text = await printed(script, options);
  const minutes = (performance.now() - startedMs) / 60_000;
  const result = pathOf(nameOf(script), "txt");
  const measured = await measuredBy(root, command);
  const changed = changedBetween(before, measured);
  if (changed.length > 0)
    throw new Error(`expected files that stay as they are meanwhile, found others: ${changed.join(", ")}`);
  writeFileSync(join(root, result), text);
  const dirty = new Set(
    git("status", "--porcelain")
      .split("\n")
      .map((line) => line.slice(3)),
  );
  write(root, nameOf(script), {
    command,
    commit: git("rev-parse", "--short=8", "HEAD"),
    withChanges: Object.keys(measured).some((path) => dirty.has(path)),
    day: new Date().toISOString().slice(0, 10),
    minutes: Math.round(10 * minutes) / 10,
    node: process.version,
    results: digestsOf(root, [result, ...writtenBy(script)], unmarked),
    measured,
  });
}

/** What was committed with some commit was measured by no later code. */
async function adopt(script: string, commit: string): Promise<void> {
  const then = mkdtempSync(join(tmpdir(), "slipway-kept-"));
  try {
    const tree = execFileSync("git", ["archive", commit], { cwd: root, maxBuffer: 1e9 });
    execFileSync("tar", ["-x", "-C", then], { input: tree });
    const command = commandOf(script, []);
    const kept: Kept = {
      command,
      commit: git("rev-parse", "--short=8", commit),
      withChanges: false,
      day: git("show", "-s", "--format=%cs", commit),
      minutes: null,
      node: null,
      results: digestsOf(root, writtenBy(script), unmarked),
      measured: await measuredBy(then, command),
    };
    write(root, nameOf(script), kept);
  } finally {
    rmSync(then, { recursive: true });
  }
}

if (values.keep !== undefined) await keep(values.keep, positionals);
if (values.adopt !== undefined) await adopt(values.adopt, values.commit ?? "HEAD");

const all = await standings(root, unmarked);
/** How to run a bench is no figure. */
const documents = globSync(["README.md", "docs/*.md", "packages/*/*.md"], { cwd: root }).filter(
  (path) => path !== page,
);
const right: [path: string, text: string][] = [
  ...documents.map((path): [string, string] => [path, marked(readFileSync(join(root, path), "utf8"), all)]),
  [page, pageOf(all, benchesIn(root))],
];
const isAsWritten = ([path, text]: readonly [string, string]) => {
  try {
    return readFileSync(join(root, path), "utf8") === text;
  } catch {
    return false;
  }
};
const wrong = right.filter((one) => !isAsWritten(one));
const writes = values.mark || values.keep !== undefined || values.adopt !== undefined;
if (writes) for (const [path, text] of wrong) writeFileSync(join(root, path), text);

for (const { name, kept, changed, altered } of all) {
  const some = changed.slice(0, 3).join(", ");
  const more = changed.length > 3 ? ` and ${changed.length - 3} more` : "";
  say(
    changed.length === 0
      ? `✔ ${name}: of the code as it is`
      : `  ${name}: kept at ${kept.commit}, older than its code: ${some}${more}`,
    ...altered.map((path) => `✖ ${name}: ${path} is not what was kept`),
  );
}
if (!writes && wrong.length > 0)
  say(
    ...wrong.map(([path]) => `✖ ${path}: its marks are not right`),
    "npm run bench:kept -- --mark writes them; -- --keep NAME runs a bench anew",
  );
const isWrong = (!writes && wrong.length > 0) || all.some(({ altered }) => altered.length > 0);
process.exitCode = isWrong ? 1 : 0;
