/** Looks whether the names that a release would give to what it makes are free, before it changes anything. */
import type { ResourceRef } from "../core/release/change.ts";
import type { Aws } from "./clients.ts";
import { isTaken } from "./resources/registry.ts";

/**
 * What exists under these names, as `kind name`. Somebody else made it: a release plans once, before it makes anything,
 * and an earlier attempt at it had other names.
 */
export async function takenOf(aws: Aws, refs: readonly ResourceRef[]): Promise<string[]> {
  const found = await Promise.all(refs.map((ref) => isTaken(aws, ref)));
  return refs.filter((_, i) => found[i]).map(({ kind, name }) => `${kind} ${name}`);
}
