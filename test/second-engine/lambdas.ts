/** The deployed functions, each in a Node process of its own, and the calls that they make. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DeployedFunction } from "./deployment.ts";
import type { Invoke, Report } from "./lambda-process.ts";

/** One invocation under way. */
export interface Invocation {
  readonly execution: string;
  readonly state: string;
  readonly ordinal: number;
  /** Calls that arrived, that wait for time to move, and that were answered. */
  calls: number;
  waiting: number;
  answered: number;
  /** What the process said when last it had nothing to do but wait. */
  reported: { readonly begun: number; readonly answered: number } | undefined;
}

/** True while all that the invocation does is wait for answers that wait for time to move. */
export function isWaiting({ calls, waiting, answered, reported }: Invocation): boolean {
  return (
    reported !== undefined &&
    reported.begun === calls &&
    reported.answered === answered &&
    waiting > 0 &&
    waiting === calls - answered
  );
}

export interface Lambdas {
  /** Resolves with Lambda's answer to Invoke: the payload, and whether the function failed. */
  invoke(name: string, request: InvokeRequest): Promise<{ payload: string; failed: boolean }>;
  /** The invocation under way in a function's process. */
  current(name: string): Invocation | undefined;
  readonly invocations: readonly Invocation[];
  close(): Promise<void>;
}

export interface InvokeRequest extends Pick<Invocation, "execution" | "state" | "ordinal"> {
  readonly payload: string;
  readonly nowMs: number;
}

export interface LambdasOptions {
  readonly functions: Readonly<Record<string, DeployedFunction>>;
  /** Where a function's calls to AWS go, and those to Step Functions. */
  readonly endpoints: (name: string) => { readonly aws: string; readonly states: string };
  /** Told of each report of a process. */
  readonly onReport: () => void;
}

interface Sandbox {
  readonly process: ChildProcess;
  readonly ready: Promise<unknown>;
  invocation: Invocation | undefined;
  settle: ((report: Report) => void) | undefined;
}

const entry = fileURLToPath(new URL("lambda-process.ts", import.meta.url));

export function openLambdas({ functions, endpoints, onReport }: LambdasOptions): Lambdas {
  const sandboxes = new Map<string, Sandbox>();

  function sandboxOf(name: string): Sandbox {
    const known = sandboxes.get(name);
    if (known !== undefined) return known;
    const found = functions[name];
    if (found === undefined) throw new Error(`there is no function ${name}`);
    const { aws, states } = endpoints(name);
    const env = {
      PATH: process.env["PATH"],
      ...found.environment,
      AWS_LAMBDA_FUNCTION_NAME: found.functionName,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "second",
      AWS_SECRET_ACCESS_KEY: "second",
      AWS_ENDPOINT_URL: aws,
      AWS_ENDPOINT_URL_SFN: states,
      POWERTOOLS_LOG_LEVEL: "SILENT",
      POWERTOOLS_TRACE_ENABLED: "false",
    };
    const child = fork(entry, [found.bundlePath], { env, stdio: ["ignore", "ignore", "pipe", "ipc"] });
    const sandbox: Sandbox = {
      process: child,
      ready: once(child, "message"),
      invocation: undefined,
      settle: undefined,
    };
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4000);
    });
    child.on("message", (report: Report) => {
      if (report.kind === "waiting" && sandbox.invocation) sandbox.invocation.reported = report;
      if (report.kind === "result" || report.kind === "failure") sandbox.settle?.(report);
      onReport();
    });
    child.on("exit", () =>
      sandbox.settle?.({
        kind: "failure",
        errorType: "Runtime.ExitError",
        errorMessage: `${name} exited: ${said}`,
      }),
    );
    sandboxes.set(name, sandbox);
    return sandbox;
  }

  return {
    async invoke(name, { payload, nowMs, ...place }) {
      const sandbox = sandboxOf(name);
      await sandbox.ready;
      if (sandbox.invocation !== undefined) throw new Error(`${name}: expected one invocation at a time`);
      sandbox.invocation = { ...place, calls: 0, waiting: 0, answered: 0, reported: undefined };
      const report = await new Promise<Report>((resolve) => {
        sandbox.settle = resolve;
        const timeoutMs = (functions[name]?.timeoutSeconds ?? 0) * 1000;
        sandbox.process.send({ event: JSON.parse(payload), nowMs, timeoutMs } satisfies Invoke);
      });
      sandbox.invocation = undefined;
      if (report.kind === "result") return { payload: JSON.stringify(report.result), failed: false };
      const { errorType, errorMessage } = report as Extract<Report, { kind: "failure" }>;
      const trace = [`${errorType}: ${errorMessage}`];
      return { payload: JSON.stringify({ errorType, errorMessage, trace }), failed: true };
    },
    current: (name) => sandboxes.get(name)?.invocation,
    get invocations() {
      return [...sandboxes.values()].flatMap(({ invocation }) => invocation ?? []);
    },
    async close() {
      const ends = [...sandboxes.values()].map(({ process: child }) => once(child, "exit"));
      for (const { process: child } of sandboxes.values()) child.kill("SIGKILL");
      await Promise.all(ends);
    },
  };
}
