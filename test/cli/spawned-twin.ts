/** `slipway twin` as a process of its own, and the environment that it says itself leads to it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

export interface SpawnedTwin {
  readonly url: string;
  /** As it prints it, to be exported. */
  readonly env: Readonly<Record<string, string>>;
  readonly child: ChildProcess;
}

/** `words` beside `--port 0`. Rejects where it ends before it listens. */
export async function spawnTwin(...words: readonly string[]): Promise<SpawnedTwin> {
  const child = spawn(process.execPath, [resolve("src/cli/slipway.ts"), "twin", "--port", "0", ...words]);
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  const ended = once(child, "exit").then(() => {
    throw new Error(`the twin has ended: ${text}`);
  });
  ended.catch(() => undefined);
  while (!text.includes("Ctrl-C")) await Promise.race([once(child.stdout, "data"), ended]);
  const env = Object.fromEntries(
    [...text.matchAll(/\b((?:AWS|SLIPWAY)_\w+)=(\S+)/g)].map(([, ...each]) => each as [string, string]),
  );
  return { url: env["AWS_ENDPOINT_URL"] ?? "", env, child };
}
