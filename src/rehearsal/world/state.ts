/**
 * What exists in the modelled region of the account at one moment: plain data that the services read and change,
 * and that the invariants' checkers inspect. Times are epoch milliseconds; `Infinity` means never.
 */

import type { Alarm, CompositeAlarm } from "./alarms.ts";
import type { Actor } from "./events.ts";
import type { Published } from "./metrics.ts";
import type { ScalableTarget, ScalingActivity } from "./scaling-state.ts";
import type { TrainingJob } from "./training.ts";

export const region = "eu-west-1";
export const account = "123456789012";
export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

/** One machine. It is paid from launch until it is gone, takes requests from ready on, and answers them from warm on. */
export interface Instance {
  readonly id: string;
  readonly instanceType: string;
  readonly launchedMs: number;
  readonly readyMs: number;
  readonly warmMs: number;
}

export interface Variant {
  readonly name: string;
  readonly modelName: string;
  readonly instanceType: string;
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

export interface EndpointConfig {
  readonly name: string;
  readonly creationMs: number;
  readonly variants: readonly VariantConfig[];
  /** Seconds between points when enhanced metrics are on. */
  readonly enhancedSeconds?: number;
  readonly rest: Readonly<Record<string, unknown>>;
}

export interface Model {
  readonly name: string;
  readonly creationMs: number;
  /** CreateModel's own members, echoed by DescribeModel. */
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface ModelPackage {
  /** Of the registry that has it. */
  readonly account: string;
  readonly group: string;
  readonly version: number;
  readonly creationMs: number;
  lastModifiedMs: number;
  approvalStatus: "Approved" | "Rejected" | "PendingManualApproval";
  approvalDescription?: string;
  metadata: Record<string, string>;
  readonly image: string;
  readonly imageDigest: string;
  readonly modelDataUrl: string;
  /** Of its container; absent: it was registered with none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Members of DescribeModelPackage that say more than the twin acts upon, such as further specifications. */
  shown?: Readonly<Record<string, unknown>>;
}

export interface WorldState {
  readonly endpoints: Map<string, Endpoint>;
  readonly endpointConfigs: Map<string, EndpointConfig>;
  readonly models: Map<string, Model>;
  /** Names of the models that were there at the start; any other model is a candidate. */
  readonly stableModels: ReadonlySet<string>;
  /** By ARN. */
  readonly modelPackages: Map<string, ModelPackage>;
  readonly trainingJobs: Map<string, TrainingJob>;
  /** By resource id, `endpoint/NAME/variant/NAME`. */
  readonly scalableTargets: Map<string, ScalableTarget>;
  readonly scalingActivities: ScalingActivity[];
  readonly alarms: Map<string, Alarm>;
  readonly compositeAlarms: Map<string, CompositeAlarm>;
  /** Instances the region's pool can still give. */
  poolInstances: number;
  /** Requests that found no variant to go to. */
  unroutedRequests: number;
  readonly metrics: Published;
}
