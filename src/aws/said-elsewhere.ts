/**
 * Another registry than SageMaker's says that a version is to be released, by a tag on its image or by an alias: starts the
 * release of the approved version that is meant, where a plan waits for that. Started as `slipway emit` starts it, under the
 * same names, so that one version is released once whoever asks.
 */
import type { Plan } from "../core/plan/plan.ts";
import { nameInArn } from "../core/release/names.ts";
import type { Opening } from "../core/release/opening.ts";
import { milestoneMeant, planFor } from "../core/release/version-gate.ts";
import { isOfAlias, modelUri, planOfAlias, uriProperty } from "../core/request/alias-set.ts";
import { imageText, isOfImage, planMeant } from "../core/request/image-push.ts";
import type { PushedImage, ReleaseRequest, SetAlias } from "../core/request/normalised.ts";
import { type Emitted, emit, releaseAsked } from "./emissions.ts";
import type { Tools } from "./lambda.ts";
import { approvedVersions, type RegisteredVersion, registeredVersion } from "./model-registry.ts";
import { plansInForce } from "./plans.ts";

/** So many versions are looked through: each takes a call, and a step has 80 seconds. */
const mostVersions = 20;

/** What a registry has said. */
interface Said {
  readonly registry: NonNullable<ReleaseRequest["registry"]>;
  readonly note: string;
  /** Whose release it means, or why nobody's. */
  readonly planOf: (plans: readonly Plan[]) => Plan | string;
  readonly isMeant: (version: RegisteredVersion) => boolean;
  /** What none of the versions has, and what to do; each goes on a sentence. */
  readonly lack: string;
  readonly todo: string;
}

export function releaseOfPush(tools: Tools, push: PushedImage): Promise<Opening> {
  return releaseSaid(tools, {
    registry: "ecr",
    note: `the tag ${push.tag} was put on ${imageText(push)}`,
    planOf: (plans) => planMeant(push, plans),
    isMeant: ({ containers }) => containers.some((each) => isOfImage(each, push)),
    lack: `has the image ${imageText(push)}`,
    todo: `register one with it, have it approved, and put the tag ${push.tag} on the image again`,
  });
}

export function releaseOfAlias(tools: Tools, set: SetAlias): Promise<Opening> {
  const uri = modelUri(set);
  return releaseSaid(tools, {
    registry: "mlflow",
    note: `the alias ${set.alias} was set on ${uri}`,
    planOf: (plans) => planOfAlias(set, plans),
    isMeant: ({ properties }) => isOfAlias(properties, set),
    lack: `has the metadata property ${uriProperty} with ${uri}`,
    todo: `register one with it, have it approved, and set the alias ${set.alias} again`,
  });
}

async function releaseSaid(tools: Tools, said: Said): Promise<Opening> {
  const { aws, now } = tools;
  const { plans } = await plansInForce(aws);
  const plan = said.planOf(plans);
  if (typeof plan === "string") return ignored(plan);
  const version = await versionMeant(tools, plan, said);
  if (version === undefined)
    return ignored(
      `none of the newest ${mostVersions} approved versions of ${plan.model} ${said.lack}: ${said.todo}`,
    );
  const asked = askedFor(plan, { version, registry: said.registry });
  const milestone = milestoneMeant(plan, asked);
  const allowed = planFor(plan, { ...asked, milestone });
  if (typeof allowed === "string") return ignored(allowed);
  const { note, registry } = said;
  const emission = {
    model: plan.model,
    version,
    milestone,
    asks: { again: false },
    note,
    registry,
    claimed: {},
  };
  const emitted = await emit(aws, emission, { nowMs: now, mayStart: () => {} });
  return openingOf(emitted, `${note}: ${releaseAsked(emission)}`);
}

const askedFor = (
  { model }: Plan,
  { version, registry }: { readonly version: number; readonly registry: Said["registry"] },
): ReleaseRequest => ({
  model,
  version,
  milestone: "production",
  trigger: "registry",
  registry,
  again: false,
});

/** The newest approved version that is meant. */
async function versionMeant({ aws }: Tools, plan: Plan, { isMeant }: Said): Promise<number | undefined> {
  let looked = 0;
  for await (const { version, arn } of approvedVersions(aws, groupOf(plan), mostVersions)) {
    if (isMeant(await registeredVersion(aws, arn))) return version;
    looked += 1;
    if (looked === mostVersions) return undefined;
  }
  return undefined;
}

const groupOf = ({ model, modelPackageGroupArn }: Plan): string => modelPackageGroupArn ?? model;

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
