/** Runs the script of one of the actions as a runner of GitHub does: its inputs and its files by the environment. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface ActionEnd {
  readonly code: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly said: string;
}

/** `meanwhile` is told what the script has said so far, and may send it a signal. */
export async function runAction(
  script: "release/release.sh" | "rehearse/rehearse.sh",
  inputs: Readonly<Record<string, string>>,
  meanwhile: (said: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<ActionEnd> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-"));
  const file = (name: string) => join(folder, name);
  writeFileSync(file("event.json"), JSON.stringify({ pull_request: { number: 42 } }));
  const child = spawn(resolve("actions", script), [], {
    env: {
      ...process.env,
      GITHUB_ACTIONS: "true",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "example/models",
      GITHUB_RUN_ID: "1",
      GITHUB_SHA: "0a1b2c3",
      GITHUB_ACTOR: "octocat",
      GITHUB_EVENT_PATH: file("event.json"),
      GITHUB_OUTPUT: file("output"),
      GITHUB_STEP_SUMMARY: file("summary.md"),
      RUNNER_TEMP: folder,
      SLIPWAY: `${process.execPath} ${resolve("src/cli/slipway.ts")}`,
      ...inputs,
    },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      meanwhile(said, (signal) => void child.kill(signal));
    });
  const [code] = (await once(child, "close")) as [number];
  const text = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), "utf8") : "");
  const outputs = Object.fromEntries(
    text("output")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  return { code, outputs, summary: text("summary.md"), said };
}
