/** `slipway twin`: the account of a rehearsal on a port, its clock running, for any AWS client. */

import { pacedClock, serveTwin, type TwinServer } from "#twin/services";
import { openLiveThread } from "../rehearsal/live/live-thread.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { twinThread } from "./code-files.ts";
import { readPlan, readWorld, seedRule } from "./inputs.ts";
import { CommandFailed } from "./mistakes.ts";
import type { Stream, Terminal } from "./terminal.ts";

const portRule = { default: 4566, min: 0, max: 65_535, whole: true };
/** Twelve virtual hours to a real minute: beyond that, calls of a client are hours apart. */
const speedRule = { default: 1, min: 0.1, max: 720, whole: false };

/** Resolves to 0 when it is told to end, by SIGINT or SIGTERM. */
export async function twin(line: CommandLine, { out, err }: Terminal): Promise<number> {
  const plan = readPlan(line.values.plan);
  const world = readWorld(line.values.world ?? "healthy");
  const seed = numberOf(line, "seed", seedRule);
  const port = numberOf(line, "port", portRule);
  const speed = numberOf(line, "speed", speedRule);
  const startMs = Date.now();
  const sweep = !line.switches.has("no-sweep");
  const thread = await openLiveThread(twinThread, { plan, world: world.spec, seed, startMs, sweep });
  try {
    const now = pacedClock(startMs, speed);
    const server = await listen(port, {
      handle: thread.handle,
      now,
      speed,
      advance: async () => {
        for (const undelivered of await thread.advance(now()))
          err.write(`${err.paint.red("✖")} not delivered: ${undelivered}\n`);
      },
      onDefect: (defect) =>
        err.write(`${err.paint.red("✖")} ${defect instanceof Error ? defect.stack : String(defect)}\n`),
    });
    const subject = `endpoint ${plan.endpoint.name} in the world ${world.name}, seed ${seed}; the plan of ${plan.model} is in force`;
    greet(out, {
      url: server.url,
      speed,
      subject,
      machine: thread.stateMachineArn,
      model: plan.model,
      version: world.spec.registry.serving + 1,
    });
    await toldToEnd();
    await server.close();
  } finally {
    await thread.close();
  }
  return 0;
}

interface Served {
  readonly handle: Parameters<typeof serveTwin>[0]["handle"];
  readonly now: () => number;
  readonly speed: number;
  readonly advance: () => Promise<void>;
  readonly onDefect: (defect: unknown) => void;
}

async function listen(port: number, { handle, ...rest }: Served): Promise<TwinServer> {
  try {
    return await serveTwin({ handle }, { port, ...rest });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" || code === "EACCES")
      throw new CommandFailed(`--port: expected a free port, found ${port} in use or forbidden (${code})`);
    throw error;
  }
}

interface Greeting {
  readonly url: string;
  readonly speed: number;
  readonly subject: string;
  readonly machine: string;
  readonly model: string;
  readonly version: number;
}

function greet({ write, paint }: Stream, { url, speed, subject, machine, model, version }: Greeting): void {
  const pace = speed === 1 ? "in real time" : `${speed} virtual seconds to a real one`;
  const input = JSON.stringify({ model, version });
  write(
    [
      `The twin listens on ${paint.bold(url)}, ${pace}.`,
      paint.dim(`It holds ${subject}.`),
      "",
      `export AWS_ENDPOINT_URL=${url} AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1 AWS_ACCESS_KEY_ID=twin AWS_SECRET_ACCESS_KEY=twin SLIPWAY_STAGE=dev`,
      `aws stepfunctions start-execution --state-machine-arn ${machine} --input '${input}'`,
      "",
      paint.dim("Ctrl-C ends it."),
      "",
    ].join("\n"),
  );
}

const toldToEnd = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
