/** The components for GitLab: what their jobs hand on, what becomes of their comment, and how they end. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyPlan } from "../../src/aws/plans.ts";
import { plan } from "../core/example.ts";
import { closes, opens } from "./emitting.ts";
import { componentOf, installed, jobsOf, runJob, sourceRepository } from "./gitlab-jobs.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const source = sourceRepository();
const common = { source, ref: "main", plan: "plans/chat-assistant.yml", slipway: installed };

describe("release", () => {
  const serve = servedEach();
  const served = async () => {
    const account = await serve();
    await applyPlan(account.aws, plan, new Date(account.now()).toISOString());
    return account;
  };
  const jobOf = (more: Readonly<Record<string, string | number | boolean>> = {}) => {
    const jobs = jobsOf(componentOf("release"), {
      ...common,
      version: "7",
      role: "arn:aws:iam::123456789012:role/slipway-release",
      region: "eu-west-1",
      stage: "dev",
      environment: "production",
      every: 1,
      ...more,
    });
    const job = jobs["slipway-release"];
    if (job === undefined) throw new Error("expected a job of that name");
    return job;
  };

  test("a release that is over is told to the jobs after it, leaves its page, and ends as it did", async () => {
    const account = await served();
    await say("emit", "plans/chat-assistant.yml", "--version", "7");
    await opens(account);
    await closes(account, "rolled-back");

    const { code, dotenv, said, folder } = await runJob(jobOf());

    expect(code).toBe(2);
    const SLIPWAY_REPORT = join(folder, "slipway-release/release.html");
    expect(dotenv).toEqual({
      SLIPWAY_OUTCOME: "rolled-back",
      SLIPWAY_RELEASE: "chat-assistant-v7-production",
      SLIPWAY_REPORT,
      SLIPWAY_GATES: join(folder, "slipway-release/gates.xml"),
      SLIPWAY_EXIT_CODE: "2",
    });
    expect(readFileSync(SLIPWAY_REPORT, "utf8")).toMatch(/^<!doctype html>/i);
    // There is no page of a run's own to put it on.
    expect(said).toMatch(/^### chat\\?-assistant/m);
    expect(said).toMatch(/^error: rolled-back: chat-assistant-v7-production: the summary says why$/m);
  });

  test("one that is under way at the deadline is a warning, and its job is claimed", async () => {
    const account = await served();
    const job = jobOf({ timeout: "2s", reason: "costs $HOME" });

    const { code, dotenv, said } = await runJob(job);

    expect(job.allow_failure?.exit_codes).toContain(code);
    expect(dotenv).toMatchObject({ SLIPWAY_OUTCOME: "under-way", SLIPWAY_REPORT: "" });
    expect(said).toMatch(/^warning: still under way: /m);
    expect(said).toContain("--reason 'costs $HOME'");
    expect(account.executions.started()).toMatchObject([
      {
        input: {
          claimed: {
            by: "tanuki",
            commit: "0a1b2c3",
            run: "https://gitlab.com/example/models/-/pipelines/1",
          },
        },
      },
    ]);
  });
});

describe("rehearse", () => {
  const notes: { id: number; body: string }[] = [];
  const asking: string[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url: path = "" } = request;
    asking.push(`${method} ${path} ${request.headers["private-token"]}`);
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { body = "" } = JSON.parse(text === "" ? "{}" : text) as { body?: string };
    const own = notes.find(({ id }) => path.endsWith(`/notes/${id}`));
    if (method === "POST") notes.push({ id: notes.length + 1, body });
    if (method === "PUT" && own !== undefined) own.body = body;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(notes));
  });
  let CI_API_V4_URL = "";
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    CI_API_V4_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const rehearse = (
    more: Readonly<Record<string, string>>,
    variables: Readonly<Record<string, string>> = {},
  ) => {
    const job = jobsOf(componentOf("rehearse"), { ...common, world: "no-quota", ...more })[
      "slipway-rehearse"
    ];
    if (job === undefined) throw new Error("expected a job of that name");
    const around = { CI_API_V4_URL, CI_PROJECT_ID: "12", CI_MERGE_REQUEST_IID: "3", ...variables };
    return runJob(job, around);
  };

  test("the comment is written once and kept up to date, and the job ends as was expected, or not", async () => {
    notes.push({ id: 1, body: "somebody's" });
    const token = { GITLAB_TOKEN: "secret" };

    const first = await rehearse({ expect: "no-quota=refused" }, token);
    const second = await rehearse({ expect: "no-quota=promoted" }, token);

    expect([first.code, second.code]).toEqual([0, 2]);
    expect(notes).toHaveLength(2);
    expect(notes[1]?.body).toMatch(
      /^<!-- slipway-rehearse plans\/chat-assistant.yml -->\n### chat-assistant, seed 1\n/,
    );
    expect(notes[1]?.body).toContain("no-quota: expected promoted, found refused");
    expect(asking.filter((each) => !each.startsWith("GET"))).toEqual([
      "POST /projects/12/merge_requests/3/notes secret",
      "PUT /projects/12/merge_requests/3/notes/2 secret",
    ]);
    expect(second.said).toMatch(/^error: plans\/chat-assistant.yml: not as expected: no-quota: expected/m);
    expect(second.dotenv).toMatchObject({ SLIPWAY_EXIT_CODE: "2" });
    expect(existsSync(join(second.folder, "slipway-rehearse/facts.json"))).toBe(true);
  });

  test("without a token nothing is asked, and the same is in what the job prints", async () => {
    const before = asking.length;

    const { code, said } = await rehearse({ expect: "no-quota=refused" });

    expect(code).toBe(0);
    expect(asking).toHaveLength(before);
    expect(said).toMatch(/^### chat-assistant, seed 1$/m);
  });

  test("mistakes of a plan are in the report that the merge request shows", async () => {
    const { code, folder } = await rehearse({ plan: "plans/none.yml" });

    expect(code).toBe(64);
    expect(readFileSync(join(folder, "slipway-rehearse/plan.xml"), "utf8")).toMatch(/failures="1"/);
  });
});

test.each(["release", "rehearse"])(
  "%s: what the job hands on is what the script reads, and every input is used",
  (name) => {
    const { inputs, text } = componentOf(name);
    const used = new Set([...text.matchAll(/\$\[\[ inputs\.([\w-]+) \]\]/g)].map(([, input]) => input));
    expect([...used].sort()).toEqual(Object.keys(inputs).sort());

    const scripts = ["slipway.sh", "comment.sh", `${name}/${name}.sh`].map((path) =>
      readFileSync(`actions/${path}`, "utf8"),
    );
    const given = Object.fromEntries(
      Object.entries(inputs).map(([input, { type, default: usual }]) => [
        input,
        usual ?? (type === undefined ? "x" : 1),
      ]),
    );
    const [job] = Object.values(jobsOf(componentOf(name), given));
    const handed = Object.keys(job?.variables ?? {}).filter((variable) => !/^(AWS|SLIPWAY)_/.test(variable));
    expect(handed.filter((variable) => !new RegExp(`\\$\\{${variable}\\b`).test(scripts.join("")))).toEqual(
      [],
    );
  },
);
