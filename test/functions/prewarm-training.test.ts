/** Training capacity: a pool primed by a short job, whose end is arranged before it begins. */
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { Run, trainingDue } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

async function planned(): Promise<Run> {
  const run = await Run.begin({ event: trainingDue });
  await run.plan();
  return run;
}
const id = "chat-assistant-2026-11-23-training";

describe("a pool for training", () => {
  test("is primed after the schedule of its end is made", async () => {
    const run = await planned();

    expect(await run.prewarmTraining()).toMatchObject({
      status: "done",
      reason: "2 ml.g5.12xlarge until 2026-11-23T12:00:00.000Z",
    });

    const writes = run.account.writes().filter((operation) => operation !== "PutEvents");
    expect(writes).toEqual(["CreateSchedule", "CreateTrainingJob"]);
    expect(await run.changes()).toEqual({ "lease-end": "applied", primer: "applied" });
  });

  test("ends by a schedule that starts the machine at its scale-down", async () => {
    const run = await planned();
    await run.prewarmTraining();

    const schedule = await run.account.aws.scheduler.send(
      new GetScheduleCommand({
        GroupName: "slipway-dev",
        Name: "slipway-dev-chat-assistant-2026-11-23-training-lease-mqnmbfbz",
      }),
    );
    expect(schedule).toMatchObject({ ScheduleExpression: "at(2026-11-23T12:00:00)" });
    expect(JSON.parse(schedule.Target?.Input ?? "")).toEqual({ scaleDown: { releaseId: id } });
  });

  test("that was started ahead of its date is held from that on", async () => {
    const event = {
      milestone: {
        model: "chat-assistant",
        kind: "training",
        scheduledTime: "2026-11-23T09:00:00Z",
        leadMinutes: 15,
      },
    };
    const run = await Run.begin({ event });
    await run.plan();

    expect((await run.prewarmTraining()).reason).toBe("2 ml.g5.12xlarge until 2026-11-23T12:15:00.000Z");
  });

  test("that did not is held from its opening on, however long its planning took", async () => {
    const run = await planned();
    run.account.wait(9);

    expect((await run.prewarmTraining()).reason).toBe("2 ml.g5.12xlarge until 2026-11-23T12:00:00.000Z");
  });

  test("that had to wait for a freeze or its turn is held as long as any, and ends at the same time when asked again", async () => {
    const run = await planned();
    run.account.wait(300);

    const first = await run.prewarmTraining();
    run.account.wait(30);
    const again = await run.prewarmTraining();

    expect(first.reason).toBe("2 ml.g5.12xlarge until 2026-11-23T17:00:00.000Z");
    expect(again.reason).toBe(first.reason);
  });

  test("asked for again is neither primed nor scheduled twice", async () => {
    const run = await planned();
    await run.prewarmTraining();
    const writes = run.account.writes().length;

    await run.prewarmTraining();

    expect(run.account.writes()).toHaveLength(writes);
  });

  test("whose priming failed keeps its end, and is primed the next time", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const run = await planned();
    run.account.fail("CreateTrainingJob", new AwsError("InternalFailure", "no", { statusCode: 500 }));
    await expect(run.prewarmTraining()).rejects.toMatchObject({ name: "InternalFailure" });
    expect(await run.changes()).toEqual({ "lease-end": "applied", primer: "intended" });

    await run.prewarmTraining();

    expect(await run.changes()).toEqual({ "lease-end": "applied", primer: "applied" });
  });
});
