import { describe, expect, it } from "vitest";
import { lambda } from "#twin/services";
import { type Options, scalableTwin } from "./scalable-twin.ts";

const id = "function:tokenise:live";
const target = {
  ServiceNamespace: "lambda",
  ResourceId: id,
  ScalableDimension: "lambda:function:ProvisionedConcurrency",
} as const;
const seed = {
  namespace: "lambda",
  resourceId: id,
  dimension: target.ScalableDimension,
  capacity: 10,
  min: 0,
  max: 50,
};
const path = "/2019-09-30/functions/tokenise/provisioned-concurrency?Qualifier=live";

function lambdaTwin(options?: Options, others: readonly (typeof seed)[] = []) {
  const twin = scalableTwin([seed, ...others], (world) => [lambda(world)], options);
  const read = async () => (await twin.rest("GET", path)).body;
  const put = (ProvisionedConcurrentExecutions: number) =>
    twin.rest("PUT", path, { ProvisionedConcurrentExecutions });
  return { ...twin, read, put };
}

describe("a provisioned concurrency config", () => {
  it("is shown as Lambda shows it", async () => {
    const twin = lambdaTwin();
    const arnInPath = encodeURIComponent("arn:aws:lambda:eu-west-1:123456789012:function:tokenise");

    const { status, body } = await twin.rest("GET", path.replace("tokenise", arnInPath));

    expect(status).toBe(200);
    expect(body).toEqual({
      RequestedProvisionedConcurrentExecutions: 10,
      AvailableProvisionedConcurrentExecutions: 10,
      AllocatedProvisionedConcurrentExecutions: 10,
      Status: "READY",
      LastModified: "2026-10-15T09:00:00+0000",
    });
  });

  it("is allocated after a minute or two of preparation", async () => {
    const twin = lambdaTwin();

    const accepted = await twin.put(40);
    twin.wait(50);
    const preparing = await twin.read();
    twin.wait(80);

    expect(accepted.status).toBe(202);
    expect(accepted.body).toMatchObject({
      RequestedProvisionedConcurrentExecutions: 40,
      AllocatedProvisionedConcurrentExecutions: 10,
      Status: "IN_PROGRESS",
    });
    expect(preparing).toMatchObject({ AllocatedProvisionedConcurrentExecutions: 10, Status: "IN_PROGRESS" });
    expect(await twin.read()).toMatchObject({
      AllocatedProvisionedConcurrentExecutions: 40,
      Status: "READY",
    });
  });

  it("is not changed again while it is allocated", async () => {
    const twin = lambdaTwin();
    await twin.put(40);
    expect(await twin.put(20)).toMatchObject({ status: 409, error: "ResourceConflictException" });
    expect(await twin.rest("DELETE", path)).toMatchObject({ status: 409 });
  });

  it("fails where there is no room for it", async () => {
    const twin = lambdaTwin({ spec: { alongside: { roomPercent: 200 } } });

    await twin.put(40);
    twin.wait(300);

    expect(await twin.read()).toMatchObject({
      RequestedProvisionedConcurrentExecutions: 40,
      AllocatedProvisionedConcurrentExecutions: 20,
      Status: "FAILED",
      StatusReason: "FUNCTION_ERROR_INIT_FAILURE",
    });
    expect(await twin.put(20)).toMatchObject({ status: 202 });
  });

  it("is gone once it is deleted, and may be deleted twice", async () => {
    const twin = lambdaTwin();

    const deleted = [await twin.rest("DELETE", path), await twin.rest("DELETE", path)];

    expect(deleted).toMatchObject([
      { status: 204, body: {} },
      { status: 204, body: {} },
    ]);
    expect(await twin.rest("GET", path)).toMatchObject({
      status: 404,
      error: "ProvisionedConcurrencyConfigNotFoundException",
    });
  });

  it("leaves a hundred executions of the account unreserved", async () => {
    const twin = lambdaTwin({}, [{ ...seed, resourceId: "function:embed:live", capacity: 850 }]);

    const over = await twin.put(51);

    expect(over).toMatchObject({
      status: 400,
      error: "InvalidParameterValueException",
      body: {
        Message:
          "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
      },
    });
    expect(await twin.put(50)).toMatchObject({ status: 202 });
  });

  it.each([
    ["GET", path.replace("live", "%24LATEST"), "InvalidParameterValueException", 400],
    ["GET", path.replace("live", "beta"), "ResourceNotFoundException", 404],
    ["GET", path.replace("?Qualifier=live", ""), "ValidationException", 400],
    ["GET", "/2015-03-31/functions/tokenise", "UnknownOperationException", 400],
    ["GET", "/2015-03-31/functions/tokenise/aliases/beta", "ResourceNotFoundException", 404],
  ])("refuses %s %s", async (method, asked, error, status) => {
    expect(await lambdaTwin().rest(method, asked)).toMatchObject({ status, error });
  });

  it("is of at least one", async () => {
    expect(await lambdaTwin().put(0)).toMatchObject({ status: 400, error: "ValidationException" });
  });
});

it("GetAlias tells the version that an alias invokes", async () => {
  const { body } = await lambdaTwin().rest("GET", "/2015-03-31/functions/tokenise/aliases/live");
  expect(body).toMatchObject({
    AliasArn: "arn:aws:lambda:eu-west-1:123456789012:function:tokenise:live",
    Name: "live",
    FunctionVersion: "1",
  });
});

describe("a scalable target on a function's alias", () => {
  it("raises the concurrency to its minimum, and takes the config away at 0", async () => {
    const twin = lambdaTwin();

    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 30 });
    twin.wait(300);
    const raised = await twin.read();
    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 0, MaxCapacity: 0 });
    twin.wait(60);

    expect(raised).toMatchObject({ AllocatedProvisionedConcurrentExecutions: 30, Status: "READY" });
    expect(await twin.rest("GET", path)).toMatchObject({ status: 404 });
    expect(await twin.scaling.describeScalingActivities({ ServiceNamespace: "lambda" })).toMatchObject({
      ScalingActivities: [
        { Description: "Setting provisioned concurrency to 0.", StatusCode: "Successful" },
        { Description: "Setting provisioned concurrency to 30.", StatusCode: "Successful" },
      ],
    });
  });

  it("waits with a pull while the config is being allocated", async () => {
    const twin = lambdaTwin();
    await twin.put(40);

    await twin.scaling.registerScalableTarget({ ...target, MaxCapacity: 20 });
    twin.wait(20);
    const waiting = await twin.read();
    twin.wait(300);

    expect(waiting).toMatchObject({ RequestedProvisionedConcurrentExecutions: 40, Status: "IN_PROGRESS" });
    expect(await twin.read()).toMatchObject({
      RequestedProvisionedConcurrentExecutions: 20,
      Status: "READY",
    });
  });

  it.each(["function:tokenise:$LATEST", "function:tokenise"])("refuses %s", async (ResourceId) => {
    const bounds = { MinCapacity: 1, MaxCapacity: 2 };
    const registering = lambdaTwin().scaling.registerScalableTarget({ ...target, ...bounds, ResourceId });
    await expect(registering).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("Unsupported service namespace, resource type or scalable dimension"),
    });
  });
});
