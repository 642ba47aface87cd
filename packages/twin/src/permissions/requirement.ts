/**
 * What AWS asks of the policies before it lets a call do anything: actions on resources, with what is known of each.
 */
import type { Input } from "../services/service.ts";
import { account, arn, region } from "../world/state.ts";
import type { Context } from "./conditions.ts";

export interface Requirement {
  readonly action: string;
  /** An ARN, or `*` where AWS offers no resource scope. */
  readonly resource: string;
  /** Condition keys, in lower case, beyond those of every request. */
  readonly keys?: Context;
  /** What the service calls a refusal, where not AccessDeniedException: S3's own code, or a mistake in the request. */
  readonly refusedAs?: "AccessDenied" | "ValidationException";
}

/** What an operation requires of its caller. `facts` are about the account, not about the request. */
export type Requires = (input: Input, facts: Facts) => readonly Requirement[];

export interface Facts {
  /** The volume key of an endpoint configuration, if it has one. */
  readonly volumeKeyOf: (endpointConfig: string) => string | undefined;
  /** What a thing is tagged with, by its ARN; undefined of a key that it is known to lack. */
  readonly tagsOf: (arn: string) => Readonly<Record<string, string | undefined>>;
  /** Whether Application Auto Scaling has its service-linked role for a namespace already. */
  readonly hasLinkedRole: (namespace: string) => boolean;
  /**
   * Whether what a service calls in the caller's name says that it does: `aws:ViaAWSService`. It is documented for
   * such calls in general; whether Application Auto Scaling's checks are among them is unconfirmed.
   */
  readonly checksComeViaService: boolean;
  /** The name of a table's partition key. */
  readonly partitionKeyOf: (table: string) => string | undefined;
}

/** Known of every request. What a role's own session lacks is there as undefined: it is known to be missing. */
export const everyRequest: Context = {
  "aws:principalaccount": account,
  "aws:requestedregion": region,
  "aws:securetransport": "true",
  "aws:sourceaccount": undefined,
  "aws:sourcearn": undefined,
  "aws:viaawsservice": "false",
};

export const arnOf = arn;

/** A member's text. AWS looks at permissions before it looks at what is missing, so nothing is an empty name. */
export const text = (input: Input, member: string): string => String(input[member] ?? "");

/**
 * PassRole has no call of its own: the service that will run with the role asks (IAM user guide, passing a role). What is
 * rehearsed may name a role of any account; a rehearsal plays in its own, so the role is taken to be there.
 */
export function passRole(role: unknown, service: string): readonly Requirement[] {
  if (typeof role !== "string") return [];
  const resource = role.replace(/^arn:aws[a-z-]*:iam::\d{12}:/, `arn:aws:iam::${account}:`);
  return [{ action: "iam:PassRole", resource, keys: { "iam:passedtoservice": service } }];
}
