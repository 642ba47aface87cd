/** AWS's failures under our names: what may pass, what AWS refuses for good, what does not exist. */
import { DescribeEndpointCommand, UpdateEndpointCommand } from "@aws-sdk/client-sagemaker";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConnectionLost } from "#twin/services";
import { AwsError } from "#twin/vocabulary";
import { failureOf, named, refusalOf, roomIn, saysInProgress, saysNotFound } from "../../src/aws/errors.ts";
import { setInstances } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { lockLost } from "../../src/core/errors.ts";
import { openAccount } from "./account.ts";

/** Retries back off by a random part of their delay; none of it keeps the tests short. */
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

/** The error that a step gets when the endpoint is looked at. */
async function failing(error: Error, times = 3): Promise<unknown> {
  const account = openAccount();
  account.fail("DescribeEndpoint", error, times);
  return account.aws.sagemaker
    .send(new DescribeEndpointCommand({ EndpointName: "chat-assistant" }))
    .then((found) => found.EndpointStatus, named);
}

const aws = (name: string, statusCode = 400) => new AwsError(name, "why", { statusCode });

describe("a failure of AWS", () => {
  test.each([
    ["ThrottlingException", 400, "AwsThrottled"],
    ["TooManyRequestsException", 429, "AwsThrottled"],
    ["InternalFailure", 500, "AwsUnavailable"],
    ["ServiceUnavailable", 503, "AwsUnavailable"],
    ["ResourceLimitExceeded", 400, "AwsRefused"],
    ["AccessDeniedException", 403, "AwsRefused"],
    ["ValidationException", 400, "AwsRefused"],
    ["ResourceNotFound", 400, "NotFound"],
  ])("called %s with status %i is ours called %3$s", async (name, status, ours) => {
    expect(await failing(aws(name, status))).toMatchObject({ name: ours, message: `${name}: why` });
  });

  test("without any answer is unavailable", async () => {
    expect(await failing(new ConnectionLost("no answer"))).toMatchObject({ name: "AwsUnavailable" });
  });

  test("that passes within the client's own retries is none", async () => {
    expect(await failing(aws("ThrottlingException"), 2)).toBe("InService");
    expect(await failing(new ConnectionLost("no answer"), 2)).toBe("InService");
  });

  test.each(["ResourceNotFoundException", "ResourceNotFound", "ObjectNotFoundException"])(
    "called %s says that a thing is not there",
    (name) => {
      expect(saysNotFound(Object.assign(new Error("why"), { name }))).toBe(true);
    },
  );

  test("keeps what caused it", async () => {
    const error = await failing(aws("AccessDeniedException", 403));

    expect((error as Error).cause).toMatchObject({ name: "AccessDeniedException" });
  });

  test("of a thing that is not there is told by SageMaker in a ValidationException's text", async () => {
    const { aws: clients } = openAccount();

    const error = await clients.sagemaker
      .send(new DescribeEndpointCommand({ EndpointName: "other" }))
      .catch((thrown: unknown) => thrown);

    expect(saysNotFound(error)).toBe(true);
    expect(named(error)).toMatchObject({
      name: "NotFound",
      message: expect.stringContaining("Could not find endpoint"),
    });
  });
});

test("an endpoint in motion says so to whoever would change it, and the step is tried again", async () => {
  const { aws: clients } = openAccount();
  await setInstances(clients, "chat-assistant", { name: "v6", instances: 9 });

  const error = await clients.sagemaker
    .send(
      new UpdateEndpointCommand({
        EndpointName: "chat-assistant",
        EndpointConfigName: "chat-assistant-config-v6",
      }),
    )
    .catch((thrown: unknown) => thrown);

  expect(saysInProgress(error)).toBe(true);
  expect(saysNotFound(error)).toBe(false);
  expect(named(error)).toMatchObject({ name: "AwsUnavailable" });
});

test("errors that are ours already, and mistakes in the code, pass unchanged", () => {
  for (const error of [lockLost("gone"), new TypeError("x is not a function"), "text"])
    expect(named(error)).toBe(error);
});

describe("the room that a refusal for lack of quota tells of", () => {
  const refused = (limit: number, used: number) =>
    new Error(
      `The account-level service limit 'ml.g5.xlarge for endpoint usage' is ${limit} Instances, with current utilization of ${used} Instances and a request delta of 7 Instances. Please use AWS Service Quotas to request an increase for this quota.`,
    );

  test("is what the limit leaves, and none where nothing is said of it", () => {
    expect(roomIn(refused(16, 10))).toBe(6);
    expect(roomIn(refused(16, 16))).toBe(0);
    expect(roomIn(refused(16, 20))).toBe(0);
    expect(roomIn(new Error("You have reached a limit"))).toBe(0);
    expect(roomIn("16 Instances")).toBe(0);
  });
});

describe("whoever goes on without what AWS refuses", () => {
  const denied = Object.assign(new Error("not allowed"), {
    name: "AccessDeniedException",
    $metadata: { httpStatusCode: 400 },
  });
  const slow = Object.assign(new Error("slow down"), { name: "ThrottlingException", $metadata: {} });
  const fault = new TypeError("it is no function");

  test("has its refusal by our name", () => {
    expect(refusalOf(denied)).toMatchObject({ name: "AwsRefused" });
    expect(failureOf(slow)).toMatchObject({ name: "AwsThrottled" });
  });

  test("does not go on over what may pass, nor over a fault", () => {
    expect(() => refusalOf(slow)).toThrow(slow);
    expect(() => refusalOf(fault)).toThrow(fault);
    expect(() => failureOf(fault)).toThrow(fault);
  });
});
