/** Which recorded change a call of ours carries out: the latest intent, the undo of what is open, or none at all. */
import type { Change } from "../../core/release/change.ts";
import { type ObservedLock, openChanges } from "./locks.ts";
import type { Mutation } from "./mutations.ts";

export type Coverage =
  /** The ledger holds no open change of the resource. */
  | { readonly by: "nothing" }
  /** It does, and the call leads neither to what was intended nor back to what was before. */
  | { readonly by: "another-state"; readonly changes: readonly Change[] }
  | { readonly by: "intent"; readonly change: Change; readonly changes: readonly Change[] }
  | { readonly by: "undo"; readonly changes: readonly Change[] };

export function coverageOf(mutation: Mutation, lock: ObservedLock | undefined): Coverage {
  const changes = openChanges(lock).filter(
    ({ resource }) => resource.kind === mutation.resource?.kind && resource.name === mutation.resource.name,
  );
  const [oldest] = changes;
  const latest = changes.at(-1);
  if (oldest === undefined || latest === undefined) return { by: "nothing" };
  if (latest.state === "intended" && mutation.leadsTo(latest.after))
    return { by: "intent", change: latest, changes };
  if (mutation.leadsTo(oldest.before)) return { by: "undo", changes };
  const applied = changes.findLast((change) => mutation.leadsTo(change.after));
  if (applied !== undefined) return { by: "intent", change: applied, changes };
  return { by: "another-state", changes };
}
