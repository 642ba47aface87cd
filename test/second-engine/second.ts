/**
 * The second engine: the deployed definition on moto's interpreter, the deployed bundles in processes of their own, and
 * the twin's services on a port; none of the first engine's clock, executions, Lambda or wire.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import type { Case } from "./cases.ts";
import type { Deployment } from "./deployment.ts";
import { type Lambdas, openLambdas } from "./lambdas.ts";
import type { Ran } from "./outcome.ts";
import { Run } from "./run.ts";

export interface SecondEngine {
  run(each: Case): Promise<Ran & { readonly event: unknown }>;
  /** Ends every process that this engine started. */
  close(): Promise<void>;
}

const interpreter = fileURLToPath(new URL("interpreter.py", import.meta.url));

/** `definition` is the deployed one, or what a test plants in its place. */
export async function openSecondEngine(deployment: Deployment, definition: string): Promise<SecondEngine> {
  let run: Run | undefined;
  const server = createServer((request, response) => {
    answer(request, response, () => run).catch((error: unknown) => {
      run?.keeper.fail(error);
      response.destroy();
    });
  });
  // Real seconds must break nothing off: who asks keeps its connections, and on a busy machine asks again after long.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const python = spawn("python3", [interpreter, url], { stdio: ["pipe", "pipe", "inherit"] });
  const states = `http://127.0.0.1:${await portOf(python)}`;
  const client = new SFNClient({
    endpoint: states,
    region: rehearsedDeployment.region,
    maxAttempts: 1,
    credentials: { accessKeyId: "second", secretAccessKey: "second" },
  });
  const lambdas: Lambdas = openLambdas({
    functions: deployment.functions,
    endpoints: (name) => ({ aws: `${url}/aws/${name}`, states: `${url}/states/${name}` }),
    onReport: () => run?.keeper.look(),
  });
  return {
    async run(each) {
      await fetch(`${states}/moto-api/reset`, { method: "POST" });
      const name = rehearsedDeployment.stateMachineArn.split(":").at(-1);
      const roleArn = `arn:aws:iam::${rehearsedDeployment.account}:role/${name}`;
      await client.send(new CreateStateMachineCommand({ name, roleArn, definition }));
      run = new Run(each, { lambdas, client, states });
      return run.ran();
    },
    async close() {
      client.destroy();
      await lambdas.close();
      const ended = once(python, "exit");
      python.stdin.end();
      await ended;
      server.closeAllConnections();
      server.close();
    },
  };
}

async function portOf(python: ChildProcess): Promise<string> {
  if (python.stdout === null) throw new Error("the interpreter has no output");
  for await (const line of createInterface({ input: python.stdout })) {
    const port = /^port (\d+)$/.exec(line)?.[1];
    if (port !== undefined) return port;
  }
  throw new Error("the interpreter ended before it listened");
}

async function answer(request: IncomingMessage, response: ServerResponse, run: () => Run | undefined) {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const current = run();
  if (current === undefined) throw new Error(`nothing runs, found a request for ${request.url}`);
  const { statusCode, headers, body } = await current.answer(request, Buffer.concat(chunks));
  response.writeHead(statusCode, {
    ...headers,
    "content-length": Buffer.byteLength(body),
    date: new Date(current.keeper.nowMs).toUTCString(),
    "x-now-ms": String(current.keeper.nowMs),
  });
  response.end(body);
}
