/** A living twin as its clients meet it: what they set off happens by itself, and what fails fails alone. */

import { readFileSync } from "node:fs";
import { type ModelApprovalStatus, SageMaker } from "@aws-sdk/client-sagemaker";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { SFN } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LiveThread, openLiveThread } from "../../../src/rehearsal/live/live-thread.ts";
import { loadWorld } from "../../../src/rehearsal/worlds/load.ts";
import { plan } from "../explore/rehearsing.ts";
import { reaching } from "../twin/twin-handler.ts";

const entry = new URL("../../../src/rehearsal/live/live-worker.ts", import.meta.url);
type Detail = Readonly<Record<string, unknown>>;
const startMs = Date.UTC(2026, 0, 5, 8);
const minuteMs = 60_000;

describe("a living twin", () => {
  let thread: LiveThread;
  beforeAll(async () => {
    thread = await openLiveThread(entry, {
      plan,
      world: loadWorld("healthy"),
      seed: 1,
      startMs,
      sweep: true,
    });
  });
  afterAll(() => thread.close());

  const started = async (): Promise<readonly string[]> => {
    const { executions = [] } = await new SFN(reaching(thread)).listExecutions({
      stateMachineArn: thread.stateMachineArn,
    });
    const inputs = executions.map(async ({ executionArn }) => {
      const { input } = await new SFN(reaching(thread)).describeExecution({ executionArn });
      return input ?? "";
    });
    return Promise.all(inputs);
  };

  it("starts a release when its version is approved in the registry, by the rule of the deployment", async () => {
    const registry = new SageMaker(reaching(thread));
    const ModelPackageArn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7";
    const update = (ModelApprovalStatus: ModelApprovalStatus) =>
      registry.updateModelPackage({ ModelPackageArn, ModelApprovalStatus });

    await update("PendingManualApproval");
    await update("Rejected");
    await thread.advance(startMs + minuteMs);
    const before = await started();
    await update("Approved");
    const told = await thread.advance(startMs + 2 * minuteMs);

    expect(before).toEqual([]);
    expect(told).toEqual([]);
    const [input, ...others] = await started();
    expect(others).toEqual([]);
    expect(JSON.parse(input ?? "")).toMatchObject({
      version: "0",
      source: "aws.sagemaker",
      "detail-type": "SageMaker Model Package State Change",
      account: "123456789012",
      region: "eu-west-1",
      time: "2026-01-05T08:01:00Z",
      resources: [ModelPackageArn],
      detail: {
        ModelPackageGroupName: "chat-assistant",
        ModelPackageVersion: 7,
        ModelPackageArn,
        ModelApprovalStatus: "Approved",
        UpdatedModelPackageFields: ["ModelApprovalStatus"],
        LastModifiedTime: "2026-01-05T08:01:00Z",
      },
    });
    const sample = JSON.parse(readFileSync("events/registry-approved.json", "utf8")) as { detail: object };
    const { CustomerMetadataProperties: _, ...detail } = (JSON.parse(input ?? "") as { detail: Detail })
      .detail;
    expect(Object.keys(sample.detail)).toEqual(expect.arrayContaining(Object.keys(detail)));
    const endpoint = await registry.describeEndpoint({ EndpointName: "chat-assistant" });
    expect(endpoint.EndpointStatus).toBe("Updating");
  });

  it("fires the schedules that are due together each by itself: one that is refused is told, once", async () => {
    const schedules = new SchedulerClient(reaching(thread));
    // The context attribute makes it longer than an execution's input may be.
    const tooLong = JSON.stringify({ pad: "<aws.scheduler.schedule-arn>".padEnd(262_130, "x") });
    for (const [Name, Input] of [
      ["a-good", '{"schedule": "a-good"}'],
      ["b-too-long", tooLong],
      ["c-good", '{"schedule": "c-good"}'],
    ])
      await schedules.send(
        new CreateScheduleCommand({
          Name,
          ScheduleExpression: "at(2026-01-05T08:05:00)",
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: { Arn: thread.stateMachineArn, RoleArn: "arn:aws:iam::123456789012:role/scheduler", Input },
        }),
      );

    const told = await thread.advance(startMs + 6 * minuteMs);

    expect(told).toEqual([expect.stringMatching(/^schedule b-too-long: InvalidExecutionInput: /)]);
    expect(await thread.advance(startMs + 7 * minuteMs)).toEqual([]);
    expect((await started()).filter((input) => input.includes("schedule")).toSorted()).toEqual([
      '{"schedule": "a-good"}',
      '{"schedule": "c-good"}',
    ]);
  });
});

describe("a living twin without its sweep", () => {
  it.each([
    [true, 2],
    [false, 1],
  ])("sweep %s: a stopped release is followed by %d executions in all", async (sweep, count) => {
    const world = loadWorld("healthy");
    const thread = await openLiveThread(entry, { plan, world, seed: 1, startMs, sweep });
    const { stateMachineArn } = thread;
    const states = new SFN(reaching(thread));

    const input = JSON.stringify({ model: "chat-assistant", version: 7 });
    const { executionArn } = await states.startExecution({ stateMachineArn, input });
    await thread.advance(startMs + 5 * minuteMs);
    await states.stopExecution({ executionArn });
    await thread.advance(startMs + 20 * minuteMs);

    expect((await states.listExecutions({ stateMachineArn })).executions).toHaveLength(count);
    await thread.close();
  });
});
