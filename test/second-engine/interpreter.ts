/** What the interpreter asks and tells: waits, starts and ends of executions, and Lambda's Invoke. */
import type { IncomingMessage } from "node:http";
import type { ExecutionRecord } from "#twin/engine";
import type { Lambdas } from "./lambdas.ts";
import type { HttpAnswer } from "./run.ts";
import type { Timekeeper } from "./timekeeper.ts";

/** An execution that is over. */
export interface Ended {
  readonly record: ExecutionRecord;
  /** States in the order in which they were entered. */
  readonly entered: readonly string[];
  readonly events: number;
}

export interface InterpreterOptions {
  readonly lambdas: Lambdas;
  readonly keeper: Timekeeper;
  readonly onBegin: (name: string) => void;
  readonly onEnd: (ended: Ended) => void;
}

const done: HttpAnswer = { statusCode: 200, headers: {}, body: "" };

export function interpreterOf({ lambdas, keeper, onBegin, onEnd }: InterpreterOptions) {
  const wakes = new Map<string, () => void>();
  const ordinals = new Map<string, number>();
  /** Executions whose thread is not in a wait; those of them that wait for a function; functions of events. */
  let running = 0;
  let invoking = 0;
  let forEvents = 0;

  function place(execution: string, state: string) {
    const key = `${execution}/${state}`;
    const ordinal = (ordinals.get(key) ?? 0) + 1;
    ordinals.set(key, ordinal);
    return { execution, state, ordinal };
  }

  async function wait({ id, seconds }: { id: string; seconds: number }): Promise<void> {
    const { over, wake } = keeper.wait(seconds * 1000);
    wakes.set(id, wake);
    running -= 1;
    keeper.look();
    await over;
    running += 1;
    wakes.delete(id);
  }

  const orders: Readonly<Record<string, (said: never) => void | Promise<void>>> = {
    begin: ({ name }: { name: string }) => {
      running += 1;
      onBegin(name);
    },
    wait,
    wake: ({ id }: { id: string }) => wakes.get(id)?.(),
    end: ({ execution, ...said }: { execution: Described; entered: string[]; events: number }) => {
      running -= 1;
      onEnd({ record: recordOf(execution), ...said });
      keeper.look();
    },
    broken: ({ arn, error }: { arn: string; error: string }) =>
      keeper.fail(new Error(`the interpreter broke at ${arn}: ${error}`)),
  };

  async function invokeFor(request: IncomingMessage, body: Buffer): Promise<HttpAnswer> {
    const [, arn = ""] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? "") ?? [];
    const name = functionOf(decodeURIComponent(arn));
    const context = Buffer.from(String(request.headers["x-amz-client-context"]), "base64").toString();
    const { custom } = JSON.parse(context) as { custom: { execution: string; state: string } };
    invoking += 1;
    const { payload, failed } = await lambdas.invoke(name, {
      ...place(custom.execution, custom.state),
      payload: body.toString(),
      nowMs: keeper.nowMs,
    });
    invoking -= 1;
    const headers = failed ? { "x-amz-function-error": "Unhandled" } : undefined;
    return { statusCode: 200, headers: { "content-type": "application/json", ...headers }, body: payload };
  }

  return {
    /** Every execution waits: for time, or for a function. */
    resting: () => running === invoking,
    invoking: () => invoking + forEvents,
    invokingForEvents: () => forEvents,

    /** Invokes a function outside of any execution. `ReapLeases` is `reapLeases` of the deployment. */
    async invoke(name: string, event: unknown): Promise<void> {
      forEvents += 1;
      const { payload, failed } = await lambdas.invoke(name.charAt(0).toLowerCase() + name.slice(1), {
        ...place("", name),
        payload: JSON.stringify(event),
        nowMs: keeper.nowMs,
      });
      forEvents -= 1;
      if (failed) throw new Error(`${name} failed: ${payload}`);
    },

    async answer(request: IncomingMessage, body: Buffer): Promise<HttpAnswer> {
      const [, what = ""] = /^\/keeper\/(\w+)$/.exec(request.url ?? "") ?? [];
      if (what === "") return invokeFor(request, body);
      await orders[what]?.(JSON.parse(body.toString()) as never);
      return done;
    },
  };
}

/** `arn:aws:lambda:…:function:slipway-dev-shiftTraffic`, with or without a version → `shiftTraffic` */
function functionOf(arn: string): string {
  return arn.split(":")[6]?.split("-").at(-1) ?? "";
}

interface Described {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionRecord["status"];
  readonly startDate: string;
  readonly stopDate: string;
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

function recordOf({ startDate, stopDate, ...described }: Described): ExecutionRecord {
  const { output, error, cause } = described;
  const dates = { startMs: Date.parse(startDate), stopMs: Date.parse(stopDate) };
  return { ...described, ...dates, output, error, cause };
}
