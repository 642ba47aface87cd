/** SageMaker models and endpoint configurations: immutable things that a release creates and may delete again. */
import {
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  type CreateModelCommandInput,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  type ProductionVariant,
} from "@aws-sdk/client-sagemaker";
import type { Plain } from "../core/release/change.ts";
import type { Aws } from "./clients.ts";
import { saysNotFound } from "./errors.ts";
import { plain } from "./plain.ts";

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

type ConfigSpec = Omit<CreateEndpointConfigCommandInput, "EndpointConfigName">;
type ModelSpec = Omit<CreateModelCommandInput, "ModelName">;

function picked<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Plain {
  return plain(
    Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])),
  );
}

/** A configuration's content, or null where there is none of that name. */
export async function readConfig({ sagemaker }: Aws, name: string): Promise<Plain> {
  try {
    return picked(
      await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name })),
      configMembers,
    );
  } catch (error) {
    if (saysNotFound(error)) return null;
    throw error;
  }
}

export async function putConfig({ sagemaker }: Aws, name: string, to: Plain): Promise<void> {
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
  config: Plain,
  change: (variants: ProductionVariant[]) => ProductionVariant[],
): Plain {
  const spec = config as unknown as ConfigSpec;
  return plain({ ...spec, ProductionVariants: change(spec.ProductionVariants ?? []) });
}

/** A model's content, or null where there is none of that name. */
export async function readModel({ sagemaker }: Aws, name: string): Promise<Plain> {
  try {
    return picked(await sagemaker.send(new DescribeModelCommand({ ModelName: name })), modelMembers);
  } catch (error) {
    if (saysNotFound(error)) return null;
    throw error;
  }
}

/** The next model: another package in the surroundings (role, network, isolation) of the one that serves. */
export function withPackage(model: Plain, packageArn: string): Plain {
  const { ExecutionRoleArn, VpcConfig, EnableNetworkIsolation } = (model ?? {}) as unknown as ModelSpec;
  return plain({
    PrimaryContainer: { ModelPackageName: packageArn },
    ExecutionRoleArn,
    VpcConfig,
    EnableNetworkIsolation,
  });
}

export async function putModel({ sagemaker }: Aws, name: string, to: Plain): Promise<void> {
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
