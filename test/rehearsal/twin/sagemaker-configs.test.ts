import type { CreateEndpointConfigCommandInput } from "@aws-sdk/client-sagemaker";
import { describe, expect, it } from "vitest";
import { actorText } from "#twin/world";
import { packageArn, sagemakerTwin, variant } from "./sagemaker-twin.ts";

const one = { ...variant("v6"), InitialInstanceCount: 1 };

function creating(twin: ReturnType<typeof sagemakerTwin>, input: Partial<CreateEndpointConfigCommandInput>) {
  return twin.sagemaker.createEndpointConfig({
    EndpointConfigName: "new",
    ProductionVariants: [one],
    ...input,
  });
}

describe("Endpoint configurations", () => {
  it("are described as they were created, weights defaulting to 1", async () => {
    const twin = sagemakerTwin();

    await creating(twin, {
      ProductionVariants: [
        {
          ...one,
          InstanceType: "ml.m5.xlarge",
          ContainerStartupHealthCheckTimeoutInSeconds: 600,
          RoutingConfig: { RoutingStrategy: "RANDOM" },
        },
      ],
      KmsKeyId: "alias/key",
      MetricsConfig: { EnableEnhancedMetrics: true, MetricPublishFrequencyInSeconds: 10 },
    });
    const config = await twin.sagemaker.describeEndpointConfig({ EndpointConfigName: "new" });

    expect(config).toMatchObject({
      ProductionVariants: [
        {
          ...one,
          InstanceType: "ml.m5.xlarge",
          InitialVariantWeight: 1,
          ContainerStartupHealthCheckTimeoutInSeconds: 600,
          RoutingConfig: { RoutingStrategy: "RANDOM" },
        },
      ],
      KmsKeyId: "alias/key",
      MetricsConfig: { EnableEnhancedMetrics: true, MetricPublishFrequencyInSeconds: 10 },
      CreationTime: twin.now(),
    });
  });

  it("refuse a volume key for instances with local storage", async () => {
    await expect(creating(sagemakerTwin(), { KmsKeyId: "alias/key" })).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("not supported for instance type ml.g5.xlarge"),
    });
  });

  it("refuse names that are taken, models that are not there and variants of one name", async () => {
    const twin = sagemakerTwin();

    await expect(creating(twin, { EndpointConfigName: "chat-config-v6" })).rejects.toMatchObject({
      name: "ValidationException",
      message:
        'Cannot create already existing endpoint configuration "arn:aws:sagemaker:eu-west-1:123456789012:endpoint-config/chat-config-v6".',
    });
    await expect(
      creating(twin, { ProductionVariants: [{ ...one, ModelName: "none" }] }),
    ).rejects.toMatchObject({
      message: 'Could not find model "arn:aws:sagemaker:eu-west-1:123456789012:model/none".',
    });
    await expect(creating(twin, { ProductionVariants: [one, one] })).rejects.toMatchObject({
      message: expect.stringContaining("unique"),
    });
  });

  it.each([
    ["ServerlessConfig", { ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 1 } }],
    ["InstancePools", { InstancePools: [{ InstanceType: "ml.g5.xlarge" as const, Priority: 1 }] }],
    ["ManagedInstanceScaling", { ManagedInstanceScaling: { Status: "ENABLED" as const } }],
  ])("refuse %s by its name, for the twin does not model it", async (name, extra) => {
    const twin = sagemakerTwin();

    await expect(creating(twin, { ProductionVariants: [{ ...one, ...extra }] })).rejects.toMatchObject({
      message: `the twin does not model CreateEndpointConfig's ProductionVariants.${name}`,
    });
  });

  it("check names, counts and required members in the API's words", async () => {
    const twin = sagemakerTwin();

    await expect(creating(twin, { EndpointConfigName: "bad_name" })).rejects.toMatchObject({
      message: expect.stringContaining(
        "Value 'bad_name' at 'endpointConfigName' failed to satisfy constraint: Member must satisfy regular expression pattern",
      ),
    });
    await expect(
      creating(twin, { ProductionVariants: [{ ...one, InitialInstanceCount: 0 }] }),
    ).rejects.toMatchObject({
      message: expect.stringContaining("'productionVariants.1.member.initialInstanceCount'"),
    });
    await expect(
      creating(twin, {
        ProductionVariants: [{ VariantName: "a", ModelName: "chat-v6", InstanceType: "ml.g5.xlarge" }],
      }),
    ).rejects.toMatchObject({ message: expect.stringContaining("Member must not be null") });
  });

  it("are deleted even in use, as AWS does, and the history says so", async () => {
    const twin = sagemakerTwin();
    await creating(twin, {});

    await twin.sagemaker.deleteEndpointConfig({ EndpointConfigName: "new" });
    await twin.sagemaker.deleteEndpointConfig({ EndpointConfigName: "chat-config-v6" });

    const actors = twin.world.events.filter(({ to }) => to === undefined).map(({ by }) => actorText(by));
    expect(actors).toEqual(["DeleteEndpointConfig", "DeleteEndpointConfig (in use)"]);
    expect((await twin.describe()).EndpointStatus).toBe("InService");
    await expect(twin.sagemaker.deleteEndpointConfig({ EndpointConfigName: "new" })).rejects.toMatchObject({
      message: expect.stringContaining("Could not find endpoint configuration"),
    });
  });

  it("are listed newest first, a page at a time", async () => {
    const twin = sagemakerTwin();
    for (const name of ["a", "b", "c"]) {
      twin.wait(1);
      await creating(twin, { EndpointConfigName: name });
    }

    const first = await twin.sagemaker.listEndpointConfigs({ MaxResults: 3 });
    const second = await twin.sagemaker.listEndpointConfigs({ MaxResults: 3, NextToken: first.NextToken });

    const names = [...(first.EndpointConfigs ?? []), ...(second.EndpointConfigs ?? [])].map(
      (each) => each.EndpointConfigName,
    );
    expect(names).toEqual(["c", "b", "a", "chat-config-v6"]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe("Models and the registry", () => {
  it("hold versions 6 and 7 of the plan's model, both approved, oldest first unless told otherwise", async () => {
    const twin = sagemakerTwin();

    const listed = await twin.sagemaker.listModelPackages({ ModelPackageGroupName: "chat" });
    const newest = await twin.sagemaker.listModelPackages({
      ModelPackageGroupName: "chat",
      SortOrder: "Descending",
      MaxResults: 1,
    });
    const seven = await twin.sagemaker.describeModelPackage({ ModelPackageName: packageArn(7) });

    expect(listed.ModelPackageSummaryList?.map((each) => each.ModelPackageVersion)).toEqual([6, 7]);
    expect(newest.ModelPackageSummaryList?.map((each) => each.ModelPackageVersion)).toEqual([7]);
    expect(seven).toMatchObject({
      ModelPackageGroupName: "chat",
      ModelPackageVersion: 7,
      ModelPackageStatus: "Completed",
      ModelApprovalStatus: "Approved",
      CustomerMetadataProperties: { "slipway:release-type": "minor" },
      InferenceSpecification: {
        Containers: [{ ImageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }],
      },
    });
    expect(seven.LastModifiedTime?.getTime()).toBeGreaterThan(seven.CreationTime?.getTime() ?? Number.NaN);
  });

  it("change a package's approval and metadata, and remember when", async () => {
    const twin = sagemakerTwin();
    twin.wait(5);

    await twin.sagemaker.updateModelPackage({
      ModelPackageArn: packageArn(7),
      ModelApprovalStatus: "Rejected",
      ApprovalDescription: "too slow",
      CustomerMetadataProperties: { ticket: "ML-7" },
      CustomerMetadataPropertiesToRemove: ["training-job"],
    });
    const seven = await twin.sagemaker.describeModelPackage({ ModelPackageName: packageArn(7) });

    expect(seven).toMatchObject({
      ModelApprovalStatus: "Rejected",
      ApprovalDescription: "too slow",
      LastModifiedTime: twin.now(),
    });
    expect(seven.CustomerMetadataProperties).toEqual({ "slipway:release-type": "minor", ticket: "ML-7" });
    expect(twin.world.events.at(-1)).toMatchObject({ kind: "status", from: "Approved", to: "Rejected" });
  });

  it("say which package does not exist", async () => {
    const twin = sagemakerTwin();

    await expect(
      twin.sagemaker.describeModelPackage({ ModelPackageName: packageArn(8) }),
    ).rejects.toMatchObject({
      name: "ValidationException",
      message: `ModelPackage ${packageArn(8)} does not exist.`,
    });
    await expect(
      twin.sagemaker.createModel({
        ModelName: "chat-v8",
        PrimaryContainer: { ModelPackageName: packageArn(8) },
      }),
    ).rejects.toMatchObject({ message: expect.stringContaining("does not exist") });
  });

  it("create a model once, describe it as created, and delete only the entry", async () => {
    const twin = sagemakerTwin();
    await twin.joinCandidate();

    const model = await twin.sagemaker.describeModel({ ModelName: "chat-v7" });
    await expect(
      twin.sagemaker.createModel({ ModelName: "chat-v7", PrimaryContainer: { Image: "chat:7" } }),
    ).rejects.toMatchObject({ message: expect.stringContaining("Cannot create already existing model") });
    await twin.sagemaker.deleteModel({ ModelName: "chat-v7" });

    expect(model.PrimaryContainer).toEqual({ ModelPackageName: packageArn(7) });
    expect((await twin.describe()).ProductionVariants).toHaveLength(2);
    expect((await twin.sagemaker.listModels({})).Models?.map((each) => each.ModelName)).toEqual(["chat-v6"]);
    expect(twin.world.events.at(-1)?.by).toEqual({ who: "call", operation: "DeleteModel", inUse: true });
  });
});
