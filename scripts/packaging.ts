/** Builds the deployment as someone without an account would: no credentials, an empty home. */
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Json, Resources } from "./template-roles.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

export interface Packaging {
  readonly stage: string;
  readonly region: string;
  /** What `--param NAME=VALUE` gives. */
  readonly params: Readonly<Record<string, string>>;
}

/** The framework works in the folder that it is started in: each packaging gets one, which looks like the project. */
async function workplace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "packaging-"));
  const own = new Set([".serverless", ".esbuild", ".git"]);
  const entries = (await readdir(root, { withFileTypes: true })).filter(({ name }) => !own.has(name));
  for (const entry of entries) {
    const [from, to] = [join(root, entry.name), join(folder, entry.name)];
    // The framework does not take a link for its configuration.
    await (entry.isFile() ? copyFile(from, to) : symlink(from, to));
  }
  return folder;
}

/** Packages serverless.yml into a folder of its own. Rejects with what the framework says. */
export async function packageDeployment({
  stage,
  region,
  params,
}: Packaging): Promise<{ folder: string; resources: Resources; metadata: Json }> {
  const [home, cwd] = [await mkdtemp(join(tmpdir(), "home-")), await workplace()];
  const folder = await mkdtemp(join(tmpdir(), "package-"));
  const PATH = [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
  const osls = join(root, "node_modules/serverless/bin/serverless.js");
  const given = Object.entries(params).flatMap(([name, value]) => ["--param", `${name}=${value}`]);
  const options = ["package", "--stage", stage, "--region", region, "--package", folder, ...given];
  try {
    await run(process.execPath, [osls, ...options], { cwd, env: { PATH, HOME: home } });
  } finally {
    await Promise.all([home, cwd].map((each) => rm(each, { recursive: true })));
  }
  const text = await readFile(join(folder, "cloudformation-template-update-stack.json"), "utf8");
  const { Resources: resources, Metadata: metadata } = JSON.parse(text) as {
    Resources: Resources;
    Metadata: Json;
  };
  return { folder, resources, metadata };
}
