/** The items of Slipway's table that say who leans on what, followed on the wire: every write of one puts all of it. */
import { isRecord, plainItem } from "./attribute-values.ts";
import type { ObservedCall } from "./observation.ts";

/** Bounds, and the capacity that was asked for. */
export interface SharedState {
  readonly min: number;
  readonly max: number;
  readonly capacity: number;
}

export interface ObservedSharedItem {
  /** `KIND NAME` */
  readonly of: string;
  readonly version: number;
  readonly before?: SharedState;
  readonly leases: Readonly<Record<string, SharedLease>>;
  readonly inForce?: { readonly min: number; readonly max: number };
  readonly intended?: { readonly min: number; readonly max: number };
  /** `execution` is an ARN. */
  readonly worker?: { readonly execution: string; readonly at: string };
}

export interface SharedLease {
  readonly minimum: number;
  readonly next?: number;
  readonly leaving?: { readonly theirs?: { readonly min?: number; readonly max?: number } };
}

/** The item that a call wrote, if it wrote one. */
export function sharedItemIn({ call, tookEffect }: ObservedCall): ObservedSharedItem | undefined {
  const { service, operation, input } = call;
  if (service !== "dynamodb" || operation !== "PutItem" || !tookEffect) return undefined;
  if (!isRecord(input.Item)) return undefined;
  const { pk, sk, ...rest } = plainItem(input.Item);
  return pk === "shared"
    ? { ...(rest as unknown as Omit<ObservedSharedItem, "of">), of: String(sk) }
    : undefined;
}
