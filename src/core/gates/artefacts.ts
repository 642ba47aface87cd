/**
 * The gate of what a version is loaded from: whether each object lies encrypted by a key of KMS that can be used. What was not looked
 * at leaves it unknown, and never excuses what was found.
 */
import type { ArtefactObject, ArtefactsSeen, GateSide } from "./facts.ts";
import { compared } from "./judging.ts";

/** How well an object is kept, the worst first: by nothing that S3 tells of, by S3's own keys or another service's, by KMS. */
const ranks = { none: 0, service: 1, kms: 2 } as const;

function rankOf({ algorithm, key }: ArtefactObject): number {
  if (algorithm === undefined) return ranks.none;
  return key === null ? ranks.service : ranks.kms;
}

/** With one that cannot be used no instance loads the object, whatever serves. */
const isUnusable = ({ key }: ArtefactObject): boolean => key !== null && key.state !== "Enabled";
const isShort = (object: ArtefactObject): boolean => rankOf(object) < ranks.kms || isUnusable(object);
const worst = ({ objects }: ArtefactsSeen): number => Math.min(ranks.kms, ...objects.map(rankOf));

/** What is short of it is known, whatever else there is. */
const seenOf = ({ artefacts }: GateSide) => {
  if ("unknown" in artefacts) return artefacts;
  const { objects, unseen } = artefacts.value;
  return unseen.length > 0 && !objects.some(isShort) ? { unknown: some(unseen, "; ") } : artefacts;
};

function objectText({ uri, algorithm, key }: ArtefactObject): string {
  if (algorithm === undefined) return `${uri} is not encrypted, as far as S3 tells`;
  if (key === null)
    return `${uri} is encrypted by ${algorithm}${algorithm === "AES256" ? ", keys of S3's own" : ""}`;
  return `${uri} is encrypted by ${key.arn}, which is ${key.state}`;
}

function seenText({ objects, unseen }: ArtefactsSeen): string {
  const short = objects.filter(isShort);
  if (short.length > 0) return some([...short.map(objectText), ...unseen], "; ");
  const keys = [...new Set(objects.flatMap(({ key }) => key?.arn ?? []))];
  return objects.length === 0
    ? "nothing is loaded from S3"
    : `${objects.length} object${objects.length === 1 ? "" : "s"} encrypted by ${some(keys, ", ")}`;
}

/** Chosen: as many as can be read. */
const mostTold = 3;
const some = (texts: readonly string[], between: string): string =>
  texts.length <= mostTold
    ? texts.join(between)
    : `${texts.slice(0, mostTold).join(between)} and ${texts.length - mostTold} more`;

/** HIPAA 164.312(a)(2)(iv), SOC 2 CC6.1, GDPR 32(1)(a). */
export const artefactEncryption = compared(["artefacts"], {
  of: seenOf,
  meets: ({ objects }) => !objects.some(isShort),
  isWorse: (candidate, serving) =>
    candidate.unseen.length > 0 || candidate.objects.some(isUnusable) || worst(candidate) < worst(serving),
  text: seenText,
  expected: () =>
    "what a version is loaded from to be encrypted by a key in KMS that is Enabled (SSE-KMS, DSSE-KMS)",
  todo: "copy such an object onto itself under a key that the model's role may decrypt with (aws s3 cp URI URI --sse aws:kms --sse-kms-key-id KEY), or enable its key; --param modelBuckets=… of the deployment names the buckets that may be looked at",
});
