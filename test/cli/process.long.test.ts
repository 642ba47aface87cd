/** The command as a process: what it exits with, what is on which stream, and how a served twin ends. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { SFN } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { widthOf } from "../../src/report/text/layout.ts";
import { paintOf } from "../../src/report/text/paint.ts";
import { type SpawnedTwin, spawnTwin } from "./spawned-twin.ts";

const run = promisify(execFile);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function node(script: string, ...args: readonly string[]): Promise<Ended> {
  return within({}, script, ...args);
}

/** With more in the environment than this process has. */
async function within(
  env: Readonly<Record<string, string>>,
  script: string,
  ...args: readonly string[]
): Promise<Ended> {
  try {
    return {
      code: 0,
      ...(await run(process.execPath, [script, ...args], { env: { ...process.env, ...env } })),
    };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    return { code, stdout, stderr };
  }
}

const sources = "src/cli/slipway.ts";

test("standard output is one document and nothing else, and the exit code is the outcome's", async () => {
  const { code, stdout, stderr } = await node(sources, "rehearse", "--world", "no-quota", "--json");

  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: "refused" });
  expect(stderr).toMatch(/^0:00:00 {2}open the release/);
});

test("a plan that was not put in force is told of without a stack, and fails the command", async () => {
  const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" };
  const where = ["--stage", "dev", "--region", "eu-west-1"];

  const { code, stderr } = await within(env, sources, "plan", "apply", "plans/chat-assistant.yml", ...where);

  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^✖ http:\/\/127\.0\.0\.1:1, which AWS_ENDPOINT_URL names, cannot be reached[^\n]*\n$/,
  );
});

test("an exploration that is interrupted tells what it has found so far", async () => {
  const child = spawn(process.execPath, [sources, "explore", "--world", "no-quota", "--sample", "40"]);
  let told = "";
  let called = false;
  child.stderr.on("data", (text) => {
    told += String(text);
    // Once: a second one ends the command at once, as it should.
    if (!called && /single faults: [1-9]/.test(told)) called = child.kill("SIGINT");
  });
  let out = "";
  child.stdout.on("data", (text) => {
    out += String(text);
  });

  const [code] = await once(child, "close");

  expect(code).toBe(130);
  expect(out).toMatch(/✔ \d+ runs until it was interrupted, no promise broken so far/);
});

test("an exploration that is interrupted twice does not wait for what is under way, and tells what it has", async () => {
  const child = spawn(process.execPath, [sources, "explore", "--world", "no-quota", "--sample", "40"]);
  let out = "";
  child.stdout.on("data", (text) => {
    out += String(text);
  });
  let called = 0;
  child.stderr.on("data", (text) => {
    if (called > 0 || !/single faults: [1-9]/.test(String(text))) return;
    called += 1;
    child.kill("SIGINT");
    setTimeout(() => child.kill("SIGINT"), 20);
  });

  const [code] = await once(child, "close");

  expect(code).toBe(130);
  expect(out).toMatch(/✔ \d+ runs until it was interrupted, no promise broken so far/);
});

test("bad input exits with 64 and says nothing on standard output", async () => {
  const { code, stdout, stderr } = await node(sources, "rehearse", "--world", "nowhere");

  expect(code).toBe(64);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/expected the path of a YAML file or one of/);
});

test("it heeds what a terminal's variables say where there is no terminal", async () => {
  const { stdout } = await within({ FORCE_COLOR: "1", COLUMNS: "60" }, sources, "plan");

  expect(stdout).toContain(paintOf(true).bold("chat-assistant"));
  expect(Math.max(...stdout.split("\n").map(widthOf))).toBeGreaterThan(50);
  expect(stdout.split("\n").filter((line) => widthOf(line) > 60)).toEqual([]);
});

test.skipIf(!existsSync("/dev/full"))(
  "a full disk and a folder that is gone are told of in a line, or do no harm",
  async () => {
    const full = await run("sh", ["-c", `"${process.execPath}" ${sources} plan >/dev/full`]).catch(
      (error: Ended) => error,
    );
    const gone = await run("sh", [
      "-c",
      `d=$(mktemp -d) && s="$PWD/${sources}" && cd "$d" && rmdir "$d" && "${process.execPath}" "$s" plan`,
    ]);
    const bound = await run("sh", [
      "-c",
      `d=$(mktemp -d) && s="$PWD/${sources}" && cd "$d" && rmdir "$d" && "${process.execPath}" "$s" status`,
    ]).catch((error: Ended) => error);

    expect(full).toMatchObject({ code: 1, stderr: "✖ standard output cannot be written to: ENOSPC\n" });
    expect(gone.stdout).toMatch(/^ {2}✔ chat-assistant {2}the plan is valid\n/);
    expect(bound).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/^✖ --stage: expected the stage/m),
    });
  },
);

describe("the bundle that is installed", () => {
  beforeAll(async () => {
    await run(process.execPath, ["scripts/build.ts"]);
  });

  it("is told the same by the same rehearsal, to the byte", async () => {
    const installed = await node("dist/slipway.js", "rehearse", "--world", "bad-errors", "--json");

    expect(installed.code).toBe(2);
    expect(installed.stdout).toBe(
      (await node(sources, "rehearse", "--world", "bad-errors", "--json")).stdout,
    );
  });

  it("carries the notices of all that it bundles", () => {
    const notices = readFileSync("dist/THIRD-PARTY-NOTICES.md", "utf8");

    for (const name of ["yaml", "zod", "@aws-sdk/client-sagemaker"])
      expect(notices).toMatch(new RegExp(`^- ${name} [\\d.]+ \\(\\S+\\)$`, "m"));
    expect(notices).not.toMatch(/^- slipway /m);
  });

  it("carries a bill of materials of just what it bundles or is installed with", () => {
    const bom = JSON.parse(readFileSync("dist/sbom.cdx.json", "utf8")) as {
      bomFormat: string;
      components: { name: string; version: string; purl: string }[];
    };
    const notices = readFileSync("dist/THIRD-PARTY-NOTICES.md", "utf8");
    const bundled = [...notices.matchAll(/^- (\S+ \d\S*) \(/gm)].map(([, each]) => each ?? "");
    const listed = new Set(bom.components.map(({ name, version }) => `${name} ${version}`));

    expect(bom.bomFormat).toBe("CycloneDX");
    expect(bundled.filter((each) => !listed.has(each))).toEqual([]);
    expect(bom.components.map(({ name }) => name)).toContain("dynalite");
    expect(
      bom.components.filter(({ name }) => /^(vitest|esbuild|serverless|@biomejs\/biome)$/.test(name)),
    ).toEqual([]);
    expect(bom.components.every(({ purl }) => purl.startsWith("pkg:npm/"))).toBe(true);
  });

  it("finds its own files: the sample plan, the worlds, its version", async () => {
    expect((await node("dist/slipway.js", "plan")).stdout).toMatch(/chat-assistant {2}the plan is valid/);
    expect((await node("dist/slipway.js", "rehearse", "--help")).stdout).toMatch(/worlds: bad-errors, /);
    expect((await node("dist/slipway.js", "--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

test("a twin that npm runs ends with npm", async () => {
  const npm = spawn("npm", ["run", "--silent", "slipway", "--", "twin", "--port", "0"]);
  let text = "";
  npm.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  while (!text.includes("Ctrl-C")) await once(npm.stdout, "data");
  const url = /AWS_ENDPOINT_URL=(\S+)/.exec(text)?.[1] ?? "";

  // Its standard output closes when the last process that holds it is gone.
  npm.kill("SIGTERM");
  await once(npm, "close");

  await expect(fetch(url)).rejects.toThrow();
});

describe("a served twin", () => {
  const credentials = { accessKeyId: "twin", secretAccessKey: "twin" };
  let twin: SpawnedTwin;
  beforeAll(async () => {
    twin = await spawnTwin("--speed", "60");
  });
  afterAll(() => void twin.child.kill("SIGKILL"));

  it("answers the SDK with the plan's endpoint, and runs the release that is started there", async () => {
    const own = { endpoint: twin.url, region: "eu-west-1", credentials };
    const stateMachineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:slipway-dev-release";

    const endpoint = await new SageMaker(own).describeEndpoint({ EndpointName: "chat-assistant" });
    const states = new SFN(own);
    const { executionArn } = await states.startExecution({
      stateMachineArn,
      input: '{"model": "chat-assistant", "version": 7}',
    });
    let status = "";
    while (status !== "Updating")
      status =
        (await new SageMaker(own).describeEndpoint({ EndpointName: "chat-assistant" })).EndpointStatus ?? "";

    expect(endpoint).toMatchObject({
      EndpointStatus: "InService",
      EndpointConfigName: "chat-assistant-config-v6",
    });
    expect(await states.describeExecution({ executionArn })).toMatchObject({ status: "RUNNING" });
  });

  it("is reached by what it says itself, and takes a plan and an order", async () => {
    const reach = (...args: string[]) => within(twin.env, sources, ...args);

    const applied = await reach("plan", "apply", "plans/chat-assistant.yml");
    const rolledBack = await reach("rollback", "chat-assistant-v7-production");

    expect(applied.stderr).toMatch(/^stack slipway-dev in account 123456789012, eu-west-1, as \S+, at http/);
    expect(applied.stdout).toMatch(/^✔ plan .*\n✔ training .*: scheduled\n$/);
    expect(rolledBack.stdout).toMatch(/is being rolled back by execution compensate-by-hand-slipway-dev-/);
    expect([applied.code, rolledBack.code]).toEqual([0, 0]);
  });

  it("ends on SIGTERM, with success", async () => {
    twin.child.kill("SIGTERM");

    const [code] = (await once(twin.child, "exit")) as [number];
    expect(code).toBe(0);
  });
});
