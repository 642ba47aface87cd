/** SageMaker's Model Registry: what it has of a version, and which is the newest that it has approved. */
import { DescribeModelPackageCommand, paginateListModelPackages } from "@aws-sdk/client-sagemaker";
import type { Aws } from "./clients.ts";

/** A model package version as the registry has it. */
export interface PackageView {
  readonly arn: string;
  readonly approval: string;
  readonly releaseType?: string;
}

/** The registry's entry for a version of a group; the customer metadata `slipway:release-type` names its type. */
export async function viewPackage({ sagemaker }: Aws, arn: string): Promise<PackageView> {
  const found = await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
  const releaseType = found.CustomerMetadataProperties?.["slipway:release-type"];
  return {
    arn: found.ModelPackageArn ?? arn,
    approval: found.ModelApprovalStatus ?? "Unknown",
    ...(releaseType === undefined ? {} : { releaseType }),
  };
}

/** The newest approved version of a model package group, by its name or its ARN, if there is one. */
export async function newestApproved(
  { sagemaker }: Aws,
  group: string,
): Promise<{ version: number; arn: string } | undefined> {
  const pages = paginateListModelPackages(
    { client: sagemaker, pageSize: 1 },
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
      if (version !== undefined && arn !== undefined) return { version, arn };
  return undefined;
}
