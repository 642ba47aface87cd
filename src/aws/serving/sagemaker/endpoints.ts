/** SageMaker endpoints: what an endpoint looks like now, and the two calls that change one. */
import {
  DescribeEndpointCommand,
  type ProductionVariant,
  type ProductionVariantSummary,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from "@aws-sdk/client-sagemaker";
import type { EquippedVariant, Fleets, Variant } from "../../../core/capacity/endpoint.ts";
import { containersOf } from "../../../core/capacity/serving.ts";
import type { Aws } from "../../clients.ts";
import { ifThere } from "../../errors.ts";
import { describeConfig, describeModel } from "./models.ts";

/** An endpoint as SageMaker describes it. */
export interface EndpointView<V extends Variant = Variant> extends Fleets<V> {
  /** The configuration that serves; empty where there is none, as inference components may have it. */
  readonly config: string;
  /** The configuration an update is moving to, while one runs. */
  readonly pendingConfig?: string;
}

/** The endpoint as it is: what serves, at which counts and weights. */
export async function viewEndpoint({ sagemaker }: Aws, endpointName: string): Promise<EndpointView> {
  const found = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpointName }));
  const config = found.EndpointConfigName ?? "";
  const pending = found.PendingDeploymentSummary?.EndpointConfigName;
  return {
    name: endpointName,
    status: found.EndpointStatus ?? "Unknown",
    config,
    ...(pending === undefined || pending === config ? {} : { pendingConfig: pending }),
    ...(found.FailureReason === undefined ? {} : { failureReason: found.FailureReason }),
    // Of one in service the end of its last update, by answers that users have recorded (unconfirmed by AWS).
    ...(found.LastModifiedTime && { changedAt: found.LastModifiedTime.toISOString() }),
    variants: (found.ProductionVariants ?? []).map(variantView),
  };
}

function variantView(summary: ProductionVariantSummary): Variant {
  return {
    name: summary.VariantName ?? "",
    currentInstances: summary.CurrentInstanceCount ?? 0,
    desiredInstances: summary.DesiredInstanceCount ?? 0,
    currentWeight: summary.CurrentWeight ?? 0,
    desiredWeight: summary.DesiredWeight ?? 0,
  };
}

/**
 * The endpoint with its variants' models and instance types, which only its configuration tells; SageMaker lets that
 * be deleted while it serves.
 */
export async function viewEquipped(aws: Aws, endpointName: string): Promise<EndpointView<EquippedVariant>> {
  const endpoint = await viewEndpoint(aws, endpointName);
  const configured = await configuredVariants(aws, endpoint.config);
  const variants = endpoint.variants.map((variant) => {
    const own = configured.find(({ VariantName }) => VariantName === variant.name);
    const reservation = own?.CapacityReservationConfig?.MlReservationArn;
    return {
      ...variant,
      modelName: own?.ModelName ?? "",
      instanceType: own?.InstanceType ?? "",
      ...(reservation !== undefined && { reservation }),
    };
  });
  return { ...endpoint, variants };
}

async function configuredVariants(aws: Aws, name: string): Promise<ProductionVariant[]> {
  return (await describeConfig(aws, name))?.ProductionVariants ?? [];
}

/** Moves the endpoint to a configuration; counts and weights of variants that stay are retained. */
export async function updateEndpoint({ sagemaker }: Aws, endpoint: string, config: string): Promise<void> {
  await sagemaker.send(
    new UpdateEndpointCommand({
      EndpointName: endpoint,
      EndpointConfigName: config,
      RetainAllVariantProperties: true,
    }),
  );
}

/** Sets weights; nothing else changes, so no instance starts or stops. */
export async function setWeights(
  { sagemaker }: Aws,
  endpoint: string,
  weights: Readonly<Record<string, number>>,
): Promise<void> {
  const DesiredWeightsAndCapacities = Object.entries(weights).map(([VariantName, DesiredWeight]) => ({
    VariantName,
    DesiredWeight,
  }));
  await sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: endpoint, DesiredWeightsAndCapacities }),
  );
}

/** Sets one variant's instance count, which locks the endpoint until its instances are there. */
export async function setInstances(
  { sagemaker }: Aws,
  endpoint: string,
  variant: { name: string; instances: number },
): Promise<void> {
  const DesiredWeightsAndCapacities = [
    { VariantName: variant.name, DesiredInstanceCount: variant.instances },
  ];
  await sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: endpoint, DesiredWeightsAndCapacities }),
  );
}

/** The version of the model package that a model was made from, if it was made from one and is there. */
export async function versionServed(aws: Aws, modelName: string): Promise<number | undefined> {
  const name = containersOf((await describeModel(aws, modelName)) ?? {})[0]?.ModelPackageName;
  const version = name?.match(/\/(\d+)$/)?.[1];
  return version === undefined ? undefined : Number(version);
}

/** The versions that have traffic, where they are known: models of another make tell none. */
export async function versionsServed(aws: Aws, endpointName: string): Promise<number[]> {
  const endpoint = await ifThere(() => viewEquipped(aws, endpointName));
  const serving = (endpoint?.variants ?? []).filter((v) => v.currentWeight > 0);
  const versions = await Promise.all(serving.map((v) => versionServed(aws, v.modelName)));
  return versions.filter((v) => v !== undefined);
}
