/** What a release lets go of, since somebody else has changed it or AWS has put it back: it bars the way no longer. */
import { type FleetView, isMoving, variantOf } from "../core/capacity/endpoint.ts";
import { type Change, judgeUndo, type ResourceRef } from "../core/release/change.ts";
import { shrunkIn } from "../core/release/in-place.ts";
import { traitsOf } from "../core/release/resource-kinds.ts";
import type { WayBackSides } from "../core/release/undoing.ts";
import { openUndo, openUndos, seen } from "./changes.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";

/** What this release did to a resource that someone else has changed since; nothing where nobody has. */
export async function lostTo(
  tools: Tools,
  ledger: Ledger,
  resource: ResourceRef,
): Promise<readonly Change[]> {
  const { own, verdict } = await judged(tools, ledger, resource);
  return own !== undefined && verdict === "drifted" ? own.changes : [];
}

async function judged(tools: Tools, ledger: Ledger, resource: ResourceRef) {
  const own = openUndo(ledger, resource);
  return { own, verdict: own && judgeUndo(own, await seen(tools, ledger, resource)) };
}

/**
 * Lets go of a resource that someone else has changed, or has put back already: it bars the way no longer and is not
 * undone. What is still intended stays so. Says which it was that they have otherwise now.
 */
export async function letGo(tools: Tools, ledger: Ledger, resource: ResourceRef): Promise<string[]> {
  const { own, verdict } = await judged(tools, ledger, resource);
  const made = own?.changes.filter(({ state }) => state === "applied") ?? [];
  if (verdict === "restore" || made.length === 0) return [];
  await ledger.settle(
    made.map(({ id }) => id),
    verdict === "drifted" ? "drifted" : "undone",
  );
  return verdict === "drifted" ? [`${resource.kind} ${resource.name}`] : [];
}

/** What was made of the endpoint is somebody else's now. What was only intended, and does not show, never was made. */
export async function letGoOfEndpoint(ledger: Ledger): Promise<void> {
  const open = openUndos(ledger, ({ kind }) => traitsOf(kind).isOfEndpoint).flatMap((one) => one.changes);
  const idsOf = (state: Change["state"]) => open.filter((one) => one.state === state).map(({ id }) => id);
  await ledger.settle(idsOf("intended"), "undone");
  await ledger.settle(idsOf("applied"), "drifted");
}

/**
 * Raised fleets are left to their own policies; what stable gave up in place is the way back's to give it again, unless the
 * release is promoted, or the endpoint is gone.
 */
export async function keepCounts(ledger: Ledger, { isGone }: { readonly isGone: boolean }): Promise<void> {
  const held = isGone || ledger.promoted ? [] : shrunkIn(ledger.changes);
  const counts = openUndos(ledger, ({ kind }) => traitsOf(kind).movesByItself).flatMap((one) => one.changes);
  const ids = counts.map(({ id }) => id).filter((id) => !held.includes(id));
  await ledger.settle(ids, "kept");
}

/** What stable gave up in place, and has again on an endpoint at rest, is left to its own policy from then on. */
export async function keepRegained({ ledger, needs, endpoint }: Regaining): Promise<void> {
  const { desiredInstances = 0 } = variantOf(endpoint, needs.stable.variant) ?? {};
  if (isMoving(endpoint) || desiredInstances < (needs.inPlace?.stableInstances ?? Number.POSITIVE_INFINITY))
    return;
  await ledger.settle(shrunkIn(ledger.changes), "kept");
}

interface Regaining {
  readonly ledger: Ledger;
  readonly needs: WayBackSides;
  readonly endpoint: FleetView;
}
