/**
 * The ledger's unit: one change to one resource, with what was there before and what should be there after.
 * A change is recorded before it is made (write-ahead) and is undone only where the world still shows it.
 */
import type { WarmInstances } from "../capacity/endpoint.ts";
import { type JsonValue, same } from "./json-value.ts";
import { type ResourceKind, traitsOf } from "./resource-kinds.ts";

/** A resource by kind and AWS name; `name` is what its adaptor in src/aws reads and writes. */
export interface ResourceRef {
  readonly kind: ResourceKind;
  readonly name: string;
}

/** intended → applied → undone | kept | drifted (someone else changed it since, so it is left alone). */
export const changeStates = ["intended", "applied", "undone", "kept", "drifted"] as const;
export type ChangeState = (typeof changeStates)[number];

/** Why a change could not be undone, or finished, when that was last tried. */
export interface Refusal {
  /** Who said no, in their words. */
  readonly by: string;
  /** ISO 8601, when it was refused for the first time. */
  readonly since: string;
  /** The resource's state then, and what it should be. */
  readonly is: JsonValue;
  readonly should: JsonValue;
}

export interface Change {
  /** Unique within a release: the name of the intent, such as "shift-2". */
  readonly id: string;
  /** Position in the ledger, from 1; undo runs newest first. */
  readonly seq: number;
  readonly resource: ResourceRef;
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly state: ChangeState;
  /** ISO 8601, when the intent was recorded. */
  readonly at: string;
  /** Of a change of weights: the instances that were known to be warm, by variant. */
  readonly warm?: WarmInstances;
  /** Absent where nothing refuses it. */
  readonly refusal?: Refusal;
}

/** A change that is to be made, before anybody has looked at what it is of. */
export interface Intent {
  readonly id: string;
  readonly resource: ResourceRef;
  readonly to: JsonValue | ((before: JsonValue) => JsonValue);
  /** Whatever the resource is like now, be it as somebody else has made it. */
  readonly asItIs?: boolean;
  /** What is there already is somebody else's, and is left alone; other kinds say so by themselves. */
  readonly isNew?: boolean;
  /** Of a change of weights: the instances that are known to be warm. */
  readonly warm?: WarmInstances;
}

/** Whether a resource as it was found is in a state that the ledger has. */
export const sameState = (kind: ResourceKind, found: JsonValue, state: JsonValue): boolean =>
  traitsOf(kind).isIn(found, state);

/** Whether a change would make something of a name under which there is something already. */
export const isTaken = (
  kind: ResourceKind,
  { before, after }: { before: JsonValue; after: JsonValue },
): boolean => traitsOf(kind).isMade && before !== null && after !== null;

/**
 * Whether a resource stands between two states: of a scaling, made by a call for its bounds and one for each policy
 * and action, each part is as in the one or as in the other. It goes in one call, policies and actions with it
 * (DeregisterScalableTarget). A lease that is being made, or given back, is between any two.
 */
export function isBetween(
  kind: ResourceKind,
  now: JsonValue,
  { from, to }: { readonly from: JsonValue; readonly to: JsonValue },
): boolean {
  if (traitsOf(kind).isUnderWay(now)) return true;
  if (!traitsOf(kind).hasParts || to === null) return sameState(kind, now, from) || sameState(kind, now, to);
  const [part, one, other] = [partsOf(now), partsOf(from), partsOf(to)];
  const names = [...new Set([...part.keys(), ...one.keys(), ...other.keys()])];
  return names.every((name) => [one, other].some((each) => same(part.get(name), each.get(name))));
}

/** Members that are lists of named things, one by one; the others together. */
function partsOf(state: JsonValue): Map<string, JsonValue> {
  if (state === null) return new Map();
  if (typeof state !== "object" || Array.isArray(state)) return new Map([["", state]]);
  const members = Object.entries(state as { readonly [key: string]: JsonValue });
  const named = members.flatMap(([list, items]) =>
    Array.isArray(items)
      ? (items as readonly JsonValue[]).map((item): [string, JsonValue] => [`${list} ${nameOf(item)}`, item])
      : [],
  );
  return new Map([["", Object.fromEntries(members.filter(([, value]) => !Array.isArray(value)))], ...named]);
}

const nameOf = (item: JsonValue): string =>
  typeof item === "object" && item !== null && "name" in item ? String(item.name) : "";

/** Under which name it is marked that a resource is being put back; a change that is made is marked under its own. */
export const undoMark = ({ kind, name }: ResourceRef): string => `put back ${kind} ${name}`;

/** All that one release did to one resource and has not settled yet. */
export interface Undo {
  readonly resource: ResourceRef;
  /** The changes it covers, oldest first. */
  readonly changes: readonly Change[];
  /** What to put back: the state before the oldest of them. */
  readonly restore: JsonValue;
  /** States in which the world still shows our hand; in any other it has drifted. */
  readonly ours: readonly JsonValue[];
}

export const isOpen = (change: Change) => change.state === "intended" || change.state === "applied";

/** The undos of a release, newest resource first: the order in which they must run. */
export function undosOf(changes: readonly Change[]): Undo[] {
  const byResource = new Map<string, Change[]>();
  for (const change of [...changes].sort((a, b) => a.seq - b.seq).filter(isOpen)) {
    const key = `${change.resource.kind}:${change.resource.name}`;
    byResource.set(key, [...(byResource.get(key) ?? []), change]);
  }
  return [...byResource.values()].map(undoOf).sort((a, b) => newest(b) - newest(a));
}

const newest = (undo: Undo) => undo.changes.at(-1)?.seq ?? 0;

function undoOf(changes: readonly Change[]): Undo {
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) throw new RangeError("an undo covers at least one change");
  const ours = last.state === "intended" ? [last.after, last.before] : [last.after];
  return { resource: first.resource, changes, restore: first.before, ours };
}

/** What undoing means for the world as it is now. */
export type UndoVerdict = "already-restored" | "restore" | "drifted";
export function judgeUndo(undo: Undo, current: JsonValue): UndoVerdict {
  const { kind } = undo.resource;
  if (sameState(kind, current, undo.restore)) return "already-restored";
  const [last = undo.restore] = undo.ours;
  const ours = undo.ours.some((from) =>
    [last, undo.restore].some((to) => isBetween(kind, current, { from, to })),
  );
  return ours ? "restore" : "drifted";
}

/**
 * What to put where somebody else has changed a part of a scaling: the parts that are still ours as before, theirs
 * as they are; of a lease, the lease alone is ours. Undefined where nothing of ours is left to put back, and for all kinds
 * that are one part.
 */
export function ownPartUndone({ resource, ours, restore }: Undo, current: JsonValue): JsonValue | undefined {
  const [after = restore] = ours;
  if (traitsOf(resource.kind).isLease) return restore;
  if (!traitsOf(resource.kind).hasParts || [current, after, restore].includes(null)) return undefined;
  const merged = withOursUndone(current, { after, before: restore });
  return same(merged, current) ? undefined : merged;
}

/** Members that are set as a whole: of a suspension with three parts, whoever set one has set them all. */
const whole: ReadonlySet<string> = new Set(["suspended"]);

export type BeforeAndAfter = {
  readonly after: JsonValue | undefined;
  readonly before: JsonValue | undefined;
};

/** What of a state is still as we left it is as before, member by member; what is otherwise stays. */
export function withOursUndone(now: JsonValue, { after, before }: BeforeAndAfter): JsonValue {
  if (before !== undefined && same(now, after)) return before;
  if (Array.isArray(now)) return listWithOursUndone(now, { after, before });
  if (!isMembers(now) || !isMembers(after) || !isMembers(before)) return now;
  return Object.fromEntries(
    Object.entries(now).map(([key, each]) => {
      const sides = { after: after[key], before: before[key] };
      return [key, whole.has(key) ? wholeUndone(each, sides) : withOursUndone(each, sides)];
    }),
  );
}

const wholeUndone = (now: JsonValue, { after, before }: BeforeAndAfter): JsonValue =>
  before !== undefined && same(now, after) ? before : now;

/** Of a list of named things: what is as we left it is as before, be it gone; what is otherwise stays. */
function listWithOursUndone(now: readonly JsonValue[], { after, before }: BeforeAndAfter): JsonValue {
  const named = (list: JsonValue | undefined, name: string) =>
    Array.isArray(list) ? (list as readonly JsonValue[]).find((item) => nameOf(item) === name) : undefined;
  return now.flatMap((item): JsonValue[] => {
    const earlier = named(before, nameOf(item));
    if (!same(item, named(after, nameOf(item)))) return [item];
    return earlier === undefined ? [] : [earlier];
  });
}

const isMembers = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
