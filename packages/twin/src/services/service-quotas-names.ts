/**
 * The names and codes of SageMaker's instance quotas: "ml.g5.xlarge for endpoint usage". A name's parts are AWS's;
 * of the codes only a few are public, the rest are made from the name, so match by name.
 */
import { createHash } from "node:crypto";

/** The uses that carry a quota per instance type (SageMaker's entries in the Service Quotas console). */
export const QUOTA_USES = [
  "endpoint",
  "training job",
  "spot training job",
  "training warm pool",
  "processing job",
  "transform job",
] as const;
/** Those of HyperPod clusters: by type, and for one cluster and all of them whatever their types. */
export type QuotaUse = (typeof QUOTA_USES)[number] | "cluster" | "each cluster" | "all clusters";

/** "ml.g5.xlarge for endpoint usage"; the two of clusters together have names of their own. */
export function quotaName({
  instanceType,
  use,
}: {
  readonly instanceType: string;
  readonly use: QuotaUse;
}): string {
  if (use === "each cluster") return "Maximum number instances allowed per SageMaker HyperPod cluster";
  if (use === "all clusters") return "Total number of instances allowed across SageMaker HyperPod clusters";
  return `${instanceType} for ${use} usage`;
}

/** A part of the types that SageMaker hosts (ProductionVariantInstanceType, botocore 1.43), enough for many pages. */
export const INSTANCE_TYPES: readonly string[] = [
  ...sizes("m5", ["large", "xlarge", "2xlarge", "4xlarge", "12xlarge", "24xlarge"]),
  ...sizes("m6i", ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge"]),
  ...sizes("c5", ["large", "xlarge", "2xlarge", "4xlarge", "9xlarge", "18xlarge"]),
  ...sizes("c6i", ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"]),
  ...sizes("r5", ["large", "xlarge", "2xlarge", "4xlarge", "12xlarge"]),
  ...sizes("t2", ["medium", "large", "xlarge", "2xlarge"]),
  ...sizes("g4dn", ["xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"]),
  ...sizes("g5", ["xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"]),
  ...sizes("g6", ["xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"]),
  ...sizes("inf2", ["xlarge", "8xlarge", "24xlarge", "48xlarge"]),
  ...sizes("p4d", ["24xlarge"]),
  ...sizes("p5", ["48xlarge"]),
];

const PUBLISHED_CODES: Readonly<Record<string, string>> = {
  "ml.g5.xlarge for endpoint usage": "L-1928E07B",
  "ml.g4dn.xlarge for training job usage": "L-3F53BF0F",
  "ml.g4dn.xlarge for processing job usage": "L-2F1EB012",
  "ml.g4dn.xlarge for transform job usage": "L-4C5C5CA8",
  "ml.m5.4xlarge for training warm pool usage": "L-03767DF9",
  "Maximum number instances allowed per SageMaker HyperPod cluster": "L-2CE978FC",
  "Total number of instances allowed across SageMaker HyperPod clusters": "L-3308CCC7",
};

const codes = new Map<string, string>(Object.entries(PUBLISHED_CODES));

/** `L-` and eight hexadecimal digits: AWS's where it is public, otherwise a hash of the name. */
export function quotaCode(name: string): string {
  const code =
    codes.get(name) ?? `L-${createHash("sha256").update(name).digest("hex").slice(0, 8).toUpperCase()}`;
  codes.set(name, code);
  return code;
}

function sizes(family: string, names: readonly string[]): string[] {
  return names.map((size) => `ml.${family}.${size}`);
}
