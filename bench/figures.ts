/**
 * Figures, not tests: how long `npm start` takes and how much memory, how large each deployed bundle is, how long a
 * rehearsal of each world takes, and how many faulty runs an exploration makes in a second.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { parse } from "yaml";
import { parsePlan } from "../src/core/plan/file.ts";
import { explore } from "../src/rehearsal/explore/exploration.ts";
import { openThread, openWorkerPool } from "../src/rehearsal/release/thread.ts";
import { loadWorld, worldNames } from "../src/rehearsal/worlds/load.ts";
import { table } from "../src/report/text/layout.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const entry = new URL("src/rehearsal/release/worker.ts", root);
const width = 100;

const parsed = parsePlan(read("plans/chat-assistant.yml"), "plans/chat-assistant.yml");
if (!parsed.ok) throw new Error("the sample plan is not valid");
const { plan } = parsed;
const event = { model: plan.model, version: 7 };

/** Wall time of a command, seconds, and the largest resident set of any Node process that it started, MB. */
function measured(command: string, args: readonly string[]): { seconds: number; megabytes: number } {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const file = join(folder, "peaks");
  const write = `import{appendFileSync}from"node:fs";import{isMainThread}from"node:worker_threads";if(isMainThread)process.on("exit",()=>appendFileSync(${JSON.stringify(file)},process.resourceUsage().maxRSS+"\\n"))`;
  const hook = `--import=data:text/javascript,${encodeURIComponent(write)}`;
  const begunMs = performance.now();
  const { status } = spawnSync(command, args, {
    cwd: fileURLToPath(root),
    env: { ...process.env, NODE_OPTIONS: hook },
    stdio: "ignore",
  });
  const seconds = (performance.now() - begunMs) / 1000;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${status}`);
  const peaks = readFileSync(file, "utf8").trim().split("\n").map(Number);
  rmSync(folder, { recursive: true });
  return { seconds, megabytes: Math.max(...peaks) / 1024 };
}

function start(): string[] {
  const runs = Array.from({ length: 3 }, () => measured("npm", ["start"]));
  return [
    ...table(
      [{ head: "npm start" }, { head: "wall s", align: "right" }, { head: "peak RSS MB", align: "right" }],
      runs.map((run, i) => [`run ${i + 1}`, run.seconds.toFixed(2), run.megabytes.toFixed(0)]),
      { width },
    ),
  ];
}

interface Deployment {
  readonly functions: Readonly<Record<string, { readonly handler: string }>>;
  readonly custom: { readonly esbuild: BuildOptions & { readonly exclude: string[] } };
}

/** With the settings by which the deployment bundles. */
async function bundles(): Promise<string[]> {
  const { functions, custom } = parse(read("serverless.yml"), { logLevel: "silent" }) as Deployment;
  const { exclude, ...options } = custom.esbuild;
  const sizes = await Promise.all(
    Object.entries(functions).map(async ([name, { handler }]) => {
      const source = fileURLToPath(new URL(handler.replace(/\.handler$/, ".ts"), root));
      const { outputFiles } = await build({
        ...options,
        external: exclude,
        entryPoints: [source],
        write: false,
        logLevel: "error",
      });
      return [name, outputFiles.reduce((sum, file) => sum + file.contents.length, 0)] as const;
    }),
  );
  return table(
    [{ head: "bundle" }, { head: "kB", align: "right" }],
    sizes.toSorted(([, a], [, b]) => b - a).map(([name, bytes]) => [name, (bytes / 1000).toFixed(0)]),
    { width },
  );
}

/** One thread, warm: the first rehearsal of it is not measured. */
async function worlds(): Promise<string[]> {
  const thread = openThread(entry);
  const rows: string[][] = [];
  await thread.rehearse({ plan, world: loadWorld("healthy"), event, seed: 1 });
  for (const name of worldNames()) {
    const world = loadWorld(name);
    const begunMs = performance.now();
    const record = await thread.rehearse({ plan, world, event, seed: 1 });
    const ms = performance.now() - begunMs;
    rows.push([name, record.outcome, (record.virtualSeconds / 60).toFixed(0), ms.toFixed(0)]);
  }
  await thread.close();
  return table(
    [
      { head: "rehearsal" },
      { head: "outcome" },
      { head: "virtual min", align: "right" },
      { head: "ms", align: "right" },
    ],
    rows,
    { width },
  );
}

async function exploration(): Promise<string[]> {
  const threads = availableParallelism();
  const crew = openWorkerPool(entry, threads);
  const request = { plan, world: loadWorld("healthy"), event, seed: 1 };
  const begunMs = performance.now();
  const { findings } = await explore({ request, sample: 24, seed: 1, rehearse: crew.rehearse });
  const seconds = (performance.now() - begunMs) / 1000;
  await crew.close();
  const rate = (findings.length / seconds).toFixed(1);
  return table(
    [{ head: "exploration" }, { head: "threads", align: "right" }, { head: "runs/s", align: "right" }],
    [[`${findings.length} runs in ${seconds.toFixed(1)} s`, String(threads), rate]],
    { width },
  );
}

for (const section of [start, bundles, worlds, exploration])
  process.stdout.write(`${(await section()).join("\n")}\n\n`);
process.stdout.write(`Node ${process.version}\n`);
