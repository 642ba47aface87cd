/** ShiftTraffic with gates: what it holds, for how long, what becomes of it then, and what it never asks gates for. */
import { expect, test } from "vitest";
import { journalOf } from "../../src/aws/journal.ts";
import { Gates } from "../../src/core/gates/settings.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { planIn } from "../core/example.ts";
import { Run } from "./run.ts";

const gated = planIn("test/data/plans/gated.yml");
const gates = Gates.parse({ require: ["vulnerabilities"], deadlineMinutes: 30 });
const plan: Plan = { ...gated, gates };
const event = { model: gated.model, version: 7 };

/** What scans of the candidate's image show from now on. */
function show(run: Run, count: number): void {
  const findings = count === 0 ? [] : [{ of: "candidate", severity: "critical", count, atMinute: 0 }];
  Object.assign(run.account.world.spec.security, { findings });
}
const asked = (run: Run) =>
  run.account.calls.filter(({ operation }) => operation === "DescribeImageScanFindings").length;
const told = (run: Run) => run.account.published().filter(({ state }) => state === "held-by-gates");
const written = async (run: Run) => {
  const { entries } = await journalOf(run.tools.aws, run.doc.release.id);
  return entries.flatMap((entry) => (entry.kind === "gates" ? [[entry.stage, entry.isBlocked]] : []));
};

test("a gate that fails before the first share has it wait, tells of it once, and is over at its deadline", async () => {
  const run = await Run.warm({ plan, event });
  show(run, 1);
  let first = await run.shiftOnce();
  while (!first.reason.startsWith("held")) {
    run.account.wait(1);
    first = await run.shiftOnce();
  }
  const began = run.account.now();

  const last = await run.shift();

  expect(first).toMatchObject({
    status: "waiting",
    reason: expect.stringMatching(/^held by gates until .*1 critical/),
  });
  expect(last).toMatchObject({
    status: "blocked",
    reason: expect.stringMatching(/^held by gates until .*to do: /),
  });
  expect((run.account.now() - began) / 60_000).toBeCloseTo(30, 0);
  expect(told(run)).toHaveLength(1);
  expect(await written(run)).toEqual([
    [0, true],
    [0, true],
  ]);
});

test("with traffic on the candidate the stage before is the one that is looked at, until gates pass", async () => {
  const run = await Run.shifted({ plan, event });
  run.pass();
  show(run, 1);

  const held = await run.shiftOnce();
  expect(held).toMatchObject({ status: "held", index: 0, trafficPercent: 10 });
  expect(held.gatedSince).toBeDefined();

  run.account.wait(5);
  run.pass();
  expect(await run.shiftOnce()).toMatchObject({ status: "held", gatedSince: held.gatedSince });

  show(run, 0);
  run.account.wait(5);
  run.pass();
  const shifted = await run.shift();
  expect(shifted).toMatchObject({ status: "shifted", index: 1, trafficPercent: 50 });
  expect(shifted).not.toHaveProperty("gatedSince");
  expect(await written(run)).toEqual([
    [0, false],
    [1, true],
    [1, false],
  ]);
});

test("a hold's deadline counts from its beginning, whatever else kept the share from being given meanwhile", async () => {
  const run = await Run.shifted({ plan, event });
  run.pass();
  show(run, 1);
  await run.shiftOnce();

  run.account.wait(31);
  run.pass();

  expect(await run.shiftOnce()).toMatchObject({ status: "blocked" });
});

test("a waiver that ends in mid-release holds the share after its end, which the one before it did not", async () => {
  const until = "2026-11-23T10:00:00Z";
  const waivers = [{ gate: "vulnerabilities" as const, by: "Ada Lovelace", until, reason: "patched in v8" }];
  const waived: Plan = { ...gated, gates: { ...gates, waivers } };
  const run = await Run.warm({ plan: waived, event });
  show(run, 1);
  await run.shift();
  expect(run.account.now()).toBeLessThan(Date.parse(until));
  run.account.wait((Date.parse(until) - run.account.now()) / 60_000);
  run.pass();
  const held = await run.shiftOnce();

  expect(held).toMatchObject({ status: "held", index: 0, trafficPercent: 10 });
  expect(held.reason).toContain(`; the waiver of Ada Lovelace ended ${until}; to do: `);
  expect(await written(run)).toEqual([
    [0, false],
    [1, true],
  ]);
});

test("less of a share is given without asking anybody", async () => {
  const run = await Run.shifted({ plan, event });
  run.pass();
  await run.shift();
  show(run, 1);
  const before = asked(run);

  run.pass("step-back");
  const eased = await run.shift();

  expect(eased).toMatchObject({ status: "shifted", easing: "eased", trafficPercent: 10 });
  expect(asked(run)).toBe(before);

  run.pass("restore");
  expect(await run.shiftOnce()).toMatchObject({ status: "held", trafficPercent: 10 });
});

test("a way back is taken, stable refilled and all put away, whatever gates would say, and nobody asks them", async () => {
  const run = await Run.shifted({ plan, event });
  show(run, 1);
  const before = asked(run);

  await run.wayBack();
  await run.scaleDown();

  expect(asked(run)).toBe(before);
});
