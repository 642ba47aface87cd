/** `slipway plan apply` and `slipway plan show`: what is said is what is so. */
import { join } from "node:path";
import { DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import { describe, expect, it, test } from "vitest";
import { stringify } from "yaml";
import { readPlan } from "../../src/aws/plans.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { milestoneKinds } from "../../src/core/plan/plan.ts";
import { plan } from "../core/example.ts";
import { applying, keyOf, next, old, stateOf } from "./plan-scenarios.ts";
import { callsOf, refuse } from "./refusals.ts";
import { folderWith, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const served = servedEach();

test("the first plan is put in force with its schedules, and the same again changes nothing", async () => {
  const { calls } = await served();

  const first = await say("plan", "apply", old);
  const before = calls.length;
  const again = await say("plan", "apply", old);

  expect(first.out).toMatch(/^✔ plan {13}is in force since 20/);
  expect(first.out).toContain("✔ training         cron(0 2 ? * MON *) UTC: scheduled\n");
  expect(again.code).toBe(0);
  expect(again.out).toMatch(/^✔ plan {13}is in force unchanged, since 20/);
  expect(again.out).toContain("✔ training         cron(0 2 ? * MON *) UTC: scheduled as before\n");
  const writes = calls.slice(before).filter(({ operation }) => /^(Put|Create|Update|Delete)/.test(operation));
  expect(writes).toEqual([]);
});

test("a dry run says what would change, and changes nothing", async () => {
  const here = await served();
  await say("plan", "apply", old);
  const before = await stateOf(here);

  const { code, out, err } = await say("plan", "apply", next, "--dry-run");

  expect(code).toBe(0);
  expect(out).toMatch(/^~ plan {13}would replace the one of 20/);
  expect(out).toContain('    milestones.training.when.cron: "cron(0 2 ? * MON *)" → "cron(0 3 ? * MON *)"\n');
  expect(out).toContain("    budget.usdPerRelease: 120 → 90\n");
  expect(out).toContain("~ training         cron(0 2 ? * MON *) UTC would become cron(0 3 ? * MON *) UTC\n");
  expect(out).toContain("+ validation       cron(0 4 ? * MON *) UTC: would be scheduled\n");
  expect(out).toContain(
    "- data-collection  cron(0 1 ? * MON *) UTC: would be removed, the plan has no date for it\n",
  );
  expect(out).toContain(
    "- staging          at(2101-01-01T00:00:00) UTC: would be removed, the plan's date, or its start, is over\n",
  );
  expect(err).toMatch(/nothing was changed: this was a dry run\n$/);
  expect(await stateOf(here)).toEqual(before);
});

test("a date before which clocks change has a start of its own, which is shown as any other", async () => {
  await served();
  const training = (at: number) => ({
    when: { cron: `cron(0 ${at} * * ? *)`, timeZone: "Europe/Amsterdam" },
    pool: plan.milestones.training?.pool,
  });
  const file = (at: number) => {
    const milestones = { production: plan.milestones.production, training: training(at) };
    return join(folderWith({ "plan.yml": stringify({ ...plan, milestones }) }), "plan.yml");
  };
  const [nightly, daily] = [file(3), file(9)];
  const apart = (sign: string, said: string) =>
    new RegExp(
      String.raw`^${sign} training  at\(20\d\d-\d\d-\d\dT0[01]:42:00\) UTC, 18 min ahead of a date before which clocks change: ${said}$`,
      "gm",
    );

  expect((await say("plan", "apply", nightly, "--dry-run")).out).toMatch(apart("\\+", "would be scheduled"));
  expect((await say("plan", "apply", nightly)).out).toMatch(apart("✔", "scheduled"));
  expect((await say("plan", "apply", nightly)).out).toMatch(apart("✔", "scheduled as before"));
  expect((await say("plan", "show", plan.model)).out).toMatch(apart("✔", "scheduled as before"));
  const gone = "would be removed, the plan has no date for it";
  expect((await say("plan", "apply", daily, "--dry-run")).out).toMatch(apart("-", gone));
  const removed = (await say("plan", "remove", plan.model)).out;
  expect(removed.match(apart("✔", "removed, with its plan"))?.length).toBeGreaterThan(1);
});

test("a cron that cannot be said earlier by its lead time is refused by name, and nothing is changed", async () => {
  const here = await served();
  const first = {
    when: { cron: "cron(5 0 1 * ? *)", timeZone: "UTC" },
    pool: plan.milestones.training?.pool,
  };
  const written = { ...plan, milestones: { ...plan.milestones, training: first } };
  const path = join(folderWith({ "plan.yml": stringify(written) }), "plan.yml");

  const { code, err } = await say("plan", "apply", path);

  expect(code).toBe(64);
  expect(err).toMatch(
    /milestones.training.when.cron: expected one that can be said 18 minutes earlier as well .*, found cron\(5 0 1 \* \? \*\)/,
  );
  expect(await readPlan(here.aws, plan.model)).toBeUndefined();
});

describe("with each call refused in turn", async () => {
  const calls = await callsOf(applying);
  /** The limits in force come first. */
  const limits = calls.indexOf("dynamodb.Query");
  const history = calls.indexOf("dynamodb.Query", limits + 1);
  /** Which calls these are, counted from 1. */
  const queries = calls.flatMap((call, at) => (call === "dynamodb.Query" ? [at + 1] : []));
  const [prices = 0, locks = 0, reserved = 0] = queries.slice(-3);
  const passedOver: Readonly<Record<number, RegExp>> = {
    [prices]: /^! fetched prices may not be read, published ones stand in: /m,
    [locks]: /^! what releases under way have is counted as if it stayed, since /m,
    [reserved]: /^! what serves on reserved capacity may not be looked at: /m,
  };

  it("asks for what it needs, in the order that is safe", () => {
    const writes = calls.filter((call) => /\.(Put|Create|Update|Delete)/.test(call));

    expect(writes).toEqual([
      "dynamodb.PutItem",
      "scheduler.UpdateSchedule",
      "scheduler.CreateSchedule",
      "scheduler.DeleteSchedule",
      "scheduler.DeleteSchedule",
      "scheduler.DeleteSchedule",
    ]);
  });

  it.each(calls.map((call, i) => [i + 1, call] as const))(
    "says what is so, and finishes when run again: call %i, %s",
    async (nth, call) => {
      const { code, err } = await refuse(applying, nth);

      const isWrite = /\.(Put|Create|Update|Delete)/.test(call);
      const ofQuery = passedOver[nth];
      const lastLook = calls.lastIndexOf("scheduler.GetSchedule");
      if (isWrite) expect(err).toMatch(/✖ the plan is not in force as a whole; the lines above say what is/);
      else if (ofQuery !== undefined) expect(err).toMatch(ofQuery);
      // What follows how long instances took asks what others are about; whoever may not look there is told so, and applies.
      else if (nth > history + 1)
        expect(err).toMatch(
          /^! (whether it is in the way of others could not be looked at|not counted, since they may not be looked at|not held against quotas, since they could not be looked at): /m,
        );
      else if (nth === history + 1)
        expect(err).toMatch(/^! how long instances took .* as they are believed/m);
      // The looks at the default group come last; whoever may not look there has nothing there, or looks by hand.
      else if (nth > lastLook + 1 - milestoneKinds.length)
        expect(err).toMatch(/^! schedule \S+ of the default group, .* by hand/m);
      else expect(err).toMatch(/✖ .*(may not call|nothing was changed)/);
      expect(code).toBe(err.includes("✖") ? 1 : 0);
    },
  );
});

describe("plan show", () => {
  it("shows the plan in force, since when, and its schedules", async () => {
    await served();
    await say("plan", "apply", old);

    const { code, out } = await say("plan", "show", "chat-assistant");

    expect(code).toBe(0);
    expect(out).toMatch(/^chat-assistant, applied 20.* by arn:aws:iam::123456789012:user\/twin\n/);
    expect(out).toContain("✔ training         cron(0 2 ? * MON *) UTC: scheduled as before\n");
    expect(out).toContain("\nmodel: chat-assistant\n");
  });

  it("says where the schedules are not the plan's", async () => {
    const { aws } = await served();
    await say("plan", "apply", old);
    await aws.scheduler.send(new DeleteScheduleCommand(keyOf("training")));

    const { out } = await say("plan", "show", "chat-assistant");

    expect(out).toContain("+ training         cron(0 2 ? * MON *) UTC: would be scheduled\n");
  });

  it("as a document holds the plan as it is stored", async () => {
    const { aws } = await served();
    await say("plan", "apply", old);

    const { out } = await say("plan", "show", "chat-assistant", "--json");

    const shown = JSON.parse(out) as { plan: Plan; schedules: object };
    expect(shown.plan).toEqual(await readPlan(aws, "chat-assistant"));
    expect(shown.schedules).toMatchObject({ training: { expression: "cron(0 2 ? * MON *)", enabled: true } });
  });

  it("knows no plan of a model that has none", async () => {
    await served();

    const { code, err } = await say("plan", "show", "chat-asistant");

    expect(code).toBe(64);
    expect(err).toContain('MODEL: expected one with a plan in slipway-dev, found "chat-asistant"');
  });
});

test("plan warns of a date that is over", async () => {
  expect((await say("plan", next)).out).toMatch(
    /! the date of staging is over \(2020-01-01T00:00:00 UTC\): nothing will\s+start it/,
  );
});
