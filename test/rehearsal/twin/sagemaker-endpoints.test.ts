import { describe, expect, it } from "vitest";
import { fleetOf, sagemakerTwin, stableTarget, variant } from "./sagemaker-twin.ts";

const inProgress = {
  name: "ValidationException",
  message: 'Cannot update in-progress endpoint "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/chat".',
};

describe("The endpoint that a release finds", () => {
  it("is in service with version 6 of the model on the plan's instances", async () => {
    const twin = sagemakerTwin();

    const endpoint = await twin.describe();
    const config = await twin.sagemaker.describeEndpointConfig({
      EndpointConfigName: endpoint.EndpointConfigName ?? "",
    });

    expect(endpoint).toMatchObject({ EndpointStatus: "InService", EndpointConfigName: "chat-config-v6" });
    expect(fleetOf(endpoint)).toEqual({ v6: { instances: 8, desired: 8, weight: 1 } });
    expect(config.ProductionVariants).toEqual([
      { ...variant("v6"), InitialInstanceCount: 8, InitialVariantWeight: 1 },
    ]);
  });

  it("is listed, and found by a part of its name only", async () => {
    const twin = sagemakerTwin();

    const all = await twin.sagemaker.listEndpoints({});
    const none = await twin.sagemaker.listEndpoints({ NameContains: "other" });

    expect(all.Endpoints?.map((each) => each.EndpointName)).toEqual(["chat"]);
    expect(none.Endpoints).toEqual([]);
  });
});

describe("UpdateEndpoint", () => {
  it("builds a whole new fleet beside the old one, which serves until the new one is in service", async () => {
    const twin = sagemakerTwin();
    await twin.prepareCandidate();

    await twin.sagemaker.updateEndpoint({
      EndpointName: "chat",
      EndpointConfigName: "both",
      RetainAllVariantProperties: true,
    });
    twin.wait(4);
    const during = await twin.describe();
    const { minutes, endpoint } = await twin.settled();

    expect(during).toMatchObject({ EndpointStatus: "Updating", EndpointConfigName: "chat-config-v6" });
    expect(fleetOf(during)).toEqual({ v6: { instances: 8, desired: 8, weight: 1 } });
    expect(during.PendingDeploymentSummary?.EndpointConfigName).toBe("both");
    expect(4 + minutes).toBeGreaterThan(6);
    expect(4 + minutes).toBeLessThan(25);
    expect(endpoint.EndpointConfigName).toBe("both");
    expect(fleetOf(endpoint)).toEqual({
      v6: { instances: 8, desired: 8, weight: 1 },
      v7: { instances: 4, desired: 4, weight: 0 },
    });
  });

  it("takes longer for each other instance that starts with one, where they hold up each other", async () => {
    const minutesWith = async (secondsPerOther: number) => {
      const twin = sagemakerTwin({ provisioning: { secondsP50: 300, secondsP95: 300, secondsPerOther } });
      await twin.prepareCandidate();
      await twin.sagemaker.updateEndpoint({
        EndpointName: "chat",
        EndpointConfigName: "both",
        RetainAllVariantProperties: true,
      });
      return (await twin.settled()).minutes;
    };

    // Twelve of both variants.
    expect((await minutesWith(60)) - (await minutesWith(0))).toBeCloseTo(11, 0);
  });

  it("serves without loss while the fleets are exchanged", async () => {
    const twin = sagemakerTwin({ service: { errorPercent: 0 } });

    await twin.joinCandidate();

    const errors = twin.world.timeline().map((minute) => minute.variants["v6"]?.errors);
    expect(new Set(errors)).toEqual(new Set([0]));
    expect(twin.world.state.unroutedRequests).toBe(0);
  });

  it("resets counts and weights to the configuration's unless told to retain them", async () => {
    const twin = sagemakerTwin();
    await twin.resize("v6", 10);
    await twin.settled();
    await twin.prepareCandidate();

    await twin.sagemaker.updateEndpoint({ EndpointName: "chat", EndpointConfigName: "both" });
    const { endpoint } = await twin.settled();

    expect(fleetOf(endpoint)["v6"]).toMatchObject({ instances: 8, desired: 8 });
  });

  it("retains the live counts of variants that stay, and leaves out what is excluded", async () => {
    const twin = sagemakerTwin();
    await twin.resize("v6", 10);
    await twin.settled();
    await twin.joinCandidate();
    await twin.shift(3, 1);
    await twin.settled();
    await twin.sagemaker.createEndpointConfig({
      EndpointConfigName: "again",
      ProductionVariants: [
        { ...variant("v6"), InitialInstanceCount: 8, InitialVariantWeight: 0.5 },
        { ...variant("v7"), InitialInstanceCount: 4, InitialVariantWeight: 0.5 },
      ],
    });

    await twin.sagemaker.updateEndpoint({
      EndpointName: "chat",
      EndpointConfigName: "again",
      RetainAllVariantProperties: true,
      ExcludeRetainedVariantProperties: [{ VariantPropertyType: "DesiredWeight" }],
    });
    const { endpoint } = await twin.settled();

    expect(fleetOf(endpoint)).toEqual({
      v6: { instances: 10, desired: 10, weight: 0.5 },
      v7: { instances: 4, desired: 4, weight: 0.5 },
    });
  });

  it("is refused when old and new fleets together exceed the account's quota, and changes nothing", async () => {
    const twin = sagemakerTwin({ quotaInstances: 19 });
    await twin.prepareCandidate();

    const call = twin.sagemaker.updateEndpoint({ EndpointName: "chat", EndpointConfigName: "both" });

    await expect(call).rejects.toMatchObject({
      name: "ResourceLimitExceeded",
      message: expect.stringContaining(
        "is 19 Instances, with current utilization of 8 Instances and a request delta of 12 Instances",
      ),
    });
    expect(await twin.describe()).toMatchObject({
      EndpointStatus: "InService",
      EndpointConfigName: "chat-config-v6",
    });
  });

  it("rolls back by itself without capacity: in service again, with the old configuration and a reason", async () => {
    const twin = sagemakerTwin({ provisioning: { poolInstances: 5, giveUpSeconds: 900 } });
    await twin.prepareCandidate();

    await twin.sagemaker.updateEndpoint({ EndpointName: "chat", EndpointConfigName: "both" });
    twin.wait(15.5);
    const rolling = await twin.describe();
    const { endpoint } = await twin.settled();

    expect(rolling.EndpointStatus).toBe("RollingBack");
    expect(endpoint).toMatchObject({
      EndpointStatus: "InService",
      EndpointConfigName: "chat-config-v6",
      FailureReason: expect.stringContaining("InsufficientInstanceCapacity"),
    });
    expect(fleetOf(endpoint)).toEqual({ v6: { instances: 8, desired: 8, weight: 1 } });
    expect(twin.world.state.poolInstances).toBe(5);
  });

  it("is refused while it would drop a variant that is scaled automatically, until that is deregistered", async () => {
    const twin = sagemakerTwin();
    await twin.joinCandidate();
    await twin.sagemaker.createEndpointConfig({
      EndpointConfigName: "only-v7",
      ProductionVariants: [{ ...variant("v7"), InitialInstanceCount: 8 }],
    });
    const promote = () =>
      twin.sagemaker.updateEndpoint({ EndpointName: "chat", EndpointConfigName: "only-v7" });

    await expect(promote()).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining('Cannot remove variant "v6"'),
    });
    await twin.scaling.deregisterScalableTarget(stableTarget);
    await promote();
    const { endpoint } = await twin.settled();

    expect(Object.keys(fleetOf(endpoint))).toEqual(["v7"]);
  });

  it("refuses a deployment policy by its name instead of ignoring it", async () => {
    const twin = sagemakerTwin();
    await twin.prepareCandidate();

    const call = twin.sagemaker.updateEndpoint({
      EndpointName: "chat",
      EndpointConfigName: "both",
      DeploymentConfig: {
        RollingUpdatePolicy: {
          MaximumBatchSize: { Type: "INSTANCE_COUNT", Value: 1 },
          WaitIntervalInSeconds: 0,
        },
      },
    });

    await expect(call).rejects.toMatchObject({
      name: "ValidationException",
      message: "the twin does not model UpdateEndpoint's DeploymentConfig",
    });
  });
});

describe("The lock of an endpoint that is being updated", () => {
  it("bars every other write, weights too, and lets reading and invoking through", async () => {
    const twin = sagemakerTwin();
    await twin.joinCandidate();
    await twin.resize("v7", 6);

    await expect(twin.shift(1, 0)).rejects.toMatchObject(inProgress);
    await expect(twin.resize("v6", 9)).rejects.toMatchObject(inProgress);
    await expect(
      twin.sagemaker.updateEndpoint({ EndpointName: "chat", EndpointConfigName: "chat-config-v6" }),
    ).rejects.toMatchObject(inProgress);
    await expect(twin.sagemaker.deleteEndpoint({ EndpointName: "chat" })).rejects.toMatchObject(inProgress);
    expect((await twin.describe()).EndpointStatus).toBe("Updating");
    expect(
      (await twin.runtime.invokeEndpoint({ EndpointName: "chat", Body: "{}" })).InvokedProductionVariant,
    ).toBe("v6");
  });

  it("is held for seconds by new weights, which count only when it ends", async () => {
    const twin = sagemakerTwin();
    await twin.joinCandidate();

    await twin.shift(3, 1);
    twin.wait(1 / 6);
    const during = await twin.describe();
    const { minutes, endpoint } = await twin.settled();

    expect(during).toMatchObject({ EndpointStatus: "Updating" });
    expect(during.ProductionVariants?.map((each) => [each.CurrentWeight, each.DesiredWeight])).toEqual([
      [1, 3],
      [0, 1],
    ]);
    expect(minutes).toBeLessThan(1);
    expect(fleetOf(endpoint)["v7"]?.weight).toBe(1);
  });

  it("is held for minutes by more instances, which serve as each becomes ready", async () => {
    const twin = sagemakerTwin();

    await twin.resize("v6", 12);
    const counts: number[] = [];
    while ((await twin.describe()).EndpointStatus === "Updating") {
      counts.push(fleetOf(await twin.describe())["v6"]?.instances ?? 0);
      twin.wait(1 / 6);
    }

    const endpoint = await twin.describe();
    expect(counts.length / 6).toBeGreaterThan(4);
    expect(counts[0]).toBe(8);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(new Set(counts)).toEqual(new Set([8, 9, 10, 11, 12]));
    expect(fleetOf(endpoint)["v6"]).toMatchObject({ instances: 12, desired: 12 });
  });

  it("is held for minutes by fewer instances, which stop serving at once", async () => {
    const twin = sagemakerTwin();

    await twin.resize("v6", 7);
    twin.wait(1.5);
    const during = twin.world.timeline().at(-1)?.variants["v6"];
    const { minutes, endpoint } = await twin.settled();

    expect(during).toMatchObject({ instances: 8, ready: 7 });
    expect(1.5 + minutes).toBeGreaterThanOrEqual(2);
    expect(fleetOf(endpoint)["v6"]).toMatchObject({ instances: 7, desired: 7 });
  });

  it("ends with the old count when a raise finds no capacity", async () => {
    const twin = sagemakerTwin({ provisioning: { poolInstances: 1 } });

    await twin.resize("v6", 11);
    const { endpoint } = await twin.settled();

    expect(fleetOf(endpoint)["v6"]).toMatchObject({ instances: 8, desired: 8 });
    expect(endpoint.FailureReason).toContain("InsufficientInstanceCapacity");
    expect(twin.world.events.map((entry) => entry.to)).toContain("RollingBack");
  });
});

describe("UpdateEndpointWeightsAndCapacities", () => {
  it("takes one count or any number of weights, never both", async () => {
    const twin = sagemakerTwin();
    await twin.joinCandidate();
    const send = (
      changes: { VariantName: string; DesiredWeight?: number; DesiredInstanceCount?: number }[],
    ) =>
      twin.sagemaker.updateEndpointWeightsAndCapacities({
        EndpointName: "chat",
        DesiredWeightsAndCapacities: changes,
      });
    const one = {
      name: "ValidationException",
      message: expect.stringContaining("or the instance count of one variant"),
    };

    await expect(
      send([
        { VariantName: "v6", DesiredInstanceCount: 9 },
        { VariantName: "v7", DesiredInstanceCount: 5 },
      ]),
    ).rejects.toMatchObject(one);
    await expect(
      send([{ VariantName: "v6", DesiredInstanceCount: 9, DesiredWeight: 1 }]),
    ).rejects.toMatchObject(one);
    await expect(
      send([
        { VariantName: "v6", DesiredInstanceCount: 9 },
        { VariantName: "v7", DesiredWeight: 1 },
      ]),
    ).rejects.toMatchObject(one);
  });

  it("splits traffic by weight over the sum of weights, in whole requests", async () => {
    const twin = sagemakerTwin();
    await twin.joinCandidate();
    await twin.shift(0.75, 0.25);
    await twin.settled();
    const from = twin.world.timeline().length;

    twin.wait(12);

    const minutes = twin.world.timeline().slice(from + 1);
    const sum = (name: string) =>
      minutes.reduce((total, minute) => total + (minute.variants[name]?.requests ?? 0), 0);
    expect(Number.isInteger(sum("v7"))).toBe(true);
    expect(sum("v7") / (sum("v6") + sum("v7"))).toBeCloseTo(0.25, 1.8);
    expect(minutes.at(-1)?.trafficPercent).toBe(25);
  });

  it("names the variants that the endpoint does not have", async () => {
    const twin = sagemakerTwin();

    await expect(twin.resize("v9", 3)).rejects.toMatchObject({
      name: "ValidationException",
      message: 'The variant name(s) "v9" is/are not present within endpoint configuration "chat-config-v6".',
    });
  });

  it("checks its members as the API does", async () => {
    const twin = sagemakerTwin();

    await expect(twin.resize("v6", -1)).rejects.toMatchObject({
      name: "ValidationException",
      message:
        "1 validation error detected: Value '-1' at 'desiredWeightsAndCapacities.1.member.desiredInstanceCount' failed to satisfy constraint: Member must have value greater than or equal to 0",
    });
  });
});

describe("Creating and deleting an endpoint", () => {
  it("provisions the fleet first and counts it against the quota", async () => {
    const twin = sagemakerTwin({ quotaInstances: 16 });

    await twin.sagemaker.createEndpoint({ EndpointName: "second", EndpointConfigName: "chat-config-v6" });
    const early = await twin.sagemaker.describeEndpoint({ EndpointName: "second" });
    twin.wait(30);
    const late = await twin.sagemaker.describeEndpoint({ EndpointName: "second" });

    expect(early).toMatchObject({
      EndpointStatus: "Creating",
      ProductionVariants: [{ CurrentInstanceCount: 0, DesiredInstanceCount: 8 }],
    });
    expect(late).toMatchObject({
      EndpointStatus: "InService",
      ProductionVariants: [{ CurrentInstanceCount: 8 }],
    });
    await expect(
      twin.sagemaker.createEndpoint({ EndpointName: "third", EndpointConfigName: "chat-config-v6" }),
    ).rejects.toMatchObject({ name: "ResourceLimitExceeded" });
  });

  it("ends as Failed without capacity, and can then only be deleted", async () => {
    const twin = sagemakerTwin({ provisioning: { poolInstances: 0 } });
    await twin.sagemaker.createEndpoint({ EndpointName: "second", EndpointConfigName: "chat-config-v6" });

    twin.wait(16);
    const failed = await twin.sagemaker.describeEndpoint({ EndpointName: "second" });
    await expect(
      twin.sagemaker.updateEndpoint({ EndpointName: "second", EndpointConfigName: "chat-config-v6" }),
    ).rejects.toMatchObject({ message: expect.stringContaining("Cannot update failed endpoint") });
    await twin.sagemaker.deleteEndpoint({ EndpointName: "second" });
    twin.wait(3);

    expect(failed).toMatchObject({
      EndpointStatus: "Failed",
      FailureReason: expect.stringContaining("Insufficient"),
    });
    expect((await twin.sagemaker.listEndpoints({})).Endpoints).toHaveLength(1);
  });

  it("takes minutes to delete, deregisters what scaled it, and leaves traffic nowhere to go", async () => {
    const twin = sagemakerTwin();

    await twin.sagemaker.deleteEndpoint({ EndpointName: "chat" });
    expect((await twin.describe()).EndpointStatus).toBe("Deleting");
    twin.wait(5);

    await expect(twin.describe()).rejects.toMatchObject({
      name: "ValidationException",
      message: 'Could not find endpoint "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/chat".',
    });
    expect(
      (await twin.scaling.describeScalableTargets({ ServiceNamespace: "sagemaker" })).ScalableTargets,
    ).toEqual([]);
    expect(twin.world.state.unroutedRequests).toBeGreaterThan(1000);
  });

  it("refuses a name that is taken, and configurations that are not there", async () => {
    const twin = sagemakerTwin();

    await expect(
      twin.sagemaker.createEndpoint({ EndpointName: "chat", EndpointConfigName: "chat-config-v6" }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('Cannot create already existing endpoint "arn:'),
    });
    await expect(
      twin.sagemaker.createEndpoint({ EndpointName: "other", EndpointConfigName: "none" }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('Could not find endpoint configuration "arn:'),
    });
  });
});
