/**
 * Claims a pack of something that is no change of a release's ledger: a number of its subject's chain, taken in a write of its own
 * while anybody or nobody holds the lock. What is claimed the sweep finishes.
 */
import { ledgerContended } from "../core/errors.ts";
import { type Claiming, claiming } from "../core/evidence/claims.ts";
import type { Pack } from "../core/evidence/pack.ts";
import type { LockEvidence } from "../core/release/lock.ts";
import type { Aws } from "./clients.ts";
import { claimsIn, expressionOf, nothing, type Settles, stillNext, together } from "./ledger-claims.ts";
import { readLock, writeLock } from "./lock-item.ts";
import { unclaimed } from "./locks.ts";

/** Chosen: whoever else takes numbers is a release that begins, or a sweep, seldom and once. */
const mostTries = 5;

/** Where it is marked which was claimed last, so that claiming the same twice is claiming it once. */
interface Mark {
  readonly name: "minimum" | "glass" | "purchase";
  readonly value: string;
  readonly isClaimed: (marked: string) => boolean;
}

/** @throws LedgerContended */
export async function claimBeside(aws: Aws, pack: Pack, mark: Mark): Promise<void> {
  if (aws.environment.evidence === undefined) return;
  const { subject, what } = pack;
  for (let tries = 0; tries < mostTries; tries++) {
    const { evidence } = await readLock(aws, subject);
    const marked = evidence?.[mark.name];
    if (marked !== undefined && mark.isClaimed(marked)) return;
    const claim = claiming(evidence ?? unclaimed, [pack]);
    if (claim === undefined || (await isWritten(aws, subject, { evidence, claim, mark }))) return;
  }
  throw ledgerContended(`the evidence of ${subject} changed while ${what} was being claimed`);
}

interface Claim {
  readonly evidence: LockEvidence | undefined;
  readonly claim: Claiming;
  readonly mark: Mark;
}

async function isWritten(aws: Aws, subject: string, { evidence, claim, mark }: Claim): Promise<boolean> {
  const written =
    evidence === undefined
      ? await writeLock(aws, subject, {
          UpdateExpression: "SET evidence = :first, fence = if_not_exists(fence, :zero)",
          ConditionExpression: "attribute_not_exists(evidence)",
          ExpressionAttributeValues: { ":first": { ...claim, [mark.name]: mark.value }, ":zero": 0 },
        })
      : await writeLock(aws, subject, {
          ...expressionOf(together(claimsIn(evidence, claim), markedBy(mark))),
          ConditionExpression: stillNext,
        });
  return written !== undefined;
}

const markedBy = ({ name, value }: Mark): Settles => ({
  ...nothing,
  set: ["evidence.#mark = :mark"],
  names: { "#mark": name },
  values: { ":mark": value },
});
