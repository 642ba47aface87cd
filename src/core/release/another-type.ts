/**
 * A release whose instance type could not be had, and whose plan has others: once all is as before it is planned anew, with
 * the next type, and its ledger begins anew with it.
 */
import * as z from "zod";
import type { SizedFleet } from "../capacity/candidate-fleet.ts";
import { totalHours } from "../cost/estimate.ts";
import type { InstanceNeeds } from "../plan/plan.ts";
import { type Charged, costOf } from "../plan/prices.ts";
import { type Change, isOpen, type ResourceRef } from "./change.ts";
import type { Planning, Unlaunched } from "./release.ts";
import { isWeights } from "./resources.ts";
import type { ScaleDownInput } from "./undoing.ts";

export type Tried = NonNullable<Planning["tried"]>;

/** What of the ledger is asked. */
interface Undone {
  readonly changes: readonly Change[];
  readonly order?: unknown;
}

/**
 * What could not be launched, by a release of which nothing is left; undefined where it is to end: nothing of the kind has
 * happened, somebody ordered so, or has changed something meanwhile that is not to be changed again.
 */
export function unlaunchedOf(
  doc: Pick<ScaleDownInput, "route" | "failure" | "planning" | "prewarm" | "capacity">,
  { changes, order }: Undone,
  { drifted, until }: { readonly drifted: readonly string[]; readonly until: string },
): Unlaunched | undefined {
  const { capacity, prewarm } = doc;
  const short = capacity?.isShort === true ? capacity : prewarm?.status === "short" ? prewarm : undefined;
  const reason = short?.reason;
  const instanceType = doc.planning?.needs?.candidate.instanceType;
  if (reason === undefined || instanceType === undefined || doc.route !== "production") return undefined;
  if (order !== undefined || doc.failure !== undefined || drifted.length > 0) return undefined;
  if (changes.some((change) => isOpen(change) || change.state === "drifted")) return undefined;
  const since = changes.find(({ id }) => id === "join")?.at ?? until;
  return { instanceType, reason, since, until };
}

/** The types that were tried, that one with them; what it has cost goes by all that it may have raised. */
export function triedWith(
  plan: Charged,
  { tried = [], needs }: Pick<Planning, "tried"> & { readonly needs?: Fleets | undefined },
  unlaunched: Unlaunched | undefined,
): Tried {
  if (unlaunched === undefined || !isNew({ tried }, unlaunched)) return tried;
  const minutes = (Date.parse(unlaunched.until) - Date.parse(unlaunched.since)) / 60_000;
  const raised = needs === undefined ? [] : [needs.stable, needs.candidate];
  const { usd } = costOf(totalHours([{ minutes, raised }]), plan);
  return [...tried, { ...unlaunched, usd }];
}

interface Fleets {
  readonly stable: SizedFleet;
  readonly candidate: SizedFleet;
}

/** Whether it was found out since the planning that one more could not be had. */
export const isNew = ({ tried = [] }: Pick<Planning, "tried">, unlaunched: Unlaunched | undefined): boolean =>
  unlaunched !== undefined && tried.every(({ instanceType }) => instanceType !== unlaunched.instanceType);

/** Whether a release may still go on with another type: one whose plan, as its record keeps it, has some, before any traffic. */
export function mayGoOn(record: unknown, changes: readonly { readonly resource: ResourceRef }[]): boolean {
  const read = Recorded.safeParse(record);
  if (!read.success || changes.some(({ resource }) => isWeights(resource))) return false;
  const { release, plan } = read.data;
  return (plan.releaseTypes[release.releaseType]?.inference.fallback ?? []).length > 0;
}

/** As much of a release's record as that takes. */
const Recorded = z.looseObject({
  release: z.looseObject({ releaseType: z.string() }),
  plan: z.looseObject({
    releaseTypes: z.record(
      z.string(),
      z.looseObject({ inference: z.looseObject({ fallback: z.array(z.unknown()).optional() }) }),
    ),
  }),
});

/**
 * Whether a platform says that it was for want of instances that something did not come to be (SageMaker's FailureReason, as
 * its users report it: hashicorp/terraform-provider-aws#48997).
 */
export const saysNoInstances = (reason: string): boolean =>
  /InsufficientInstanceCapacity|Unable to provision requested ML compute capacity/.test(reason);

/** Those that are left. */
export const untried = (types: readonly InstanceNeeds[], tried: Tried): InstanceNeeds[] =>
  types.filter(({ instanceType }) => tried.every((one) => one.instanceType !== instanceType));

/** One sentence for each. */
export const triedText = (tried: Tried): string[] =>
  tried.map(({ instanceType, reason }) => `${instanceType} could not be had: ${reason}`);
