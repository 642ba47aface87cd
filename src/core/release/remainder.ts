/**
 * What a release could not put back, or could not finish, and leaves for the sweep: each thing that is not as it should
 * be, and who refused that. While there is any, the release keeps its lock.
 */
import { type Change, type ResourceRef, sameState, type Undo, undosOf } from "./change.ts";
import { growMove, shrunkOf } from "./in-place.ts";
import type { JsonValue } from "./json-value.ts";
import { same } from "./json-value.ts";
import { traitsOf } from "./resource-kinds.ts";

export interface Remainder {
  readonly resource: ResourceRef;
  /** As it was when that was last looked at; null says that it does not exist. */
  readonly is: JsonValue;
  readonly should: JsonValue;
  /** Set where it was to be done or undone, and nobody has seen since whether it was, in part or not at all. */
  readonly unsure?: boolean | undefined;
  readonly refusedBy: string;
  /** ISO 8601. */
  readonly since: string;
}

export interface RemainderContext {
  /** After a promotion what was intended is to be finished, and leases are to be given back; before it all is to be undone. */
  readonly promoted: boolean;
  /** Whether a step of the way out has failed: what it had put back by then, the ledger may not know. */
  readonly torn?: boolean;
  /** What is said of a thing that nobody refused by name: why the way out has ended. */
  readonly why: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What was small in place, and could not be raised yet: nobody's policy does that. */
const isGrowing = (changes: readonly Change[]): boolean =>
  changes.some(({ id, state }) => id.startsWith(`${growMove}-`) && state === "intended");

/** What stable gave up in place, and is not known to have again: its own policy gives it back for load alone. */
function givenUpOf(changes: readonly Change[], { promoted, torn = false }: RemainderContext): ResourceRef[] {
  const one = shrunkOf(changes);
  if (promoted || one === undefined) return [];
  const isUnsure = torn || one.changes.at(-1)?.state === "intended";
  return isUnsure || Number(lastKnown(one)) < Number(one.restore) ? [one.resource] : [];
}

/** Of a ledger that is about to be closed. Counts are no part of it but for these: a raised fleet is left to its own policy. */
export function remainderOf(changes: readonly Change[], closing: RemainderContext): Remainder[] {
  const givenUp = givenUpOf(changes, closing);
  const isCounted = ({ resource, changes: own }: Undo) => isGrowing(own) || givenUp.includes(resource);
  return undosOf(changes)
    .filter((one) => !traitsOf(one.resource.kind).movesByItself || isCounted(one))
    .flatMap((one) => leftOf(one, closing));
}

function leftOf(one: Undo, { promoted, torn = false, why, at }: RemainderContext): Remainder[] {
  const { resource, changes, restore } = one;
  // A change to what was there already changes nothing.
  if (changes.every(({ before, after }) => sameState(resource.kind, before, after))) return [];
  const unfinished = changes.findLast(({ state }) => state === "intended");
  const isForward = promoted && !traitsOf(resource.kind).isLease;
  if (isForward && unfinished === undefined) return [];
  const should = isForward && unfinished !== undefined ? unfinished.after : restore;
  const refusal = changes.findLast((change) => change.refusal !== undefined)?.refusal;
  const is = refusal === undefined ? lastKnown(one) : refusal.is;
  const isUnsure =
    traitsOf(resource.kind).goesByItself ||
    (refusal === undefined && (torn || changes.at(-1)?.state === "intended"));
  const unsure = isUnsure ? { unsure: true } : {};
  return [{ resource, is, should, ...unsure, refusedBy: refusal?.by ?? why, since: refusal?.since ?? at }];
}

/** What was intended and is not known to have been done was last seen as it was before: the look was at its recording. */
export function lastKnown({ changes, restore }: Undo): JsonValue {
  const last = changes.at(-1);
  if (last === undefined) return restore;
  return last.state === "intended" ? last.before : last.after;
}

/** Things and why they are as they are, for a person; each why once. */
export const remaindersText = (remainders: readonly Remainder[]): string =>
  [...Map.groupBy(remainders, ({ refusedBy }) => refusedBy)]
    .map(
      ([why, some]) => `${some.map(({ resource: { kind, name } }) => `${kind} ${name}`).join(", ")} (${why})`,
    )
    .join("; ");

/** What is otherwise, for a person: of a thing of several parts, the parts. */
export function differenceText({ resource, is, should, unsure }: Remainder): string {
  const what = `${resource.kind} ${resource.name}`;
  if (unsure === true) return `${what} was to be changed, and whether it was, nobody has seen`;
  if (is === null) return `${what} does not exist, and should`;
  if (should === null) return `${what} exists, and should not`;
  if (!isMembers(is) || !isMembers(should))
    return `${what} is ${JSON.stringify(is)}, and should be ${JSON.stringify(should)}`;
  const parts = Object.keys({ ...is, ...should }).filter((key) => !same(is[key], should[key]));
  if (parts.length === 0) return `${what} was not seen to be as it should`;
  const each = parts.map(
    (key) => `${key} is ${JSON.stringify(is[key])}, and should be ${JSON.stringify(should[key])}`,
  );
  return `${what}: ${each.join("; ")}`;
}

const isMembers = (value: JsonValue): value is { readonly [key: string]: JsonValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A line of a list of what is left. */
export const remainderText = (one: Remainder): string =>
  `  ${differenceText(one)}; ${one.refusedBy} (since ${one.since})`;
