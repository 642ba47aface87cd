/**
 * Service Quotas: what the account may have. An account has far more quotas than one page holds, and names, not
 * codes, tell them apart, so the twin lists the needed ones among many others, as AWS does.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { integer, knowing, requiredText, text, validation } from "./protocol-input.ts";
import { page } from "./protocol-paging.ts";
import type { Service } from "./service.ts";
import { INSTANCE_TYPES, QUOTA_USES, type QuotaUse, quotaCode, quotaName } from "./service-quotas-names.ts";
import { quotaRequests } from "./service-quotas-requests.ts";

/** One quota of SageMaker: how many instances of a type one use may have. */
export interface InstanceQuota {
  /** `ml.g5.xlarge` */
  readonly instanceType: string;
  readonly use: QuotaUse;
  readonly instances: number;
  /** False: it is AWS's default, which is listed apart. */
  readonly applied?: boolean;
}

export interface ServiceQuotasOptions {
  /** What the account was given; read at each call, so a change shows at once. Every other quota is 0. */
  readonly quotas: readonly InstanceQuota[] | (() => readonly InstanceQuota[]);
  readonly account?: string;
  readonly region?: string;
}

/** Largest MaxResults, and the default (service model, botocore 1.43). */
const PAGE = 100;

export function serviceQuotas(options: ServiceQuotasOptions): Service {
  const { account = "123456789012", region = "eu-west-1" } = options;
  const granted = () => (typeof options.quotas === "function" ? options.quotas() : options.quotas);
  const quotas = (code: string | undefined) =>
    accountQuotas(granted()).filter(
      (quota) => quota.applied !== false && (code === undefined || quota.code === code),
    );
  const arnPrefix = `arn:aws:servicequotas:${region}:${account}`;
  const described = (quota: Coded) => describe(quota, arnPrefix);
  const requests = quotaRequests(arnPrefix);
  const quotaOf = (code: string): Coded => {
    const quota = accountQuotas(granted()).find((each) => each.code === code);
    if (quota === undefined)
      throw noSuchResource("The request failed because the specified quota does not exist.");
    return quota;
  };
  return {
    name: "service-quotas",
    title: "ServiceQuotas",
    protocol: { kind: "json", version: "1.1", targetPrefix: "ServiceQuotasV20190624" },
    operations: knowing("ServiceQuotas", known, {
      ListServiceQuotas(input) {
        requireSageMaker(requiredText(input, "ServiceCode"));
        const limit = integer(input, "MaxResults", { min: 1, max: PAGE }) ?? PAGE;
        const listed = quotas(text(input, "QuotaCode"));
        const { items, nextToken } = page(listed, { limit, token: text(input, "NextToken"), invalidToken });
        return { Quotas: items.map(described), NextToken: nextToken };
      },
      ListAWSDefaultServiceQuotas(input) {
        requireSageMaker(requiredText(input, "ServiceCode"));
        const limit = integer(input, "MaxResults", { min: 1, max: PAGE }) ?? PAGE;
        const listed = accountQuotas(granted());
        const { items, nextToken } = page(listed, { limit, token: text(input, "NextToken"), invalidToken });
        return { Quotas: items.map(asDefault).map(described), NextToken: nextToken };
      },
      GetServiceQuota(input) {
        requireSageMaker(requiredText(input, "ServiceCode"));
        const [quota] = quotas(requiredText(input, "QuotaCode"));
        if (quota === undefined)
          throw noSuchResource("The request failed because the specified quota does not exist.");
        return { Quota: described(quota) };
      },
      RequestServiceQuotaIncrease(input, { at }) {
        requireSageMaker(requiredText(input, "ServiceCode"));
        const quota = quotaOf(requiredText(input, "QuotaCode"));
        const desired = integer(input, "DesiredValue", { min: 0, max: 10_000_000_000 });
        if (desired === undefined) throw validation("desiredValue", "null", "Member must not be null");
        return requests.file(quota, desired, at);
      },
      ListRequestedServiceQuotaChangeHistoryByQuota(input) {
        requireSageMaker(requiredText(input, "ServiceCode"));
        const limit = integer(input, "MaxResults", { min: 1, max: PAGE }) ?? PAGE;
        const filed = requests.of(quotaOf(requiredText(input, "QuotaCode")));
        const { items, nextToken } = page(filed, { limit, token: text(input, "NextToken"), invalidToken });
        return { RequestedQuotas: items, NextToken: nextToken };
      },
    }),
  };
}

const paged = ["ServiceCode", "MaxResults", "NextToken"];
const known = {
  ListServiceQuotas: [...paged, "QuotaCode"],
  ListAWSDefaultServiceQuotas: paged,
  GetServiceQuota: ["ServiceCode", "QuotaCode"],
  RequestServiceQuotaIncrease: ["ServiceCode", "QuotaCode", "DesiredValue"],
  ListRequestedServiceQuotaChangeHistoryByQuota: [...paged, "QuotaCode"],
};

type Coded = InstanceQuota & { readonly name: string; readonly code: string };

/** AWS's default of a quota that was raised is not known to the twin: it says 0, as most are. */
const asDefault = (quota: Coded): Coded => (quota.applied === false ? quota : { ...quota, instances: 0 });

/**
 * Every use of every known instance type, in the order of their codes, as the account has them; of HyperPod clusters those
 * that it was given, which AWS lists for every type as well.
 */
function accountQuotas(granted: readonly InstanceQuota[]): readonly Coded[] {
  const usual: ReadonlySet<QuotaUse> = new Set(QUOTA_USES);
  const ofClusters = granted.filter(({ use }) => !usual.has(use));
  const others = granted.filter(({ use }) => usual.has(use));
  const types = [...new Set([...INSTANCE_TYPES, ...others.map(({ instanceType }) => instanceType)])];
  const all = types.flatMap((instanceType) =>
    QUOTA_USES.map((use): InstanceQuota => {
      const given = others.findLast((quota) => quota.instanceType === instanceType && quota.use === use);
      return { instanceType, use, instances: 0, ...given };
    }),
  );
  return [...all, ...ofClusters]
    .map((quota) => ({ ...quota, name: quotaName(quota), code: quotaCode(quotaName(quota)) }))
    .sort((one, other) => (one.code < other.code ? -1 : 1));
}

type Described = { readonly QuotaCode: string; readonly [member: string]: Json };

function describe(quota: Coded, arnPrefix: string): Described {
  return {
    ServiceCode: "sagemaker",
    ServiceName: "Amazon SageMaker",
    QuotaArn: `${arnPrefix}:sagemaker/${quota.code}`,
    QuotaCode: quota.code,
    QuotaName: quota.name,
    Value: quota.instances,
    Unit: "None",
    Adjustable: true,
    GlobalQuota: false,
    QuotaAppliedAtLevel: "ACCOUNT",
  };
}

function requireSageMaker(serviceCode: string): void {
  if (serviceCode !== "sagemaker")
    throw noSuchResource("The request failed because the specified service does not exist.");
}

function noSuchResource(message: string): AwsError {
  return new AwsError("NoSuchResourceException", message);
}

function invalidToken(): AwsError {
  return new AwsError("InvalidPaginationTokenException", "Invalid token was provided");
}
