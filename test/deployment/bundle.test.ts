/** A function as it is deployed, bundled as serverless.yml says, in a process of its own: out of time, and failing. */
import { type ChildProcess, fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bundle-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Milliseconds that the function is told it has left, enough to ask in; and in which no answer is one that never comes. */
const timeLeftMs = 200;
const silentMs = 800;

/**
 * Stands in for Lambda's runtime: invokes once for each event that it is given, each in a trace of its own, and tells
 * what the handler answers.
 */
const runtime = `
  const { handler } = require("./function.cjs");
  const context = { functionName: "reapLeases", awsRequestId: "1", getRemainingTimeInMillis: () => ${timeLeftMs} };
  const tell = (answer) => process.send(answer);
  const invoke = async (event, nth) => {
    process.env._X_AMZN_TRACE_ID = "Root=1-5759e988-00000000000000000000000" + nth + ";Parent=53995c3f42cd8ad8;Sampled=1";
    await handler(event, context).then(() => tell("answered"), (error) => tell("failed " + error.name));
  };
  (async () => {
    let nth = 0;
    for (const event of JSON.parse(process.argv[2])) await invoke(event, ++nth);
  })();
`;

async function bundled(name: string, changed: (source: string) => string): Promise<string> {
  const text = readFileSync(join(root, "serverless.yml"), "utf8");
  const { custom } = parse(text, { logLevel: "error" }) as { custom: { esbuild: Record<string, unknown> } };
  const { exclude: _, ...options } = custom.esbuild;
  const at = mkdtempSync(join(folder, name));
  await build({
    ...(options as BuildOptions),
    entryPoints: [join(root, "functions/reap-leases.ts")],
    outfile: join(at, "function.cjs"),
    plugins: [
      {
        name: "changed",
        setup: ({ onLoad }) =>
          onLoad({ filter: /src\/aws\/lambda\.ts$/ }, ({ path }) => ({
            contents: changed(readFileSync(path, "utf8")),
            loader: "ts",
          })),
      },
    ],
  });
  writeFileSync(join(at, "runtime.cjs"), runtime);
  return join(at, "runtime.cjs");
}

let sound: Promise<string> | undefined;
const asDeployed = (): Promise<string> => {
  sound ??= bundled("sound", (source) => source);
  return sound;
};

/** An AWS that answers when it is told to. */
let server: Server;
let held: ServerResponse[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    held.push(response);
    server.emit("asked");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => server.close());

function start(
  module: string,
  events: readonly unknown[] = [{ sweep: "schedule" }],
  more: Readonly<Record<string, string>> = {},
): ChildProcess {
  const names = ["STACK", "ACCOUNT", "TABLE", "STATE_MACHINE_ARN", "SCHEDULER_ROLE_ARN", "SCHEDULE_GROUP"];
  return fork(module, [JSON.stringify(events)], {
    env: {
      ...Object.fromEntries([...names, "EVENT_BUS"].map((name) => [`SLIPWAY_${name}`, "test"])),
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      SLIPWAY_TURNS_PER_EXECUTION: "1200",
      SLIPWAY_RELEASE_METRICS: "off",
      SLIPWAY_NAMED_ROLES: "none",
      SLIPWAY_EVIDENCE_BUCKET: "none",
      SLIPWAY_EVIDENCE_KEY: "none",
      SLIPWAY_EVIDENCE_MODE: "GOVERNANCE",
      POWERTOOLS_TRACE_ENABLED: "false",
      ...more,
    },
    silent: true,
  });
}

/** Lets the time run out in the first call. The sandbox of who has answered is thawed later, and the call answered. */
async function outOfTime(module: string, waitMs: number) {
  held = [];
  const asked = once(server, "asked");
  const child = start(module);
  const answer = once(child, "message").then(([text]) => String(text));
  await asked;
  const answered = await Promise.race([
    answer,
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), waitMs)),
  ]);
  let askedAgain = false;
  if (answered !== undefined) {
    const again = once(server, "asked");
    held[0]?.end('{"Items":[]}');
    askedAgain = (await again) !== undefined;
  }
  child.kill();
  await once(child, "exit");
  return { answered, askedAgain };
}

test("a function whose time runs out answers nothing: it dies with its sandbox", async () => {
  const module = await asDeployed();

  expect(await outOfTime(module, silentMs)).toEqual({ answered: undefined, askedAgain: false });
});

test("were it answered for before, it would go on asking after its answer", async () => {
  const early = (source: string) =>
    source.replace("timeoutEarlyInMillis: atDeathOnly", "timeoutEarlyInMillis: 5");
  const module = await bundled("early", early);

  expect(await outOfTime(module, 60_000)).toEqual({ answered: "failed AwsUnavailable", askedAgain: true });
});

test("a function that fails files its trace at once, and under its own id", async () => {
  const module = await asDeployed();
  const daemon = createSocket("udp4");
  const traces: string[] = [];
  const both = new Promise<void>((resolve) => {
    daemon.on("message", (datagram) => {
      const [, segment = ""] = datagram.toString().split("\n");
      const { trace_id: id, fault } = JSON.parse(segment) as { trace_id: string; fault?: boolean };
      if (traces.push(`${id.at(-1)} ${fault === true ? "failed" : "was well"}`) === 2) resolve();
    });
  });
  daemon.bind(0, "127.0.0.1");
  await once(daemon, "listening");

  // What Lambda's runtime sets, and by which the tracer knows that it is in one.
  const child = start(module, [{}, {}], {
    POWERTOOLS_TRACE_ENABLED: "true",
    LAMBDA_TASK_ROOT: folder,
    AWS_LAMBDA_FUNCTION_NAME: "reapLeases",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    _HANDLER: "function.handler",
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
  });
  await both;
  child.kill();
  daemon.close();

  expect(traces).toEqual(["1 failed", "2 failed"]);
});
