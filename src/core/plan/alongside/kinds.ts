/** The kinds of things that a plan may list alongside, by the key under which it names one. */
import type { z } from "zod";
import type { Leasable } from "./define.ts";
import { dynamodbThroughput } from "./dynamodb-throughput.ts";
import { ecsService } from "./ecs-service.ts";
import { lambdaConcurrency } from "./lambda-concurrency.ts";

export const leasables = {
  ecs: ecsService,
  lambda: lambdaConcurrency,
  dynamodb: dynamodbThroughput,
} as const;

export type LeasableKey = keyof typeof leasables;
export type LeaseKind = (typeof leasables)[LeasableKey]["kind"];

export const leasableKeys = Object.keys(leasables) as [LeasableKey, ...LeasableKey[]];
export const leaseKinds = Object.values(leasables).map(({ kind }) => kind) as [LeaseKind, ...LeaseKind[]];

type AnyLeasable = Omit<Leasable<LeaseKind, z.ZodType>, "nameOf" | "schema">;

export function leasableOf(kind: LeaseKind): AnyLeasable {
  const found: AnyLeasable | undefined = Object.values(leasables).find((each) => each.kind === kind);
  if (found === undefined) throw new RangeError(`expected a kind of lease, found ${kind}`);
  return found;
}
