/**
 * Events of the SageMaker model registry: which of them are an approval. One type of event serves every change of a
 * model package and carries no previous status, so all that can be told apart is told apart here; the rest (the
 * same approval delivered twice) is the ledger's to find.
 */
import * as z from "zod";
import { foundText, type Mistake } from "../input/bad-input.ts";
import { mistakesOf, tell } from "../input/bad-input-schema.ts";
import type { Normalised } from "./normalised.ts";

/** AWS writes times as ISO 8601 in newer events and as epoch milliseconds in older ones. */
const time = z.union([z.string(), z.number()]);

const Detail = z.looseObject({
  ModelPackageGroupName: z.string().min(1).optional().describe("Absent for packages without versions."),
  ModelPackageVersion: z.int().min(1).optional(),
  ModelPackageArn: z.string().min(1),
  ModelPackageStatus: z.string().optional(),
  ModelApprovalStatus: z.enum(["Approved", "Rejected", "PendingManualApproval"]).optional(),
  UpdatedModelPackageFields: z
    .array(z.string())
    .optional()
    .describe(
      "What changed: ModelApprovalStatus, ModelLifeCycle, CustomerMetadataProperties and others; absent or empty says nothing, as for a version that is registered as approved.",
    ),
  LastModifiedTime: time.optional(),
  CreationTime: time.optional(),
});

/** Source: SageMaker developer guide, events sent to EventBridge, model package state change. */
export const RegistryEvent = z
  .looseObject({
    source: z.literal("aws.sagemaker"),
    "detail-type": z.literal("SageMaker Model Package State Change"),
    time: z.string().optional(),
    account: z.string().optional(),
    region: z.string().optional(),
    detail: Detail,
  })
  .describe("A change of a model package, as SageMaker sends it to EventBridge.");

type Change = z.infer<typeof Detail>;

/** SageMaker's API model, ModelPackageStatus; what an account is told of another is ignored, as a later one would be. */
const packageStatuses = ["Pending", "InProgress", "Completed", "Failed", "Deleting"];

/**
 * The same with what only a slip of the pen leaves: EventBridge sends no such event, and what it sends that starts
 * nothing is none of it.
 */
const WrittenRegistryEvent = RegistryEvent.superRefine(({ detail, account, region }, ctx) => {
  const { ModelPackageArn: arn, ModelPackageStatus: status } = detail;
  const told = (key: string, expected: string) => {
    const { [key]: found } = detail;
    tell(ctx, ["detail", key], { expected, found: foundText(found) });
  };
  if (status !== undefined && !packageStatuses.includes(status))
    told("ModelPackageStatus", `one of ${packageStatuses.join(", ")}`);
  const [, itsRegion, itsAccount, name = ""] =
    /^arn:[^:]+:sagemaker:([^:]+):([^:]+):model-package\/(.+)$/.exec(arn) ?? [];
  if (itsAccount === undefined) {
    told("ModelPackageArn", "the ARN of a model package");
    return;
  }
  const [group, version] = name.split("/");
  const versioned = version !== undefined;
  const own = { group: detail.ModelPackageGroupName, version: detail.ModelPackageVersion };
  if (versioned && own.group === undefined)
    told("ModelPackageGroupName", `${foundText(group)}, the group of its ModelPackageArn`);
  if (versioned && String(own.version) !== version)
    told("ModelPackageVersion", `${version}, the version of its ModelPackageArn`);
  if (!versioned && (own.group !== undefined || own.version !== undefined))
    told("ModelPackageArn", "an ARN that ends in group and version");
  for (const [key, found, expected] of [
    ["account", account, itsAccount],
    ["region", region, itsRegion],
  ] as const)
    if (found !== undefined && found !== expected)
      tell(ctx, [key], {
        expected: `${foundText(expected)}, the ${key} of its ModelPackageArn`,
        found: foundText(found),
      });
});

/** What keeps an event from being one of the registry's, as a person sees it who hands it in; empty for one that is. */
export function mistakesInRegistryEvent(event: unknown): readonly Mistake[] {
  const parsed = WrittenRegistryEvent.safeParse(event);
  return parsed.success
    ? []
    : mistakesOf(parsed.error, WrittenRegistryEvent, event).map(({ mistake }) => mistake);
}

/** An approval becomes a release of production; anything else is ignored for a reason. */
export function readRegistryEvent(event: object): Normalised {
  const parsed = RegistryEvent.safeParse(event);
  if (!parsed.success)
    return {
      kind: "bad",
      mistakes: mistakesOf(parsed.error, RegistryEvent, event).map(({ mistake }) => mistake),
    };
  const { detail, time: sentAt } = parsed.data;
  const reason = whyIgnored(detail);
  if (reason !== undefined) return { kind: "ignored", reason };
  const {
    ModelPackageGroupName: model,
    ModelPackageVersion: version,
    ModelPackageArn: modelPackageArn,
  } = detail;
  if (model === undefined || version === undefined) return { kind: "ignored", reason: unversioned(detail) };
  const approvedAt = isoTime(detail.LastModifiedTime) ?? isoTime(sentAt);
  const when = approvedAt === undefined ? {} : { approvedAt };
  const request = {
    model,
    version,
    milestone: "production",
    trigger: "registry",
    modelPackageArn,
    again: false,
  } as const;
  return { kind: "release", request: { ...request, ...when } };
}

function whyIgnored(detail: Change): string | undefined {
  const name = nameOf(detail);
  const {
    ModelApprovalStatus: approval,
    ModelPackageStatus: status,
    UpdatedModelPackageFields: updated,
  } = detail;
  if (approval === undefined) return `${name} carries no approval status`;
  if (approval !== "Approved") return `${name} is ${approval}; only an approved version is released`;
  if (status !== undefined && status !== "Completed")
    return `${name} is approved, but its package is ${status}`;
  if (updated !== undefined && updated.length > 0 && !updated.includes("ModelApprovalStatus"))
    return `${name} was approved before; this event says that ${updated.join(", ")} changed`;
  return undefined;
}

const unversioned = ({ ModelPackageArn }: Change) =>
  `${ModelPackageArn} belongs to no group, so it has no version to release`;

function nameOf({
  ModelPackageGroupName: group,
  ModelPackageVersion: version,
  ModelPackageArn: arn,
}: Change): string {
  return group === undefined || version === undefined
    ? `the package ${foundText(arn)}`
    : `version ${version} of ${group}`;
}

/** ISO 8601 in UTC; undefined where it is no time. */
function isoTime(moment: string | number | undefined): string | undefined {
  const milliseconds = typeof moment === "string" ? Date.parse(moment) : moment;
  if (milliseconds === undefined || !Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15)
    return undefined;
  return new Date(milliseconds).toISOString();
}
