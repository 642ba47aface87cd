/**
 * Makes and undoes changes under the ledger: intent first, then the call, then what became of it. An answer that
 * was lost is settled by reading the world, never by guessing. What is refused for good is in the ledger too.
 */

import { drifted, SlipwayError } from "../core/errors.ts";
import {
  type Change,
  type ChangeState,
  type Intent,
  isBetween,
  isTaken,
  judgeUndo,
  ownPartUndone,
  type ResourceRef,
  sameState,
  type Undo,
  undoMark,
  undosOf,
} from "../core/release/change.ts";
import { type JsonValue, same } from "../core/release/json-value.ts";
import type { Begun } from "../core/release/lock.ts";
import { lastKnown } from "../core/release/remainder.ts";
import { traitsOf } from "../core/release/resource-kinds.ts";
import { note } from "./journal.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { isRefusal, refusalText } from "./refusals.ts";
import { type Put, putResource, readResource } from "./resources/registry.ts";

/**
 * Brings a resource to a state, once: a change that is applied already is left alone, one that was intended is
 * finished. @throws Drifted when the resource is in neither the recorded before nor the intended after, not as
 * this release left it, or there already where it was to be made. Counts are exempt: auto scaling may move them.
 */
export async function make(tools: Tools, ledger: Ledger, intent: Intent): Promise<Change> {
  const known = ledger.find(intent.id);
  if (known !== undefined && known.state !== "intended") return known;
  const at = known && { ledger, id: known.id, is: known.before, should: known.after };
  const current = await noted(tools, at, () => seen(tools, ledger, intent.resource));
  const change = await upToDate(tools, ledger, { intent, known, current });
  let isOurs = false;
  if (!sameState(change.resource.kind, current, change.after)) {
    if (known === change) await ledger.begin(change.id, { at: new Date(tools.now()).toISOString() });
    const { resource, after: to, id } = change;
    isOurs = await put(tools, { resource, from: current, to }, { ledger, id });
  }
  await ledger.settle([change.id], "applied", { isOurs });
  await noteChange(tools, ledger, [change], "applied");
  return { ...change, state: "applied" };
}

/** A resource as the release that has the ledger sees it. */
export const seen = (tools: Tools, ledger: Ledger, resource: ResourceRef): Promise<JsonValue> =>
  readResource(tools.aws, resource, askedBy(tools, ledger));

const askedBy = ({ now }: Tools, { holding }: Ledger) => ({ by: holding, nowMs: now() });

interface Intended {
  readonly intent: Intent;
  readonly known: Change | undefined;
  readonly current: JsonValue;
}

/** The change as it was intended before, where the world has not gone on from there; else it is intended now. */
async function upToDate(tools: Tools, ledger: Ledger, { intent, known, current }: Intended): Promise<Change> {
  if (known === undefined) return record(tools, ledger, intent, current);
  const { resource, before: from, after: to, id } = known;
  const { kind, name } = resource;
  if (traitsOf(kind).movesByItself || sameState(kind, current, to) || isBetween(kind, current, { from, to }))
    return known;
  if (intent.asItIs === true) return record(tools, ledger, intent, current);
  throw drifted(`${kind} ${name} is no longer as it was when ${id} was recorded; someone else changed it`);
}

async function record(tools: Tools, ledger: Ledger, intent: Intent, before: JsonValue): Promise<Change> {
  const { id, resource, asItIs = false, isNew = false, warm } = intent;
  const after = typeof intent.to === "function" ? intent.to(before) : intent.to;
  const at = new Date(tools.now()).toISOString();
  const change = { id, resource, before, after, at, ...(warm === undefined ? {} : { warm }) };
  const begins = !sameState(resource.kind, before, after);
  if (asItIs) return ledger.intend(change, { begins });
  const earlier = openUndo(ledger, resource);
  if (
    earlier !== undefined &&
    !traitsOf(resource.kind).movesByItself &&
    judgeUndo(earlier, before) === "drifted"
  )
    throw drifted(
      `${resource.kind} ${resource.name} is no longer as this release left it; someone else changed it`,
    );
  if (isTaken(resource.kind, { before, after }) || (isNew && before !== null))
    throw drifted(`${resource.kind} ${resource.name} exists, and not by this release: it is left alone`);
  return ledger.intend(change, { begins });
}

/** A change that the ledger knows, for the note that it was refused. */
interface Known {
  readonly ledger: Ledger;
  readonly id: string;
}

/** Calls AWS; when the call fails, the world decides whether it took effect all the same. Whether it was seen not to fail. */
async function put(tools: Tools, what: Put, known: Known): Promise<boolean> {
  try {
    await putResource(tools.aws, what, askedBy(tools, known.ledger));
    return true;
  } catch (error) {
    const now = await lookAgain(tools, { ...what, ledger: known.ledger }, error);
    if (sameState(what.resource.kind, now, what.to)) return false;
    await noteRefusal(tools, { ...known, is: now, should: what.to }, error);
    throw error;
  }
}

/** How a thing is after a call that failed; where that may not be seen, and the call was refused, as it was before. */
async function lookAgain(
  tools: Tools,
  { resource, from, ledger }: Put & { readonly ledger: Ledger },
  error: unknown,
): Promise<JsonValue> {
  try {
    return await seen(tools, ledger, resource);
  } catch (unseen) {
    if (isRefusal(unseen) && isRefusal(error)) return from;
    throw unseen;
  }
}

interface Refused extends Known {
  readonly is: JsonValue;
  readonly should: JsonValue;
}

/** Notes in the ledger that an act was refused for good, and lets the refusal pass on. */
async function noted<T>(tools: Tools, what: Refused | undefined, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (what !== undefined) await noteRefusal(tools, what, error);
    throw error;
  }
}

/** What may pass when tried again is no refusal. */
export async function noteRefusal(
  { now }: Tools,
  { ledger, id, is, should }: Refused,
  error: unknown,
): Promise<void> {
  if (!isRefusal(error)) return;
  await ledger.refuse(id, { by: refusalText(error), since: new Date(now()).toISOString(), is, should });
}

/** What became of an undo; one that is `ending` takes time, and has to be asked for again. */
export type Undone = "undone" | "drifted" | "ending";

/** Puts back what was there before, but for what someone else has changed since. */
export async function undo(tools: Tools, ledger: Ledger, what: Undo): Promise<Undone> {
  const known = { ledger, id: what.changes.at(-1)?.id ?? "" };
  const current = await noted(tools, { ...known, is: lastKnown(what), should: what.restore }, () =>
    seen(tools, ledger, what.resource),
  );
  const verdict = judgeUndo(what, current);
  if (verdict === "already-restored" && traitsOf(what.resource.kind).isGoing(current)) return "ending";
  const to = verdict === "drifted" ? ownPartUndone(what, current) : what.restore;
  let isOurs = false;
  if (to !== undefined && verdict !== "already-restored") {
    await ledger.begin(undoMark(what.resource), begunTo(tools, what, { from: current, to }));
    try {
      isOurs = await put(tools, { resource: what.resource, from: current, to }, known);
    } catch (error) {
      if (isContended(error) && traitsOf(what.resource.kind).isLease) return "ending";
      throw error;
    }
    if (await isEnding(tools, ledger, what)) return "ending";
  }
  const state = verdict === "drifted" ? "drifted" : "undone";
  const ids = what.changes.map((change) => change.id);
  await ledger.settle(ids, state, { isOurs });
  await noteChange(tools, ledger, what.changes, state);
  return state;
}

/** What goes into the mark of an undo: states where they are not those that the ledger has of its changes. */
function begunTo(
  { now }: Tools,
  { changes, restore }: Undo,
  { from, to }: Pick<Put, "from" | "to">,
): Omit<Begun, "since"> {
  const at = new Date(now()).toISOString();
  const isAsMade = same(from, changes.at(-1)?.after);
  return { at, ...(!isAsMade && { from: { is: from } }), ...(!same(to, restore) && { to: { is: to } }) };
}

/** Writes into the journal what has become of changes to one resource: of several that end together, the newest. */
async function noteChange(
  tools: Tools,
  { holding }: Ledger,
  changes: readonly Change[],
  state: ChangeState,
): Promise<void> {
  const newest = changes.at(-1);
  if (newest === undefined) return;
  await note(tools, holding.id, { kind: "change", id: newest.id, resource: newest.resource, state });
}

/** Of a job, its pool goes after it; of a lease, capacity after bounds; a cluster may be at another update. The rest is one call. */
async function isEnding(tools: Tools, ledger: Ledger, { resource, restore }: Undo): Promise<boolean> {
  const { endsInSteps, isGoing } = traitsOf(resource.kind);
  if (!endsInSteps) return false;
  const now = await seen(tools, ledger, resource);
  return isGoing(now) || !sameState(resource.kind, now, restore);
}

/** Another release is at work on what both lean on. */
export const isContended = (error: unknown): boolean =>
  error instanceof SlipwayError && error.name === "LedgerContended";

/** The undos still open of some resources, newest first. */
export function openUndos(ledger: Ledger, are: (resource: ResourceRef) => boolean): Undo[] {
  return undosOf(ledger.changes).filter(({ resource }) => are(resource));
}

/** The undo of a resource, where one is open. */
export function openUndo(ledger: Ledger, { kind, name }: ResourceRef): Undo | undefined {
  return openUndos(ledger, (one) => one.kind === kind && one.name === name)[0];
}
