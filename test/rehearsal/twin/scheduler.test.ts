import {
  ConflictException,
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  type CreateScheduleInput,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  paginateListSchedules,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { describe, expect, it } from "vitest";
import { createTwin, scheduler } from "#twin/services";
import { parseExpression } from "#twin/vocabulary";
import { reaching } from "./twin-handler.ts";

const startMs = Date.UTC(2026, 0, 5, 9);
const minuteMs = 60_000;

const machineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:slipway";
const schedule: CreateScheduleInput = {
  Name: "lease-1",
  ScheduleExpression: "at(2026-01-05T10:00:00)",
  FlexibleTimeWindow: { Mode: "OFF" },
  ActionAfterCompletion: "DELETE",
  Target: { Arn: machineArn, RoleArn: "arn:aws:iam::123456789012:role/scheduler", Input: '{"lease":1}' },
};

function openScheduler() {
  const clock = { nowMs: startMs };
  const service = scheduler();
  const client = new SchedulerClient(reaching(createTwin([service], () => clock.nowMs)));
  const create = (changes: Partial<CreateScheduleInput> = {}) =>
    client.send(new CreateScheduleCommand({ ...schedule, ...changes }));
  const dueIso = (untilMs: number) => service.due(untilMs).map(({ dueMs }) => new Date(dueMs).toISOString());
  return { clock, service, client, create, dueIso };
}

describe("EventBridge Scheduler of the twin", () => {
  it("fires a one-time schedule once, with its input, and deletes it after", async () => {
    const { service, client, create } = openScheduler();
    await create();
    const early = service.due(startMs + 59 * minuteMs);

    const firings = service.due(startMs + 60 * minuteMs);

    expect(early).toEqual([]);
    expect(firings).toMatchObject([
      { name: "lease-1", dueMs: startMs + 60 * minuteMs, input: '{"lease":1}', target: { Arn: machineArn } },
    ]);
    expect(service.due(startMs + 120 * minuteMs)).toEqual([]);
    await expect(client.send(new GetScheduleCommand({ Name: "lease-1" }))).rejects.toThrow(
      ResourceNotFoundException,
    );
  });

  it("keeps a completed schedule without ActionAfterCompletion", async () => {
    const { service, client, create } = openScheduler();
    await create({ ActionAfterCompletion: undefined });
    service.due(startMs + 60 * minuteMs);

    const kept = await client.send(new GetScheduleCommand({ Name: "lease-1" }));

    expect(kept).toMatchObject({
      Arn: "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/lease-1",
      ActionAfterCompletion: "NONE",
      ScheduleExpression: schedule.ScheduleExpression,
      ScheduleExpressionTimezone: "UTC",
      State: "ENABLED",
      CreationDate: new Date(startMs),
      Target: schedule.Target,
    });
    expect(service.nextDueMs()).toBeUndefined();
  });

  it("reads a one-time schedule in its own time zone", async () => {
    const { service, create } = openScheduler();

    await create({
      ScheduleExpression: "at(2026-07-01T09:00:00)",
      ScheduleExpressionTimezone: "Europe/Berlin",
    });

    expect(service.nextDueMs()).toBe(Date.UTC(2026, 6, 1, 7));
  });

  it("fires a rate at once, then at its rate, until its end date", async () => {
    const { create, dueIso } = openScheduler();
    await create({ ScheduleExpression: "rate(10 minutes)", EndDate: new Date(startMs + 20 * minuteMs) });

    const fired = dueIso(startMs + 60 * minuteMs);

    expect(fired).toEqual([
      "2026-01-05T09:00:00.000Z",
      "2026-01-05T09:10:00.000Z",
      "2026-01-05T09:20:00.000Z",
    ]);
  });

  it("puts several schedules' firings in the order of their times", async () => {
    const { service, create } = openScheduler();
    await create({ Name: "late", ScheduleExpression: "at(2026-01-05T09:20:00)" });
    await create({ Name: "early", ScheduleExpression: "at(2026-01-05T09:10:00)" });

    const fired = service.due(startMs + 30 * minuteMs);

    expect(fired.map(({ name }) => name)).toEqual(["early", "late"]);
  });

  it("replaces every setting on an update, so what is left out falls back", async () => {
    const { clock, service, client, create } = openScheduler();
    await create({ Description: "ends a lease" });
    clock.nowMs += 5 * minuteMs;

    await client.send(
      new UpdateScheduleCommand({
        ...schedule,
        ScheduleExpression: "at(2026-01-05T11:00:00)",
        ActionAfterCompletion: undefined,
      }),
    );

    const updated = await client.send(new GetScheduleCommand({ Name: "lease-1" }));
    expect(updated.Description).toBeUndefined();
    expect(updated.ActionAfterCompletion).toBe("NONE");
    expect(updated.LastModificationDate).toEqual(new Date(clock.nowMs));
    expect(service.nextDueMs()).toBe(startMs + 120 * minuteMs);
  });

  it("never fires a disabled schedule", async () => {
    const { create, dueIso } = openScheduler();
    await create({ State: "DISABLED" });

    const fired = dueIso(startMs + 120 * minuteMs);

    expect(fired).toEqual([]);
  });

  it("takes the same client token again for the same request, and another for a conflict", async () => {
    const { create } = openScheduler();
    const first = await create({ ClientToken: "one" });

    const again = await create({ ClientToken: "one" });

    expect(again.ScheduleArn).toBe(first.ScheduleArn);
    await expect(create({ ClientToken: "two" })).rejects.toThrow(ConflictException);
  });

  it("deletes a schedule, and knows it no more", async () => {
    const { service, client, create } = openScheduler();
    await create();

    await client.send(new DeleteScheduleCommand({ Name: "lease-1", GroupName: "default" }));

    expect(service.nextDueMs()).toBeUndefined();
    await expect(client.send(new DeleteScheduleCommand({ Name: "lease-1" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Schedule lease-1 does not exist.",
      $metadata: { httpStatusCode: 404 },
    });
  });

  it("lists schedules by prefix, page by page", async () => {
    const { client, create } = openScheduler();
    for (const Name of ["lease-2", "lease-1", "lease-3", "sweep"]) await create({ Name });

    const pages: (string | undefined)[][] = [];
    for await (const { Schedules = [] } of paginateListSchedules(
      { client, pageSize: 2 },
      { NamePrefix: "lease" },
    )) {
      pages.push(Schedules.map(({ Name }) => Name));
    }

    expect(pages).toEqual([["lease-1", "lease-2"], ["lease-3"]]);
  });

  it.each([
    [{ ScheduleExpression: "cron(0 9 * * * *)" }, "Invalid Schedule Expression cron(0 9 * * * *)."],
    [
      { ScheduleExpression: "at(2026-02-30T09:00:00)" },
      "Invalid Schedule Expression at(2026-02-30T09:00:00).",
    ],
    [{ ScheduleExpression: "rate(0 minutes)" }, "Invalid Schedule Expression rate(0 minutes)."],
    [{ ScheduleExpression: "at(2026-01-05T09:00:00)" }, "must be in the future"],
    [
      { ScheduleExpressionTimezone: "Europe/Atlantis" },
      "Invalid ScheduleExpressionTimezone Europe/Atlantis.",
    ],
    [{ Name: "a lease" }, "at 'name' failed to satisfy constraint"],
    [
      { Target: { Arn: machineArn, RoleArn: "scheduler" } },
      "at 'target.roleArn' failed to satisfy constraint",
    ],
    [
      { ScheduleExpression: "rate(1 day)", StartDate: new Date(startMs - 6 * minuteMs) },
      "cannot be earlier than 5 minutes ago",
    ],
  ])("refuses %j", async (changes, message) => {
    const { create } = openScheduler();

    const answer = create(changes);

    await expect(answer).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(message),
    });
  });

  it.each([
    "arn:aws:lambda:eu-west-1:123456789012:function:f",
    "arn:aws:scheduler:::aws-sdk:sfn:startExecution",
    "arn:aws:sqs:eu-west-1:123456789012:queue",
  ])("refuses by name the target %s, and keeps no schedule for it", async (arn) => {
    const { client, create } = openScheduler();
    await create();
    const target = { ...schedule.Target, Arn: arn, RoleArn: schedule.Target?.RoleArn };
    const refused = `the twin does not model Scheduler's target ${arn}`;

    await expect(create({ Name: "other", Target: target })).rejects.toThrow(refused);
    await expect(client.send(new UpdateScheduleCommand({ ...schedule, Target: target }))).rejects.toThrow(
      refused,
    );
    await expect(client.send(new GetScheduleCommand({ Name: "lease-1" }))).resolves.toMatchObject({
      Target: schedule.Target,
    });
    await expect(client.send(new GetScheduleCommand({ Name: "other" }))).rejects.toThrow(
      ResourceNotFoundException,
    );
  });

  it("refuses an input that is no JSON, and takes one that the context attributes make whole", async () => {
    const { service, create } = openScheduler();
    const withInput = (Name: string, Input: string) =>
      create({ Name, Target: { Arn: machineArn, RoleArn: schedule.Target?.RoleArn, Input } });

    await expect(withInput("bad", "not json")).rejects.toMatchObject({ name: "ValidationException" });
    await withInput("good", '{"attempt": <aws.scheduler.attempt-number>}');

    expect(service.due(startMs + 60 * minuteMs)).toMatchObject([{ input: '{"attempt": 1}' }]);
  });

  it("refuses by name flexible windows", async () => {
    const { create } = openScheduler();
    const flexible = { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 5 } } as const;

    await expect(create(flexible)).rejects.toThrow("the twin does not model Scheduler's FlexibleTimeWindow");
  });
});

describe("schedule groups", () => {
  it("hold schedules of the same name apart", async () => {
    const { client, create } = openScheduler();
    const made = await client.send(new CreateScheduleGroupCommand({ Name: "leases" }));
    await create();
    await create({ GroupName: "leases", ScheduleExpression: "rate(1 day)" });

    await client.send(new DeleteScheduleCommand({ Name: "lease-1" }));

    expect(made.ScheduleGroupArn).toBe("arn:aws:scheduler:eu-west-1:123456789012:schedule-group/leases");
    expect(await client.send(new GetScheduleCommand({ Name: "lease-1", GroupName: "leases" }))).toMatchObject(
      {
        Arn: "arn:aws:scheduler:eu-west-1:123456789012:schedule/leases/lease-1",
        ScheduleExpression: "rate(1 day)",
      },
    );
    const listed = await client.send(new ListSchedulesCommand({ GroupName: "leases" }));
    expect(listed.Schedules).toHaveLength(1);
  });

  it("must exist before anything is put into them, or asked of them", async () => {
    const { client, create } = openScheduler();
    const missing = { name: "ResourceNotFoundException", message: "Schedule group leases does not exist." };
    const asked = [
      () => create({ GroupName: "leases" }),
      () => client.send(new GetScheduleCommand({ Name: "lease-1", GroupName: "leases" })),
      () => client.send(new UpdateScheduleCommand({ ...schedule, GroupName: "leases" })),
      () => client.send(new DeleteScheduleCommand({ Name: "lease-1", GroupName: "leases" })),
      () => client.send(new ListSchedulesCommand({ GroupName: "leases" })),
      () => client.send(new GetScheduleGroupCommand({ Name: "leases" })),
      () => client.send(new DeleteScheduleGroupCommand({ Name: "leases" })),
    ];

    for (const ask of asked) await expect(ask()).rejects.toMatchObject(missing);
  });

  it("take their schedules with them when they go", async () => {
    const { service, client, create } = openScheduler();
    await client.send(new CreateScheduleGroupCommand({ Name: "leases" }));
    await create({ GroupName: "leases" });

    await client.send(new DeleteScheduleGroupCommand({ Name: "leases" }));

    expect(service.nextDueMs()).toBeUndefined();
    const { ScheduleGroups = [] } = await client.send(new ListScheduleGroupsCommand({}));
    expect(ScheduleGroups.map(({ Name, State }) => [Name, State])).toEqual([["default", "ACTIVE"]]);
  });

  it("are made once, and the default one is never deleted", async () => {
    const { client } = openScheduler();
    await client.send(new CreateScheduleGroupCommand({ Name: "leases" }));

    await expect(client.send(new CreateScheduleGroupCommand({ Name: "leases" }))).rejects.toThrow(
      "Schedule group leases already exists.",
    );
    await expect(client.send(new DeleteScheduleGroupCommand({ Name: "default" }))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });
});

describe("a cron expression", () => {
  const times = (expression: string, zone: string, after: string, count: number) => {
    const parsed = parseExpression(expression, zone, 0);
    let at: number | undefined = Date.parse(after);
    const found: string[] = [];
    while (found.length < count) {
      at = at === undefined ? undefined : parsed?.next(at);
      if (at === undefined) break;
      found.push(new Date(at).toISOString().slice(0, 16));
    }
    return found;
  };

  it.each([
    ["cron(0 10 ? * 2#1 *)", ["2026-01-05T10:00", "2026-02-02T10:00"]],
    ["cron(30 0 ? * 6L *)", ["2026-01-30T00:30", "2026-02-27T00:30"]],
    ["cron(0 9 LW * ? *)", ["2026-01-30T09:00", "2026-02-27T09:00"]],
    ["cron(0 9 15W 2,3 ? *)", ["2026-02-16T09:00", "2026-03-16T09:00"]],
    ["cron(0/20 8 ? * MON-FRI 2026)", ["2026-01-01T08:00", "2026-01-01T08:20"]],
    ["cron(0 12 ? * L *)", ["2026-01-03T12:00", "2026-01-10T12:00"]],
    ["cron(0 9 29 2 ? *)", ["2028-02-29T09:00", "2032-02-29T09:00"]],
  ])("reads %s", (expression, expected) => {
    expect(times(expression, "UTC", "2026-01-01T00:00:00Z", 2)).toEqual(expected);
  });

  it("skips a time that clocks jump over in spring", () => {
    const found = times("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28T00:00:00Z", 2);

    expect(found).toEqual(["2026-03-28T01:30", "2026-03-30T00:30"]);
  });

  it("fires once in an hour that comes twice in autumn", () => {
    const found = times("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);

    expect(found).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
  });

  it("ends with its last year", () => {
    expect(times("cron(0 9 1 12 ? 2026)", "UTC", "2026-01-01T00:00:00Z", 2)).toEqual(["2026-12-01T09:00"]);
  });
});
