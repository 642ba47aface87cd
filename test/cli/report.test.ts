/** `slipway report` against an account on a port, and the page that `rehearse --report` writes. */
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { note } from "../../src/aws/journal.ts";
import { closeRecord } from "../../src/aws/releases.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { holding, ledgerOf } from "../aws/releases.ts";
import { plan } from "../core/example.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const id = "chat-assistant-v7-production";
const folder = () => mkdtempSync(join(tmpdir(), "slipway-"));

/** A release under way: opened, and shifted to its first share. */
async function underWay() {
  const account = await serve();
  const release = await holding(account);
  await note(account.tools, id, { kind: "news", state: "opened" });
  account.wait(20);
  await note(account.tools, id, { kind: "news", state: "shifted", stage: 0, trafficPercent: 5 });
  return { account, release };
}

test("a release under way is told as far as it has come", async () => {
  await underWay();

  const { code, out } = await say("report", id);

  expect(code).toBe(0);
  expect(out).toMatch(/▸ under-way {2}chat-assistant v7 to production/);
  expect(out).toMatch(/ 5 % {2}0:20/);
  // Nobody has looked at latency yet: nothing is told of it.
  expect(out).not.toMatch(/latency| ms /);
});

test("one that is over is told with its reason and its ledger, and written as a page", async () => {
  const { account, release } = await underWay();
  const ledger = await ledgerOf(account, release);
  await ledger.intend({
    id: "shift-0",
    resource: { kind: "weights", name: "chat-assistant" },
    before: { v6: 1 },
    after: { v6: 0.95 },
    at: new Date(account.now()).toISOString(),
  });
  account.wait(10);
  await closeRecord(account.aws, {
    releaseId: id,
    closing: { outcome: "rolled-back", reason: "errors: too many", releaseId: id, drifted: [] },
    closedAt: new Date(account.now()).toISOString(),
    changes: ledger.changes,
  });
  const path = join(folder(), "release.html");

  const { code, out, err } = await say("report", id, "--report", path);

  expect(code).toBe(0);
  expect(out).toMatch(/↩ rolled-back {2}chat-assistant v7 to production\n {4}errors: too many\./);
  expect(err).toContain(`the page of the release is in ${path}`);
  const page = readFileSync(path, "utf8");
  expect(page).toContain("<h1>chat-assistant v7 was rolled back");
  expect(page).toContain("weights chat-assistant");
});

test("the trace of one that is over is written, for whoever sends it; of one that is not there is none", async () => {
  const { account } = await underWay();
  const path = join(folder(), "trace.json");

  const early = await say("report", id, "--otlp", path);

  expect([early.code, early.out]).toEqual([64, ""]);
  expect(early.err).toMatch(
    /chat-assistant-v7-production: expected a release that is over, found one that is not/,
  );
  expect(existsSync(path)).toBe(false);

  account.wait(10);
  await closeRecord(account.aws, {
    releaseId: id,
    closing: { outcome: "rolled-back", reason: "errors: too many", releaseId: id, drifted: [] },
    closedAt: new Date(account.now()).toISOString(),
    changes: [],
  });
  const { code, err } = await say("report", id, "--otlp", path);

  expect(code).toBe(0);
  const { resourceSpans } = JSON.parse(readFileSync(path, "utf8"));
  const [root, prepare, rollOut] = resourceSpans[0].scopeSpans[0].spans;
  expect([root.name, prepare.name, rollOut.name]).toEqual(["RUN slipway-dev-release", "prepare", "roll-out"]);
  expect(prepare.parentSpanId).toBe(root.spanId);
  expect(err).toContain(`the trace ${root.traceId} of the release is in ${path}`);
});

test("--json is one document, with the ledger under the lock while the release is under way", async () => {
  const { account, release } = await underWay();
  const ledger = await ledgerOf(account, release);
  await ledger.intend({
    id: "a",
    resource: { kind: "weights", name: "x" },
    before: 1,
    after: 2,
    at: "2026-11-23T09:00:00Z",
  });

  const { out } = await say("report", id, "--json");

  expect(JSON.parse(out)).toMatchObject({
    model: "chat-assistant",
    outcome: "under-way",
    ledger: [{ id: "a", state: "intended" }],
    shares: [{ index: 0, trafficPercent: 5 }],
  });
});

test("what its gates answered is told, in the summary, on the page and in the document", async () => {
  const { account } = await underWay();
  const answer = {
    gate: "vpc" as const,
    status: "fail" as const,
    found: "in no VPC",
    expected: "a VPC",
    todo: "make one",
  };
  await note(account.tools, id, { kind: "gates", stage: 1, isBlocked: true, answers: [answer] });
  const path = join(folder(), "release.html");

  const { out } = await say("report", id, "--report", path);
  const document = JSON.parse((await say("report", id, "--json")).out);

  expect(out).toMatch(/vpc +fail before 25 % +✖/);
  expect(readFileSync(path, "utf8")).toMatch(/fail before 25 %.*in no VPC.*make one/s);
  expect(document.journal).toContainEqual(expect.objectContaining({ kind: "gates", answers: [answer] }));
});

describe("--junit", () => {
  const about = { found: "a key", expected: "a key", todo: "" };
  const failed = { found: "in no VPC", expected: "a VPC", todo: "make one" };
  const gated = Plan.parse({
    ...plan,
    gates: {
      profile: "none",
      require: ["volume-encryption", "key-usable", "vpc", "inter-container-traffic"],
    },
  });
  /** Two looks: of what failed first, the last answer counts. */
  async function answered(inForce: typeof plan) {
    const account = await serve();
    await holding(account, 7, inForce);
    const noted = (stage: number, usable: "pass" | "fail") =>
      note(account.tools, id, {
        ...{ kind: "gates", stage, isBlocked: true },
        answers: [
          { gate: "volume-encryption", status: "pass", ...about },
          { gate: "key-usable", status: usable, ...(usable === "pass" ? about : failed) },
          { gate: "vpc", status: "fail", ...failed },
        ],
      });
    await noted(0, "fail");
    account.wait(10);
    await noted(1, "pass");
    return account;
  }
  async function junitOf() {
    const path = join(folder(), "gates.xml");
    const { code } = await say("report", id, "--junit", path);
    return { code, xml: readFileSync(path, "utf8") };
  }

  test("each gate that the plan asks for is a test, by its last answer, of a release that is in no file", async () => {
    const account = await answered(gated);
    const { code, xml } = await junitOf();

    expect(code).toBe(0);
    expect(xml).toContain(
      `<testsuite name="slipway report ${id}" tests="4" failures="1" errors="0" skipped="1">`,
    );
    expect(
      xml.match(new RegExp(`<testcase classname="${id}" name="(volume-encryption|key-usable)"/>`, "g")),
    ).toHaveLength(2);
    expect(xml).toMatch(
      /name="vpc">\n +<failure type="gate" message="gate vpc: fail before 5 %; expected a VPC; found in no VPC; to do: make one">/,
    );
    expect(xml).toContain(
      '<skipped message="gate inter-container-traffic was not asked: the release is under way"/>',
    );
    expect(xml).not.toContain("file=");

    const closing = { outcome: "refused" as const, reason: "too dear", releaseId: id, drifted: [] };
    const closedAt = new Date(account.now()).toISOString();
    await closeRecord(account.aws, { releaseId: id, closing, closedAt, changes: [] });
    expect((await junitOf()).xml).toContain("was not asked: the release ended as refused: too dear");
  });

  test("what a gate answered that the plan does not ask for is told as well, and a plan without gates says so", async () => {
    await answered(plan);
    expect((await junitOf()).xml).toContain('tests="3" failures="1" errors="0" skipped="0"');

    await underWay();
    expect((await junitOf()).xml).toContain('name="the plan asks for no gates"/>');
  });
});

test("a release that there is not is said to be none, and no page is written", async () => {
  await serve();
  const path = join(folder(), "release.html");

  const { code, out, err } = await say("report", "chat-assistant-v8-production", "--report", path);

  expect([code, out]).toEqual([64, ""]);
  expect(err).toMatch(/chat-assistant-v8-production: expected a release of slipway-dev, found none/);
  expect(existsSync(path)).toBe(false);
});

test.each([
  ["a folder", () => folder()],
  ["no folder", () => join(folder(), "none", "release.html")],
])("a page that cannot be written, %s, is told before anything is run", async (found, path) => {
  const { code, out, err } = await say("rehearse", "--quiet", "--report", path());

  expect([code, out]).toEqual([64, ""]);
  expect(err).toContain(`expected a file that may be written, found ${found}`);
});

test("a rehearsal writes its page beside what it prints", async () => {
  const path = join(folder(), "release.html");

  const { code, out } = await say("rehearse", "--world", "no-quota", "--quiet", "--report", path);

  expect(code).toBe(4);
  expect(out).toMatch(/⊘ refused/);
  expect(readFileSync(path, "utf8")).toContain("was refused after 0.6 s, and nothing was changed");
});
