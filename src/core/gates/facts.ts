/**
 * What gates go by: what was looked up of the candidate and of what serves, or why it is not known. Members say which call
 * of AWS tells them.
 */
import type { Severity } from "./settings.ts";

/** What a look came to: a value, or why there is none. */
export type Looked<T> = { readonly value: T } | { readonly unknown: string };

/** A key of KMS (DescribeKey, GetKeyRotationStatus). */
export interface KeyFacts {
  readonly arn: string;
  /** KeyState: "Enabled", "Disabled", "PendingDeletion"… */
  readonly state: string;
  /** KeyManager: AWS's own keys are no customer's. */
  readonly isCustomers: boolean;
  readonly rotation: Looked<boolean>;
  /** Of a multi-Region key, the other Regions in which it is (MultiRegionConfiguration). */
  readonly replicaRegions: readonly string[];
}

/** The volumes of a fleet (DescribeEndpointConfig). */
export interface VolumeFacts {
  readonly instanceType: string;
  /** As the configuration has it; null where it has none. */
  readonly keyId: string | null;
}

/** A model as it runs (DescribeModel). */
export interface ModelFacts {
  readonly isIsolated: boolean;
  readonly isInVpc: boolean;
  readonly containers: number;
}

/** A scan of an image (DescribeImageScanFindings). */
export interface ScanFacts {
  /** imageScanCompletedAt, epoch milliseconds; undefined of one that is kept up to date (status ACTIVE). */
  readonly finishedMs: number | undefined;
  /** Of severities that are not listed there are none. */
  readonly findings: Readonly<Partial<Record<Severity, number>>>;
}

/** An image of a version (DescribeModelPackage, and ECR's DescribeImages). */
export interface ImageFacts {
  /** As the version names it. */
  readonly reference: string;
  /** What the reference itself pins; undefined where it is by tag. */
  readonly pinned: string | undefined;
  /** ImageDigest of the version's container; undefined where the registry has none. */
  readonly registered: string | undefined;
  readonly stored: Looked<{ readonly digest: string; readonly pushedMs: number }>;
  readonly scan: Looked<ScanFacts>;
}

/** Where something of a version is. */
export interface DataPlace {
  readonly what: string;
  readonly region: string;
}

/** Who did something in the registry (UserContext of DescribeModelPackage). */
export interface Identity {
  /** IamIdentity.Arn, or UserProfileArn. */
  readonly arn: string;
  /** IamIdentity.SourceIdentity: who stands behind a role's session. */
  readonly source?: string | undefined;
}

/** A version as the model registry has it (DescribeModelPackage). */
export interface VersionFacts {
  /** ModelApprovalStatus. */
  readonly approval: string;
  readonly createdBy?: Identity | undefined;
  readonly modifiedBy?: Identity | undefined;
}

/** What a container loads when it starts (ModelDataUrl, S3DataSource). */
export interface ModelData {
  readonly uri: string;
  /** One object, all whose keys begin so, or those that a manifest lists (S3DataType, ManifestS3Uri). */
  readonly kind: "object" | "prefix" | "manifest";
}

/** How an object of it is encrypted (HeadObject, and KMS's DescribeKey). */
export interface ArtefactObject {
  readonly uri: string;
  /** ServerSideEncryption; undefined where S3 says none. */
  readonly algorithm: string | undefined;
  /** Null where it is by no key of KMS. */
  readonly key: Pick<KeyFacts, "arn" | "state"> | null;
}

export interface ArtefactsSeen {
  readonly objects: readonly ArtefactObject[];
  /** In words, what there is besides and nobody has seen. */
  readonly unseen: readonly string[];
}

export interface GateSide {
  /** As messages call it: `version 7`. */
  readonly called: string;
  readonly volume: Looked<VolumeFacts>;
  /** Null where the volumes have none. */
  readonly key: Looked<KeyFacts | null>;
  readonly model: Looked<ModelFacts>;
  readonly artefacts: Looked<ArtefactsSeen>;
  readonly images: Looked<readonly ImageFacts[]>;
  readonly version: Looked<VersionFacts>;
  readonly places: Looked<readonly DataPlace[]>;
}

/** A container of a version (DescribeModelPackage), or of a model that was made without one. */
export interface ContainerFacts {
  readonly image: string;
  /** ImageDigest. */
  readonly registered: string | undefined;
  readonly data: readonly ModelData[];
}

/** A side as its platform and the registry describe it: what else is looked up goes by this. */
export interface DescribedSide {
  readonly called: string;
  readonly volume: Looked<VolumeFacts>;
  readonly model: Looked<ModelFacts>;
  readonly containers: Looked<readonly ContainerFacts[]>;
  readonly version: Looked<VersionFacts>;
  /** ARNs of what it is made of. */
  readonly arns: readonly string[];
  /** Where what it is asked and answers is kept (DataCaptureConfig). */
  readonly captured: Looked<readonly string[]>;
}

/** Makes one call for a gate; what does not answer in time, or refuses, is unknown, and why. */
export type GateLook = <T>(what: string, call: (signal: AbortSignal) => Promise<T>) => Promise<Looked<T>>;

/** What was planned (PlanCapacity). */
export interface MeansFacts {
  /** Null where the price of any of it is not known. */
  readonly costUsd: number | null;
  readonly budgetUsd: number;
  /** What stable has to have again, and up to how many the quota lets it come back; undefined where nothing says so. */
  readonly stableInstances: number;
  readonly roomInstances: number | undefined;
}

/** What the sweep found of one of the stack's own roles (GetRole, GetRolePolicy, ListAttachedRolePolicies). */
export interface RoleLook {
  /** When, ISO 8601. */
  readonly at: string;
  /** A digest of what it was held against. */
  readonly shipped: string;
  /** In words, each right that is too many. */
  readonly beyond: readonly string[];
}

/** What is known of all of these. */
export interface RolesSeen {
  /** By the role's name; null where it has not been looked at yet. */
  readonly roles: Readonly<Record<string, RoleLook | null>>;
  /** Why the last look came to an end before all that was due, and since when every one did, ISO 8601. */
  readonly refused?: { readonly since: string; readonly why: string };
}

export interface GateFacts {
  readonly candidate: GateSide;
  readonly serving: GateSide;
  readonly means: MeansFacts;
  readonly roles: Looked<RolesSeen>;
}

/** Of a side that nobody has looked at for what is asked. */
export const notLooked: { readonly unknown: string } = { unknown: "it was not looked at" };

/** What a part of something known is. */
export function partOf<T, U>(looked: Looked<T>, part: (value: T) => Looked<U>): Looked<U> {
  return "unknown" in looked ? looked : part(looked.value);
}

/** All of several, or why one of them is not known. */
export function allKnown<T>(looked: readonly Looked<T>[]): Looked<readonly T[]> {
  const lacks = looked.flatMap((each) => ("unknown" in each ? [each.unknown] : []));
  if (lacks.length > 0) return { unknown: [...new Set(lacks)].join("; ") };
  return { value: looked.flatMap((each) => ("value" in each ? [each.value] : [])) };
}
