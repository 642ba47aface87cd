/** Carries out what follows from a promotion, under the ledger. */
import {
  finalMove,
  holdLifted,
  leavingOf,
  type Promoted,
  scalingOf,
  uncapped,
} from "../core/release/leaving.ts";
import { letGo, make } from "./changes.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";

export { finalMove, type Promoted };

/** Records what is to be done, but for what was recorded before. */
export async function intendLeaving({ now }: Tools, ledger: Ledger, promoted: Promoted): Promise<void> {
  await ledger.intendAll(leavingOf(ledger.changes, promoted, new Date(now()).toISOString()));
}

/** Records the move that leaves the old variant behind, unless it is recorded. */
export async function intendMove(
  { now }: Tools,
  ledger: Ledger,
  { name, needs }: Promoted,
  id: string,
): Promise<void> {
  const resource = { kind: "routing", name } as const;
  const [before, after, at] = [needs.joinConfig, needs.finalConfig, new Date(now()).toISOString()];
  if (ledger.find(id) === undefined) await ledger.intend({ id, resource, before, after, at });
}

/** Lets the candidate's fleet shrink again, as stable's could. Says what somebody else had changed of its scaling. */
export async function liftHold(tools: Tools, ledger: Ledger, { name, needs }: Promoted): Promise<string[]> {
  const as = ledger.find("hold-scale-in")?.before ?? null;
  const held = ledger.find("adopt-scaling")?.after ?? null;
  const resource = scalingOf(name, needs.candidate.variant);
  const theirs = await letGo(tools, ledger, resource);
  await make(tools, ledger, {
    id: "lift-hold",
    resource,
    to: (now) => holdLifted(uncapped(ledger.changes, now), { held, as }),
    asItIs: true,
  });
  return theirs;
}

/** Takes stable's scaling away, since a registered variant cannot be removed. Says what somebody else had changed of it. */
export async function retireScaling(
  tools: Tools,
  ledger: Ledger,
  { name, needs }: Promoted,
): Promise<string[]> {
  const resource = scalingOf(name, needs.stable.variant);
  const theirs = await letGo(tools, ledger, resource);
  await make(tools, ledger, { id: "retire-scaling", resource, to: null, asItIs: true });
  return theirs;
}
