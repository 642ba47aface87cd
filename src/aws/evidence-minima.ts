/**
 * Claims the evidence of a minimum that was set between releases, while nobody holds the endpoint's lock: a number of its chain, once
 * for each that was set. What is claimed the sweep finishes.
 */
import { ledgerContended } from "../core/errors.ts";
import { type Claiming, claiming } from "../core/evidence/claims.ts";
import type { MinimumPack } from "../core/evidence/pack.ts";
import type { LockEvidence } from "../core/release/lock.ts";
import { scalingOf } from "../core/release/resources.ts";
import type { BoundsChange, WatchedBounds } from "../core/release/watched-bounds.ts";
import type { Aws } from "./clients.ts";
import { claimsIn, expressionOf, nothing, type Settles, stillNext, together } from "./ledger-claims.ts";
import { readLock, writeLock } from "./lock-item.ts";
import { unclaimed } from "./locks.ts";

/** Chosen: whoever else takes numbers is a release that begins, or a sweep, seldom and once. */
const mostTries = 5;

export type MinimumSet = Pick<BoundsChange, "variant" | "from" | "to" | "adjusted"> & {
  /** When its call may first have gone out, ISO 8601: later for each that is set. */
  readonly at: string;
};

/** `isSeen`: its call was seen to take effect. Claiming the same twice is claiming it once. */
export async function claimMinimum(
  aws: Aws,
  { endpoint, model, ordered }: WatchedBounds,
  { variant, from, to, adjusted, at, isSeen }: MinimumSet & { readonly isSeen: boolean },
): Promise<void> {
  if (aws.environment.evidence === undefined) return;
  const subject = `endpoint/${endpoint}`;
  const pack: MinimumPack = {
    schema: 1,
    what: isSeen ? "adjusted" : "adjustment-begun",
    subject,
    since: at,
    at,
    resource: scalingOf(endpoint, variant),
    before: { min: from },
    after: { min: to },
    model,
    because: adjusted?.outcome ?? "load",
    ...(adjusted?.outcome === "undone" && ordered?.pseudonym !== undefined && { by: ordered.pseudonym }),
  };
  for (let tries = 0; tries < mostTries; tries++) {
    const { evidence } = await readLock(aws, subject);
    if (evidence?.minimum !== undefined && evidence.minimum >= at) return;
    const claim = claiming(evidence ?? unclaimed, [pack]);
    if (claim === undefined || (await isClaimed(aws, subject, { evidence, claim, at }))) return;
  }
  throw ledgerContended(`the evidence of ${subject} changed while that of a minimum was being claimed`);
}

async function isClaimed(
  aws: Aws,
  subject: string,
  { evidence, claim, at }: { evidence: LockEvidence | undefined; claim: Claiming; at: string },
): Promise<boolean> {
  const written =
    evidence === undefined
      ? await writeLock(aws, subject, {
          UpdateExpression: "SET evidence = :first, fence = if_not_exists(fence, :zero)",
          ConditionExpression: "attribute_not_exists(evidence)",
          ExpressionAttributeValues: { ":first": { ...claim, minimum: at }, ":zero": 0 },
        })
      : await writeLock(aws, subject, {
          ...expressionOf(together(claimsIn(evidence, claim), marked(at))),
          ConditionExpression: stillNext,
        });
  return written !== undefined;
}

const marked = (at: string): Settles => ({
  ...nothing,
  set: ["evidence.minimum = :minimum"],
  values: { ":minimum": at },
});
