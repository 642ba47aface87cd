/** Putting a plan in force: the plan in the table, its calendar in the scheduler, each step told as it is. */
import { CreateScheduleCommand, GetScheduleCommand, ListSchedulesCommand } from "@aws-sdk/client-scheduler";
import { describe, expect, it, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { putInForce, see } from "../../src/aws/applying.ts";
import { targetOf } from "../../src/aws/milestones.ts";
import { applyPlan, readPlan } from "../../src/aws/plans.ts";
import { stepsTo, type Taken } from "../../src/core/calendar/application.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { milestoneName } from "../../src/core/release/names.ts";
import { normaliseRequest } from "../../src/core/request/request.ts";
import { plan, planWith } from "../core/example.ts";
import { type Account, openAccount } from "./account.ts";

const by = "arn:aws:iam::123456789012:user/ada";
const at = "2026-11-23T09:00:00.000Z";
const nameOf = ({ aws }: Account, kind: string) =>
  milestoneName({ stack: aws.environment.stack, model: "chat-assistant", kind });
const keyOf = (account: Account, kind: string) => ({
  GroupName: "slipway-dev",
  Name: nameOf(account, kind),
});

async function apply(account: Account, wanted: Plan, when = at): Promise<Taken[]> {
  const { aws } = account;
  const steps = stepsTo(wanted, await see(aws, wanted.model, account.now()), {
    target: targetOf(aws),
    nowMs: account.now(),
  });
  return putInForce(aws, wanted, { steps, at: when, by });
}

const told = (taken: readonly Taken[]) =>
  taken.map(
    ({ step, took }) => `${step.of === "schedule" ? `${step.act} ${step.kind}` : "plan"} ${took.how}`,
  );

const names = async ({ aws }: Account) =>
  (await aws.scheduler.send(new ListSchedulesCommand({ GroupName: "slipway-dev" }))).Schedules?.map(
    ({ Name }) => Name,
  );

test("a plan in force is read back with who applied it, and its dated milestones are scheduled in their time zone", async () => {
  const account = openAccount();
  const { aws } = account;

  const taken = await apply(account, plan);

  const schedule = await aws.scheduler.send(new GetScheduleCommand(keyOf(account, "training")));
  expect(told(taken)).toEqual(["plan done", "make training done"]);
  expect(await readPlan(aws, "chat-assistant")).toEqual(plan);
  expect((await see(aws, "chat-assistant", account.now())).inForce).toMatchObject({
    appliedAt: at,
    appliedBy: by,
  });
  expect(schedule).toMatchObject({
    ScheduleExpression: "cron(42 1 ? * MON *)",
    ScheduleExpressionTimezone: "Europe/Amsterdam",
    Target: { Arn: aws.environment.stateMachineArn, RoleArn: aws.environment.schedulerRoleArn },
  });
});

test("what a schedule starts the machine with is a request that the machine accepts", async () => {
  const account = openAccount();
  await apply(account, plan);

  const schedule = await account.aws.scheduler.send(new GetScheduleCommand(keyOf(account, "training")));
  const input = (schedule.Target?.Input ?? "").replace(
    "<aws.scheduler.scheduled-time>",
    "2026-11-30T01:00:00Z",
  );

  expect(normaliseRequest(JSON.parse(input))).toMatchObject({
    kind: "release",
    request: { model: "chat-assistant", milestone: "training", scheduledTime: "2026-11-30T01:00:00Z" },
  });
});

test("putting it in force again changes nothing, and a milestone without a date has no schedule any more", async () => {
  const account = openAccount();
  await apply(account, plan);
  const before = account.writes().length;

  const again = await apply(account, plan, "2026-11-24T09:00:00.000Z");

  expect(told(again)).toEqual(["plan done", "keep training done"]);
  expect(account.writes()).toHaveLength(before);
  expect((await see(account.aws, "chat-assistant", account.now())).inForce?.appliedAt).toBe(at);
  expect(await names(account)).toEqual([nameOf(account, "training")]);

  const { training: _, ...milestones } = plan.milestones;
  expect(told(await apply(account, { ...plan, milestones }))).toEqual(["plan done", "remove training done"]);
  expect(await names(account)).toEqual([]);
});

describe("where a call comes to nothing", () => {
  const denied = () => new AwsError("AccessDeniedException", "no");
  const { training, ...others } = plan.milestones;
  const moved = { ...plan, milestones: { ...others, validation: training } };

  it("without the plan no schedule is touched", async () => {
    const account = openAccount();
    account.fail("PutItem", denied());

    expect(told(await apply(account, plan))).toEqual(["plan failed", "make training left"]);
    expect(await names(account)).toEqual([]);
  });

  it("nothing is removed while what is new is not there", async () => {
    const account = openAccount();
    await apply(account, plan);
    account.fail("CreateSchedule", denied(), 1);

    expect(told(await apply(account, moved))).toEqual([
      "plan done",
      "make validation failed",
      "remove training left",
    ]);
    expect(await names(account)).toEqual([nameOf(account, "training")]);
    expect(told(await apply(account, moved))).toEqual([
      "plan done",
      "make validation done",
      "remove training done",
    ]);
  });

  it("a change whose answers are lost is told by what the account shows", async () => {
    const account = openAccount();
    account.lose("PutItem", 3);
    account.lose("CreateSchedule", 3);

    expect(told(await apply(account, plan))).toEqual(["plan done", "make training done"]);
  });

  it("what can neither be done nor seen is told as not known", async () => {
    const account = openAccount();
    const { aws, now } = account;
    const steps = stepsTo(plan, await see(aws, plan.model, now()), { target: targetOf(aws), nowMs: now() });
    const away = () => new AwsError("InternalServerError", "later", { statusCode: 500 });
    account.fail("PutItem", away());
    account.fail("GetItem", away());

    expect(told(await putInForce(aws, plan, { steps, at, by }))).toEqual([
      "plan unknown",
      "make training left",
    ]);
  });

  it("a plan that somebody else applied meanwhile is not overwritten", async () => {
    const account = openAccount();
    const { aws, now } = account;
    const steps = stepsTo(plan, await see(aws, plan.model, now()), { target: targetOf(aws), nowMs: now() });
    const theirs = planWith({ budget: { usdPerRelease: 1 } });
    await applyPlan(aws, theirs, "2026-11-23T08:59:59.000Z");

    const [first] = await putInForce(aws, plan, { steps, at, by });

    expect(first?.took).toMatchObject({ how: "failed", why: expect.stringContaining("meanwhile") });
    expect(await readPlan(aws, "chat-assistant")).toEqual(theirs);
  });
});

describe("a schedule that an earlier version made in the default group", () => {
  const former = { Name: "slipway-chat-assistant-training" };
  const starting = ({ aws }: Account, stateMachineArn: string) =>
    aws.scheduler.send(
      new CreateScheduleCommand({
        ...former,
        ScheduleExpression: "rate(1 day)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: stateMachineArn, RoleArn: aws.environment.schedulerRoleArn, Input: "{}" },
      }),
    );

  it("is gone once its successor is in the stack's group", async () => {
    const account = openAccount();
    await starting(account, account.aws.environment.stateMachineArn);

    expect(told(await apply(account, plan))).toEqual([
      "plan done",
      "make training done",
      "remove training done",
    ]);

    const { Schedules } = await account.aws.scheduler.send(new ListSchedulesCommand({}));
    expect(Schedules?.map(({ GroupName }) => GroupName)).toEqual(["slipway-dev"]);
  });

  it("stays where it starts another stack's machine", async () => {
    const account = openAccount();
    await starting(account, account.aws.environment.stateMachineArn.replace("-dev-", "-prod-"));

    expect(told(await apply(account, plan))).toEqual(["plan done", "make training done"]);

    expect(await account.aws.scheduler.send(new GetScheduleCommand(former))).toMatchObject({
      GroupName: "default",
    });
  });

  it("is told where it cannot be looked at, and is in nobody's way", async () => {
    const account = openAccount();
    account.failNth(9, new AwsError("AccessDeniedException", "no", { statusCode: 403 }));

    const { unseen } = await see(account.aws, "chat-assistant", account.now());

    expect(unseen).toEqual([
      "schedule slipway-chat-assistant-training of the default group, if an earlier version made one, has to be removed by hand (AccessDeniedException: no)",
    ]);
  });
});
