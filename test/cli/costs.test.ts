/** `slipway costs` against an account on a port: what a month came to, and what it will have. */
import { expect, test } from "vitest";
import { keepPast } from "../../src/aws/history.ts";
import { note } from "../../src/aws/journal.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { recordPlanning } from "../../src/aws/releases.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { MonthCosts } from "../../src/core/release/month-costs.ts";
import type { PastRelease } from "../../src/core/release/past.ts";
import { holding } from "../aws/releases.ts";
import { fraud, needs, plan } from "../core/example.ts";
import { lookedBack } from "../core/release/looked-back.ts";
import { opened, pool, since } from "./pool-scenario.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";
import { sayOn, tooWide } from "./widths.ts";

const serve = servedEach();
const hour = 3_600_000;
const now = Date.now();
const month = new Date(now).toISOString().slice(0, 7);
const past = (id: string, more: Partial<PastRelease> = {}): PastRelease => ({
  ...{ releaseId: id, model: plan.model, milestone: "production", attempt: 1, left: 0, reason: "so" },
  ...{ openedAt: opened, closedAt: since(1), outcome: "promoted", retrospective: lookedBack },
  ...more,
});
const budgeted = (usdPerMonth: number): Plan => ({ ...plan, budget: { ...plan.budget, usdPerMonth } });

test("each plan's releases, by how they ended, and all of them, against its budget of the month", async () => {
  const { aws, writes } = await serve();
  await applyPlan(aws, budgeted(100), opened);
  await applyPlan(aws, { ...fraud, endpoint: { ...fraud.endpoint, name: "other" } }, opened);
  await keepPast(aws, past("v7"));
  await keepPast(aws, past("v8", { outcome: "rolled-back" }));
  await keepPast(aws, past("f", { model: "gone", outcome: "refused", retrospective: undefined }));
  const before = writes().length;

  const { code, out } = await sayOn({ isTTY: true, width: 120 }, "costs");
  const rows = out.split("\n").map((line) => line.trim().replace(/ {2,}/g, " | "));

  expect(code).toBe(0);
  expect(rows).toContain("plan | releases | planned | 95 % | raised | to come | budget");
  expect(rows).toContain(
    "chat-assistant | 1 promoted, 1 rolled back | $45.14 | $47.16 | $46.20 | $0.00 | 46 % of $100.00",
  );
  expect(rows).toContain("gone | 1 refused | $0.00 | $0.00 | $0.00 | $0.00 | none");
  expect(rows).toContain("all | 1 promoted, 1 rolled back, 1 refused | $45.14 | $47.16 | $46.20 | $0.00");
  expect(out).toContain(`${fraud.model}`);
  expect(out).toContain("1 release without an estimate");
  expect(writes()).toHaveLength(before);
});

test("one plan alone has its releases in rows; what is more than its budget is told", async () => {
  const { aws } = await serve();
  await applyPlan(aws, budgeted(40), opened);
  await keepPast(aws, past("v7"));
  await keepPast(
    aws,
    past("v8", { retrospective: { schema: 1, usd: { planned: 22, p95: 24, happened: 19 } } }),
  );
  await keepPast(aws, past("v9", { outcome: "failed", retrospective: undefined }));
  await keepPast(aws, past("s2", { model: "search" }));

  const { out } = await say("costs", "--plan", plan.model, "--month", month);

  expect(out).toMatch(/ v7 +promoted +\$22\.57 +\$24\.00 +\$23\.10\n/);
  expect(out).toMatch(/ v8 +promoted +\$22\.00 +\$24\.00 +≥ \$19\.00\n/);
  expect(out).toMatch(/ v9 +failed +not known\n/);
  expect(out).not.toContain("search");
  expect(out.replaceAll("\n", " ")).toContain(
    "chat-assistant: $42.10 is more than its budget of the month, $40.00 (budget.usdPerMonth)",
  );
  expect(out.replaceAll("\n", " ")).toContain("of 1 release it is not known what was raised");
  expect(out.replaceAll("\n", " ")).toContain(
    "of 1 release what was raised is known up to the last look alone",
  );
  for (const width of [60, 80, 120]) {
    const page = await sayOn({ isTTY: true, width }, "costs", "--plan", plan.model);
    expect(tooWide(page.out, { width })).toEqual([]);
  }
});

test("a pool that is held: what it has cost, and what it will have by the end of its lease", async () => {
  const account = await serve();
  await pool(account, new Date(Math.max(now, Date.parse(opened)) + 6 * hour).toISOString());
  const { releases, total } = JSON.parse((await say("costs", "--json")).out) as MonthCosts;
  const [one] = releases;
  const { instances = 0 } = plan.milestones.training?.pool ?? {};
  const all = (instances * 3 * (Math.max(now, Date.parse(opened)) + 6 * hour - Date.parse(opened))) / hour;

  expect(one).toMatchObject({ releaseId: "chat-assistant-training", state: "held" });
  expect((one?.raisedUsd ?? 0) + (one?.toComeUsd ?? 0)).toBeCloseTo(all, 1);
  expect(total.toComeUsd).toBeGreaterThan(0);
  expect((await say("costs")).out).toMatch(/chat-assistant-training holds capacity until .*\n?.*by now/);
});

test("a pool that was given back cost what it did until then", async () => {
  await pool(await serve(), undefined);
  const { releases } = JSON.parse((await say("costs", "--json")).out) as MonthCosts;
  const { instances = 0 } = plan.milestones.training?.pool ?? {};

  expect(releases).toMatchObject([{ state: "done", raisedUsd: instances * 1.5, toComeUsd: 0 }]);
});

test("a release under way: as planned, and what it has raised by its last look", async () => {
  const account = await serve();
  const { aws, tools } = account;
  const release = await holding(account);
  const planning = {
    status: "fits" as const,
    reason: "",
    turns: 0,
    goesOn: "here" as const,
    waitSeconds: 60,
  };
  await recordPlanning(aws, release.id, { ...planning, since: opened, needs });
  const look = {
    ...{
      kind: "look" as const,
      stage: 0,
      trafficPercent: 50,
      verdict: "pass",
      decision: "continue",
      reason: "",
    },
    ...{ logE: 0, logThreshold: 1, kpis: [], intervals: [], fleets: {} },
  };
  await note({ ...tools, now: () => now - hour }, release.id, { ...look, spentUsd: 4 });
  await note({ ...tools, now: () => now - hour / 2 }, release.id, { ...look, spentUsd: 6 });
  const asked = release.openedAt.slice(0, 7);
  const { releases } = JSON.parse((await say("costs", "--month", asked, "--json")).out) as MonthCosts;
  const [one] = releases;

  expect(one).toMatchObject({ releaseId: release.id, state: "under-way", raisedUsd: 6, isAtLeast: true });
  expect(one?.toComeUsd).toBeCloseTo((one?.plannedUsd ?? 0) - 6, 6);
});

test("a month that is none, or has not begun, is refused; one without anything is told", async () => {
  await serve();

  for (const bad of ["2026-13", "november", "2999-01"]) {
    const { code, err } = await say("costs", "--month", bad);
    expect(code).toBe(64);
    expect(err).toContain(`--month: expected a month up to this one, such as ${month}, found "${bad}"`);
  }
  expect((await say("costs", "--month", "2020-02")).out).toBe(
    "no plan is in force in slipway-dev, and none was released in 2020-02\n",
  );
});
