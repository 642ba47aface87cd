/** What a release lets go of, since somebody else has changed it or AWS has put it back: it bars the way no longer. */
import { type Change, judgeUndo, type ResourceRef } from "../core/release/change.ts";
import { traitsOf } from "../core/release/resource-kinds.ts";
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
