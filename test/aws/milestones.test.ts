/** Putting a plan in force: its calendar becomes schedules, and schedules of milestones it lost are gone. */
import { CreateScheduleCommand, GetScheduleCommand, ListSchedulesCommand } from "@aws-sdk/client-scheduler";
import { describe, expect, test } from "vitest";
import type { Aws } from "../../src/aws/clients.ts";
import { putInForce } from "../../src/aws/milestones.ts";
import { readPlan } from "../../src/aws/plans.ts";
import { normaliseRequest } from "../../src/core/request/request.ts";
import { AwsError } from "../../src/rehearsal/twin/service.ts";
import { plan } from "../core/example.ts";
import { openAccount } from "./account.ts";

const at = "2026-11-23T09:00:00Z";

test("a plan in force is read back, and its dated milestones are scheduled in their time zone", async () => {
  const { aws } = openAccount();

  const told = await putInForce(aws, plan, at);

  const schedule = await aws.scheduler.send(
    new GetScheduleCommand({
      GroupName: "slipway-dev",
      Name: "slipway-dev-chat-assistant-training-rxthcde3",
    }),
  );
  expect(told).toEqual(["training: cron(0 2 ? * MON *) Europe/Amsterdam"]);
  expect(await readPlan(aws, "chat-assistant")).toEqual(plan);
  expect(schedule.ScheduleExpression).toBe("cron(0 2 ? * MON *)");
  expect(schedule.Target?.Arn).toBe(aws.environment.stateMachineArn);
});

test("what a schedule starts the machine with is a request that the machine accepts", async () => {
  const { aws } = openAccount();
  await putInForce(aws, plan, at);

  const schedule = await aws.scheduler.send(
    new GetScheduleCommand({
      GroupName: "slipway-dev",
      Name: "slipway-dev-chat-assistant-training-rxthcde3",
    }),
  );
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
  const { aws } = openAccount();
  await putInForce(aws, plan, at);
  await putInForce(aws, plan, at);
  const { training, ...rest } = plan.milestones;
  const names = async () =>
    (await aws.scheduler.send(new ListSchedulesCommand({ GroupName: "slipway-dev" }))).Schedules?.map(
      ({ Name }) => Name,
    );
  expect(training).toBeDefined();
  expect(await names()).toEqual(["slipway-dev-chat-assistant-training-rxthcde3"]);

  await putInForce(aws, { ...plan, milestones: rest }, at);

  expect(await names()).toEqual([]);
});

describe("a schedule that an earlier version made in the default group", () => {
  const former = { Name: "slipway-chat-assistant-training" };
  const starting = (aws: Aws, stateMachineArn: string) =>
    aws.scheduler.send(
      new CreateScheduleCommand({
        ...former,
        ...{ ScheduleExpression: "rate(1 day)", FlexibleTimeWindow: { Mode: "OFF" } },
        Target: { Arn: stateMachineArn, RoleArn: aws.environment.schedulerRoleArn, Input: "{}" },
      }),
    );

  test("is gone once its successor is in the stack's group", async () => {
    const { aws } = openAccount();
    await starting(aws, aws.environment.stateMachineArn);

    await putInForce(aws, plan, at);

    const { Schedules } = await aws.scheduler.send(new ListSchedulesCommand({}));
    expect(Schedules?.map(({ GroupName }) => GroupName)).toEqual(["slipway-dev"]);
  });

  test("stays where it starts another stack's machine", async () => {
    const { aws } = openAccount();
    await starting(aws, aws.environment.stateMachineArn.replace("-dev-", "-prod-"));

    expect(await putInForce(aws, plan, at)).toHaveLength(1);

    expect(await aws.scheduler.send(new GetScheduleCommand(former))).toMatchObject({ GroupName: "default" });
  });

  test("is told where it cannot be looked at", async () => {
    const account = openAccount();
    account.fail("GetSchedule", new AwsError("AccessDeniedException", "no", { statusCode: 403 }));

    expect(await putInForce(account.aws, plan, at)).toContain(
      "schedule slipway-chat-assistant-training of the default group, if an earlier version made one, has to be removed by hand (AccessDeniedException: no)",
    );
  });
});
