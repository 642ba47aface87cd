/** What a release leans on beside its endpoint, as it was planned: a lease on each, at each stage. */
import * as z from "zod";
import { leaseKinds } from "../plan/alongside/kinds.ts";
import type { Change } from "./change.ts";
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

const minimumOf = (state: Change["after"]): number =>
  typeof state === "object" && state !== null && "minimum" in state ? Number(state.minimum) : 0;
