/**
 * Events of ECR: which of them is a tag that a plan waits for, and which of a model's approved versions has the image that it
 * was put on. A push starts nothing by itself: the version has to be approved in SageMaker's registry all the same.
 */
import * as z from "zod";
import type { ContainerFacts } from "../gates/facts.ts";
import { mistakesOf } from "../input/bad-input-schema.ts";
import type { Plan } from "../plan/plan.ts";
import { referredBy } from "./image-reference.ts";
import type { Normalised, PushedImage } from "./normalised.ts";

/** Source: ECR user guide, "Amazon ECR events and EventBridge", event for a completed image push. */
export const ImagePushEvent = z
  .looseObject({
    source: z.literal("aws.ecr"),
    "detail-type": z.literal("ECR Image Action"),
    account: z.string().regex(/^\d{12}$/, "an account's twelve digits"),
    region: z.string().min(1),
    time: z.string().optional(),
    detail: z.looseObject({
      "action-type": z.string().describe("PUSH, or DELETE."),
      result: z.string().describe("SUCCESS, or FAILURE."),
      "repository-name": z.string().min(1),
      "image-digest": z.string().min(1),
      "image-tag": z.string().optional().describe("Absent of an image that was pushed by digest alone."),
    }),
  })
  .describe("A tag that was put on an image, as ECR sends it to EventBridge.");

export const imageText = ({ repository, digest }: Pick<PushedImage, "repository" | "digest">): string =>
  `${repository}@${digest}`;

const ignored = (reason: string): Normalised => ({ kind: "ignored", reason });

export function readImagePush(event: object): Normalised {
  const parsed = ImagePushEvent.safeParse(event);
  if (!parsed.success)
    return {
      kind: "bad",
      mistakes: mistakesOf(parsed.error, ImagePushEvent, event).map(({ mistake }) => mistake),
    };
  const { account, region, detail } = parsed.data;
  const {
    "action-type": action,
    result,
    "repository-name": repository,
    "image-digest": digest,
    "image-tag": tag,
  } = detail;
  const what = imageText({ repository, digest });
  if (action !== "PUSH" || result !== "SUCCESS")
    return ignored(`${what}: ${action} was a ${result}; only a push that succeeded starts a release`);
  if (tag === undefined) return ignored(`${what} was pushed without a tag`);
  return { kind: "image-pushed", push: { account, region, repository, tag, digest } };
}

/** The plan that waits for such a tag, of all that are in force; or why nothing is to be done. */
export function planMeant<P extends Pick<Plan, "model" | "registry">>(
  push: PushedImage,
  plans: readonly P[],
): P | string {
  const { repository, tag } = push;
  const [plan, ...others] = plans.filter(
    ({ registry }) => registry?.kind === "ecr" && registry.repository === repository && registry.tag === tag,
  );
  if (plan === undefined) return `no plan waits for the tag ${tag} in the repository ${repository}`;
  if (others.length === 0) return plan;
  const models = [plan, ...others].map(({ model }) => model).join(", ");
  return `the plans of ${models} all wait for the tag ${tag} in the repository ${repository}: give each a tag of its own`;
}

/** Whether a container runs the image: by a reference that has its digest, or by the digest that was registered with it. */
export function isOfImage({ image, registered }: ContainerFacts, push: PushedImage): boolean {
  const referred = referredBy(image);
  return (
    referred?.registryId === push.account &&
    referred.region === push.region &&
    referred.repositoryName === push.repository &&
    (referred.digest ?? registered) === push.digest
  );
}
