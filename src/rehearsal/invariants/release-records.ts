/** The records of releases in Slipway's table, followed on the wire: who claimed which, and how each was closed. */
import { isRecord, plainItem, plainValue } from "./attribute-values.ts";
import type { ObservedCall } from "./observation.ts";

/** One claim of one attempt at a release. */
export interface RecordedClaim {
  /** The same for all attempts: model, version or date, milestone. */
  readonly base: string;
  readonly attempt: string;
  readonly releaseId: string;
  /** An ARN. */
  readonly execution: string;
}

export interface RecordedClosing {
  readonly releaseId: string;
  readonly outcome: string;
  readonly drifted: readonly string[];
  /** Whether something is left that could not be put back: then nothing is claimed of how things are. */
  readonly unfinished: boolean;
}

const prefix = "release#";

/** The claim that a call made, if it made one. */
export function claimIn({ call, tookEffect }: ObservedCall): RecordedClaim | undefined {
  if (call.service !== "dynamodb" || call.operation !== "PutItem" || !tookEffect) return undefined;
  if (!isRecord(call.input.Item)) return undefined;
  const { pk, sk, release } = plainItem(call.input.Item);
  if (typeof pk !== "string" || !pk.startsWith(prefix) || !isRecord(release)) return undefined;
  return {
    base: pk.slice(prefix.length),
    attempt: String(sk),
    releaseId: String(release.id),
    execution: String(release.execution),
  };
}

/** The closing that a call recorded, if it recorded one. */
export function closingIn({ call, tookEffect }: ObservedCall): RecordedClosing | undefined {
  const { ExpressionAttributeValues: values } = call.input;
  if (call.service !== "dynamodb" || call.operation !== "UpdateItem" || !tookEffect || !isRecord(values))
    return undefined;
  const closing = plainValue(values[":closing"]);
  if (!isRecord(closing)) return undefined;
  return {
    releaseId: String(closing.releaseId),
    outcome: String(closing.outcome),
    drifted: Array.isArray(closing.drifted) ? closing.drifted.map(String) : [],
    unfinished: Array.isArray(closing.remainder),
  };
}
