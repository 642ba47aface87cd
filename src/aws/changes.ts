/**
 * Makes and undoes changes under the ledger: intent first, then the call, then what became of it. An answer that
 * was lost is settled by reading the world, never by guessing.
 */

import { drifted } from "../core/errors.ts";
import type { TrainingPool } from "../core/plan/plan.ts";
import {
  type Change,
  isBetween,
  isTaken,
  judgeUndo,
  ownPartUndone,
  type Plain,
  type ResourceRef,
  sameState,
  type Undo,
  undosOf,
} from "../core/release/change.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { type Put, putResource, readResource } from "./resources.ts";

export interface Intent {
  readonly id: string;
  readonly resource: ResourceRef;
  readonly to: Plain | ((before: Plain) => Plain);
  readonly pool?: TrainingPool;
}

/**
 * Brings a resource to a state, once: a change that is applied already is left alone, one that was intended is
 * finished. @throws Drifted when the resource is in neither the recorded before nor the intended after, not as
 * this release left it, or there already where it was to be made. Counts are exempt: auto scaling may move them.
 */
export async function make(tools: Tools, ledger: Ledger, intent: Intent): Promise<Change> {
  const known = ledger.find(intent.id);
  if (known !== undefined && known.state !== "intended") return known;
  const current = await readResource(tools.aws, intent.resource);
  const change = known ?? (await record(tools, ledger, intent, current));
  const { kind, name } = change.resource;
  if (!sameState(kind, current, change.after)) {
    if (kind !== "count" && !isBetween(kind, current, { from: change.before, to: change.after }))
      throw drifted(
        `${kind} ${name} is no longer as it was when ${change.id} was recorded; someone else changed it`,
      );
    if (known !== undefined) await ledger.confirm();
    const pool = intent.pool === undefined ? {} : { pool: intent.pool };
    await put(tools, { resource: change.resource, from: current, to: change.after, ...pool });
  }
  await ledger.settle([change.id], "applied");
  return { ...change, state: "applied" };
}

async function record(tools: Tools, ledger: Ledger, intent: Intent, before: Plain): Promise<Change> {
  const { id, resource } = intent;
  const after = typeof intent.to === "function" ? intent.to(before) : intent.to;
  const earlier = openUndos(ledger, [resource.kind]).find((one) => one.resource.name === resource.name);
  if (earlier !== undefined && resource.kind !== "count" && judgeUndo(earlier, before) === "drifted")
    throw drifted(
      `${resource.kind} ${resource.name} is no longer as this release left it; someone else changed it`,
    );
  if (isTaken(resource.kind, { before, after }))
    throw drifted(`${resource.kind} ${resource.name} exists, and not by this release: it is left alone`);
  return ledger.intend({ id, resource, before, after, at: new Date(tools.now()).toISOString() });
}

/** Calls AWS; when the call fails, the world decides whether it took effect all the same. */
async function put(tools: Tools, what: Put): Promise<void> {
  try {
    await putResource(tools.aws, what);
  } catch (error) {
    const now = await readResource(tools.aws, what.resource);
    if (!sameState(what.resource.kind, now, what.to)) throw error;
  }
}

/** What became of an undo; one that is `ending` takes time, and has to be asked for again. */
export type Undone = "undone" | "drifted" | "ending";

/** Puts back what was there before, but for what someone else has changed since. */
export async function undo(tools: Tools, ledger: Ledger, what: Undo): Promise<Undone> {
  const current = await readResource(tools.aws, what.resource);
  const verdict = judgeUndo(what, current);
  const to = verdict === "drifted" ? ownPartUndone(what, current) : what.restore;
  if (to !== undefined && verdict !== "already-restored") {
    await ledger.confirm();
    await put(tools, { resource: what.resource, from: current, to });
    if (await isEnding(tools, what.resource)) return "ending";
  }
  const state = verdict === "drifted" ? "drifted" : "undone";
  await ledger.settle(
    what.changes.map((change) => change.id),
    state,
  );
  return state;
}

/** A training job is stopped first and its pool given back after: all other kinds are undone by one call. */
async function isEnding({ aws }: Tools, resource: ResourceRef): Promise<boolean> {
  return resource.kind === "training-job" && (await readResource(aws, resource)) !== null;
}

/** What this release did to a resource that someone else has changed since; nothing where nobody has. */
export async function lostTo(
  tools: Tools,
  ledger: Ledger,
  resource: ResourceRef,
): Promise<readonly Change[]> {
  const own = openUndos(ledger, [resource.kind]).find((one) => one.resource.name === resource.name);
  if (own === undefined) return [];
  return judgeUndo(own, await readResource(tools.aws, resource)) === "drifted" ? own.changes : [];
}

/** Lets go of a resource that someone else has changed: it bars the way no longer and is not undone. Says which it was. */
export async function letGo(tools: Tools, ledger: Ledger, resource: ResourceRef): Promise<string[]> {
  const lost = await lostTo(tools, ledger, resource);
  await ledger.settle(
    lost.map(({ id }) => id),
    "drifted",
  );
  return lost.length === 0 ? [] : [`${resource.kind} ${resource.name}`];
}

/**
 * The id for the next try at moving the endpoint. SageMaker rolls an update without capacity back by itself: a try
 * that was made and did not last is settled as undone, so that its end is not taken for someone else's hand.
 */
export async function nextTry(ledger: Ledger, prefix: string): Promise<string> {
  const tried = ledger.changes.filter(
    ({ id, resource, state }) =>
      resource.kind === "routing" && id.startsWith(`${prefix}-`) && state !== "intended",
  );
  await ledger.settle(
    tried.filter(({ state }) => state === "applied").map(({ id }) => id),
    "undone",
  );
  return `${prefix}-${tried.length + 1}`;
}

/** The undos still open, newest first, of some kinds of resource. */
export function openUndos(ledger: Ledger, kinds: readonly ResourceRef["kind"][]): Undo[] {
  return undosOf(ledger.changes).filter((one) => kinds.includes(one.resource.kind));
}
