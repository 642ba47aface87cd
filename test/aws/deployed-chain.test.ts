/** The chain around a step as it is deployed, on a network of this machine: what is sent, what is counted, what is left. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DescribeEndpointCommand } from "@aws-sdk/client-sagemaker";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { publish } from "../../src/aws/event-bridge.ts";
import { lambda, type Step } from "../../src/aws/lambda.ts";
import { awsRefused } from "../../src/core/errors.ts";
import { measuresOfShare } from "../../src/core/release/measures.ts";

const settings = {
  SLIPWAY_STACK: "slipway-prod",
  SLIPWAY_ACCOUNT: "210987654321",
  SLIPWAY_TABLE: "table",
  SLIPWAY_STATE_MACHINE_ARN: "arn:machine",
  SLIPWAY_SCHEDULER_ROLE_ARN: "arn:role",
  SLIPWAY_SCHEDULE_GROUP: "slipway-prod",
  SLIPWAY_EVENT_BUS: "default",
  AWS_REGION: "eu-west-1",
  SLIPWAY_TURNS_PER_EXECUTION: "1200",
  SLIPWAY_RELEASE_METRICS: "off",
  SLIPWAY_NAMED_ROLES: "none",
  SLIPWAY_EVIDENCE_BUCKET: "none",
  SLIPWAY_EVIDENCE_KEY: "none",
  SLIPWAY_EVIDENCE_MODE: "GOVERNANCE",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  POWERTOOLS_LOG_LEVEL: "SILENT",
  POWERTOOLS_SERVICE_NAME: "slipway-prod",
  POWERTOOLS_METRICS_NAMESPACE: "Slipway",
  POWERTOOLS_TRACE_ENABLED: "false",
};
const contract = { input: z.looseObject({}), output: z.object({}) };
const context = { functionName: "step" } as never;

/** An AWS of one's own: operations as they come, and each one's answer by its name. */
async function served(answers: Record<string, (response: ServerResponse) => void>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    request.resume();
    asked.push(operation);
    answers[operation]?.(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { asked, server };
}

/** Embedded metrics and whatever else is written, line by line. */
let written: string[] = [];
beforeEach(() => {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  written = [];
  const write = (chunk: unknown) => written.push(...String(chunk).split("\n").filter(Boolean)) > 0;
  vi.spyOn(process.stdout, "write").mockImplementation(write as never);
  vi.spyOn(console, "warn").mockImplementation(write as never);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const failing: Step<object, object> = async () => {
  throw awsRefused("no");
};

describe("what a deployed Lambda counts", () => {
  test("is written by the invocation that failed, not by the next one", async () => {
    const handler = lambda(failing, contract);

    for (const nth of [1, 2]) {
      await expect(handler({}, context)).rejects.toMatchObject({ name: "AwsRefused" });
      const metrics = written.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(metrics).toHaveLength(nth);
      expect(metrics[nth - 1]).toMatchObject({ AwsRefused: 1, _aws: { CloudWatchMetrics: [{}] } });
    }
  });

  test("is what the step counted too, and nothing is said where there is nothing to count", async () => {
    const step: Step<{ much?: boolean | undefined }, object> = async ({ much }, { count }) => {
      if (much === true) count("SweepFailed");
      return {};
    };
    const handler = lambda(step, { ...contract, input: z.object({ much: z.boolean().optional() }) });

    await handler({}, context);
    expect(written).toEqual([]);
    await handler({ much: true }, context);
    expect(written.map((line) => JSON.parse(line))).toMatchObject([{ SweepFailed: 1 }]);
  });

  test("names a mistake in the code as unexpected", async () => {
    const handler = lambda(async () => Promise.reject(new RangeError("no")), contract);

    await expect(handler({}, context)).rejects.toBeInstanceOf(RangeError);

    expect(written.map((line) => JSON.parse(line))).toMatchObject([{ UnexpectedError: 1 }]);
  });
});

describe("what a deployed Lambda measures of a release", () => {
  const step: Step<object, object> = async (_, { count, measure }) => {
    count("SweepFailed");
    for (const percent of [5, 25])
      for (const one of measuresOfShare(
        { id: "chat-v7-production", subject: "endpoint/chat", version: 7 },
        percent,
      ))
        measure(one);
    return {};
  };

  test("is an embedded metric with the endpoint as dimension, and the release as a property that costs nothing", async () => {
    vi.stubEnv("SLIPWAY_RELEASE_METRICS", "on");

    await lambda(step, contract)({}, context);

    // Dimensions and metrics name members of the line, dimensions texts and metrics numbers (embedded metric format, specification).
    expect(written.map((line) => JSON.parse(line))).toEqual([
      ...[5, 25].map((percent) => ({
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: "Slipway",
              Dimensions: [["service", "endpoint"]],
              Metrics: [{ Name: "TrafficPercent", Unit: "Percent" }],
            },
          ],
        },
        service: "slipway-prod",
        endpoint: "chat",
        TrafficPercent: percent,
        releaseId: "chat-v7-production",
        version: "7",
      })),
      // What is counted for alarms has the dimension that they watch, and no other.
      expect.objectContaining({
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [expect.objectContaining({ Dimensions: [["service"]] })],
        },
        SweepFailed: 1,
      }),
    ]);
  });

  test("is nothing where the deployment has no metrics of releases, which is the default", async () => {
    await lambda(step, contract)({}, context);

    expect(written.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ SweepFailed: 1 })]);
  });
});

test("what a deployed Lambda logs of a release's change has its members beside the message, where queries find them", async () => {
  vi.stubEnv("POWERTOOLS_LOG_LEVEL", "INFO");
  const { server } = await served({
    PutItem: (response) => response.end("{}"),
    PutEvents: (response) => response.end('{"FailedEntryCount":0}'),
  });
  const release = { id: "chat-v7-production", subject: "endpoint/chat", model: "chat", version: 7 };
  const step: Step<object, object> = async (_, tools) => {
    await publish(tools, release, { state: "closed", outcome: "promoted", reason: "no harm" });
    return {};
  };

  await lambda(step, contract)({}, context);

  expect(written.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: "INFO",
      message: "a release has changed",
      service: "slipway-prod",
      releaseId: "chat-v7-production",
      subject: "endpoint/chat",
      version: 7,
      state: "closed",
      outcome: "promoted",
      reason: "no harm",
    }),
  ]);
  server.close();
});

describe("what a deployed Lambda has under way when it answers", () => {
  test("is aborted and over, and what was to follow it never leaves", async () => {
    const closed = Promise.withResolvers<void>();
    const { asked, server } = await served({
      DescribeEndpoint: (response) => response.on("close", closed.resolve),
      PutEvents: (response) =>
        response.writeHead(400, { "x-amzn-errortype": "ValidationException" }).end("{}"),
    });
    let followed: Promise<unknown> | undefined;
    const step: Step<object, object> = async (_, { aws }) => {
      const events = () => aws.events.send(new PutEventsCommand({ Entries: [] }));
      const look = aws.sagemaker.send(new DescribeEndpointCommand({ EndpointName: "slow" }));
      followed = look.then(events, events);
      followed.catch(() => {});
      while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([events(), look]);
      return {};
    };

    await expect(lambda(step, contract)({}, context)).rejects.toMatchObject({ name: "AwsRefused" });

    await closed.promise;
    await expect(followed).rejects.toMatchObject({ name: "AbortError" });
    expect(asked).toEqual(["DescribeEndpoint", "PutEvents"]);
    server.close();
  });
});
