/** What must be known before a release opens: its plan, its type, and whether its version may be released at all. */
import { badInput } from "../core/errors.ts";
import { type Plan, ReleaseType } from "../core/plan/plan.ts";
import type { ReleaseRequest } from "../core/request/normalised.ts";
import { ifThere } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import { readPlan } from "./plans.ts";
import { newestApproved, type PackageView, versionServed, viewEquipped, viewPackage } from "./sagemaker.ts";

/** The plan of the model, or why there is nothing to do. A person who asks by hand is told that it is a mistake. */
export async function planOf({ aws }: Tools, request: ReleaseRequest): Promise<Plan | string> {
  const plan = await readPlan(aws, request.model);
  if (plan !== undefined && plan.milestones[request.milestone] !== undefined) return plan;
  const lack =
    plan === undefined
      ? `model ${request.model} has no plan`
      : `the plan of ${request.model} has no milestone ${request.milestone}`;
  if (request.trigger === "registry") return lack;
  const field = plan === undefined ? "model" : "milestone";
  throw badInput(
    `${field}: expected one with a plan, found "${plan === undefined ? request.model : request.milestone}"; ${lack}`,
  );
}

/** The request with its version: a production milestone that names none means the newest approved one. */
export async function withVersion(
  { aws }: Tools,
  plan: Plan,
  request: ReleaseRequest,
): Promise<ReleaseRequest | string> {
  if (request.milestone !== "production" || request.version !== undefined) return request;
  const newest = await newestApproved(aws, plan.modelPackageGroupArn ?? plan.model);
  if (newest === undefined) return `${request.model} has no approved version`;
  return { ...request, version: newest.version, modelPackageArn: newest.arn };
}

/**
 * The version as its registry has it, whose ARN is the one to go by; a sentence where it is of a registry that the plan
 * does not take versions from; undefined where the request names none.
 */
export async function packageOf(
  tools: Tools,
  plan: Plan,
  request: ReleaseRequest,
): Promise<PackageView | string | undefined> {
  if (request.version === undefined) return undefined;
  const arn = packageArnOf(tools, plan, request);
  const stranger = otherRegistry(tools, plan, arn);
  if (stranger !== undefined) return stranger;
  const found = await ifThere(() => viewPackage(tools.aws, arn));
  if (found !== undefined) return found;
  if (request.trigger === "registry") return `${arn} does not exist any more`;
  throw badInput(
    `version: expected one that is in the registry, found ${request.version}; ${arn} does not exist`,
  );
}

/** SageMaker describes packages of its own region only, and a plan that names its registry takes versions of no other. */
function otherRegistry({ aws }: Tools, plan: Plan, arn: string): string | undefined {
  const { model, modelPackageGroupArn: group } = plan;
  const [region, account] = registryOf(arn);
  if (region !== aws.environment.region)
    return `${arn} is in another region than its endpoint, which is in ${aws.environment.region}`;
  if (group === undefined || registryOf(group)[1] === account) return undefined;
  return `${arn} is not of the registry that the plan of ${model} names, ${group}`;
}

/** Region and account of an ARN. */
const registryOf = (arn: string) => arn.split(":").slice(3, 5);

/** Why a version is not released; undefined where it may be. */
export async function versionGate(
  tools: Tools,
  plan: Plan,
  { request, found }: { request: ReleaseRequest; found: PackageView | undefined },
): Promise<string | undefined> {
  const { version, milestone, trigger } = request;
  if (version === undefined || found === undefined || milestone !== "production") return undefined;
  if (found.approval !== "Approved") {
    const state = `version ${version} of ${plan.model} is ${found.approval}`;
    if (trigger === "registry") return `${state} by now`;
    throw badInput(`version: expected an approved version, found ${version}; ${state}`);
  }
  if (trigger === "manual") return undefined;
  const served = await newestServed(tools, plan.endpoint.name);
  if (served === undefined || version > served) return undefined;
  return `version ${version} is not newer than version ${served}, which serves now; a run by hand releases it all the same`;
}

async function newestServed({ aws }: Tools, endpointName: string): Promise<number | undefined> {
  const endpoint = await ifThere(() => viewEquipped(aws, endpointName));
  const serving = (endpoint?.variants ?? []).filter((v) => v.currentWeight > 0);
  const versions = await Promise.all(serving.map((v) => versionServed(aws, v.modelName)));
  const known = versions.filter((v) => v !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The registry's ARN of the version: as the event gave it, of the plan's group, or in this account and region. */
export function packageArnOf(
  { aws }: Tools,
  { model, modelPackageGroupArn: group }: Plan,
  asked: { version?: number | undefined; modelPackageArn?: string | undefined },
): string {
  if (asked.modelPackageArn !== undefined) return asked.modelPackageArn;
  if (group !== undefined)
    return `${group.replace(":model-package-group/", ":model-package/")}/${asked.version}`;
  const { region, stateMachineArn } = aws.environment;
  const [, partition, , , account] = stateMachineArn.split(":");
  return `arn:${partition}:sagemaker:${region}:${account}:model-package/${model}/${asked.version}`;
}

/** The type of a release: as asked, as the registry's metadata says, or the plan's default. */
export function typeOf(plan: Plan, request: ReleaseRequest, found: PackageView | undefined): ReleaseType {
  const said = request.releaseType ?? found?.releaseType;
  if (said === undefined) return plan.defaultReleaseType;
  const type = ReleaseType.safeParse(said);
  if (type.success && plan.releaseTypes[type.data] !== undefined) return type.data;
  throw badInput(
    `releaseType: expected one of ${Object.keys(plan.releaseTypes).join(", ")}, found "${said}"`,
  );
}
