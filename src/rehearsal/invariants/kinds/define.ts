/**
 * What there is to a kind of resource for those who check what becomes of it. They share no code with what reads and
 * puts it for a release: a mistake there must not be theirs too.
 */

import type { Call } from "#twin/services";
import type { WorldEvent, WorldView } from "#twin/world";
import type { ResourceRef } from "../../../core/release/change.ts";
import type { JsonValue } from "../../../core/release/json-value.ts";
import type { ResourceKind } from "../../../core/release/resource-kinds.ts";
import type { EndpointSnapshot } from "../endpoint-snapshot.ts";

/** The account as it is now. */
export interface Account {
  readonly world: WorldView;
  /** The schedules that exist, as `GROUP/NAME`, or `NAME` in the default group. */
  readonly schedules: () => readonly string[];
  /** Which release each instance group is held by, by `CLUSTER/GROUP`; absent where no table is followed. */
  readonly holds?: () => ReadonlyMap<string, string>;
}

/** A thing that is not as it should be, in one sentence. */
export interface AccountDifference {
  readonly what: string;
  readonly resource: ResourceRef;
}

/** What a call would do to one thing. */
export interface Aim {
  readonly name: string;
  /** Tells the calls apart that one change takes, such as the policy that it is about; absent: the operation does. */
  readonly part?: string;
  /** Whether the call brings the thing to this state of the ledger's, or a part of the way. */
  readonly leadsTo: (state: JsonValue) => boolean;
}

/** The things of a kind at two moments, and who has changed what between them. */
export interface TwoLooks<State> {
  readonly before: ReadonlyMap<string, State>;
  readonly now: ReadonlyMap<string, State>;
  readonly endpoints: {
    readonly before: ReadonlyMap<string, EndpointSnapshot>;
    readonly now: ReadonlyMap<string, EndpointSnapshot>;
  };
  readonly world: WorldView;
  /** Whether somebody else has changed a thing, and nobody has taken that back. */
  readonly isTouched: (resource: ResourceRef) => boolean;
  /** Whether an endpoint is somebody else's: they have moved it, or shifted its traffic. */
  readonly isTheirs: (endpoint: string) => boolean;
  /** Names of what may be there: held by leases that are still to end, and what serves where a release may not undo it. */
  readonly leased: ReadonlySet<string>;
  readonly inUse: ReadonlySet<string>;
}

/** An endpoint when a promoted release gives its lock back. */
export interface Promotion<State> {
  readonly before: EndpointSnapshot;
  readonly now: EndpointSnapshot;
  /** What there is of the kind now. */
  readonly things: ReadonlyMap<string, State>;
  /** What stable had to lend the candidate; undefined where there was nothing. */
  readonly lent: State | undefined;
  readonly isTouched: (resource: ResourceRef) => boolean;
}

/** What a release has seen of an endpoint by describing it. */
export interface DescribedEndpoint {
  readonly config: string;
  readonly variants: readonly Readonly<Record<string, unknown>>[];
}

/** What a change of ours should come to. */
export interface ExpectedOutcome {
  readonly what: string;
  /** Whether a description shows what was intended. */
  readonly isShown: (found: DescribedEndpoint) => boolean;
}

export interface CheckedKind<State extends JsonValue = JsonValue> {
  readonly kind: ResourceKind;

  /** A thing by its name, in the words of the ledger and as far as a change of it shows; null: there is none. */
  read(account: Account, name: string): State | null;
  /** Names of what there is of it, as far as a release could leave it behind. */
  names(account: Account): Iterable<string>;
  /** The endpoint that a thing is of, as its name says; absent: names do not say. */
  readonly endpointOf?: (name: string) => string;
  /** Names of those that an endpoint cannot be without while it serves as it does. */
  usedBy?(endpoint: EndpointSnapshot): readonly string[];
  /** What one of them was tagged with as it was made; undefined where there is none. */
  tagsOf?(account: Account, name: string): Readonly<Record<string, string>> | undefined;
  /** What there has to be once an endpoint serves in the steady state of a promotion; absent: what there was. */
  steady?(
    before: ReadonlyMap<string, State>,
    now: ReadonlyMap<string, State>,
    endpoint: EndpointSnapshot,
  ): ReadonlyMap<string, State>;

  /** What the calls that change it would do, by `service.Operation`; undefined for a call that is about another kind. */
  readonly calls: Readonly<Record<string, (call: Call) => Aim | undefined>>;
  /** Of what one release makes: by which call, `service.Operation`, and how many at most, in all or at a time. */
  readonly makes?: { readonly operation: string; readonly most: number; readonly atATime?: true };

  /** What is otherwise than it was, what somebody else did left out. */
  left(looks: TwoLooks<State>): AccountDifference[];
  /** What is otherwise than it should be after a promotion. */
  unsteady?(promotion: Promotion<State>): AccountDifference[];
  /** What a call of ours that was accepted should come to, where that takes a look at the endpoint. */
  outcome?(call: Call, account: Account): ExpectedOutcome | undefined;

  /** Names of those that somebody else's call takes along without naming them. */
  takenAlong?(call: Call, account: Account): readonly string[];
  /** Whether a call that was accepted has a thing go, which takes a while. */
  isGoing?(call: Call, name: string): boolean;
  /** What the world did to one of them by itself at somebody else's wish; `from` is the state before that. */
  movedBy?(entry: WorldEvent, account: Account): { name: string; from: JsonValue; by: string } | undefined;
  /** A part of one of them that the world has set for what was asked of it, whatever somebody else had made of it. */
  overtakes?(entry: WorldEvent, account: Account): { name: string; part: string } | undefined;

  /** The ledger's states of it are leases: the thing itself was there before, and stays. */
  readonly isLease?: true;

  /** A call on it that AWS accepts holds the endpoint's lock, whatever it changes. */
  readonly locksEndpoint?: true;
  /** It is where the endpoint serves: what else a release has to put back waits until that is possible. */
  readonly isPlace?: true;
  /** What else there has to be for it to be in a state. */
  needs?(state: JsonValue): readonly ResourceRef[];
  /** An endpoint serves by it: where somebody has deleted it, nothing can be moved to what needs it. */
  readonly isServed?: true;
  /** It is of a training pool, which a lease may hold beyond its release. */
  readonly isOfPool?: true;
  /** Stable lends it to the candidate, which has to have it after a promotion. */
  readonly isLent?: true;
  /** When a call has its lease end, epoch milliseconds; undefined for a call that says nothing of it. */
  leaseEndMs?(call: Call): number | undefined;
  /** AWS moves it by itself, so that no state of it shows somebody's hand. */
  readonly movesByItself?: true;
  /** Members of its state that a call can only set whole. */
  readonly setWhole?: ReadonlySet<string>;
}

/** What is more than before, and what is less. */
export function moreOrLess(
  kind: ResourceKind,
  { before, now, leased, inUse, isTouched }: TwoLooks<unknown>,
): AccountDifference[] {
  const more = [...now.keys()].filter((name) => !before.has(name) && !leased.has(name) && !inUse.has(name));
  const less = [...before.keys()].filter((name) => !now.has(name));
  return [
    ...more.map((name) => [name, "left behind"] as const),
    ...less.map((name) => [name, "gone"] as const),
  ].flatMap(([name, how]) =>
    isTouched({ kind, name }) ? [] : [{ what: `${kind} ${name} is ${how}`, resource: { kind, name } }],
  );
}

export const isGone = (state: JsonValue): boolean => state === null;
export const isThere = (state: JsonValue): boolean => state !== null;

export type JsonMembers = { readonly [key: string]: JsonValue };

export const isMembers = (value: JsonValue | undefined): value is JsonMembers =>
  typeof value === "object" && value !== null && !Array.isArray(value);
