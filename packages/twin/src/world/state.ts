/**
 * What exists in the modelled region of the account at one moment: plain data that the services read and change,
 * and that the invariants' checkers inspect. Times are epoch milliseconds; `Infinity` means never.
 */

import type { Alarm, CompositeAlarm } from "./alarm-state.ts";
import type { Cluster } from "./cluster-state.ts";
import type { Endpoint, EndpointConfig, TagsOf } from "./endpoint-state.ts";
import type { StoredImage, StoredKey } from "./image-state.ts";
import type { Published } from "./metric-state.ts";
import type { Bucket, ObjectEncryption, ObjectVersion } from "./object-state.ts";
import type { Scalable } from "./scalables/scalable-state.ts";
import type { ScalableTarget, ScalingActivity } from "./scaling-state.ts";
import type { PlanOffering, TrainingPlan } from "./training-plan-state.ts";
import type { TrainingJob } from "./training-state.ts";

export const region = "eu-west-1";
export const account = "123456789012";
export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

export interface Model {
  readonly name: string;
  readonly creationMs: number;
  /** CreateModel's own members, echoed by DescribeModel. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly tags?: TagsOf;
}

/** What a version is loaded from: an archive, or all objects under a prefix. */
export interface ModelDataRef {
  readonly uri: string;
  readonly isPrefix: boolean;
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
  /** Who registered it, by ARN; absent: nobody says. */
  readonly createdBy?: string;
  readonly modelData: ModelDataRef;
  /** Of its container; absent: it was registered with none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Members of DescribeModelPackage that say more than the twin acts upon, such as further specifications. */
  shown?: Readonly<Record<string, unknown>>;
}

export interface WorldState {
  /** What S3 holds, as far as anybody reads it: by `bucket/key`. */
  readonly objects: Map<string, string>;
  /** How objects are encrypted, by `bucket/key`; those that are absent are so by S3's own keys. */
  readonly objectEncryption: ReadonlyMap<string, ObjectEncryption>;
  /** By name. */
  readonly buckets: Map<string, Bucket>;
  /** All versions of objects in buckets that keep them, oldest first, by `bucket/key`. */
  readonly objectVersions: Map<string, readonly ObjectVersion[]>;
  /** In order of their pushing. */
  readonly images: readonly StoredImage[];
  /** Keys of KMS, by id. */
  readonly keys: Map<string, StoredKey>;
  readonly endpoints: Map<string, Endpoint>;
  readonly endpointConfigs: Map<string, EndpointConfig>;
  readonly models: Map<string, Model>;
  /** Names of the models that were there at the start; any other model is a candidate. */
  readonly stableModels: ReadonlySet<string>;
  /** By ARN. */
  readonly modelPackages: Map<string, ModelPackage>;
  readonly trainingJobs: Map<string, TrainingJob>;
  /** By ARN. */
  readonly trainingPlans: Map<string, TrainingPlan>;
  /** What SageMaker has offered of them, by id. */
  readonly planOfferings: Map<string, PlanOffering>;
  /** HyperPod clusters, by name. */
  readonly clusters: Map<string, Cluster>;
  /** By id; of a variant that is its resource id, `endpoint/NAME/variant/NAME`. */
  readonly scalableTargets: Map<string, ScalableTarget>;
  /** What a model leans on, by id: what other targets may be about. */
  readonly scalables: Map<string, Scalable>;
  readonly scalingActivities: ScalingActivity[];
  readonly alarms: Map<string, Alarm>;
  readonly compositeAlarms: Map<string, CompositeAlarm>;
  /** Instances the region's pool can still give. */
  poolInstances: number;
  /** The same of the types that it has few of, by type: what it gives of them is of both. */
  readonly shortPools: Map<string, number>;
  /** Requests that found no variant to go to. */
  unroutedRequests: number;
  /** How long a request waits for what all variants lean on, milliseconds. */
  sharedWaitMs: number;
  readonly metrics: Published;
}

/** For what changes it. */
export interface MutableState {
  readonly state: WorldState;
}

/** What exists, to be looked at: nothing is added to it and nothing taken away. */
export type StateView = ViewOf<WorldState>;

/** For what only looks. */
export interface VisibleState {
  readonly state: StateView;
}

type ViewOf<Held> = { readonly [K in keyof Held]: Viewed<Held[K]> };
type Viewed<Held> =
  Held extends ReadonlyMap<infer Key, infer Value>
    ? ReadonlyMap<Key, Value>
    : Held extends ReadonlySet<infer Each>
      ? ReadonlySet<Each>
      : Held extends readonly (infer Each)[]
        ? readonly Each[]
        : ViewOf<Held>;
