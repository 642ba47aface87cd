/** Carries out what follows from a promotion, under the ledger. */
import { notFound } from "../core/errors.ts";
import type { Intent, Undo } from "../core/release/change.ts";
import { finalMove, type Promoted, retireId } from "../core/release/leaving.ts";
import { endpointGone } from "../core/release/outside.ts";
import { traitsOf } from "../core/release/resource-kinds.ts";
import { isRouting } from "../core/release/resources.ts";
import type { Move } from "../core/release/serving-platform.ts";
import { endpointOf, type ScaleDownInput } from "../core/release/undoing.ts";
import { make, noteRefusal, openUndo, openUndos, type Undone, undo } from "./changes.ts";
import { ifThere } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { letGo } from "./letting-go.ts";
import { servingPlatform } from "./serving/platforms.ts";

export { finalMove, type Promoted };

/** Records what is to be done, but for what was recorded before. */
export async function intendLeaving({ aws, now }: Tools, ledger: Ledger, promoted: Promoted): Promise<void> {
  const at = new Date(now()).toISOString();
  await ledger.intendAll(servingPlatform(aws).afterPromotion(ledger.changes, promoted, at));
}

/** How the endpoint leaves the old variant behind. */
export const moveOn = ({ aws }: Tools, { changes }: Ledger, { name, needs }: Promoted): Move =>
  servingPlatform(aws).leaveStable({ name, needs, changes });

/** Records the move that leaves the old variant behind, unless it is recorded. */
export async function intendMove(
  tools: Tools,
  ledger: Ledger,
  promoted: Promoted,
  id: string,
): Promise<void> {
  const { resource, to: after } = moveOn(tools, ledger, promoted);
  const before = servingPlatform(tools.aws).placesOf(promoted.needs).joined;
  const at = new Date(tools.now()).toISOString();
  if (ledger.find(id) === undefined) await ledger.intend({ id, resource, before, after, at });
}

/** Lets the candidate's fleet shrink again, as stable's could. Says what somebody else had changed of its scaling. */
export async function liftHold(tools: Tools, ledger: Ledger, { name, needs }: Promoted): Promise<string[]> {
  const { scaling } = servingPlatform(tools.aws);
  const resource = scaling.of(name, needs.candidate.variant);
  const theirs = await letGo(tools, ledger, resource);
  await make(tools, ledger, {
    id: "lift-hold",
    resource,
    to: scaling.lifted(ledger.changes),
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
  const resource = servingPlatform(tools.aws).scaling.of(name, needs.stable.variant);
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
  const endpoint = await ifThere(() => servingPlatform(aws).view(name, needs));
  return endpoint === undefined || endpoint.to.place === "joined" ? undefined : endpoint.to.called;
}

/** Why a move that was refused before, or what is to be made for it, is not to be tried again as it was. */
export async function barTo(
  { aws }: Tools,
  ledger: Ledger,
  promoted: Promoted,
  id: string,
): Promise<string | undefined> {
  const refused = ledger.changes.some(
    (one) =>
      one.refusal !== undefined &&
      (one.id === id || (traitsOf(one.resource.kind).isMade && one.after !== null)),
  );
  return refused ? servingPlatform(aws).missing(promoted) : undefined;
}

/** What the release made and nothing serves from any more, to be taken away as the ledger intends it. */
export function takenAway({ changes }: Ledger): readonly Intent[] {
  const gone = changes.filter(
    ({ resource, after, state }) => traitsOf(resource.kind).isMade && after === null && state === "intended",
  );
  return gone.map(({ id, resource }) => ({ id, resource, to: null }));
}

/** Names of what an endpoint that a release leaves relies on; none where it is gone, or the release was of none. */
export async function stillServing(
  { aws }: Tools,
  { changes }: Ledger,
  { release, planning }: ScaleDownInput,
): Promise<ReadonlySet<string>> {
  const [name, needs] = [endpointOf(release), planning?.needs];
  if (name === undefined || needs === undefined) return new Set();
  return servingPlatform(aws).inUse({ name, needs, changes });
}

/** Leaves an undo open to whoever has changed the thing since. */
export async function leftToOthers(ledger: Ledger, one: Undo): Promise<Undone> {
  await ledger.settle(
    one.changes.map((c) => c.id),
    "drifted",
  );
  return "drifted";
}

/** Notes of an endpoint that somebody else has deleted what is to be done; undefined where nothing was changed of it. */
export async function goneFor(
  tools: Tools,
  ledger: Ledger,
  doc: ScaleDownInput,
): Promise<string | undefined> {
  const [moved] = openUndos(ledger, isRouting);
  if (moved === undefined) return undefined;
  const needs = doc.planning?.needs;
  const before = needs && servingPlatform(tools.aws).placesOf(needs).before;
  const why = notFound(endpointGone(moved.resource.name, before));
  const id = moved.changes.at(-1)?.id ?? "";
  await noteRefusal(tools, { ledger, id, is: null, should: moved.restore }, why);
  return why.message;
}
