/** The scripts of the GitHub actions: what they tell a run, what becomes of its comment, and how they end. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { applyPlan } from "../../src/aws/plans.ts";
import { plan } from "../core/example.ts";
import { runAction } from "./action-runs.ts";
import { closes, opens } from "./emitting.ts";
import { folderWith, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const asked = { PLAN: "plans/chat-assistant.yml", VERSION: "7", STAGE: "dev", EVERY: "1" };
const release = "chat-assistant-v7-production";

describe("release", () => {
  const serve = servedEach();
  const served = async () => {
    const account = await serve();
    await applyPlan(account.aws, plan, new Date(account.now()).toISOString());
    return account;
  };

  test("a release that is over gives outputs, a summary and a page, and ends as it did", async () => {
    const account = await served();
    await say("emit", "plans/chat-assistant.yml", "--version", "7");
    await opens(account);
    await closes(account, "rolled-back");

    const { code, outputs, summary, said } = await runAction("release/release.sh", asked);

    expect(code).toBe(2);
    expect(outputs).toMatchObject({ outcome: "rolled-back", release, "exit-code": "2" });
    expect(readFileSync(outputs.report ?? "", "utf8")).toMatch(/^<!doctype html>/i);
    expect(summary).toMatch(new RegExp(`^### ${release.replaceAll("-", "\\\\?-")}: rolled\\\\?-back\n`));
    expect(summary).toContain(`| \`slipway report ${release} --stage dev\` |`);
    expect(said).toMatch(/^::error title=rolled-back::chat-assistant-v7-production: the summary says why$/m);
  });

  test("one that is under way at the deadline ends with 5, and its run's claims are its own", async () => {
    const account = await served();

    const { code, outputs, said } = await runAction("release/release.sh", { ...asked, TIMEOUT: "2s" });

    expect({ code, ...outputs }).toEqual({
      code: 5,
      outcome: "under-way",
      release,
      report: "",
      gates: "",
      "exit-code": "5",
    });
    expect(said).toMatch(/^::warning title=still under way::/m);
    expect(account.executions.started()).toMatchObject([
      {
        input: {
          attemptKey: "https://github.com/example/models/actions/runs/1",
          claimed: { by: "octocat", commit: "0a1b2c3" },
        },
      },
    ]);
  });

  // What the first of a runner's two signals has begun is not cut off by the second.
  test.each([[["SIGINT"]], [["SIGTERM"]], [["SIGINT", "SIGTERM"]]] as const)(
    "%j reaches the command, which leaves the release or stops it",
    async (signals) => {
      for (const [cancel, running] of [
        ["leave", 1],
        ["stop", 0],
      ] as const) {
        const account = await served();
        let sent = false;
        const end = await runAction("release/release.sh", { ...asked, ON_CANCEL: cancel }, (said, kill) => {
          if (sent || !said.includes("opens")) return;
          sent = true;
          for (const [nth, signal] of signals.entries()) setTimeout(() => kill(signal), nth * 50);
        });

        expect([cancel, end.code, end.outputs.outcome]).toEqual([cancel, 143, "under-way"]);
        expect(account.executions.list("RUNNING")).toHaveLength(running);
      }
    },
  );

  test("bad input ends with 64, and nothing is started", async () => {
    const account = await served();

    const { code, outputs, summary } = await runAction("release/release.sh", { ...asked, VERSION: "seven" });

    expect(code).toBe(64);
    expect(outputs).toMatchObject({ outcome: "bad-input", release: "", "exit-code": "64" });
    expect(summary.replaceAll("\\", "")).toMatch(
      /^### plans\/chat-assistant.yml: slipway emit failed\n\n- --version: expected a whole number .*, found "seven"\n$/,
    );
    expect(account.executions.started()).toEqual([]);
  });

  test("a plan that cannot be put in force starts nothing, and the run hears of that", async () => {
    const account = await served();
    const PLAN = join(folderWith({ "bad.yml": "model: chat-assistant\n" }), "bad.yml");

    const { code, outputs, said } = await runAction("release/release.sh", { ...asked, PLAN, APPLY: "true" });

    expect({ code, ...outputs }).toEqual({
      ...{ code: 64, outcome: "not-started", release: "", report: "", gates: "", "exit-code": "64" },
    });
    expect(said).toMatch(/^::error title=not started::.*bad.yml could not be put in force/m);
    expect(account.executions.started()).toEqual([]);
  });
});

describe("rehearse", () => {
  const comments: { id: number; body: string }[] = [];
  const asking: string[] = [];
  let forbidden = false;
  /** What GitHub does with a request for the comments of a pull request. */
  const answer = (method: string, url: URL, body: string): number => {
    if (forbidden && method !== "GET") return 403;
    const [, id] = /comments\/(\d+)$/.exec(url.pathname) ?? [];
    const own = comments.find((one) => String(one.id) === id);
    if (method === "POST") comments.push({ id: comments.length + 1, body });
    if (own !== undefined) own.body = body;
    return 200;
  };
  const server = createServer(async (request, response) => {
    const { method = "", url: path = "" } = request;
    asking.push(`${method} ${path}`);
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const url = new URL(path, "http://github");
    const { body = "" } = JSON.parse(text === "" ? "{}" : text) as { body?: string };
    const page = Number(url.searchParams.get("page") ?? "1");
    response.writeHead(answer(method, url, body), { "content-type": "application/json" });
    response.end(JSON.stringify(comments.slice((page - 1) * 100, page * 100)));
  });
  let GITHUB_API_URL = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    GITHUB_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  const rehearse = (inputs: Readonly<Record<string, string>>) =>
    runAction("rehearse/rehearse.sh", {
      PLAN: "plans/chat-assistant.yml",
      GITHUB_API_URL,
      GITHUB_TOKEN: "token",
      ...inputs,
    });

  test("the comment is written once and kept up to date, behind a hundred of others' too", async () => {
    for (let id = 1; id <= 130; id += 1) comments.push({ id, body: `comment ${id}` });

    const first = await rehearse({ WORLD: "no-quota", EXPECT: "no-quota=refused" });
    const second = await rehearse({ WORLD: "no-quota", EXPECT: "no-quota=promoted" });

    expect([first.code, second.code]).toEqual([0, 2]);
    expect(comments).toHaveLength(131);
    const [, marker, title] = /^(.*)\n(.*)\n/.exec(comments[130]?.body ?? "") ?? [];
    expect([marker, title]).toEqual([
      "<!-- slipway-rehearse plans/chat-assistant.yml -->",
      "### chat-assistant, seed 1",
    ]);
    expect(comments[130]?.body).toMatch(/\| `no-quota` \| 🚫 refused \| .* \| 0 of 15 \|/);
    expect(comments[130]?.body).toMatch(
      /\*\*Not as expected:\*\*\n\n- no-quota: expected promoted, found refused\n$/,
    );
    expect(second.said).toMatch(
      /^::error file=plans\/chat-assistant.yml,title=not as expected::no-quota: expected promoted/m,
    );
    expect(second.summary).toBe(comments[130]?.body);
    expect(asking.at(-1)).toBe("PATCH /repos/example/models/issues/comments/131");
  });

  test("a plan with mistakes is not rehearsed: they are at their lines, and the comment says so", async () => {
    const text = readFileSync("plans/chat-assistant.yml", "utf8").replace(
      "trafficPercent: 25",
      "trafficPercent: 250",
    );
    const PLAN = join(folderWith({ "bad.yml": text }), "bad.yml");

    const { code, said, summary } = await rehearse({ PLAN, JUNIT: `${PLAN}.xml` });

    expect(code).toBe(64);
    expect(said).toMatch(/^::error file=.*bad.yml,line=\d+,/m);
    expect(summary).toMatch(/### bad\.yml\n\nThe plan was not rehearsed: it has mistakes/);
    expect(readFileSync(`${PLAN}.xml`, "utf8")).toMatch(/failures="2"/);
  });

  test("where the token may not write, as in a fork's run, that is said and is no failure", async () => {
    forbidden = true;

    const { code, said } = await rehearse({ WORLD: "no-quota", EXPECT: "" });

    expect(code).toBe(0);
    expect(said).toMatch(/^::warning title=no comment::/m);
  });
});

test.each(["release", "rehearse"])(
  "%s: what action.yml hands on is what the script reads, and outputs are its own",
  (name) => {
    const { inputs, outputs, runs } = parse(readFileSync(`actions/${name}/action.yml`, "utf8")) as {
      inputs: Record<string, unknown>;
      outputs: Record<string, { value: string }>;
      runs: { steps: [{ env: Record<string, string>; run: string }] };
    };
    const script =
      readFileSync(`actions/${name}/${name}.sh`, "utf8") +
      ["slipway.sh", "comment.sh"].map((path) => readFileSync(`actions/${path}`, "utf8")).join("");
    const [{ env, run }] = runs.steps;

    expect(run).toBe(`exec "\${GITHUB_ACTION_PATH}/${name}.sh"`);
    expect(
      Object.values(env)
        .map((value) => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1])
        .sort(),
    ).toEqual(Object.keys(inputs).sort());
    expect(Object.keys(env).filter((variable) => !new RegExp(`\\$\\{${variable}\\b`).test(script))).toEqual(
      [],
    );
    expect(Object.keys(outputs).filter((output) => !script.includes(`output ${output} `))).toEqual([]);
  },
);

const isThere = spawnSync("shellcheck", ["--version"]).error === undefined;
test.skipIf(!isThere)("shellcheck finds nothing in the scripts", () => {
  const scripts = [
    "actions/slipway.sh",
    "actions/comment.sh",
    "actions/release/release.sh",
    "actions/rehearse/rehearse.sh",
  ];

  expect(spawnSync("shellcheck", ["-x", "-P", "SCRIPTDIR", ...scripts], { encoding: "utf8" }).stdout).toBe(
    "",
  );
});
