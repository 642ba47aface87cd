/** SageMaker models and endpoint configurations: immutable things that a release creates and may delete again. */
import {
  type ContainerDefinition,
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  type CreateModelCommandInput,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointConfigCommand,
  type DescribeEndpointConfigCommandOutput,
  DescribeModelCommand,
  type DescribeModelCommandOutput,
  DescribeModelPackageCommand,
  type ProductionVariant,
} from "@aws-sdk/client-sagemaker";
import { carriedEnvironment } from "../../../core/capacity/environment.ts";
import {
  type ContainerDescription,
  containersOf,
  type ModelDescription,
  specificationOf,
} from "../../../core/capacity/serving.ts";
import type { JsonValue } from "../../../core/release/json-value.ts";
import { asJson } from "../../as-json.ts";
import type { Aws } from "../../clients.ts";
import { ifThere, saysNotFound } from "../../errors.ts";

/** The members of a configuration that make it what it is; all of them carry over to the next. */
const configMembers = [
  "ProductionVariants",
  "DataCaptureConfig",
  "KmsKeyId",
  "AsyncInferenceConfig",
  "ExplainerConfig",
  "ShadowProductionVariants",
  "ExecutionRoleArn",
  "VpcConfig",
  "EnableNetworkIsolation",
  "MetricsConfig",
] as const;
const modelMembers = [
  "PrimaryContainer",
  "Containers",
  "InferenceExecutionConfig",
  "ExecutionRoleArn",
  "VpcConfig",
  "EnableNetworkIsolation",
] as const;

/** What a description says beyond that; a member that a newer SDK brings is in neither list and fails to compile. */
type Told =
  | "CreationTime"
  | "DeploymentRecommendation"
  | "$metadata"
  | `${"EndpointConfig" | "Model"}${"Name" | "Arn"}`;
type Unlisted<Output, Members extends readonly string[]> = Exclude<keyof Output, Members[number] | Told>;
/** Of a container, what a package says itself, and what unsupported.ts or environment.ts deals with. */
type OfPackage =
  | "Image"
  | "ModelDataUrl"
  | "ModelDataSource"
  | "ContainerHostname"
  | keyof ContainerDescription;
type Nothing<Left extends [never, never, never]> = Left;
export type NothingUnheeded = Nothing<
  [
    Unlisted<DescribeEndpointConfigCommandOutput, typeof configMembers>,
    Unlisted<DescribeModelCommandOutput, typeof modelMembers>,
    Exclude<keyof ContainerDefinition, OfPackage>,
  ]
>;

type ConfigSpec = Omit<CreateEndpointConfigCommandInput, "EndpointConfigName">;
type ModelSpec = Omit<CreateModelCommandInput, "ModelName">;

function picked<T extends object, K extends keyof T>(from: T, keys: readonly K[]): JsonValue {
  return asJson(
    Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])),
  );
}

/** A configuration as SageMaker describes it, or undefined where there is none of that name. */
export async function describeConfig(
  { sagemaker }: Aws,
  EndpointConfigName: string,
): Promise<DescribeEndpointConfigCommandOutput | undefined> {
  if (EndpointConfigName === "") return undefined;
  return ifThere(() => sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName })));
}

/** A model as SageMaker describes it, or undefined where there is none of that name. */
export async function describeModel(
  { sagemaker }: Aws,
  ModelName: string,
): Promise<DescribeModelCommandOutput | undefined> {
  if (ModelName === "") return undefined;
  return ifThere(() => sagemaker.send(new DescribeModelCommand({ ModelName })));
}

/** A configuration's content, or null where there is none of that name. */
export async function readConfig(aws: Aws, name: string): Promise<JsonValue> {
  const found = await describeConfig(aws, name);
  return found === undefined ? null : picked(found, configMembers);
}

/** Names of a configuration's variants; undefined where there is none of that name. */
export async function variantsOf(aws: Aws, name: string): Promise<string[] | undefined> {
  const found = await describeConfig(aws, name);
  return found?.ProductionVariants?.flatMap(({ VariantName }) => VariantName ?? []);
}

export async function putConfig({ sagemaker }: Aws, name: string, to: JsonValue): Promise<void> {
  if (to !== null) {
    await sagemaker.send(
      new CreateEndpointConfigCommand({ ...(to as unknown as ConfigSpec), EndpointConfigName: name }),
    );
    return;
  }
  await unlessGone(() => sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })));
}

/** A configuration's content with its variants changed: one added, or all but one left out. */
export function withVariants(
  config: JsonValue,
  change: (variants: ProductionVariant[]) => ProductionVariant[],
): JsonValue {
  const spec = config as unknown as ConfigSpec;
  return asJson({ ...spec, ProductionVariants: change(spec.ProductionVariants ?? []) });
}

/** A model's content, or null where there is none of that name. */
export async function readModel(aws: Aws, name: string): Promise<JsonValue> {
  const found = await describeModel(aws, name);
  return found === undefined ? null : picked(found, modelMembers);
}

/**
 * The next model: another package in the surroundings of the one that serves (role, network, isolation, which of a
 * package's specifications, where its metrics are), with its environment and the plan's.
 */
export async function candidateModel(
  aws: Aws,
  sides: { servingModel: string; packageArn: string; planned: Readonly<Record<string, string>> },
): Promise<JsonValue> {
  const { packageArn: ModelPackageName, planned } = sides;
  const model: ModelDescription & Partial<ModelSpec> = (await describeModel(aws, sides.servingModel)) ?? {};
  const { ExecutionRoleArn, VpcConfig, EnableNetworkIsolation } = model;
  const [serving = {}] = containersOf(model);
  const { InferenceSpecificationName, ContainerMetricsConfig } = serving;
  const found = await aws.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }));
  const [next = {}] = specificationOf(found, InferenceSpecificationName) ?? [];
  const { environment: Environment } = carriedEnvironment({ serving, next, planned });
  return asJson({
    PrimaryContainer: { ModelPackageName, InferenceSpecificationName, Environment, ContainerMetricsConfig },
    ExecutionRoleArn,
    VpcConfig,
    EnableNetworkIsolation,
  });
}

export async function putModel({ sagemaker }: Aws, name: string, to: JsonValue): Promise<void> {
  if (to !== null) {
    await sagemaker.send(new CreateModelCommand({ ...(to as unknown as ModelSpec), ModelName: name }));
    return;
  }
  await unlessGone(() => sagemaker.send(new DeleteModelCommand({ ModelName: name })));
}

/** For a cleaner, what is gone already is done. */
async function unlessGone(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!saysNotFound(error)) throw error;
  }
}
