/** `slipway calendar` against an account on a port, and of a plan by itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { applyLimits } from "../../src/aws/capacity-limits.ts";
import { keepPast } from "../../src/aws/history.ts";
import { takeStep, targetOf } from "../../src/aws/milestones.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { scheduleAhead } from "../../src/core/calendar/calendar.ts";
import { CapacityLimits } from "../../src/core/plan/capacity-limits.ts";
import { Plan, type When } from "../../src/core/plan/plan.ts";
import { fraud, plan, sided } from "../core/example.ts";
import { folderWith, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const weekly: When = { cron: "cron(0 9 ? * TUE *)", timeZone: "Europe/Amsterdam", start: "ahead" };
const dated = (of: Plan, when: When = weekly, more: Partial<Plan> = {}): Plan => ({
  ...of,
  ...more,
  milestones: { production: { when } },
});
const byEvent = (of: Plan): Plan => ({
  ...of,
  milestones: { production: { when: { event: "model-approved" } } },
});
const appliedAt = "2026-11-01T09:00:00.000Z";
const fileOf = (of: Plan) => join(folderWith({ "plan.yml": stringify(of) }), "plan.yml");
const endpoint = { ...plan.endpoint, name: "chat-other" };

describe("the calendar of a deployment", () => {
  test("has every plan's dates, and names what does not go together", async () => {
    const { aws } = await serve();
    await applyPlan(aws, dated(plan), appliedAt);
    await applyPlan(aws, dated(plan, weekly, { model: "chat-other", endpoint }), appliedAt);

    const { out, code } = await say("calendar", "--days", "7");

    expect(code).toBe(0);
    expect(out).toMatch(/^due \(UTC\) +model +milestone +from +until +raises +cost$/m);
    for (const model of ["chat-assistant", "chat-other"])
      expect(out).toMatch(
        new RegExp(`^20\\S+ 0[78]:00  ${model} +production .*16 ml.g5.xlarge +\\$22.57$`, "m"),
      );
    expect(out.replace(/\n {2}/g, " ")).toMatch(
      /^! 48 ml.g5.xlarge are needed at one time .*quota for endpoint usage is 32: chat-assistant production of .*, chat-other production of /m,
    );
    expect(out).toMatch(
      /^ {2}aws service-quotas request-service-quota-increase --service-code sagemaker --quota-code L-[0-9A-F]{8} --desired-value 48$/m,
    );
  });

  test("has a plan that is not applied yet in the place of the one in force", async () => {
    const { aws } = await serve();
    await applyPlan(aws, dated(plan), appliedAt);
    const at: When = { at: "2101-01-01T09:00:00", timeZone: "UTC", start: "on-date" };

    const before = await say("calendar", "--json");
    const { out } = await say("calendar", fileOf(dated(plan, at)), "--stage", "dev", "--json");

    // Of a day of the week, in ninety days.
    expect([12, 13]).toContain(JSON.parse(before.out).occurrences.length);
    expect(JSON.parse(out)).toEqual({ occurrences: [], conflicts: [], ends: [] });
  });

  test("has a date where it was moved to since one before it was late", async () => {
    const { aws } = await serve();
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const at = (hour: string): When => ({ at: `${day}T${hour}:00:00`, timeZone: "UTC", start: "on-date" });
    const late = { completedBy: { trainingJob: "chat-*" }, late: { extendMinutes: 120, laterDates: "move" } };
    const moving = Plan.parse({
      ...plan,
      milestones: {
        training: { when: at("02"), pool: plan.milestones.training?.pool, ...late },
        production: { when: at("09") },
      },
    });
    await applyPlan(aws, moving, appliedAt);
    const to = scheduleAhead(moving, { kind: "production", target: targetOf(aws), leadMinutes: 0 });
    if (to === undefined) throw new Error("expected a schedule");
    const moved = { ...to, expression: `at(${day}T10:30:00)`, timeZone: "UTC" };
    await takeStep(aws, moving.model, { kind: "production", act: "make", to: moved });

    expect((await say("calendar", "--days", "7")).out).toContain(
      `\n${day} 10:30  chat-assistant  production`,
    );
    // Applied anew, it is where the plan has it.
    const anew = await say("calendar", fileOf(moving), "--stage", "dev", "--days", "7");
    expect(anew.out).toContain(`\n${day} 09:00  chat-assistant  production`);
  });

  test("expects a model without dates by the cadence of its releases", async () => {
    const { aws } = await serve();
    await applyPlan(
      aws,
      { ...plan, milestones: { production: { when: { event: "model-approved" } } } },
      appliedAt,
    );
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    for (const days of [65, 50, 35, 20, 5])
      await keepPast(aws, {
        ...{ releaseId: `v${days}`, model: plan.model, milestone: "production", attempt: 1, left: 0 },
        ...{ outcome: "promoted", reason: "", openedAt: daysAgo(days), closedAt: daysAgo(days) },
      });

    const { out } = await say("calendar", "--days", "30");

    expect(out).toMatch(new RegExp(`^about ${daysAgo(-10).slice(0, 10)} +chat-assistant +production`, "m"));
  });

  test("names a freeze of the infrastructure team's that a date meets, and whose it is", async () => {
    const { aws } = await serve();
    await applyPlan(aws, dated(plan), appliedAt);
    const [from, to] = [-1, 8].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
    const limits = CapacityLimits.parse({
      owner: "infrastructure",
      contact: "#infra",
      freezes: [{ from, to, reason: "the move of the data centre" }],
    });
    await applyLimits(aws, { limits, version: 1, appliedAt, appliedBy: "infra" });

    const { out } = await say("calendar", "--days", "7");

    expect(out.replaceAll(/\s+/g, " ")).toMatch(
      /! chat-assistant production of \S+ \S+ meets a freeze from .*, and waits for its end: the move of the data centre, by infrastructure \(ask #infra\)/,
    );
  });

  test("says which plans it cannot read, and has the others", async () => {
    const { aws } = await serve();
    await applyPlan(aws, dated(plan), appliedAt);
    await applyPlan(aws, { ...dated(fraud), rollout: "of the future" } as never, appliedAt);

    const { out, err } = await say("calendar", "--days", "7");

    expect(err).toContain(`the plan of ${fraud.model} is of another version of slipway, and left out`);
    expect(out).toContain("chat-assistant");
  });
});

test("whoever alone owns a side of two plans that ask at one time is named with both", async () => {
  const { aws } = await serve();
  const mine = dated(sided);
  await applyPlan(aws, mine, appliedAt);
  const other = dated(sided, weekly, { model: "chat-other", endpoint });

  const { err } = await say("plan", "apply", fileOf(other));
  const { conflicts } = JSON.parse((await say("calendar", fileOf(other), "--stage", "dev", "--json")).out);

  expect(err.replace(/\n {2}/g, " ")).toMatch(
    /^! ann and cleo alone would have to answer for 2 plans at one time from .*: chat-(assistant|other) production of /m,
  );
  expect(conflicts.find(({ what }: { what: string }) => what === "people").people).toEqual(["ann", "cleo"]);
});

test("a cron that never comes is warned of by plan and by plan apply, and the plan is applied", async () => {
  await serve();
  const path = fileOf(dated(plan, { cron: "cron(0 10 31 2 ? *)", timeZone: "UTC", start: "ahead" }));
  const never = "the cron of production never comes (cron(0 10 31 2 ? *) UTC): nothing will start it";
  const inOneLine = (text: string) => text.replaceAll(/\s+/g, " ");

  const { code, err } = await say("plan", "apply", path);

  expect(code).toBe(0);
  expect(err).toContain(`! ${never}`);
  expect(inOneLine((await say("plan", path)).out)).toContain(never);
});

describe("two plans that name one endpoint", () => {
  const other: Plan = { ...plan, model: "chat-other" };
  const told = /^! endpoint\/chat-assistant is named by the plans of chat-assistant and chat-other: .*/m;

  test("are named by the calendar, in its text and as JSON, though neither has a date", async () => {
    const { aws } = await serve();
    for (const each of [plan, other]) await applyPlan(aws, byEvent(each), appliedAt);

    const { out } = await say("calendar", "--days", "7");
    const { conflicts } = JSON.parse((await say("calendar", "--days", "7", "--json")).out);

    expect(out.replace(/\n {2}/g, " ")).toMatch(told);
    expect(conflicts).toMatchObject([{ what: "shared-endpoint", subject: "endpoint/chat-assistant" }]);
  });

  test("are named as either is applied, and it is applied all the same; a third is told nothing", async () => {
    const { aws } = await serve();
    await applyPlan(aws, byEvent(plan), appliedAt);

    const { code, err } = await say("plan", "apply", fileOf(byEvent(other)));
    const third = await say("plan", "apply", fileOf(byEvent(fraud)));

    expect(code).toBe(0);
    expect(err.replace(/\n {2}/g, " ")).toMatch(told);
    expect(third.err).not.toContain("is named by");
  });
});

describe("the calendar of a plan by itself", () => {
  // A Thursday: a week from then has each weekday's ten o'clock once, also with the hours by which a release starts ahead of it.
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse("2026-11-26T14:00:00Z"), toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("asks nobody, and says so", async () => {
    const { out, err, code } = await say("calendar", fileOf(dated(plan)), "--days", "14");

    expect(code).toBe(0);
    expect(out.match(/production/g)).toHaveLength(2);
    expect(err).toContain("nothing was asked of an account: --stage adds its other plans, and its quotas");
  });

  test("is written for people's calendars, and gone on with", async () => {
    const ics = join(folderWith({}), "releases.ics");
    const write = (of: Plan) => say("calendar", fileOf(of), "--days", "7", "--ics", ics);
    await write(dated(plan));
    const first = readFileSync(ics, "utf8");
    await write(dated(plan, { ...weekly, cron: "cron(0 10 ? * TUE *)" }));

    expect(first.match(/BEGIN:VEVENT/g)).toHaveLength(1);
    const then = readFileSync(ics, "utf8");
    expect(then.match(/STATUS:\w+/g)?.sort()).toEqual(["STATUS:CANCELLED", "STATUS:CONFIRMED"]);
  });

  test("with no dates says so; a feed that cannot be written is a failure", async () => {
    const undated = { ...plan, milestones: { production: plan.milestones.production } };
    expect((await say("calendar", fileOf(undated))).out).toBe(
      "no milestone has a date in the next 90 days\n",
    );
    const { code, err } = await say("calendar", fileOf(dated(plan)), "--ics", "/nowhere/x.ics");
    expect([code, err]).toEqual([1, expect.stringContaining("/nowhere/x.ics could not be written")]);
  });
});

describe("a plan that is applied", () => {
  test("is told what it is in the way of, and is applied all the same", async () => {
    const { aws } = await serve();
    await applyPlan(aws, dated(plan, weekly, { model: "chat-other", endpoint }), appliedAt);

    const { code, err } = await say("plan", "apply", fileOf(dated(plan)));

    expect(code).toBe(0);
    const told = err.replace(/\n {2}/g, " ");
    expect(told).toMatch(
      /^! 48 ml.g5.xlarge are needed at one time .*is 32: .*; and 1[12] more like it, the last on 2/m,
    );
    expect(told.match(/48 ml.g5.xlarge are needed/g)).toHaveLength(1);
  });

  test("is told nothing of what others are in each other's way", async () => {
    const { aws } = await serve();
    const other = dated(plan, weekly, { model: "chat-other", endpoint });
    await applyPlan(aws, other, appliedAt);
    await applyPlan(
      aws,
      { ...other, model: "chat-third", endpoint: { ...endpoint, name: "chat-third" } },
      appliedAt,
    );

    const { err } = await say("plan", "apply", fileOf(fraud));

    expect(err).not.toContain("ml.g5.xlarge");
  });
});
