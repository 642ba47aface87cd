/** Asks what must be known before a release opens: its plan, its version, and what of it serves already. */
import { planOfMilestone, releasesVersion } from "../core/plan/milestone-plan.ts";
import type { Plan } from "../core/plan/plan.ts";
import { pricedFor } from "../core/plan/price-list.ts";
import { revertingPlan } from "../core/plan/reverting.ts";
import { releaseIdOf } from "../core/release/names.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import { lackOfDate } from "../core/release/stray.ts";
import {
  lackOfApproval,
  lackOfNewApproval,
  lackOfPackage,
  milestoneMeant,
  mustBeNewer,
  mustBeStaged,
  notNewer,
  notStaged,
  otherRegistry,
  packageArnOf,
  planFor,
} from "../core/release/version-gate.ts";
import type { ReleaseRequest } from "../core/request/normalised.ts";
import { ifThere } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import { newestApproved, type PackageView, viewPackage } from "./model-registry.ts";
import { readPlan } from "./plans.ts";
import { listingFor } from "./price-list.ts";
import { latestAttempt } from "./releases.ts";
import { servingPlatform } from "./serving/platforms.ts";

/**
 * The plan by which what is asked for goes, priced as of now, with the milestone that is meant; or why there is nothing to
 * do.
 */
export async function planOf(
  tools: Tools,
  asked: ReleaseRequest,
): Promise<{ plan: Plan; request: ReleaseRequest } | string> {
  const inForce = await readPlan(tools.aws, asked.model);
  const request = { ...asked, milestone: milestoneMeant(inForce, asked) };
  const found = planFor(inForce, request);
  if (typeof found === "string") return found;
  const stray = lackOfDate(found, request);
  if (stray !== undefined) return stray;
  const use = releasesVersion(found, request.milestone) ? "hosting" : "training";
  const plan = pricedFor(planOfMilestone(found, request.milestone), use, await listingFor(tools));
  return { plan: request.revert === true ? revertingPlan(plan) : plan, request };
}

/** The request with its version: a release that names none means the newest approved one. */
export async function withVersion(
  { aws }: Tools,
  plan: Plan,
  request: ReleaseRequest,
): Promise<ReleaseRequest | string> {
  if (!releasesVersion(plan, request.milestone) || request.version !== undefined) return request;
  const newest = await newestApproved(aws, plan.modelPackageGroupArn ?? plan.model);
  if (newest === undefined) return `${request.model} has no approved version`;
  return { ...request, version: newest.version, modelPackageArn: newest.arn };
}

/**
 * The version as its registry has it, whose ARN is the one to go by; a sentence where it is not to be had; undefined where
 * the request names none.
 */
export async function packageOf(
  { aws }: Tools,
  plan: Plan,
  request: ReleaseRequest,
): Promise<PackageView | string | undefined> {
  if (request.version === undefined) return undefined;
  const arn = packageArnOf(aws.environment, plan, request);
  return (
    otherRegistry(aws.environment, plan, arn) ??
    (await ifThere(() => viewPackage(aws, arn))) ??
    lackOfPackage(arn, request)
  );
}

interface AskedVersion {
  readonly request: ReleaseRequest;
  readonly found: PackageView | undefined;
  /** The attempt before, where that was rolled back by evidence of harm. */
  readonly harmed: ReleaseRecord | undefined;
}

/** Why a version is not released; undefined where it may be. */
export async function versionGate(
  { aws }: Tools,
  plan: Plan,
  { request, found, harmed }: AskedVersion,
): Promise<string | undefined> {
  const lack = lackOfApproval(plan, request, found) ?? lackOfNewApproval(request, harmed, found);
  if (lack !== undefined || found === undefined) return lack;
  const older = mustBeNewer(plan, request)
    ? notNewer(request, await servingPlatform(aws).versionsServed(plan.endpoint.name))
    : undefined;
  if (older !== undefined || !mustBeStaged(plan, request)) return older;
  const { model, version } = request;
  const staging = releaseIdOf({ model, label: `v${version}`, milestone: "staging", attempt: 1 });
  return notStaged(request, await latestAttempt(aws, staging));
}
