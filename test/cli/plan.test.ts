/** `slipway plan`: a page for a person, or one document. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gateNames } from "../../src/core/gates/names.ts";
import type { Outlook } from "../../src/core/outlook.ts";
import { denied } from "../functions/watched.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

test("it shows sizes, how soon a bad candidate is found, quota, cost and milestones", async () => {
  const { code, out, err } = await say("plan", "plans/chat-assistant.yml");

  expect(code).toBe(0);
  expect(err).toBe("");
  expect(out).toMatch(/✔ chat-assistant {2}the plan is valid/);
  expect(out).toMatch(
    /ceilings +latency-ceiling, p99 above 1,500 ms in 3 of 5 minutes; error-ceiling, errors\s+above 5 %/,
  );
  expect(out).toMatch(/ 25 % {2}10 min +15 {2}2 instances/);
  expect(out).toMatch(/stage {2}by +2× as bad +3× as bad +10× as bad +finds from +proved safe/);
  expect(out).toMatch(/minor +8 ml\.g5\.xlarge +24 ml\.g5\.xlarge +1 h 39 min +\$22\.57 {2}default/);
  expect(out).toMatch(/Stable\s+keeps\s+5 % to be compared with, and its fleet,\s+until\s+the\s+promotion\./);
  expect(out).toMatch(/ 95 % {2}latency {2}not compared/);
  expect(out).toMatch(
    /At\s+95 %\s+latency\s+is\s+not\s+compared:\s+each\s+of\s+the\s+candidate's\s+instances\s+carries\s+19×\s+what/,
  );
  expect(out).toMatch(/The whole\s+rollout\s+finds errors from 1\.\d\d× on and latency from 1\.\d\d× on/);
  expect(out).toMatch(/upfront .* planned, safest\n/);
  expect(out).toMatch(/look-ahead .* cheapest\n/);
  expect(out).not.toMatch(/^ *quota +/m);
  expect(out).toMatch(/leaving +10\.5 +2\.8 +\$3\.93/);
  expect(out).toMatch(
    /revert +in the 7 days .* after: slipway\s+revert\s+takes\s+about\s+43\s+min\s+and\s+\$12\.08\s+of\s+the\s+budget\s+of\s+\$120\.00,\s+and\s+24\s+ml\.g5\.xlarge\s+of\s+quota/s,
  );
  expect(out).toMatch(/training +cron\(0 2 \? \* MON \*\) Europe\/Amsterdam/);
  expect(out).toMatch(/at most [\d,]+ events of the 20,000 that an execution may write/);
  expect(out).toMatch(/! stage 1 \(5 %\), errors: a bake of 10 minutes is short/);
});

test("as a document it holds the same facts, at the traffic of another world where one is named", async () => {
  const half = join(mkdtempSync(join(tmpdir(), "slipway-")), "half.yml");
  writeFileSync(half, "description: Half.\ntraffic: { peakPercent: 50 }\nservice: { errorPercent: 2 }\n");

  const usual = JSON.parse((await say("plan", "--json")).out) as Outlook;
  const other = JSON.parse((await say("plan", "--json", "--world", half)).out) as Outlook;

  expect(usual).toMatchObject({ model: "chat-assistant", bakeMinutes: 60, historyLimitEvents: 20_000 });
  expect(usual).toMatchObject({
    revertDays: 7,
    revert: { instances: 8, instanceType: "ml.g5.xlarge", shares: [50, 95], peak: { "ml.g5.xlarge": 24 } },
  });
  expect(usual.revert.usd).toBeCloseTo(12.08, 2);
  expect(usual.load).toEqual({ requestsPerSecond: expect.any(Number), errorPercent: 0.5 });
  expect(usual.load.requestsPerSecond).toBeGreaterThan(30);
  expect(other.load.errorPercent).toBe(2);
  expect(other.load.requestsPerSecond).toBeCloseTo(usual.load.requestsPerSecond / 2, 0);
});

describe("with a stage", () => {
  const serve = servedEach();
  const sample = "plans/chat-assistant.yml";

  test("it shows what the account's quotas leave, and that nothing is in its way", async () => {
    const { world } = await serve();
    const quota = world.quota("endpoint", "ml.g5.xlarge") ?? 0;

    const { code, out } = await say("plan", sample, "--stage", "dev");
    const { quotas, ahead } = JSON.parse((await say("plan", sample, "--stage", "dev", "--json")).out);

    expect(code).toBe(0);
    expect(quotas).toEqual([
      { instanceType: "ml.g5.xlarge", quota, elsewhere: 0, needed: 24, left: quota - 24 },
      expect.objectContaining({ instanceType: "ml.g5.2xlarge", needed: 12 }),
    ]);
    expect(ahead).toEqual({ days: 90, conflicts: [], unseen: [] });
    expect(out).toMatch(/quota +of the account +other endpoints +a release +left/);
    expect(out).toMatch(new RegExp(`ml\\.g5\\.xlarge +${quota} +0 +24 +${quota - 24}\n`));
    expect(out).toMatch(
      /Nothing\s+of\s+it\s+is\s+in\s+the\s+way\s+of\s+anything\s+in\s+the\s+next\s+90\s+days/,
    );
  });

  test("it shows what of a quota is missing, and what the plan is in the way of", async () => {
    const { world } = await serve({ spec: { quotaPercent: 50 } });
    const quota = world.quota("endpoint", "ml.g5.xlarge") ?? 0;

    const { code, out } = await say("plan", sample, "--stage", "dev");
    const { quotas, ahead } = JSON.parse((await say("plan", sample, "--stage", "dev", "--json")).out);

    expect(code).toBe(0);
    expect(quotas[0]).toMatchObject({ quota, needed: 24, left: quota - 24 });
    expect(quotas[0].left).toBeLessThan(0);
    expect(ahead.conflicts).toContainEqual(
      expect.objectContaining({ what: "quota", instanceType: "ml.g5.xlarge" }),
    );
    expect(out).toMatch(/! .*ml\.g5\.xlarge/);
    expect(out).toContain("aws service-quotas request-service-quota-increase");
  });

  test("where none of it may be looked at, the plan is shown all the same", async () => {
    const account = await serve();
    account.fail("GetServiceQuota", denied);
    account.fail("ListServiceQuotas", denied);

    const { code, out, err } = await say("plan", sample, "--stage", "dev");

    expect(code).toBe(0);
    expect(err).toMatch(/! the account's quotas could not be looked at: /);
    expect(out).toMatch(/✔ chat-assistant {2}the plan is valid/);
    expect(out).not.toMatch(/quota +of the account/);
    expect(out).toMatch(/As\s+far\s+as\s+could\s+be\s+looked\s+at,\s+nothing\s+of\s+it/);
  });
});

test("a plan's gates are shown, with who has waived which, as a page and as a document", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "gated.yml");
  const waivers =
    '  waivers:\n    - { gate: vpc, by: Grace Hopper, until: "2026-02-01", reason: "moves in January" }\n';
  writeFileSync(path, `${readFileSync("test/data/plans/gated.yml", "utf8")}${waivers}`);

  const page = await say("plan", path);
  const { gates } = JSON.parse((await say("plan", path, "--json")).out) as Outlook;

  expect(page.code).toBe(0);
  expect(page.out).toMatch(
    /gate vpc, supports .*SOC\s+2 CC6\.6, waived by Grace\s+Hopper\s+until\s+2026-02-01/s,
  );
  expect(gates).toMatchObject({ profile: "strict", deadlineMinutes: 30, passesKept: true });
  expect(gates?.gates.map(({ gate }) => gate)).toEqual(gateNames);
  for (const { supports, doesNotShow } of gates?.gates ?? []) {
    expect(supports.length).toBeGreaterThan(0);
    expect(doesNotShow).toMatch(/\S{3}/);
  }
  expect(gates?.gates.filter(({ waiver }) => waiver !== undefined)).toEqual([
    expect.objectContaining({
      gate: "vpc",
      waiver: { gate: "vpc", by: "Grace Hopper", until: "2026-02-01", reason: "moves in January" },
    }),
  ]);
  expect(JSON.parse((await say("plan", "--json")).out)).not.toHaveProperty("gates");
});

test("mistakes are written for a pipeline, too, and a plan without them as one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-"));
  const at = (name: string) => join(folder, name);
  const files = ["--junit", at("plan.xml"), "--sarif", at("plan.sarif"), "--annotations", "github"];
  const bad = readFileSync("plans/chat-assistant.yml", "utf8").replace(
    "trafficPercent: 25",
    "trafficPercent: 250",
  );
  writeFileSync(at("bad.yml"), bad);

  const { code, err } = await say("plan", at("bad.yml"), ...files);

  expect(code).toBe(64);
  expect(err).toMatch(/^::error file=.*bad.yml,line=\d+,title=the plan has a mistake::rollout.stages/);
  expect(err).toMatch(/✖ .*bad.yml:\d+: rollout.stages\[1\].*\n2 mistakes; nothing was run\.\n$/s);
  expect(readFileSync(at("plan.xml"), "utf8")).toMatch(/failures="2"/);
  const { runs } = JSON.parse(readFileSync(at("plan.sarif"), "utf8"));
  expect(runs[0].results).toMatchObject([{ level: "error" }, { level: "error" }]);

  const good = await say("plan", "plans/chat-assistant.yml", ...files);

  expect(good.code).toBe(0);
  expect(readFileSync(at("plan.xml"), "utf8")).toMatch(/failures="0"/);
  const { warnings } = JSON.parse((await say("plan", "plans/chat-assistant.yml", "--json")).out) as Outlook;
  expect(warnings.length).toBeGreaterThan(0);
  expect(JSON.parse(readFileSync(at("plan.sarif"), "utf8")).runs[0].results).toHaveLength(warnings.length);
  expect(good.err.split("\n").filter((line) => line.startsWith("::warning file="))).toHaveLength(
    warnings.length,
  );
});

test("where its findings could not be written, nothing is looked at", async () => {
  const { code, err } = await say("plan", "plans/nowhere.yml", "--junit", "no/folder.xml");
  const other = await say("plan", "--annotations", "gitlab");

  expect([code, other.code]).toEqual([64, 64]);
  expect(err).toMatch(/no\/folder.xml: expected a file that may be written, found no folder no/);
  expect(existsSync("no")).toBe(false);
  expect(other.err).toContain('--annotations: expected github, found "gitlab"');
});
