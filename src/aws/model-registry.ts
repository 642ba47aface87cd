/** SageMaker's Model Registry: what it has of a version, and which is the newest that it has approved. */
import {
  type AdditionalS3DataSource,
  type ContainerDefinition,
  DescribeModelPackageCommand,
  type DescribeModelPackageCommandOutput,
  type ModelMetrics,
  type ModelPackageContainerDefinition,
  paginateListModelPackages,
  type S3ModelDataSource,
  type UserContext,
} from "@aws-sdk/client-sagemaker";
import { canonical } from "../core/evidence/canonical.ts";
import type { ContainerFacts, Identity, ModelData, VersionFacts } from "../core/gates/facts.ts";
import { type EvaluationKind, evaluationKinds } from "../core/plan/criteria.ts";
import type { Artefacts } from "../core/release/artefacts.ts";
import type { Aws } from "./clients.ts";
import { sha256 } from "./sha256.ts";

/** A model package version as the registry has it. */
export interface PackageView {
  readonly arn: string;
  readonly approval: string;
  readonly releaseType?: string;
  /** Of all its specifications; absent where they name nothing. */
  readonly artefacts?: Artefacts;
  /** LastModifiedTime, epoch milliseconds: an approval is a modification, and the registry tells of no other moment. */
  readonly modifiedMs?: number;
}

/** The registry's entry for a version of a group; the customer metadata `slipway:release-type` names its type. */
export async function viewPackage({ sagemaker }: Aws, arn: string): Promise<PackageView> {
  const found = await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
  const releaseType = releaseTypeIn(found);
  const artefacts = artefactsIn(found);
  return {
    arn: found.ModelPackageArn ?? arn,
    approval: found.ModelApprovalStatus ?? "Unknown",
    ...(releaseType === undefined ? {} : { releaseType }),
    ...(artefacts && { artefacts }),
    ...(found.LastModifiedTime && { modifiedMs: found.LastModifiedTime.getTime() }),
  };
}

/** ETags are of when the version was registered (ModelDataETag and S3DataSource.ETag, API reference). */
function artefactsIn({
  InferenceSpecification: main,
  AdditionalInferenceSpecifications: additional = [],
}: DescribeModelPackageCommandOutput): Artefacts | undefined {
  const containers = [main, ...additional].flatMap((each) => each?.Containers ?? []);
  const all = containers.flatMap(namedIn);
  const [first] = all;
  if (first === undefined) return undefined;
  const digest = sha256(canonical(all));
  return { count: all.length, ...(all.length === 1 && { uri: first.uri }), sha256: digest };
}

const namedIn = (container: ModelPackageContainerDefinition): { uri: string; etag?: string }[] =>
  [
    { uri: container.ModelDataUrl, etag: container.ModelDataETag },
    ...sourcesIn(container).map((each) => ({ uri: each.S3Uri, etag: each.ETag })),
  ].flatMap(({ uri, etag }) => (uri === undefined ? [] : [{ uri, ...(etag !== undefined && { etag }) }]));

const releaseTypeIn = ({ CustomerMetadataProperties: metadata }: DescribeModelPackageCommandOutput) =>
  metadata?.["slipway:release-type"];

/** Who made a version: the ARN of the IAM identity that created it, where the registry says (UserContext, API reference). */
export async function authorOf({ sagemaker }: Aws, arn: string): Promise<string | undefined> {
  const found = await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
  return found.CreatedBy?.IamIdentity?.Arn;
}

/** Where ModelMetrics names a document of each kind (DescribeModelPackage, API reference). */
const sourceOf: Readonly<Record<EvaluationKind, (metrics: ModelMetrics) => string | undefined>> = {
  "model-quality": ({ ModelQuality: quality }) => quality?.Statistics?.S3Uri,
  "model-data-quality": ({ ModelDataQuality: quality }) => quality?.Statistics?.S3Uri,
  bias: ({ Bias: bias }) => (bias?.PostTrainingReport ?? bias?.Report)?.S3Uri,
  explainability: ({ Explainability: explained }) => explained?.Report?.S3Uri,
};

/** Where the measures of a version are, S3 URIs by kind; absent where its entry names none. */
export async function evaluationsNamed(
  { sagemaker }: Aws,
  arn: string,
): Promise<ReadonlyMap<EvaluationKind, string>> {
  const found = await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
  const { ModelMetrics: metrics = {} } = found;
  return new Map(
    evaluationKinds.flatMap((kind) => {
      const uri = sourceOf[kind](metrics);
      return uri === undefined ? [] : [[kind, uri] as const];
    }),
  );
}

/** The newest approved version of a model package group, by its name or its ARN, if there is one. */
export async function newestApproved(
  aws: Aws,
  group: string,
): Promise<{ version: number; arn: string } | undefined> {
  for await (const newest of approvedVersions(aws, group, 1)) return newest;
  return undefined;
}

/** The approved versions of a model package group, the newest first; `pageSize` of them are asked for at a time. */
export async function* approvedVersions(
  { sagemaker }: Aws,
  group: string,
  pageSize: number,
): AsyncGenerator<{ readonly version: number; readonly arn: string }> {
  const pages = paginateListModelPackages(
    { client: sagemaker, pageSize },
    {
      ModelPackageGroupName: group,
      ModelApprovalStatus: "Approved",
      SortBy: "CreationTime",
      SortOrder: "Descending",
    },
  );
  // A page may have nothing that passes the filter, and say that there are more.
  for await (const { ModelPackageSummaryList = [] } of pages)
    for (const { ModelPackageVersion: version, ModelPackageArn: arn } of ModelPackageSummaryList)
      if (version !== undefined && arn !== undefined) yield { version, arn };
}

/** A version as gates go by it. */
export interface RegisteredVersion extends VersionFacts {
  readonly arn: string;
  readonly releaseType: string | undefined;
  readonly containers: readonly ContainerFacts[];
  /** CustomerMetadataProperties. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The entry of a version, with the containers of its specification, or of the additional one of that name. */
export async function registeredVersion(
  { sagemaker }: Aws,
  arn: string,
  {
    specification,
    signal,
  }: { readonly specification?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<RegisteredVersion> {
  const asked = new DescribeModelPackageCommand({ ModelPackageName: arn });
  const found = await sagemaker.send(asked, signal && { abortSignal: signal });
  const [createdBy, modifiedBy] = [identityOf(found.CreatedBy), identityOf(found.LastModifiedBy)];
  return {
    arn: found.ModelPackageArn ?? arn,
    approval: found.ModelApprovalStatus ?? "Unknown",
    releaseType: releaseTypeIn(found),
    ...(createdBy && { createdBy }),
    ...(modifiedBy && { modifiedBy }),
    properties: found.CustomerMetadataProperties ?? {},
    containers: (containersIn(found, specification) ?? []).map(containerFacts),
  };
}

const containersIn = (found: DescribeModelPackageCommandOutput, name: string | undefined) =>
  name === undefined
    ? found.InferenceSpecification?.Containers
    : found.AdditionalInferenceSpecifications?.find((each) => each.Name === name)?.Containers;

const containerFacts = (container: ModelPackageContainerDefinition): ContainerFacts => ({
  image: container.Image ?? "",
  registered: container.ImageDigest,
  data: modelDataOf(container),
});

/** Of a version, or of a model that was made without one: an archive, objects, and what comes beside them. */
export function modelDataOf(
  container: ModelPackageContainerDefinition | ContainerDefinition,
): readonly ModelData[] {
  const { ModelDataUrl } = container;
  return [
    ...(ModelDataUrl === undefined ? [] : [{ uri: ModelDataUrl, kind: "object" } as const]),
    ...sourcesIn(container).flatMap(dataIn),
  ];
}

/** What a container names beside an archive, in the order in which the API has it. */
function sourcesIn(container: ModelPackageContainerDefinition | ContainerDefinition) {
  const { ModelDataSource, AdditionalModelDataSources = [] } = container;
  const beside = "AdditionalS3DataSource" in container ? container.AdditionalS3DataSource : undefined;
  return [ModelDataSource, ...AdditionalModelDataSources, { S3DataSource: beside }].flatMap(
    (each): (S3ModelDataSource | AdditionalS3DataSource)[] => (each?.S3DataSource ? [each.S3DataSource] : []),
  );
}

function dataIn(source: S3ModelDataSource | AdditionalS3DataSource): ModelData[] {
  const { S3Uri: uri, S3DataType: type } = source;
  if (uri === undefined) return [];
  if ("ManifestS3Uri" in source && source.ManifestS3Uri !== undefined) return [{ uri, kind: "manifest" }];
  return [{ uri, kind: type === "S3Prefix" ? "prefix" : "object" }];
}

/** A person of a Studio domain is told by a profile, anybody else by an identity of IAM (UserContext, API reference). */
function identityOf(context: UserContext | undefined): Identity | undefined {
  const arn = context?.UserProfileArn ?? context?.IamIdentity?.Arn;
  return arn === undefined ? undefined : { arn, source: context?.IamIdentity?.SourceIdentity };
}
