/**
 * The process of one function, as Lambda runs it: loads the deployed bundle, and handles one event at a time. Date
 * shows the keeper's time, which answers bring along; whenever the handler does nothing but wait for answers, the
 * keeper is told.
 */
import { subscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import files from "node:fs/promises";
import type { ClientRequest, IncomingMessage } from "node:http";
import { createRequire } from "node:module";

export interface Invoke {
  readonly event: unknown;
  readonly nowMs: number;
  readonly timeoutMs: number;
}
export type Report =
  | { readonly kind: "ready" }
  /** Calls begun and answered in this invocation, now that nothing else is under way. */
  | { readonly kind: "waiting"; readonly begun: number; readonly answered: number }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "failure"; readonly errorType: string; readonly errorMessage: string };

/** Turns of the event loop without a call or an answer after which the handler only waits. */
const quietTurns = 6;

const [bundle = ""] = process.argv.slice(2);
let nowMs = 0;
let begun = 0;
let answered = 0;
let activity = 0;
let running = false;

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [nowMs] : given) as [number]));
  }
  static override now(): number {
    return nowMs;
  }
} as DateConstructor;

// A client reads the AWS configuration at its first call. How long the disk takes must not decide which of two calls that
// are made side by side leaves first, nor be taken for a handler that waits for answers.
files.readFile = (async (...given: Parameters<typeof readFileSync>) =>
  readFileSync(...given)) as typeof files.readFile;

const report = (what: Report): void => void process.send?.(what);

function settle(): void {
  activity += 1;
  const seen = activity;
  let turns = 0;
  const turn = () => {
    if (!running || activity !== seen) return;
    turns += 1;
    if (turns < quietTurns) setImmediate(turn);
    else if (begun > answered) report({ kind: "waiting", begun, answered });
  };
  setImmediate(turn);
}

let made = 0;
// Each takes its place among the invocation's calls along: which of two sockets is the quicker decides nothing then.
subscribe("http.client.request.created", (message) => {
  made += 1;
  (message as { request: ClientRequest }).request.setHeader("x-call", made);
});
subscribe("http.client.request.start", () => {
  begun += 1;
  settle();
});
subscribe("http.client.response.finish", (message) => {
  const { response } = message as { request: ClientRequest; response: IncomingMessage };
  nowMs = Number(response.headers["x-now-ms"] ?? nowMs);
  response.once("end", () => {
    answered += 1;
    settle();
  });
});

const { handler } = createRequire(import.meta.url)(bundle) as {
  handler: (event: unknown, context: object) => Promise<unknown>;
};

process.on("message", async (invoke: Invoke) => {
  [nowMs, made, begun, answered, running] = [invoke.nowMs, 0, 0, 0, true];
  const deadlineMs = nowMs + invoke.timeoutMs;
  const functionName = process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? "";
  const context = {
    functionName,
    functionVersion: "$LATEST",
    memoryLimitInMB: "512",
    awsRequestId: "second-engine",
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:123456789012:function:${functionName}`,
    getRemainingTimeInMillis: () => deadlineMs - nowMs,
  };
  try {
    const result = (await handler(invoke.event, context)) ?? null;
    running = false;
    report({ kind: "result", result });
  } catch (error) {
    running = false;
    const { name, message } = error as Error;
    report({ kind: "failure", errorType: name, errorMessage: message });
  }
});
process.on("disconnect", () => process.exit(0));
report({ kind: "ready" });
