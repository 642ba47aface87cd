/**
 * Every error a step may throw, by the name that the state machine's Retry and Catch match. Expected outcomes
 * are data, never errors: an error means that an operation failed.
 */

/** The state machine retries these with back-off: trying again may help. */
export const retryableErrors = ["AwsThrottled", "AwsUnavailable", "LedgerContended"] as const;
/** The state machine never retries these: they end in compensation. */
export const terminalErrors = [
  "BadInput",
  "AwsRefused",
  "LockLost",
  "Drifted",
  "NotFound",
  "BadState",
  "Superseded",
  "Stopped",
] as const;
export type ErrorName = (typeof retryableErrors)[number] | (typeof terminalErrors)[number];

export class SlipwayError extends Error {
  override readonly name: ErrorName;
  constructor(name: ErrorName, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = name;
  }
}

/** AWS asked us to slow down, and the client's own retries did not suffice. */
export const awsThrottled = (message: string, cause?: unknown) =>
  new SlipwayError("AwsThrottled", message, { cause });
/** AWS failed on its side, or its answer never came. */
export const awsUnavailable = (message: string, cause?: unknown) =>
  new SlipwayError("AwsUnavailable", message, { cause });
/** AWS understood and said no. */
export const awsRefused = (message: string, cause?: unknown) =>
  new SlipwayError("AwsRefused", message, { cause });
/** The input of an execution is not one we accept; the message names field, expectation and finding. */
export const badInput = (message: string) => new SlipwayError("BadInput", message);
/** The ledger was changed by another invocation between our read and our write. */
export const ledgerContended = (message: string) => new SlipwayError("LedgerContended", message);
/** This run no longer holds the lock of what it wants to change, so it must not change anything. */
export const lockLost = (message: string) => new SlipwayError("LockLost", message);
/** Someone else changed what this release was about to change; it is left alone. */
export const drifted = (message: string) => new SlipwayError("Drifted", message);
/** Something that must exist (an endpoint, a model package, a plan) does not. */
export const notFound = (message: string, cause?: unknown) =>
  new SlipwayError("NotFound", message, { cause });
/** A step got a state document that no other step should have produced. */
export const badState = (message: string) => new SlipwayError("BadState", message);
/** A newer release has taken precedence: this one walks back. */
export const superseded = (message: string) => new SlipwayError("Superseded", message);
/** A person ordered this release to walk back. */
export const stopped = (message: string) => new SlipwayError("Stopped", message);
