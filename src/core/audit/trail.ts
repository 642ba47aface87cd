/** A call as CloudTrail tells of it: who made it, when to the second, and what was asked. */
import * as z from "zod";
import { type JsonValue, PlainData } from "../release/json-value.ts";

export interface TrailCall {
  readonly id: string;
  /** ISO 8601, to the second: CloudTrail knows no less. */
  readonly at: string;
  /** The operation. */
  readonly operation: string;
  /** Whose it was: an ARN, or the service that AWS says called by itself. */
  readonly by: string;
  /** The service that called in somebody's name, where one did. */
  readonly invokedBy?: string;
  readonly parameters: Readonly<Record<string, JsonValue>>;
}

/** As much of a record as is gone by (CloudTrail user guide, "CloudTrail record contents for management events"). */
const TrailRecord = z.object({
  eventTime: z.iso.datetime(),
  eventName: z.string(),
  userIdentity: z.object({
    arn: z.string().optional(),
    principalId: z.string().optional(),
    invokedBy: z.string().optional(),
  }),
  requestParameters: z.record(z.string(), PlainData).nullish(),
  errorCode: z.string().optional(),
});

/** `refused`: AWS did not do it. `unread`: it cannot be told what it was about. */
export type TrailRead = { readonly call: TrailCall } | { readonly left: "refused" | "unread" };

export function readTrail({ id, record }: { readonly id: string; readonly record: string }): TrailRead {
  const read = TrailRecord.safeParse(parsed(record));
  if (!read.success) return { left: "unread" };
  const { eventTime: at, eventName: operation, userIdentity, requestParameters, errorCode } = read.data;
  if (errorCode !== undefined) return { left: "refused" };
  if (requestParameters === undefined || requestParameters === null) return { left: "unread" };
  const { arn, principalId, invokedBy } = userIdentity;
  const by = arn ?? invokedBy ?? principalId ?? "somebody whom CloudTrail does not name";
  return {
    call: {
      id,
      at,
      operation,
      by,
      ...(invokedBy !== undefined && { invokedBy }),
      parameters: requestParameters,
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A member of what was asked: CloudTrail writes names with a small letter first, and the services with a great one. */
export function memberOf(of: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof of !== "object" || of === null || Array.isArray(of)) return undefined;
  const members = of as Readonly<Record<string, JsonValue>>;
  return members[name] ?? members[name.charAt(0).toUpperCase() + name.slice(1)];
}

export function textIn(of: JsonValue | undefined, name: string): string {
  const value = memberOf(of, name);
  return typeof value === "string" ? value : "";
}

export function listIn(of: JsonValue | undefined, name: string): readonly JsonValue[] {
  const value = memberOf(of, name);
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

/**
 * Application Auto Scaling's own: its service-linked role for endpoints, or a call in its name. That CloudTrail tells of its
 * calls so is unconfirmed; by another name they would be told as somebody's outside.
 */
export const isAutoScaling = ({ by, invokedBy = "" }: TrailCall): boolean =>
  by.includes("/AWSServiceRoleForApplicationAutoScaling_") ||
  /application-autoscaling/.test(`${by} ${invokedBy}`);

/**
 * Whether a call was signed with the role of one of a stack's functions: `STACK-FUNCTION-REGION-lambdaRole`, or without its last
 * part where that would be more than IAM's 64 characters (serverless-iam-roles-per-function 3.2, getFunctionRoleName).
 */
export function isOwnCall({ by }: TrailCall, { stack, region }: { stack: string; region: string }): boolean {
  const [, , service, , , resource = ""] = by.split(":");
  const [kind, role = ""] = resource.split("/");
  if (service !== "sts" || kind !== "assumed-role") return false;
  return ownFunction(role, { stack, region }) !== undefined;
}

/** `scaleDown`; undefined for a role of anybody else. */
function ownFunction(role: string, { stack, region }: { stack: string; region: string }): string | undefined {
  if (!role.startsWith(`${stack}-`)) return undefined;
  return new RegExp(`^([A-Za-z]+)-${region}(?:-lambdaRole)?$`).exec(role.slice(stack.length + 1))?.[1];
}
