/** Tries at moving the endpoint, each a change of its own in the ledger. */

import { isRouting } from "../core/release/resources.ts";
import type { Ledger } from "./ledger.ts";

/** A way back without capacity tries for days, and a lock item may have 400 KB (DynamoDB): older tries are forgotten. */
const triesKept = 10;

/**
 * The id for the next try at moving the endpoint. SageMaker rolls an update without capacity back by itself: a try
 * that was made and did not last is settled as undone, so that its end is not taken for someone else's hand.
 */
export async function nextTry(ledger: Ledger, prefix: string): Promise<string> {
  const all = ledger.changes.filter(({ id, resource }) => isRouting(resource) && id.startsWith(`${prefix}-`));
  const tried = all.filter(({ state }) => state !== "intended");
  await ledger.settle(
    tried.filter(({ state }) => state === "applied").map(({ id }) => id),
    "undone",
  );
  const pending = all.find(({ state }) => state === "intended");
  if (pending !== undefined) return pending.id;
  await ledger.forget(tried.slice(0, -triesKept).map(({ id }) => id));
  const numbers = all.map(({ id }) => Number(id.slice(prefix.length + 1)));
  return `${prefix}-${Math.max(0, ...numbers) + 1}`;
}
