/** What SageMaker holds of endpoints: their fleets, the update under way, and configurations. */
import type { Actor } from "./events.ts";
import type { Instance } from "./instance-state.ts";

export interface Variant {
  readonly name: string;
  readonly modelName: string;
  readonly instanceType: string;
  /** The training plan that it runs on, by ARN; absent: on demand. */
  readonly reservation?: string;
  currentWeight: number;
  desiredWeight: number;
  desiredInstanceCount: number;
  /** The fleet that takes requests once ready. */
  instances: Instance[];
  /** Taken out of service, still paid until the running update ends. */
  leaving: Instance[];
}

export type EndpointStatus = "Creating" | "Updating" | "RollingBack" | "InService" | "Deleting" | "Failed";

/** What holds the endpoint's lock. `incoming` is the new fleet of an UpdateEndpoint, beside the old one until the switch. */
export interface Update {
  readonly kind: "create" | "replace" | "capacity" | "weights" | "delete";
  readonly startedMs: number;
  readonly by: Actor;
  readonly configName?: string;
  incoming: Variant[];
  /** The old fleet after the switch, until it is gone. */
  outgoing: Variant[];
}

export interface Endpoint {
  readonly name: string;
  readonly creationMs: number;
  lastModifiedMs: number;
  configName: string;
  status: EndpointStatus;
  failureReason?: string;
  variants: Variant[];
  update?: Update;
  /** Operations begun so far; numbers the random streams of this endpoint. */
  updates: number;
  /** Seconds between points while the configuration in service has enhanced metrics on. */
  enhancedSeconds?: number;
  /** Members of DescribeEndpoint that tell of a kind which the twin shows but does not make, such as async inference. */
  shown?: Readonly<Record<string, unknown>>;
}

/** A variant of a kind without a model, a type or instances has "" or 0 there. */
export interface VariantConfig {
  readonly VariantName: string;
  readonly ModelName: string;
  readonly InstanceType: string;
  readonly InitialInstanceCount: number;
  readonly InitialVariantWeight: number;
  /** Members that the twin keeps and echoes but that change nothing in the model. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** What a thing was tagged with as it was made: values by key. */
export type TagsOf = Readonly<Record<string, string>>;

export interface EndpointConfig {
  readonly name: string;
  readonly creationMs: number;
  readonly variants: readonly VariantConfig[];
  /** Seconds between points when enhanced metrics are on. */
  readonly enhancedSeconds?: number;
  readonly rest: Readonly<Record<string, unknown>>;
  readonly tags?: TagsOf;
}
