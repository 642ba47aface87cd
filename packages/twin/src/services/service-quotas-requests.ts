/**
 * Requests for more of a quota. AWS's people decide about them in their own time, which the twin has none of: a request is
 * open until the account has as much as was asked for.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";

/** One quota as the account has it now. */
export interface RequestableQuota {
  readonly code: string;
  readonly name: string;
  readonly instances: number;
}

interface QuotaRequest {
  readonly id: string;
  readonly code: string;
  readonly desired: number;
  readonly atMs: number;
}

export interface QuotaRequests {
  /** Throws AWS's error where one is open, or no more is asked for than there is. */
  file(quota: RequestableQuota, desired: number, atMs: number): Json;
  /** All of a quota, newest first. */
  of(quota: RequestableQuota): Json[];
}

/** `arnPrefix`: `arn:aws:servicequotas:REGION:ACCOUNT`. */
export function quotaRequests(arnPrefix: string): QuotaRequests {
  const filed: QuotaRequest[] = [];
  const isOpen = ({ desired }: QuotaRequest, { instances }: RequestableQuota) => instances < desired;
  const described = (request: QuotaRequest, quota: RequestableQuota): Json => ({
    Id: request.id,
    ServiceCode: "sagemaker",
    ServiceName: "Amazon SageMaker",
    QuotaCode: quota.code,
    QuotaName: quota.name,
    DesiredValue: request.desired,
    Status: isOpen(request, quota) ? "PENDING" : "APPROVED",
    Created: request.atMs / 1000,
    LastUpdated: request.atMs / 1000,
    QuotaArn: `${arnPrefix}:sagemaker/${quota.code}`,
    GlobalQuota: false,
    Unit: "None",
    QuotaRequestedAtLevel: "ACCOUNT",
  });
  const of = ({ code }: RequestableQuota) => filed.filter((request) => request.code === code);
  return {
    file(quota, desired, atMs) {
      // Both in the words of users' reports (hashicorp/terraform-provider-aws#19657, cloud-custodian/cloud-custodian#8939).
      if (desired <= quota.instances)
        throw new AwsError(
          "IllegalArgumentException",
          "You must provide a quota value greater than the current quota value",
        );
      if (of(quota).some((request) => isOpen(request, quota)))
        throw new AwsError(
          "ResourceAlreadyExistsException",
          "Only one open service quota increase request is allowed per quota.",
        );
      const id = `${quota.code.replace(/\W/g, "").toLowerCase()}-${filed.length + 1}`;
      const request = { id, code: quota.code, desired, atMs };
      filed.push(request);
      return { RequestedQuota: described(request, quota) };
    },
    of: (quota) =>
      of(quota)
        .toReversed()
        .map((request) => described(request, quota)),
  };
}
