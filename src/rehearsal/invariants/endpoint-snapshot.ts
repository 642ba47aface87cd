/** An endpoint at one moment, as far as a release may change it: plain data that can be compared later. */
import type { Endpoint } from "#twin/world";

export interface VariantSnapshot {
  readonly name: string;
  readonly modelName: string;
  readonly instanceType: string;
  readonly weight: number;
  readonly desiredWeight: number;
  readonly desiredInstances: number;
}

export interface EndpointSnapshot {
  readonly name: string;
  readonly config: string;
  readonly status: string;
  readonly variants: readonly VariantSnapshot[];
}

export function endpointSnapshot(endpoint: Endpoint): EndpointSnapshot {
  const { name, configName: config, status } = endpoint;
  const variants = endpoint.variants.map((variant) => ({
    name: variant.name,
    modelName: variant.modelName,
    instanceType: variant.instanceType,
    weight: variant.currentWeight,
    desiredWeight: variant.desiredWeight,
    desiredInstances: variant.desiredInstanceCount,
  }));
  return { name, config, status, variants };
}
