/** The calls that the functions make: there and back in the time that a rehearsal draws for them, to twin or interpreter. */
import type { IncomingMessage } from "node:http";
import { travel } from "#twin/engine";
import type { Twin } from "#twin/services";
import type { Invocation, Lambdas } from "./lambdas.ts";
import type { HttpAnswer } from "./run.ts";
import type { Timekeeper } from "./timekeeper.ts";

export interface CallsOptions {
  readonly keeper: Timekeeper;
  readonly lambdas: Lambdas;
  readonly twin: Twin;
  /** The interpreter's address. */
  readonly states: string;
  readonly seed: number;
  /** Counts a call of Step Functions, `stepfunctions.StartExecution`. */
  readonly count: (operation: string) => void;
}

export function callsOf({ keeper, lambdas, twin, states, seed, count }: CallsOptions) {
  const travelMs = travel(seed);

  async function under(invocation: Invocation, leg: 0 | 1, calls: number): Promise<void> {
    invocation.waiting += 1;
    const { over } = keeper.wait(travelMs({ ...invocation, calls }, leg));
    await over;
    invocation.waiting -= 1;
  }

  async function ask(to: string, path: string, request: IncomingMessage, body: Buffer): Promise<HttpAnswer> {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(", ")]),
    );
    if (to === "states") {
      count(`stepfunctions.${headers["x-amz-target"]?.split(".").at(-1)}`);
      const { status, headers: answered, ...response } = await post(`${states}${path}`, headers, body);
      return { statusCode: status, headers: answered, body: response.body };
    }
    const [bare = "/", search = ""] = path.split(/\?(.*)/s, 2);
    const query = Object.fromEntries(new URLSearchParams(search));
    return twin.handle({
      method: request.method ?? "GET",
      hostname: "127.0.0.1",
      path: bare,
      query,
      headers,
      body,
    });
  }

  return {
    async answer(request: IncomingMessage, body: Buffer): Promise<HttpAnswer> {
      const [, to = "", name = "", path = ""] = /^\/(aws|states)\/(\w+)(.*)$/s.exec(request.url ?? "") ?? [];
      const invocation = lambdas.current(name);
      if (invocation === undefined)
        throw new Error(
          `${name}: a call left the function after its answer: ${request.headers["x-amz-target"]}`,
        );
      invocation.calls += 1;
      keeper.look();
      await under(invocation, 0, Number(request.headers["x-call"]));
      const answered = await ask(to, path === "" ? "/" : path, request, body);
      await under(invocation, 1, invocation.calls);
      invocation.answered += 1;
      return answered;
    },
  };
}

async function post(url: string, headers: Record<string, string>, body: Buffer) {
  const { host: _, "content-length": __, connection: ___, ...kept } = headers;
  const response = await fetch(url, { method: "POST", headers: kept, body: new Uint8Array(body) });
  const type = response.headers.get("content-type") ?? "application/x-amz-json-1.0";
  const said = { "content-type": type };
  return { status: response.status, headers: said, body: new Uint8Array(await response.arrayBuffer()) };
}
