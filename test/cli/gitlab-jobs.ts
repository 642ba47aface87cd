/** Runs the job of one of the GitLab components as a runner does: its inputs put in, its script in one shell, in a project's folder. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";

type Value = string | number | boolean;

export interface Input {
  readonly type?: "number" | "boolean";
  readonly default?: Value;
  readonly options?: readonly Value[];
}

interface Job {
  readonly script: readonly string[];
  readonly variables: Readonly<Record<string, string | { value: string; expand: boolean }>>;
  readonly allow_failure?: { exit_codes: readonly number[] };
  readonly artifacts: { paths: readonly string[]; reports: Readonly<Record<string, string>> };
}

export interface Component {
  readonly inputs: Readonly<Record<string, Input>>;
  /** The configuration, inputs not yet put in. */
  readonly text: string;
}

export function componentOf(name: string): Component {
  const text = readFileSync(`templates/${name}.yml`, "utf8");
  const [header = "", ...config] = text.split(/^---\n/m);
  const { spec } = parse(header) as { spec: { inputs: Readonly<Record<string, Input>> } };
  return { inputs: spec.inputs, text: config.join("---\n") };
}

/** By name; throws where an input is missing, is none, or is not what it has to be. */
export function jobsOf({ inputs, text }: Component, given: Readonly<Record<string, Value>>) {
  const unknown = Object.keys(given).filter((name) => !(name in inputs));
  if (unknown.length > 0) throw new Error(`expected no input ${unknown.join(", ")}`);
  const givenAs = (name: string): Value => {
    const { type = "string", default: usual, options } = inputs[name] ?? {};
    const value = given[name] ?? usual;
    if (value === undefined || typeof value !== type)
      throw new Error(`expected a ${type} for ${name}, found ${value}`);
    if (options?.includes(value) === false)
      throw new Error(`expected one of ${options.join(", ")} for ${name}`);
    return value;
  };
  const put = text.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => String(givenAs(name)));
  return parse(put) as Readonly<Record<string, Job>>;
}

/** A repository whose newest commit has the scripts as they are here. */
export function sourceRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-"));
  cpSync("actions", join(folder, "actions"), { recursive: true });
  const git = (...words: string[]) => {
    const { status, stderr } = spawnSync("git", words, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  };
  git("init", "--quiet", "--initial-branch", "main");
  git("add", "--all");
  git(
    "-c",
    "user.name=test",
    "-c",
    "user.email=test@example.com",
    "commit",
    "--quiet",
    "--message",
    "scripts",
  );
  return folder;
}

export interface JobEnd {
  readonly code: number;
  readonly said: string;
  /** What jobs after it are given. */
  readonly dotenv: Readonly<Record<string, string>>;
  /** Its project's folder, with what it left there. */
  readonly folder: string;
}

/** In a folder that has the plans of this repository. `around` are the variables that GitLab itself gives a job. */
export async function runJob(
  { script, variables, artifacts }: Job,
  around: Readonly<Record<string, string>> = {},
): Promise<JobEnd> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-"));
  cpSync("plans", join(folder, "plans"), { recursive: true });
  const own = Object.entries(variables).map(([name, of]) => [name, typeof of === "string" ? of : of.value]);
  const child = spawn("bash", ["-c", ["set -eo pipefail", ...script].join("\n")], {
    cwd: folder,
    env: {
      ...process.env,
      GITLAB_CI: "true",
      CI_PROJECT_DIR: folder,
      CI_PIPELINE_URL: "https://gitlab.com/example/models/-/pipelines/1",
      CI_COMMIT_SHA: "0a1b2c3",
      GITLAB_USER_LOGIN: "tanuki",
      SLIPWAY_TOKEN: "token",
      ...Object.fromEntries(own),
      ...around,
    },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  const [code] = (await once(child, "close")) as [number];
  const file = join(folder, artifacts.reports["dotenv"] ?? "");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const dotenv = lines.flatMap((line) => {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value]];
  });
  return { code, said, dotenv: Object.fromEntries(dotenv) as Record<string, string>, folder };
}

/** The command as it is here. */
export const installed = `${process.execPath} ${resolve("src/cli/slipway.ts")}`;
