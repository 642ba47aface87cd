/** Whether a version may be released at all: of which registry it is, whether it is approved, and what serves already. */
import { badInput } from "../errors.ts";
import { isStagedFirst, releasesVersion } from "../plan/milestone-plan.ts";
import { type MilestoneKind, type Plan, ReleaseType, type When } from "../plan/plan.ts";
import { awaitedOf } from "../plan/registry.ts";
import type { ReleaseRequest } from "../request/normalised.ts";
import { epochMs } from "../units.ts";
import type { ReleaseRecord } from "./record.ts";

/** Where a deployment is. */
export interface DeploymentLocation {
  readonly region: string;
  readonly stateMachineArn: string;
}

/** What of a request says which version it is about. */
export interface AskedVersion {
  readonly version?: number | undefined;
  readonly modelPackageArn?: string | undefined;
}

/** What the registry says of a version. */
export interface Registered {
  /** "Approved", "Rejected", "PendingManualApproval" (ModelApprovalStatus, API model). */
  readonly approval: string;
  readonly releaseType?: string;
  /** Epoch milliseconds. */
  readonly modifiedMs?: number;
}

/** Which milestone an approval is about: staging where that begins with it, and production otherwise. */
export function milestoneMeant(
  plan: Plan | undefined,
  { milestone, trigger }: ReleaseRequest,
): MilestoneKind {
  const staging = plan?.milestones.staging?.when;
  return trigger === "registry" && staging !== undefined && "event" in staging ? "staging" : milestone;
}

/**
 * A model's plan where it has the milestone that is asked for, or why there is nothing to do.
 * @throws BadInput for whoever asks by hand: that is a mistake
 */
export function planFor(plan: Plan | undefined, request: ReleaseRequest): Plan | string {
  const { model, milestone, trigger } = request;
  const due = plan?.milestones[milestone]?.when;
  const other = due === undefined ? undefined : otherwiseDue(due, request);
  if (other !== undefined) return `${milestone} of ${model} is due ${other}`;
  const elsewhere = plan === undefined ? undefined : saidElsewhere(plan, request);
  if (elsewhere !== undefined) return elsewhere;
  if (plan !== undefined && due !== undefined) return plan;
  const [field, found, lack] =
    plan === undefined
      ? (["model", model, `model ${model} has no plan`] as const)
      : (["milestone", milestone, `the plan of ${model} has no milestone ${milestone}`] as const);
  if (trigger === "registry") return lack;
  throw badInput(`${field}: expected one with a plan, found "${found}"; ${lack}`);
}

/** What makes a milestone due, where it is not what the request says: an event makes nothing due that has a date. */
function otherwiseDue(due: When, { trigger }: ReleaseRequest): string | undefined {
  const told = { registry: "an approval", staging: "a success in staging" } as const;
  if (trigger !== "registry" && trigger !== "staging") return undefined;
  if (!("event" in due))
    return `by date, ${"at" in due ? due.at : due.cron} ${due.timeZone}, not by ${told[trigger]}`;
  const makesItDue = due.event === "model-approved" ? "registry" : "staging";
  return makesItDue === trigger ? undefined : `by ${told[makesItDue]}, not by ${told[trigger]}`;
}

/** Why another registry has the say than the one that asks; undefined where it is this one, or no registry asks. */
function saidElsewhere({ model, registry }: Plan, request: ReleaseRequest): string | undefined {
  if (request.trigger !== "registry" || request.registry === registry?.kind) return undefined;
  return registry === undefined
    ? `the plan of ${model} waits for no other registry by now`
    : `an approved version of ${model} is released once ${awaitedOf(registry)}`;
}

/** The registry's ARN of a version: as the event gave it, of the plan's group, or in the deployment's account and region. */
export function packageArnOf(
  { region, stateMachineArn }: DeploymentLocation,
  { model, modelPackageGroupArn: group }: Plan,
  { version, modelPackageArn }: AskedVersion,
): string {
  if (modelPackageArn !== undefined) return modelPackageArn;
  if (group !== undefined) return `${group.replace(":model-package-group/", ":model-package/")}/${version}`;
  const [, partition, , , account] = stateMachineArn.split(":");
  return `arn:${partition}:sagemaker:${region}:${account}:model-package/${model}/${version}`;
}

/**
 * Why a version of another registry is not taken; undefined where it is of the plan's. SageMaker describes packages of its
 * own region only, and a plan that names its registry takes versions of no other.
 */
export function otherRegistry({ region }: DeploymentLocation, plan: Plan, arn: string): string | undefined {
  const { model, modelPackageGroupArn: group } = plan;
  const [own, account] = registryOf(arn);
  if (own !== region) return `${arn} is in another region than its endpoint, which is in ${region}`;
  if (group === undefined || registryOf(group)[1] === account) return undefined;
  return `${arn} is not of the registry that the plan of ${model} names, ${group}`;
}

/** Region and account of an ARN. */
const registryOf = (arn: string) => arn.split(":").slice(3, 5);

/**
 * Why a version is not there to be released, that is not in its registry.
 * @throws BadInput for whoever asks by hand
 */
export function lackOfPackage(arn: string, { trigger, version }: ReleaseRequest): string {
  if (trigger === "registry") return `${arn} does not exist any more`;
  throw badInput(`version: expected one that is in the registry, found ${version}; ${arn} does not exist`);
}

/**
 * Why a version is not approved; undefined where it is, or where the milestone does not ask for that.
 * @throws BadInput for whoever asks by hand
 */
export function lackOfApproval(
  plan: Plan,
  { version, milestone, trigger }: ReleaseRequest,
  found: Registered | undefined,
): string | undefined {
  const { model } = plan;
  if (version === undefined || found === undefined || !releasesVersion(plan, milestone)) return undefined;
  if (found.approval === "Approved") return undefined;
  const state = `version ${version} of ${model} is ${found.approval}`;
  if (trigger === "registry") return `${state} by now`;
  throw badInput(`version: expected an approved version, found ${version}; ${state}`);
}

/**
 * Why a version that was rolled back by evidence of harm is not tried again: nobody has approved it since. Undefined where
 * somebody has, and of a revert, since no way back waits for an approval.
 * @throws BadInput for whoever asks by hand
 */
export function lackOfNewApproval(
  { version, trigger, revert }: ReleaseRequest,
  harmed: Pick<ReleaseRecord, "release" | "closing" | "closedAt"> | undefined,
  found: Registered | undefined,
): string | undefined {
  if (harmed?.closedAt === undefined || revert === true) return undefined;
  if ((found?.modifiedMs ?? Number.NEGATIVE_INFINITY) > epochMs(harmed.closedAt)) return undefined;
  const by = (harmed.closing?.harm ?? []).join(", ");
  const lack = `${harmed.release.id} was rolled back by evidence of ${by} at ${harmed.closedAt}, and nobody has approved version ${version} since; set it to PendingManualApproval and to Approved again`;
  if (trigger !== "manual") return lack;
  throw badInput(`version: expected one that was approved anew, found ${version}; ${lack}`);
}

/** Whether a version must have been promoted in staging: a person may release one that was not. */
export const mustBeStaged = (plan: Plan, { version, milestone, trigger }: ReleaseRequest): boolean =>
  version !== undefined && isStagedFirst(plan, milestone) && trigger !== "manual";

/** Why a version has not passed staging, by the record of its newest release there; undefined where it has. */
export function notStaged(
  { version = 0, model }: ReleaseRequest,
  staged: Pick<ReleaseRecord, "release" | "status" | "closing"> | undefined,
): string | undefined {
  const hint = "a run by hand releases it all the same";
  if (staged === undefined)
    return `version ${version} of ${model} was not released in staging, which comes first; ${hint}`;
  if (staged.status === "open") return `version ${version} of ${model} is still in staging`;
  const outcome = staged.closing?.outcome;
  if (staged.status === "closed" && outcome === "promoted") return undefined;
  return `version ${version} of ${model} did not pass staging: ${staged.release.id} was ${outcome ?? "left"}; ${hint}`;
}

/** Whether a version has to be newer than what serves: a person may release an older one, and no event may. */
export const mustBeNewer = (plan: Plan, { version, milestone, trigger }: ReleaseRequest): boolean =>
  version !== undefined && releasesVersion(plan, milestone) && trigger !== "manual";

/** Why a version that serves already, or is older than what does, is not released; undefined where it is newer. */
export function notNewer({ version = 0 }: ReleaseRequest, served: readonly number[]): string | undefined {
  const oldest = Math.min(...served);
  return version > oldest || served.length === 0
    ? undefined
    : `version ${version} is not newer than version ${oldest}, which serves now; a run by hand releases it all the same`;
}

/**
 * The type of a release: as asked, as the registry's metadata says, or the plan's default.
 * @throws BadInput where the plan does not describe it
 */
export function typeOf(plan: Plan, request: ReleaseRequest, found: Registered | undefined): ReleaseType {
  const said = request.releaseType ?? found?.releaseType;
  if (said === undefined) return plan.defaultReleaseType;
  const type = ReleaseType.safeParse(said);
  if (type.success && plan.releaseTypes[type.data] !== undefined) return type.data;
  throw badInput(
    `releaseType: expected one of ${Object.keys(plan.releaseTypes).join(", ")}, found "${said}"`,
  );
}
