/** An endpoint that serves as the world begins, and the configuration that it is on. */
import type { Endpoint, EndpointConfig } from "./endpoint-state.ts";
import { volumeKeyId } from "./images.ts";
import { hasLocalStorage } from "./machines.ts";
import type { Random } from "./random.ts";
import { seededInstance } from "./seeded-instance.ts";
import type { SettledSpec } from "./settled.ts";
import { reservedConfig } from "./training-plans.ts";

/** A fleet as an endpoint of the world begins with it. */
interface Fleet {
  readonly name: string;
  readonly instances: number;
  readonly instanceType: string;
  /** The model package group of what it serves, and which version. */
  readonly model: string;
  readonly version: number;
  /** The training plan that it runs on, by ARN. */
  readonly reservation?: string | undefined;
}

export function seededConfig(fleet: Fleet, creationMs: number, spec?: SettledSpec): EndpointConfig {
  const { name, instances, instanceType, model, version, reservation } = fleet;
  const variant = {
    VariantName: `v${version}`,
    ModelName: `${model}-v${version}`,
    InstanceType: instanceType,
    InitialInstanceCount: instances,
    InitialVariantWeight: 1,
    rest: reservedConfig(reservation),
  };
  const enhancedSeconds = spec?.metrics.enhancedSeconds ?? null;
  return {
    name: `${name}-config-v${version}`,
    creationMs,
    variants: [variant],
    ...(enhancedSeconds === null ? {} : { enhancedSeconds }),
    rest: hasKey(instanceType, spec) ? { KmsKeyId: volumeKeyId } : {},
  };
}

/** What encrypts its storage itself takes no key. */
const hasKey = (instanceType: string, spec: SettledSpec | undefined): boolean =>
  spec !== undefined && spec.security.volumeKey !== "none" && !hasLocalStorage(instanceType);

export function seededEndpoint(own: Fleet, creationMs: number, draw: (nth: number) => Random): Endpoint {
  const { name, instances, instanceType, model, version, reservation } = own;
  const on = reservation === undefined ? {} : { reservation };
  const fleet = Array.from({ length: instances }, (_, nth) => ({
    ...seededInstance(instanceType, creationMs, draw(nth)),
    ...on,
  }));
  return {
    name,
    creationMs,
    lastModifiedMs: creationMs,
    configName: `${name}-config-v${version}`,
    status: "InService",
    updates: 0,
    variants: [
      {
        name: `v${version}`,
        modelName: `${model}-v${version}`,
        instanceType,
        ...on,
        currentWeight: 1,
        desiredWeight: 1,
        desiredInstanceCount: instances,
        instances: fleet,
        leaving: [],
      },
    ],
  };
}
