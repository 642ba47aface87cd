/** Faults that last: which calls each of them meets, and that it ends. */
import { describe, expect, it } from "vitest";
import { createLasting, type Invocation, type LastingFault, lastingAt, lastingFaults } from "#twin/engine";
import type { Call } from "#twin/services";
import type { AwsError, Json } from "#twin/vocabulary";

const hour = 3_600_000;
function call(name: string, input: Readonly<Record<string, unknown>> = {}, at = 0): Call {
  const [service = "", operation = ""] = name.split(".");
  return { service, operation, input, at };
}
const by = (state: string) => ({ state }) as Invocation;

const move = (endpoint: string, at = 0) => call("sagemaker.UpdateEndpoint", { EndpointName: endpoint }, at);
const register = call("application-autoscaling.RegisterScalableTarget", { ResourceId: "endpoint/a" });
const start = call("stepfunctions.StartExecution", { name: "compensate-1" });

/** What a fault that begins at a call does to later ones: the error's name, or `through`. */
function met(kind: LastingFault, first: Call) {
  const lasting = createLasting(["pk", "sk"]);
  lasting.begin(kind, first, by("ShiftTraffic"));
  return async (later: Call, state = "ShiftTraffic", answer: Json = "through") => {
    try {
      return await lasting.through(later, by(state), async () => answer);
    } catch (error) {
      return (error as AwsError).name;
    }
  };
}

describe("a fault that lasts", () => {
  it("denies an operation to everybody from its call on, and ends after four hours", async () => {
    const through = met("denied", move("a"));

    expect(await through(move("a"))).toBe("AccessDeniedException");
    expect(await through(move("b", 4 * hour - 1), "RollBack")).toBe("AccessDeniedException");
    expect(await through(call("sagemaker.DescribeEndpoint", { EndpointName: "a" }))).toBe("through");
    expect(await through(move("a", 4 * hour))).toBe("through");
  });

  it("denies an operation to one function alone, or on one resource alone", async () => {
    const toIt = met("denied-to-it", move("a"));
    const there = met("invalid-there", move("a"));

    expect(await toIt(move("b"))).toBe("AccessDeniedException");
    expect(await toIt(move("a"), "RollBack")).toBe("through");
    expect(await there(move("a"), "RollBack")).toBe("ValidationException");
    expect(await there(move("b"))).toBe("through");
  });

  it("tells items of one table apart by their keys", async () => {
    const get = (sk: string) => call("dynamodb.GetItem", { Key: { pk: { S: "lock" }, sk: { S: sk } } });
    const through = met("denied-there", get("endpoint/a"));

    expect(await through(get("endpoint/a"))).toBe("AccessDeniedException");
    expect(await through(get("endpoint/b"))).toBe("through");
  });

  it("throttles an operation, or fails a service, for an hour", async () => {
    const throttled = met("throttled-hour", move("a"));
    const down = met("down-hour", move("a"));
    const look = (at: number) => call("sagemaker.DescribeEndpoint", { EndpointName: "b" }, at);

    expect(await throttled(move("b", hour - 1))).toBe("ThrottlingException");
    expect(await throttled(look(0))).toBe("through");
    expect(await down(look(hour - 1))).toBe("InternalFailure");
    expect(await down(look(hour))).toBe("through");
    expect(await down(register)).toBe("through");
  });

  it("hides what was just made, for seconds", async () => {
    const target = met("not-found-yet", register);
    const execution = met("not-found-yet", start);
    const put = (ResourceId: string, at: number) =>
      call("application-autoscaling.PutScalingPolicy", { ResourceId }, at);
    const look = (name: string) =>
      call("stepfunctions.DescribeExecution", { executionArn: `arn:aws:states:execution:m:${name}` });

    expect(await target(register)).toBe("through");
    expect(await target(put("endpoint/a", 4_999))).toBe("ObjectNotFoundException");
    expect(await target(put("endpoint/a", 5_000))).toBe("through");
    expect(await target(put("endpoint/b", 0))).toBe("through");
    expect(await execution(look("compensate-1"))).toBe("ExecutionDoesNotExist");
    expect(await execution(look("other"))).toBe("through");
  });

  it("lists an endpoint of somebody else's that is gone when it is looked at", async () => {
    const list = call("sagemaker.ListEndpoints");
    const through = met("gone-elsewhere", list);

    const answer = (await through(list, "PlanCapacity", { Endpoints: [] })) as unknown as {
      Endpoints: { EndpointName: string }[];
    };

    const [stranger] = answer.Endpoints;
    expect(await through(call("sagemaker.DescribeEndpoint", { ...stranger }))).toBe("ValidationException");
    expect(await through(call("sagemaker.DescribeEndpoint", { EndpointName: "a" }))).toBe("through");
  });

  it("begins only where it means something", () => {
    expect(lastingAt("sagemaker.UpdateEndpoint")).toEqual(
      lastingFaults.filter((kind) => !["not-found-yet", "gone-elsewhere"].includes(kind)),
    );
    expect(lastingAt("sagemaker.ListEndpoints")).toContain("gone-elsewhere");
    expect(lastingAt("cloudwatch.GetMetricData").filter((kind) => kind.endsWith("-there"))).toEqual([]);
    expect(lastingAt("stepfunctions.StartExecution")).toContain("not-found-yet");
  });

  it("says when the last has ended", () => {
    const lasting = createLasting(["pk", "sk"]);
    expect(lasting.untilMs).toBe(0);

    lasting.begin("throttled-hour", move("a", 10), by("ShiftTraffic"));
    lasting.begin("denied", move("a", 5), by("ShiftTraffic"));

    expect(lasting.untilMs).toBe(4 * hour + 5);
  });
});

it.each([
  ["ecs.UpdateService", { cluster: "models", service: "a" }, { cluster: "models", service: "b" }],
  ["ecs.DescribeServices", { services: ["a"] }, { services: ["b"] }],
  ["lambda.PutProvisionedConcurrencyConfig", { FunctionName: "a" }, { FunctionName: "b" }],
  ["dynamodb.UpdateTable", { TableName: "a" }, { TableName: "b" }],
])("is denied for one resource of %s alone", async (name, one, another) => {
  const through = met("denied-there", call(name, one));

  expect(await through(call(name, one))).toBe("AccessDeniedException");
  expect(await through(call(name, another))).toBe("through");
  expect(lastingAt(name)).toContain("denied-there");
});
