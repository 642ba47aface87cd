/**
 * Which evidence a settling write claims, and what of it: a claim holds all that its pack says, so that the pack is the same
 * whoever makes of it what is stored, however late.
 */
import { type Change, type ChangeState, isOpen, undoMark, undosOf } from "../release/change.ts";
import { type JsonValue, same } from "../release/json-value.ts";
import type { Begun, LockEvidence } from "../release/lock.ts";
import { traitsOf } from "../release/resource-kinds.ts";
import { epochMs } from "../units.ts";
import { functionTimeoutSeconds } from "../wait.ts";
import { bytesIn, type Canonical, canonical } from "./canonical.ts";
import type { ChangePack, Described, Pack } from "./pack.ts";
import type { Sha256Of } from "./statement.ts";

/** What is settled, as the ledger has it before, and what it becomes. */
export interface Settling {
  /** Oldest first. */
  readonly changes: readonly Change[];
  readonly to: ChangeState | "forgotten";
  readonly begun: Readonly<Record<string, Begun>>;
  /** Whether whoever settles them has seen its own call take effect. */
  readonly isOurs?: boolean;
}

/** The marks that are over once some changes are settled. */
export const marksOver = ({ changes, begun }: Omit<Settling, "to">): string[] =>
  [...new Set(changes.flatMap(({ id, resource }) => [id, undoMark(resource)]))].filter(
    (mark) => begun[mark] !== undefined,
  );

/** What calls may have gone out for, to make it or to put it back, and nobody has said what became of that. */
export const unsaidOf = ({ changes, begun }: Omit<Settling, "to">): Change[] =>
  changes
    .filter(isOpen)
    .filter(
      ({ id, state, resource }) =>
        begun[undoMark(resource)] !== undefined || (state === "intended" && begun[id] !== undefined),
    );

/** What is the same for all changes of a step. */
export type Resting = Pick<ChangePack, "subject" | "release" | "grounds" | "order">;

type Told = Pick<
  ChangePack,
  "what" | "since" | "at" | "resource" | "changes" | "unsaid" | "before" | "after"
>;

/**
 * A pack for each change that was made, and one for each resource that was put back. Without a mark that a call may have gone
 * out there is nothing to tell: what was found as it should be nobody has changed, and what AWS has undone by itself neither.
 */
export function packsOf(settling: Settling, resting: Resting, sha256: Sha256Of): ChangePack[] {
  return undosOf(settling.changes)
    .toReversed()
    .flatMap(({ changes }) => toldOf({ ...settling, changes }, sha256))
    .map((told) => ({ schema: 1, ...resting, ...told }));
}

function toldOf({ changes, to, begun, isOurs = false }: Settling, sha256: Sha256Of): Told[] {
  const [first, last] = [changes[0], changes.at(-1)];
  if (first === undefined || last === undefined) return [];
  // Whose call was refused, or what moves by itself, may be as it should be by somebody else.
  const isKnown = ({ refusal, resource: { kind } }: Change) =>
    isOurs || (refusal === undefined && !traitsOf(kind).movesByItself);
  const undo = begun[undoMark(first.resource)];
  if (undo !== undefined)
    return [
      {
        what: to === "undone" && isKnown(last) ? "put-back" : "begun",
        since: earliest(undo.since, ...changes.flatMap(({ id }) => begun[id]?.since ?? [])),
        at: undo.at,
        resource: first.resource,
        changes: changes.map(({ id }) => id),
        ...unsaidIn(changes, begun),
        before: described(undo.from === undefined ? last.after : undo.from.is, sha256),
        after: described(undo.to === undefined ? first.before : undo.to.is, sha256),
      },
    ];
  const isMade = to === "applied" || to === "kept";
  return changes.flatMap((change) => {
    const mark = begun[change.id];
    if (change.state !== "intended" || mark === undefined || same(change.before, change.after)) return [];
    // What was refused, and nothing shows, was not made; of several calls some may have been.
    if (!isMade && isRefused(change, mark) && !traitsOf(change.resource.kind).hasParts) return [];
    const { id, resource, before, after } = change;
    return {
      what: isMade && isKnown(change) ? "made" : "begun",
      since: mark.since,
      at: mark.at,
      resource,
      changes: [id],
      before: described(before, sha256),
      after: described(after, sha256),
    };
  });
}

/** Whether what was refused is the call that went out first: a step tells of that, or is dead. A later refusal says nothing of it. */
const isRefused = ({ refusal }: Change, mark: Begun): boolean =>
  refusal !== undefined && epochMs(refusal.since) - epochMs(mark.since) <= functionTimeoutSeconds * 1000;

/** Of moments in ISO 8601. */
const earliest = (first: string, ...others: readonly string[]): string =>
  [first, ...others].toSorted()[0] ?? first;

/** Of what is put back: that which may have been made, and nobody had said so. */
function unsaidIn(changes: readonly Change[], begun: Settling["begun"]): Pick<Told, "unsaid"> {
  const unsaid = changes.filter(({ id, state }) => state === "intended" && begun[id] !== undefined);
  return unsaid.length === 0 ? {} : { unsaid: unsaid.map(({ id }) => id) };
}

/** Chosen: a lock's item holds 400 KB at most (DynamoDB), and a state is seldom longer than this. */
const longestState = 4096;

function described(state: JsonValue, sha256: Sha256Of): Described {
  const text = canonical(state);
  const bytes = bytesIn(text);
  return bytes <= longestState && !hasVariables(state) ? { is: state } : { sha256: sha256(text), bytes };
}

/** Of a container: they may be secrets, and what is stored for years nobody can take back. */
const hasVariables = (state: JsonValue): boolean =>
  typeof state === "object" &&
  state !== null &&
  Object.entries(state).some(
    ([name, each]) => (name === "Environment" && Object.keys(each ?? {}).length > 0) || hasVariables(each),
  );

/** Chosen: what may wait in a lock's item, bytes; the ledger itself takes some fifty thousand. */
export const mostClaimedBytes = 150_000;

/** What a write adds to a lock's evidence. */
export interface Claiming {
  readonly next: number;
  /** By number: the canonical text of a pack. */
  readonly claimed: Readonly<Record<string, string>>;
  /** In place of what there is no room for. */
  readonly untold?: LockEvidence["untold"];
}

/** Undefined where there is nothing to claim. Once some could not be told, the others are counted too, so that order holds. */
export function claiming(evidence: LockEvidence, packs: readonly Pack[]): Claiming | undefined {
  const [first, last] = [packs[0], packs.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const texts = packs.map((pack) => canonical(pack as Canonical));
  const { next, untold } = evidence;
  const waiting = Object.values(evidence.claimed).reduce((sum, text) => sum + bytesIn(text), 0);
  const added = texts.reduce((sum, text) => sum + bytesIn(text), 0);
  if (untold === undefined && waiting + added <= mostClaimedBytes)
    return {
      next: next + texts.length,
      claimed: Object.fromEntries(texts.map((text, i) => [String(next + i), text])),
    };
  const count = (untold?.count ?? 0) + texts.length;
  return { next, claimed: {}, untold: { count, since: untold?.since ?? first.since, until: last.at } };
}

/** What could not be told takes a number as soon as nothing else waits. */
export function untoldClaim(subject: string, { next, claimed, untold }: LockEvidence): Claiming | undefined {
  if (untold === undefined || Object.keys(claimed).length > 0) return undefined;
  const { count, since, until } = untold;
  const pack: Pack = { schema: 1, what: "untold", subject, since, at: until, count };
  return { next: next + 1, claimed: { [String(next)]: canonical(pack) } };
}
