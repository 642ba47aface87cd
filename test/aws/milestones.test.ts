/** Putting a plan in force: its calendar becomes schedules, and schedules of milestones it lost are gone. */
import { GetScheduleCommand, ListSchedulesCommand } from "@aws-sdk/client-scheduler";
import { expect, test } from "vitest";
import { putInForce } from "../../src/aws/milestones.ts";
import { readPlan } from "../../src/aws/plans.ts";
import { normaliseRequest } from "../../src/core/request/request.ts";
import { plan } from "../core/example.ts";
import { openAccount } from "./account.ts";

const at = "2026-11-23T09:00:00Z";

test("a plan in force is read back, and its dated milestones are scheduled in their time zone", async () => {
  const { aws } = openAccount();

  const told = await putInForce(aws, plan, at);

  const schedule = await aws.scheduler.send(
    new GetScheduleCommand({ Name: "slipway-dev-chat-assistant-training-rxthcde3" }),
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
    new GetScheduleCommand({ Name: "slipway-dev-chat-assistant-training-rxthcde3" }),
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
    (await aws.scheduler.send(new ListSchedulesCommand({}))).Schedules?.map(({ Name }) => Name);
  expect(training).toBeDefined();
  expect(await names()).toEqual(["slipway-dev-chat-assistant-training-rxthcde3"]);

  await putInForce(aws, { ...plan, milestones: rest }, at);

  expect(await names()).toEqual([]);
});
