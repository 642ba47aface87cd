/**
 * Endpoints of others, as far as they count: instances of the types that a release needs are under the same quotas.
 * Whatever else they are, or become while they are looked at, is no affair of the release.
 */
import {
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  type ProductionVariant,
  type ProductionVariantSummary,
  paginateListEndpoints,
} from "@aws-sdk/client-sagemaker";
import type { InstancesByType } from "../../../core/feasibility/feasibility.ts";
import type { Aws } from "../../clients.ts";
import { failureOf } from "../../errors.ts";
import { describeConfig } from "./models.ts";

export interface Elsewhere {
  /** Instances by type, of the types that were asked for. */
  readonly fleet: InstancesByType;
  /** Endpoints that this account's rights, or SageMaker, would not let be looked at. */
  readonly unseen: readonly string[];
}

/** This many endpoints are looked at at one time: 300 take some 40 rounds of two calls, and SageMaker is not flooded. */
export const atOnce = 8;

/** Looks at every endpoint of the account but some. */
export async function instancesElsewhere(
  aws: Aws,
  { but, types }: { but: readonly string[]; types: readonly string[] },
): Promise<Elsewhere> {
  const names: string[] = [];
  for await (const page of paginateListEndpoints({ client: aws.sagemaker, pageSize: 100 }, {}))
    for (const { EndpointName } of page.Endpoints ?? [])
      if (EndpointName !== undefined && !but.includes(EndpointName)) names.push(EndpointName);
  const fleet: Record<string, number> = {};
  const unseen: string[] = [];
  await eachOf(names, async (name) => {
    const found = await seen(() => instancesOf(aws, name));
    if (found === "unseen") unseen.push(name);
    else
      for (const [type, count] of found ?? [])
        if (types.includes(type)) fleet[type] = (fleet[type] ?? 0) + count;
  });
  return { fleet, unseen: unseen.sort() };
}

/** Does the work for each, a few at a time; the first failure ends it. */
async function eachOf(names: readonly string[], work: (name: string) => Promise<void>): Promise<void> {
  const left = [...names].reverse();
  const worker = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await work(name);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, names.length) }, worker));
}

/** What is gone meanwhile has no instances; what cannot be looked at is told. A failure that may pass is thrown. */
async function seen<T>(look: () => Promise<T>): Promise<T | "unseen" | undefined> {
  try {
    return await look();
  } catch (error) {
    const known = failureOf(error);
    if (known.name === "NotFound") return undefined;
    if (known.name === "AwsRefused") return "unseen";
    throw error;
  }
}

type Counted = readonly (readonly [type: string, count: number])[];

/** The configuration, which alone tells the types, is read only where there are instances whose type is not known. */
async function instancesOf(aws: Aws, EndpointName: string): Promise<Counted> {
  const found = await aws.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  const variants = [...(found.ProductionVariants ?? []), ...(found.ShadowProductionVariants ?? [])];
  const pooled = variants.flatMap(({ InstancePools = [] }) => InstancePools);
  const single = variants.filter((one) => one.InstancePools === undefined && countOf(one) > 0);
  const config = single.length === 0 ? undefined : await describeConfig(aws, found.EndpointConfigName ?? "");
  const configured = [...(config?.ProductionVariants ?? []), ...(config?.ShadowProductionVariants ?? [])];
  return [
    ...pooled.map(
      ({ InstanceType = "", CurrentInstanceCount = 0 }) => [InstanceType, CurrentInstanceCount] as const,
    ),
    ...single.map((one) => [typeOf(configured, one), countOf(one)] as const),
    ...pending(found),
  ];
}

/** An update's new fleet is there beside the old one. */
function pending({ PendingDeploymentSummary: update }: DescribeEndpointCommandOutput): Counted {
  const variants = [...(update?.ProductionVariants ?? []), ...(update?.ShadowProductionVariants ?? [])];
  return variants.map((one) => [one.InstanceType ?? "", countOf(one)] as const);
}

type Sized = Pick<ProductionVariantSummary, "CurrentInstanceCount" | "DesiredInstanceCount">;
const countOf = (one: Sized) => Math.max(one.CurrentInstanceCount ?? 0, one.DesiredInstanceCount ?? 0);

const typeOf = (configured: readonly ProductionVariant[], { VariantName }: ProductionVariantSummary) =>
  configured.find((one) => one.VariantName === VariantName)?.InstanceType ?? "";
