/** What SageMaker is asked about endpoints and the registry, and what it is told about endpoints. */
import { createHash } from "node:crypto";
import { UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { describe, expect, test } from "vitest";
import { newestApproved, viewPackage } from "../../src/aws/model-registry.ts";
import {
  setInstances,
  setWeights,
  updateEndpoint,
  versionServed,
  viewEndpoint,
  viewEquipped,
} from "../../src/aws/serving/sagemaker/endpoints.ts";
import {
  candidateModel,
  putConfig,
  putModel,
  readConfig,
  withVariants,
} from "../../src/aws/serving/sagemaker/models.ts";
import { canonical } from "../../src/core/evidence/canonical.ts";
import { type Account, openAccount } from "./account.ts";

const name = "chat-assistant";
const packageArn = (version: number) =>
  `arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/${version}`;

/** Makes v7's model and a configuration with both variants. */
async function prepare({ aws }: Account, instances = 4): Promise<void> {
  const sides = { servingModel: "chat-assistant-v6", packageArn: packageArn(7), planned: {} };
  await putModel(aws, "v7-model", await candidateModel(aws, sides));
  const both = withVariants(await readConfig(aws, "chat-assistant-config-v6"), (variants) => [
    ...variants,
    {
      ...variants[0],
      VariantName: "v7",
      ModelName: "v7-model",
      InitialInstanceCount: instances,
      InitialVariantWeight: 0,
    },
  ]);
  await putConfig(aws, "both", both);
}

async function join(account: Account): Promise<void> {
  await prepare(account);
  await updateEndpoint(account.aws, name, "both");
  account.settle();
}

describe("an endpoint", () => {
  const v6 = { name: "v6", currentInstances: 8, desiredInstances: 8, currentWeight: 1, desiredWeight: 1 };

  test("is seen with its variants, their counts and weights, in one call", async () => {
    const { aws, calls } = openAccount();

    expect(await viewEndpoint(aws, name)).toEqual({
      name,
      status: "InService",
      config: "chat-assistant-config-v6",
      changedAt: "2026-10-14T09:00:00.000Z",
      variants: [v6],
    });
    expect(calls.map(({ operation }) => operation)).toEqual(["DescribeEndpoint"]);
  });

  test("is seen with the types and models of the configuration that serves, where these are asked for", async () => {
    const { aws } = openAccount();

    const { variants } = await viewEquipped(aws, name);

    expect(variants).toEqual([{ ...v6, modelName: "chat-assistant-v6", instanceType: "ml.g5.xlarge" }]);
  });

  test("whose configuration somebody has deleted is seen without them", async () => {
    const { aws, world } = openAccount();
    world.state.endpointConfigs.delete("chat-assistant-config-v6");

    const { variants } = await viewEquipped(aws, name);

    expect(variants).toEqual([{ ...v6, modelName: "", instanceType: "" }]);
  });

  test("names the configuration it moves to while it is updated, and serves the old one meanwhile", async () => {
    const account = openAccount();
    await prepare(account);

    await updateEndpoint(account.aws, name, "both");

    const view = await viewEndpoint(account.aws, name);
    expect(view).toMatchObject({
      status: "Updating",
      config: "chat-assistant-config-v6",
      pendingConfig: "both",
    });
    expect(view.variants.map((each) => each.name)).toEqual(["v6"]);
  });

  test("keeps live counts and weights when it is moved", async () => {
    const account = openAccount();
    await setInstances(account.aws, name, { name: "v6", instances: 9 });
    account.settle();

    await join(account);

    const { variants, pendingConfig } = await viewEndpoint(account.aws, name);
    expect(variants.map(({ currentInstances, currentWeight }) => [currentInstances, currentWeight])).toEqual([
      [9, 1],
      [4, 0],
    ]);
    expect(pendingConfig).toBeUndefined();
  });

  test("says why an update failed, once it is back", async () => {
    const account = openAccount({ spec: { provisioning: { poolInstances: 0 } } });
    await prepare(account);

    await updateEndpoint(account.aws, name, "both");
    account.settle();

    expect(await viewEndpoint(account.aws, name)).toMatchObject({
      status: "InService",
      config: "chat-assistant-config-v6",
      failureReason: expect.stringContaining("InsufficientInstanceCapacity"),
    });
  });

  test("gets weights without any instance starting or stopping", async () => {
    const account = openAccount();
    await join(account);

    await setWeights(account.aws, name, { v6: 75, v7: 25 });
    account.settle();

    const { variants } = await viewEndpoint(account.aws, name);
    expect(variants.map(({ currentWeight, currentInstances }) => [currentWeight, currentInstances])).toEqual([
      [75, 8],
      [25, 4],
    ]);
  });

  test("that has no configuration, as with inference components, is seen with none", async () => {
    const { aws, world } = openAccount();
    const endpoint = world.state.endpoints.get(name);
    if (endpoint !== undefined) endpoint.configName = "";

    expect(await viewEquipped(aws, name)).toMatchObject({
      config: "",
      variants: [{ name: "v6", modelName: "", instanceType: "" }],
    });
  });
});

test("a variant of which SageMaker tells no counts, as a serverless one, has none", async () => {
  const { aws } = openAccount();
  const answer = {
    EndpointName: name,
    EndpointStatus: "InService",
    ProductionVariants: [{ VariantName: "v6" }],
  };
  aws.sagemaker.send = (async () => answer) as never;

  expect((await viewEndpoint(aws, name)).variants).toEqual([
    { name: "v6", currentInstances: 0, desiredInstances: 0, currentWeight: 0, desiredWeight: 0 },
  ]);
});

describe("the registry", () => {
  test("tells a version's approval and the type of release that its metadata names", async () => {
    const { aws } = openAccount();

    expect(await viewPackage(aws, packageArn(7))).toEqual({
      arn: packageArn(7),
      approval: "Approved",
      releaseType: "minor",
      modifiedMs: expect.any(Number),
      artefacts: { count: 1, uri: expect.stringMatching(/^s3:\/\//), sha256: expect.any(String) },
    });
  });

  test("says what a version is loaded from by a digest of all that its entry names, ETags included", async () => {
    const of = async (entry: object) => {
      const sagemaker = { send: async () => ({ ModelPackageArn: packageArn(7), ...entry }) };
      return (await viewPackage({ sagemaker } as never, packageArn(7))).artefacts;
    };
    const [archive, weights, adapter] = ["s3://a/model.tar.gz", "s3://a/weights/", "s3://a/adapter.tar.gz"];
    const containers = [
      { ModelDataUrl: archive, ModelDataETag: "e1" },
      {
        ModelDataSource: { S3DataSource: { S3Uri: weights, ETag: "e2" } },
        AdditionalModelDataSources: [{ S3DataSource: { S3Uri: adapter } }],
      },
    ];
    const main = { InferenceSpecification: { Containers: containers } };
    const further = {
      AdditionalInferenceSpecifications: [{ Name: "gpu", Containers: [{ ModelDataUrl: archive }] }],
    };
    const digest = (all: object[]) =>
      createHash("sha256")
        .update(canonical(all as never))
        .digest("hex");

    const named = [{ uri: archive, etag: "e1" }, { uri: weights, etag: "e2" }, { uri: adapter }];
    expect(await of(main)).toEqual({ count: 3, sha256: digest(named) });
    expect(await of({ ...main, ...further })).toEqual({
      count: 4,
      sha256: digest([...named, { uri: archive }]),
    });
    expect(await of(further)).toEqual({ count: 1, uri: archive, sha256: digest([{ uri: archive }]) });
    expect(await of({ InferenceSpecification: { Containers: [{ Image: "i" }] } })).toBeUndefined();
    const again = [{ ModelDataUrl: archive, ModelDataETag: "e9" }];
    expect(await of({ InferenceSpecification: { Containers: again } })).toEqual({
      ...{ count: 1, uri: archive },
      sha256: digest([{ uri: archive, etag: "e9" }]),
    });
  });

  test("knows the newest approved version of a group", async () => {
    const { aws } = openAccount();
    expect(await newestApproved(aws, name)).toEqual({ version: 7, arn: packageArn(7) });

    await aws.sagemaker.send(
      new UpdateModelPackageCommand({ ModelPackageArn: packageArn(7), ModelApprovalStatus: "Rejected" }),
    );

    expect(await newestApproved(aws, name)).toEqual({ version: 6, arn: packageArn(6) });
  });

  test("looks beyond a page on which nothing passes the filter", async () => {
    const { aws } = openAccount();
    const asked: { NextToken?: string; ModelPackageGroupName?: string }[] = [];
    const pages = [
      { ModelPackageSummaryList: [], NextToken: "more" },
      { ModelPackageSummaryList: [{ ModelPackageVersion: 5, ModelPackageArn: packageArn(5) }] },
    ];
    const { send } = aws.sagemaker;
    aws.sagemaker.send = async ({ input }: { input: (typeof asked)[number] }) => {
      asked.push({ ...input });
      return pages[asked.length - 1];
    };

    expect(await newestApproved(aws, name)).toEqual({ version: 5, arn: packageArn(5) });
    expect(asked.map(({ NextToken }) => NextToken)).toEqual([undefined, "more"]);
    expect(asked.map(({ ModelPackageGroupName: group }) => group)).toEqual([name, name]);
    aws.sagemaker.send = send;
  });

  test("knows which version a model was made from", async () => {
    expect(await versionServed(openAccount().aws, "chat-assistant-v6")).toBe(6);
  });

  test("knows no version of a model that is gone", async () => {
    expect(await versionServed(openAccount().aws, "chat-assistant-v5")).toBeUndefined();
    expect(await versionServed(openAccount().aws, "")).toBeUndefined();
  });
});
