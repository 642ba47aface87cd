/** Carries out what follows from a promotion, under the ledger. */
import {
  finalMove,
  holdLifted,
  leavingOf,
  type Promoted,
  retireId,
  uncapped,
} from "../core/release/leaving.ts";
import { candidatesModelGone } from "../core/release/outside.ts";
import { routingOf, scalingOf } from "../core/release/resources.ts";
import { letGo, make, openUndo, undo } from "./changes.ts";
import { ifThere } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { viewEndpoint } from "./sagemaker.ts";
import { readModel } from "./sagemaker-models.ts";

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
  const resource = routingOf(name);
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
  await make(tools, ledger, { id: retireId(ledger.changes), resource, to: null, asItIs: true });
  return theirs;
}

/** Gives stable its scaling back, where the move had got as far as to take it; the next try takes it anew. */
export async function giveScalingBack(tools: Tools, ledger: Ledger): Promise<void> {
  const taken = ledger.find(retireId(ledger.changes));
  const one = taken && openUndo(ledger, taken.resource);
  if (one === undefined || taken?.state !== "applied") return;
  await undo(tools, ledger, one);
  const id = retireId(ledger.changes, "another");
  const at = new Date(tools.now()).toISOString();
  await ledger.intend({ id, resource: one.resource, before: one.restore, after: null, at });
}

/** Where somebody has moved the endpoint since it was looked at: what was not done about it then is not refused. */
export async function movedMeanwhile({ aws }: Tools, { name, needs }: Promoted): Promise<string | undefined> {
  const endpoint = await ifThere(() => viewEndpoint(aws, name));
  const config = endpoint?.pendingConfig ?? endpoint?.config;
  return config === needs.joinConfig ? undefined : config;
}

/** Why a move that was refused before is not to be tried again as it was. */
export async function modelGone({ aws }: Tools, { name, needs }: Promoted): Promise<string | undefined> {
  const { modelName, variant } = needs.candidate;
  if (modelName === undefined || (await readModel(aws, modelName)) !== null) return undefined;
  return candidatesModelGone({ endpoint: name, modelName, variant });
}
