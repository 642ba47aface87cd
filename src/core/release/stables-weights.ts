/** The weights with which all traffic is stable's: as they were before the first shift, unless somebody else had set others. */
import type { Change } from "./change.ts";
import type { JsonValue } from "./json-value.ts";
import { isWeights } from "./resources.ts";

/** Which variants are whose. */
interface Sides {
  readonly stable: { readonly variant: string };
  readonly candidate: { readonly variant: string };
}

type Weights = Readonly<Record<string, number>>;

/** Whether stable takes all traffic by such weights. */
export function isStables(weights: JsonValue, { stable, candidate }: Sides): boolean {
  const { [stable.variant]: kept = 0, [candidate.variant]: given = 0 } = (weights ?? {}) as Weights;
  return kept > 0 && given === 0;
}

/** Those to put back, by the ledger, oldest first. */
export function stablesWeights(changes: readonly Change[], sides: Sides): JsonValue {
  const before = changes.find(({ resource }) => isWeights(resource))?.before ?? null;
  return isStables(before, sides) ? before : { [sides.stable.variant]: 1, [sides.candidate.variant]: 0 };
}
