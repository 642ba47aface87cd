/** A model or a configuration is the one that was asked for, however much more AWS says of it, or it is another's. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAsked } from "../../../src/core/release/content.ts";
import type { JsonValue } from "../../../src/core/release/json-value.ts";
import { holds } from "../../property.ts";

const variant = {
  VariantName: "v7",
  ModelName: "slipway-dev-chat",
  InstanceType: "ml.g5.xlarge",
  InitialInstanceCount: 8,
  InitialVariantWeight: 0.1,
};
const capture = {
  EnableCapture: true,
  InitialSamplingPercentage: 20,
  DestinationS3Uri: "s3://ours/captured",
  CaptureOptions: [{ CaptureMode: "Input" }],
};
const config = { ProductionVariants: [variant], DataCaptureConfig: capture, KmsKeyId: "key-1" };
const model = {
  PrimaryContainer: { ModelPackageName: "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat/7" },
  ExecutionRoleArn: "arn:aws:iam::123456789012:role/chat",
  VpcConfig: { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-1", "subnet-2"] },
  EnableNetworkIsolation: false,
};

describe("is what was asked for", () => {
  const answers: [string, JsonValue, JsonValue][] = [
    ["word for word", config, config],
    [
      "with defaults in its variants",
      { ...config, ProductionVariants: [{ ...variant, VolumeSizeInGB: 30 }] },
      config,
    ],
    [
      "with weights as 32-bit floats",
      { ...config, ProductionVariants: [{ ...variant, InitialVariantWeight: Math.fround(0.1) }] },
      config,
    ],
    [
      "with metrics as they are by default",
      { ...config, MetricsConfig: { EnableEnhancedMetrics: false } },
      config,
    ],
    ["with its false left out", { ...model, EnableNetworkIsolation: null }, model],
    [
      "as a list of one container, with the image that its package has",
      {
        ...model,
        PrimaryContainer: null,
        Containers: [{ ...model.PrimaryContainer, Image: "chat:7", Mode: "SingleModel" }],
      },
      model,
    ],
    [
      "with its subnets in another order",
      { ...model, VpcConfig: { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-2", "subnet-1"] } },
      model,
    ],
  ];

  test.each(answers)("%s", (_, found, asked) => {
    expect(isAsked(found, asked)).toBe(true);
  });
});

describe("is another's", () => {
  const others: [string, JsonValue, JsonValue][] = [
    ["that is not there", null, config],
    [
      "of another instance type",
      { ...config, ProductionVariants: [{ ...variant, InstanceType: "ml.m5.large" }] },
      config,
    ],
    ["with another variant beside", { ...config, ProductionVariants: [variant, variant] }, config],
    [
      "that captures into another bucket",
      { ...config, DataCaptureConfig: { ...capture, DestinationS3Uri: "s3://x" } },
      config,
    ],
    ["that captures although none was asked for", config, { ...config, DataCaptureConfig: null }],
    ["that captures nothing although it was asked for", { ...config, DataCaptureConfig: null }, config],
    ["with another key", { ...config, KmsKeyId: "key-2" }, config],
    ["of another package", { ...model, PrimaryContainer: { ModelPackageName: "other" } }, model],
    ["with another role", { ...model, ExecutionRoleArn: "arn:aws:iam::123456789012:role/other" }, model],
    ["isolated although it was not to be", { ...model, EnableNetworkIsolation: true }, model],
    ["outside the network", { ...model, VpcConfig: null }, model],
    ["in a network although it was to be in none", model, { ...model, VpcConfig: null }],
    [
      "of two containers",
      { ...model, Containers: [model.PrimaryContainer, { Image: "b" }], PrimaryContainer: null },
      model,
    ],
  ];

  test.each(others)("%s", (_, found, asked) => {
    expect(isAsked(found, asked)).toBe(false);
  });
});

test("whatever is asked for is itself, and without any of its members is not", () => {
  const text = fc.stringMatching(/^[A-Z][A-Za-z]{1,12}$/);
  const content = fc.dictionary(
    text,
    fc.dictionary(text, fc.oneof(text, fc.integer({ min: 1 })), { minKeys: 1 }),
  );
  holds(
    fc.property(content, (asked) => {
      expect(isAsked(asked, asked)).toBe(true);
      for (const key of Object.keys(asked)) {
        const { [key]: _, ...less } = asked;
        expect(isAsked(less, asked)).toBe(false);
        if (key !== "MetricsConfig") expect(isAsked(asked, less)).toBe(false);
      }
    }),
  );
});
