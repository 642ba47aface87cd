/** What the smaller services are asked: schedules, events, executions, quotas, probes. */
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { publish } from "../../src/aws/event-bridge.ts";
import {
  executionArnOf,
  executionState,
  isLeft,
  startMachine,
  stopExecution,
  workLeftSeconds,
} from "../../src/aws/executions.ts";
import { lacksOfInstances } from "../../src/aws/feasibility.ts";
import { putSchedule, readSchedule } from "../../src/aws/scheduler.ts";
import { quotasFor } from "../../src/aws/service-quotas.ts";
import { probe } from "../../src/aws/serving/sagemaker/probe.ts";
import { probeBody } from "../../src/core/plan/warmth.ts";
import { needs, plan } from "../core/example.ts";
import { openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { releaseOf } from "./releases.ts";

/** Retries back off by a random part of their delay; none of it keeps the tests short. */
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("a one-time schedule", () => {
  const at = { at: "2026-11-24T05:00:00", input: '{"scaleDown":{"releaseId":"a"}}' };

  test("fires once, in UTC, starts the release machine, and deletes itself", async () => {
    const { aws } = openAccount();

    await putSchedule(aws, "lease", at);

    expect(await aws.scheduler.send(new GetScheduleCommand({ Name: "lease" }))).toMatchObject({
      ScheduleExpression: "at(2026-11-24T05:00:00)",
      ScheduleExpressionTimezone: "UTC",
      ActionAfterCompletion: "DELETE",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: aws.environment.stateMachineArn, Input: at.input },
    });
    expect(await readSchedule(aws, "lease")).toEqual(at);
  });

  test("that is gone is deleted already", async () => {
    const { aws } = openAccount();

    await putSchedule(aws, "lease", null);

    expect(await readSchedule(aws, "lease")).toBeNull();
  });
});

describe("an event", () => {
  test("carries which release it is about and what has become of it", async () => {
    const account = openAccount();

    await publish(account.tools, releaseOf(7), { state: "shifted", stage: 1, trafficPercent: 25 });

    expect(account.published()).toEqual([
      {
        stack: "slipway-dev",
        releaseId: "chat-assistant-v7-production",
        model: "chat-assistant",
        version: 7,
        milestone: "production",
        subject: "endpoint/chat-assistant",
        state: "shifted",
        stage: 1,
        trafficPercent: 25,
      },
    ]);
  });

  test("that no bus takes is logged, and the release goes on", async () => {
    const account = openAccount();
    account.fail("PutEvents", new AwsError("InternalException", "no", { statusCode: 500 }));

    await publish(account.tools, releaseOf(7), { state: "opened" });

    expect(account.logged).toEqual(["a release has changed", "an event could not be published"]);
  });
});

describe("an execution", () => {
  test("leaves work only where it has ended of late; one that nobody knows leaves none, and one that cannot be seen is asked for again", async () => {
    const account = openAccount();
    const left = (name: string) => workLeftSeconds(account.aws, executionArn(name), account.now());
    account.executions.begin("a");
    account.executions.begin("b");
    account.executions.end("b");

    expect(await left("a")).toBeUndefined();
    expect(await left("nobody-knows")).toBe(0);
    account.wait(2);
    expect(await left("b")).toBe(0);

    account.fail("DescribeExecution", new AwsError("AccessDeniedException", "no", { statusCode: 403 }), 1);
    await expect(left("b")).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("runs, is over, or was never started", async () => {
    const { aws, executions, now } = openAccount();
    const since = new Date(now()).toISOString();
    executions.begin("a");
    expect(await executionState(aws, executionArn("a"))).toBe("running");
    expect(await isLeft(aws, { holder: { execution: executionArn("a"), since } }, now())).toBe(false);

    executions.end("a", "SUCCEEDED");

    expect(await executionState(aws, executionArn("a"))).toBe("over");
    expect(await executionState(aws, executionArn("b"))).toBe("never-started");
    expect(await isLeft(aws, { holder: { execution: executionArn("b"), since } }, now())).toBe(false);
    expect(await isLeft(aws, { holder: { execution: executionArn("b"), since } }, now() + 5 * 60_000)).toBe(
      true,
    );
  });

  test("of a name is started once, whatever became of it", async () => {
    const { aws, executions } = openAccount();

    await startMachine(aws, "compensate-1", { a: 1 });
    await startMachine(aws, "compensate-1", { a: 1 });
    executions.end("compensate-1");
    await startMachine(aws, "compensate-1", { a: 1 });

    expect(executions.started()).toEqual([{ name: "compensate-1", input: { a: 1 } }]);
    expect(executionArnOf(aws, "compensate-1")).toBe(executionArn("compensate-1"));
  });

  test("is stopped", async () => {
    const { aws, executions } = openAccount();
    executions.begin("a");

    await stopExecution(aws, executionArn("a"), "by hand");

    expect(executions.describe(executionArn("a")).status).toBe("ABORTED");
  });
});

describe("quotas", () => {
  test("are found by name among all that an account has", async () => {
    const { aws } = openAccount();

    expect(await quotasFor(aws, "endpoint usage", ["ml.g5.xlarge", "ml.g5.2xlarge"])).toEqual({
      "ml.g5.xlarge": 32,
      "ml.g5.2xlarge": 32,
    });
    expect(await quotasFor(aws, "training warm pool usage", ["ml.g5.12xlarge"])).toEqual({
      "ml.g5.12xlarge": 16,
    });
  });

  test("that have no applied value are those that AWS gives by default", async () => {
    const { aws } = openAccount({ spec: { defaultQuotas: true } });

    expect(await quotasFor(aws, "endpoint usage", ["ml.g5.xlarge", "ml.m5.large"])).toEqual({
      "ml.g5.xlarge": 32,
      "ml.m5.large": 0,
    });
    expect(await lacksOfInstances(aws, { plan, needs })).toEqual([]);
  });

  test("that are in neither list are not known, which is no quota of 0", async () => {
    expect(await quotasFor(openAccount().aws, "endpoint usage", ["ml.q9.huge"])).toEqual({});
  });

  test("too small for the surge of a release are a lack of means", async () => {
    const { aws } = openAccount({ spec: { quotaInstances: 23 } });

    expect(await lacksOfInstances(aws, { plan, needs })).toEqual([
      "the release needs 24 ml.g5.xlarge at its peak, the account's quota is 23",
    ]);
  });
});

describe("a probe", () => {
  const target = (variant: string) => {
    const account = openAccount();
    return {
      account,
      target: {
        endpoint: "chat-assistant",
        variant,
        body: probeBody(plan.warmth),
        now: account.now,
        patienceMs: 5_000,
      },
    };
  };

  test("reaches the variant that it names", async () => {
    const { account, target: v6 } = target("v6");

    expect(await probe(account.aws, v6)).toEqual({ answered: true, milliseconds: 0 });
    expect(account.calls.at(-1)).toMatchObject({
      operation: "InvokeEndpoint",
      input: { TargetVariant: "v6" },
    });
  });

  test("that is refused or fails is an answer too, with the error's name", async () => {
    const { account, target: v7 } = target("v7");
    expect(await probe(account.aws, v7)).toMatchObject({ answered: false, error: "ValidationError" });

    account.fail("InvokeEndpoint", new AwsError("ModelError", "loading", { statusCode: 424 }));

    expect(await probe(account.aws, { ...v7, variant: "v6" })).toMatchObject({
      answered: false,
      error: "ModelError",
    });
  });
});
