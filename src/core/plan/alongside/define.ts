/** What there is to a kind of thing beside the endpoint that a release may raise, as a plan names it. */
import type { z } from "zod";

/** A scalable target of Application Auto Scaling, in its own words. */
export interface TargetScope {
  readonly namespace: "dynamodb" | "ecs" | "lambda";
  readonly resourceId: string;
  readonly dimension: string;
}

export interface Leasable<K extends string, S extends z.ZodType> {
  /** Of the ledger's resource. */
  readonly kind: K;
  /** What it is called in messages: `ECS service`. */
  readonly what: string;
  /** What its capacity is counted in, in the plural. */
  readonly units: string;
  /** How a plan names one. */
  readonly schema: S;
  /** The ledger's name of it. */
  nameOf(target: z.output<S>): string;
  /** By the ledger's name. */
  scopeOf(name: string): TargetScope;
}

export const defineLeasable = <K extends string, S extends z.ZodType>(
  leasable: Leasable<K, S>,
): Leasable<K, S> => leasable;
