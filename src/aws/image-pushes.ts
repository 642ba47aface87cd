/**
 * A tag was put on an image in ECR: starts the release of the approved version that has the image, where a plan waits for the
 * tag. Started as `slipway emit` starts it, under the same names, so that one version is released once whoever asks.
 */
import type { Plan } from "../core/plan/plan.ts";
import { nameInArn } from "../core/release/names.ts";
import type { Opening } from "../core/release/opening.ts";
import { milestoneMeant, planFor } from "../core/release/version-gate.ts";
import { imageText, isOfImage, planMeant } from "../core/request/image-push.ts";
import type { PushedImage, ReleaseRequest } from "../core/request/normalised.ts";
import { type Emitted, emit, releaseAsked } from "./emissions.ts";
import type { Tools } from "./lambda.ts";
import { approvedVersions, registeredVersion } from "./model-registry.ts";
import { plansInForce } from "./plans.ts";

/** So many versions are looked through: each takes a call, and a step has 80 seconds. */
const mostVersions = 20;

export async function releaseOfPush(tools: Tools, push: PushedImage): Promise<Opening> {
  const { aws, now } = tools;
  const { plans } = await plansInForce(aws);
  const plan = planMeant(push, plans);
  if (typeof plan === "string") return ignored(plan);
  const version = await versionWith(tools, plan, push);
  if (version === undefined) return ignored(noVersion(plan, push));
  const asked = askedFor(plan, version);
  const milestone = milestoneMeant(plan, asked);
  const allowed = planFor(plan, { ...asked, milestone });
  if (typeof allowed === "string") return ignored(allowed);
  const note = `the tag ${push.tag} was put on ${imageText(push)}`;
  const { model, registry } = asked;
  const emission = { model, version, milestone, asks: { again: false }, note, registry, claimed: {} };
  const emitted = await emit(aws, emission, { nowMs: now, mayStart: () => {} });
  return openingOf(emitted, `${note}: ${releaseAsked(emission)}`);
}

const askedFor = ({ model }: Plan, version: number): ReleaseRequest => ({
  model,
  version,
  milestone: "production",
  trigger: "registry",
  registry: "ecr",
  again: false,
});

/** The newest approved version that has the image. */
async function versionWith({ aws }: Tools, plan: Plan, push: PushedImage): Promise<number | undefined> {
  let looked = 0;
  for await (const { version, arn } of approvedVersions(aws, groupOf(plan), mostVersions)) {
    const { containers } = await registeredVersion(aws, arn);
    if (containers.some((each) => isOfImage(each, push))) return version;
    looked += 1;
    if (looked === mostVersions) return undefined;
  }
  return undefined;
}

const groupOf = ({ model, modelPackageGroupArn }: Plan): string => modelPackageGroupArn ?? model;

const noVersion = ({ model }: Plan, push: PushedImage): string =>
  `none of the newest ${mostVersions} approved versions of ${model} has the image ${imageText(push)}: register one with it, have it approved, and put the tag ${push.tag} on the image again`;

function openingOf(emitted: Emitted, what: string): Opening {
  if (emitted.how === "found") {
    const { release, status, closing } = emitted.record;
    const state = status === "open" ? "is under way" : `ended as ${closing?.outcome ?? "closed"}`;
    return ignored(`${what}, and ${release.id} ${state}`);
  }
  const to = nameInArn(emitted.execution);
  const reason = `${what}, ${emitted.how === "started" ? "started" : "which is being started"} as ${to}`;
  return { route: "handed-over", reason, handOver: { outcome: "handed-over", reason, to } };
}

const ignored = (reason: string): Opening => ({ route: "ignored", reason });
