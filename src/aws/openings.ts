/** What must be known before a release opens: its plan, its type, and whether its version may be released at all. */
import { badInput } from "../core/errors.ts";
import { type Plan, ReleaseType } from "../core/plan/plan.ts";
import type { ReleaseRequest } from "../core/request/request.ts";
import type { Tools } from "./lambda.ts";
import { readPlan } from "./plans.ts";
import { newestApproved, versionServed, viewEquipped, viewPackage } from "./sagemaker.ts";

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

/** Why a version is not released; undefined where it may be. */
export async function versionGate(
  tools: Tools,
  plan: Plan,
  request: ReleaseRequest,
): Promise<string | undefined> {
  if (request.version === undefined || request.milestone !== "production") return undefined;
  const arn = packageArnOf(tools, plan, request);
  const stranger = otherRegistry(plan, arn);
  if (stranger !== undefined) return stranger;
  const found = await viewPackage(tools.aws, arn);
  if (found.approval !== "Approved") {
    const state = `version ${request.version} of ${plan.model} is ${found.approval}`;
    if (request.trigger === "registry") return `${state} by now`;
    throw badInput(`version: expected an approved version, found ${request.version}; ${state}`);
  }
  if (request.trigger !== "registry") return undefined;
  const served = await newestServed(tools, plan.endpoint.name);
  if (served === undefined || request.version > served) return undefined;
  return `version ${request.version} is not newer than version ${served}, which serves now; a run by hand releases it all the same`;
}

/** A plan that names its registry takes versions of no other. */
function otherRegistry({ model, modelPackageGroupArn: group }: Plan, arn: string): string | undefined {
  const registryOf = (text: string) => text.split(":").slice(3, 5).join(" ");
  if (group === undefined || registryOf(group) === registryOf(arn)) return undefined;
  return `${arn} is not of the registry that the plan of ${model} names, ${group}`;
}

async function newestServed({ aws }: Tools, endpointName: string): Promise<number | undefined> {
  const endpoint = await viewEquipped(aws, endpointName);
  const serving = endpoint.variants.filter((v) => v.currentWeight > 0);
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
export async function typeOf(tools: Tools, plan: Plan, request: ReleaseRequest): Promise<ReleaseType> {
  const said = request.releaseType ?? (await registryType(tools, plan, request));
  if (said === undefined) return plan.defaultReleaseType;
  const type = ReleaseType.safeParse(said);
  if (type.success && plan.releaseTypes[type.data] !== undefined) return type.data;
  throw badInput(
    `releaseType: expected one of ${Object.keys(plan.releaseTypes).join(", ")}, found "${said}"`,
  );
}

async function registryType(tools: Tools, plan: Plan, request: ReleaseRequest): Promise<string | undefined> {
  if (request.version === undefined) return undefined;
  return (await viewPackage(tools.aws, packageArnOf(tools, plan, request))).releaseType;
}
