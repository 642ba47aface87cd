/** What a release leans on beside its endpoint, as it was planned: a lease on each, at each stage. */
import * as z from "zod";
import type { BilledLease } from "../cost/lease-bill.ts";
import { leasedOf } from "../plan/alongside/alongside.ts";
import { leaseKinds } from "../plan/alongside/kinds.ts";
import type { Plan } from "../plan/plan.ts";
import { type Change, isOpen } from "./change.ts";
import { Bounds } from "./shared-lease.ts";

export const LeaseNeeds = z.object({
  kind: z.enum(leaseKinds),
  name: z.string(),
  /** By stage; 0 where it is not leant on yet. */
  minimums: z.array(z.int().min(0)),
  /** As it was before the release, and before whoever else leans on it. */
  before: Bounds.extend({ capacity: z.int() }),
});
export type LeaseNeeds = z.infer<typeof LeaseNeeds>;

/** The minimum of one at a stage; beyond the last one, while what stable held back is shifted, as in that. */
export const minimumAt = ({ minimums }: LeaseNeeds, stage: number): number =>
  minimums[Math.min(stage, minimums.length - 1)] ?? 0;

/** A lease that is to be made, or made larger. */
export interface LeaseIntent {
  readonly id: string;
  readonly resource: { readonly kind: LeaseNeeds["kind"]; readonly name: string };
  readonly to: { readonly minimum: number };
}

/** What must be made of them before a stage's share is given, by what the ledger has; what has been made is not among it. */
export function leasesFor(
  needs: readonly LeaseNeeds[],
  stage: number,
  changes: readonly Change[],
): LeaseIntent[] {
  return needs.flatMap((one, nth) => {
    const { kind, name } = one;
    const minimum = minimumAt(one, stage);
    const made = changes.filter(
      ({ resource, state }) => resource.kind === kind && resource.name === name && state === "applied",
    );
    if (made.some(({ after }) => minimumOf(after) >= minimum) || minimum === 0) return [];
    return [{ id: `lease-${nth + 1}-to-${minimum}`, resource: { kind, name }, to: { minimum } }];
  });
}

/**
 * What a release's leases are billed by, of those that its plan has a price of: as they were planned, and by its ledger from
 * each one's intent on.
 */
export function billedLeases(
  { alongside = [] }: Pick<Plan, "alongside">,
  needs: { readonly alongside?: readonly LeaseNeeds[] | undefined },
  changes: readonly Change[],
): BilledLease[] {
  return alongside.flatMap((entry): BilledLease[] => {
    const { kind, name } = leasedOf(entry);
    const { usdPerUnitHour } = entry;
    const planned = needs.alongside?.find((one) => one.kind === kind && one.name === name);
    if (usdPerUnitHour === undefined || planned === undefined) return [];
    const more = (minimum: number) => Math.max(0, minimum - planned.before.capacity);
    const own = changes.filter(
      (one) => isOpen(one) && one.resource.kind === kind && one.resource.name === name,
    );
    const raised = own.map(({ at, after }) => ({ fromMs: Date.parse(at), more: more(minimumOf(after)) }));
    return [{ usdPerUnitHour, raised, stages: planned.minimums.map(more) }];
  });
}

const minimumOf = (state: Change["after"]): number =>
  typeof state === "object" && state !== null && "minimum" in state ? Number(state.minimum) : 0;
