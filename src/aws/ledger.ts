/**
 * The ledger of the release that holds a lock. An intent is recorded only by the run that still holds the lock
 * under its fence: the ledger and the lock are one item.
 */

import { ledgerContended, type SlipwayError, stopped, superseded } from "../core/errors.ts";
import { claiming, marksOver, packsOf, type Settling, unsaidOf } from "../core/evidence/claims.ts";
import { restingOf } from "../core/evidence/resting.ts";
import type { Change, ChangeState, Refusal } from "../core/release/change.ts";
import { changesRead, changeWritten, type LedgerReading } from "../core/release/document/ledger.ts";
import { type Grounds, groundsWith } from "../core/release/grounds.ts";
import { same } from "../core/release/json-value.ts";
import type { Begun, LockItem, Order, Successor } from "../core/release/lock.ts";
import type { Remainder } from "../core/release/remainder.ts";
import type { Aws } from "./clients.ts";
import { guarded, type LockHolder, readHeld, tryGuarded } from "./held-lock.ts";
import {
  claimsIn,
  expressionOf,
  forgets,
  marks,
  nothing,
  type Settles,
  settles,
  stillNext,
  together,
  unmarks,
} from "./ledger-claims.ts";
import type { LockUpdate } from "./lock-item.ts";
import { freeLock } from "./locks.ts";
import { sha256 } from "./sha256.ts";

/** Chosen: whoever else takes numbers is a sweep or a look between releases, seldom and once. */
const mostTries = 5;

interface Read {
  readonly item: LockItem;
  readonly reading: LedgerReading;
}

/** The ledger of the release that holds the lock. */
export class Ledger {
  readonly #aws: Aws;
  readonly #release: LockHolder;
  readonly #reading: LedgerReading;
  #item: LockItem;
  #changes: readonly Change[];
  private constructor(aws: Aws, release: LockHolder, { item, reading }: Read) {
    this.#aws = aws;
    this.#release = release;
    this.#reading = reading;
    this.#item = item;
    this.#changes = changesRead(item.changes ?? {}, reading);
  }

  /**
   * The ledger for a step that goes forward; `pool` is what the plan says of the release's pool. @throws Superseded or Stopped
   * when the run was ordered to walk back, BadState on a change that newer code has recorded.
   */
  static async forward(aws: Aws, release: LockHolder, pool?: LedgerReading["pool"]): Promise<Ledger> {
    const ledger = await Ledger.open(aws, release, { goesForward: true, pool });
    const order = ledger.order;
    if (order !== undefined && !ledger.promoted) throw orderedOff(release.id, order);
    return ledger;
  }

  /** Reads the ledger. @throws LockLost when another run holds the lock or holds it under a later fence. */
  static async open(aws: Aws, release: LockHolder, reading: LedgerReading = {}): Promise<Ledger> {
    return new Ledger(aws, release, { item: await readHeld(aws, release), reading });
  }

  /** Whose it is. */
  get holding(): LockHolder {
    return this.#release;
  }

  /** The lock as it was when this ledger was last read or written. */
  get lock(): LockItem {
    return this.#item;
  }

  /** All changes, oldest first. */
  get changes(): readonly Change[] {
    return this.#changes;
  }

  get promoted(): boolean {
    return this.#item.promoted ?? false;
  }

  get order(): Order | undefined {
    return this.#item.order;
  }

  find(id: string): Change | undefined {
    return this.#changes.find((change) => change.id === id);
  }

  async #write(update: Omit<LockUpdate, "ConditionExpression">): Promise<void> {
    this.#took(await guarded(this.#aws, this.#release, update));
  }

  #took(item: LockItem): void {
    this.#item = item;
    this.#changes = changesRead(item.changes ?? {}, this.#reading);
  }

  /**
   * Records an intent before anything is done about it; one of the same id that was never carried out is forgotten. `begins`:
   * its calls go out next.
   */
  async intend(change: Omit<Change, "seq" | "state">, { begins = false } = {}): Promise<Change> {
    const intent: Change = { ...change, seq: (this.changes.at(-1)?.seq ?? 0) + 1, state: "intended" };
    const intended: Settles = {
      set: ["changes.#id = :intent"],
      remove: [],
      names: { "#id": change.id },
      values: { ":intent": changeWritten(intent) },
    };
    const marked = begins ? marks(this.#item, change.id, { at: change.at }) : nothing;
    await this.#write(expressionOf(together(intended, marked)));
    return intent;
  }

  /** Records several intents in one write, in their order. */
  async intendAll(changes: readonly Omit<Change, "seq" | "state">[]): Promise<void> {
    if (changes.length === 0) return;
    const last = this.changes.at(-1)?.seq ?? 0;
    const intents = changes.map((change, i): Change => ({ ...change, seq: last + 1 + i, state: "intended" }));
    await this.#write({
      UpdateExpression: `SET ${intents.map((_, i) => `changes.#id${i} = :intent${i}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(intents.map(({ id }, i) => [`#id${i}`, id])),
      ExpressionAttributeValues: Object.fromEntries(
        intents.map((intent, i) => [`:intent${i}`, changeWritten(intent)]),
      ),
    });
  }

  /** Records what has become of changes; what refused them before is forgotten. `isOurs`: by a call that was seen to take effect. */
  async settle(ids: readonly string[], state: ChangeState, { isOurs = false } = {}): Promise<void> {
    await this.#claim(ids, { to: state, isOurs }, () => {
      const refused = ids.flatMap((id, i) => (this.find(id)?.refusal === undefined ? [] : [i]));
      return settles(ids, state, refused);
    });
  }

  /** Forgets changes that are settled, or of what is over. */
  async forget(ids: readonly string[]): Promise<void> {
    await this.#claim(ids, { to: "forgotten" }, () => forgets(ids));
  }

  /** Gives the lock back; what may have been made, or put back, and nobody has said so, is claimed first. */
  async giveBack(): Promise<void> {
    const ids = unsaidOf({ changes: this.#changes, begun: this.#item.begun ?? {} }).map(({ id }) => id);
    await this.#claim(ids, { to: "forgotten" }, () => nothing);
    await freeLock(this.#aws, this.#release);
  }

  /**
   * Settles changes, and claims their evidence in the same write. Another step of the same execution may have settled them, or
   * a sweep have taken a number: then what there is to claim is worked out anew.
   */
  async #claim(
    ids: readonly string[],
    as: Omit<Settling, "changes" | "begun">,
    settling: () => Settles,
  ): Promise<void> {
    if (ids.length === 0) return;
    for (let tries = 0; tries < mostTries; tries++) {
      const { evidence, begun = {} } = this.#item;
      const changes = this.#changes.filter(({ id }) => ids.includes(id));
      const settled = together(settling(), unmarks(marksOver({ changes, begun })));
      const resting = restingOf(this.#release, this.#item, this.#reading.goesForward ? "forward" : "back");
      const claim = evidence && claiming(evidence, packsOf({ ...as, changes, begun }, resting, sha256));
      if (settled.set.length + settled.remove.length === 0) return;
      if (evidence === undefined || claim === undefined) return this.#write(expressionOf(settled));
      const update = expressionOf(together(settled, claimsIn(evidence, claim)));
      const written = await tryGuarded(this.#aws, this.#release, update, stillNext);
      if (written !== undefined) return this.#took(written);
      this.#took(await readHeld(this.#aws, this.#release));
      // The answer of a write that was made may have been lost.
      if (ids.every((id) => (this.find(id)?.state ?? "forgotten") === as.to)) return;
    }
    throw ledgerContended(`the evidence of ${this.#release.subject} changed while some was being claimed`);
  }

  /** Notes what the way forward rests on, where evidence is kept and that is something new. */
  async restsOn(more: Grounds): Promise<void> {
    const grounds = groundsWith(this.#item.grounds ?? {}, more);
    if (this.#item.evidence === undefined || grounds === undefined) return;
    const set = { ...nothing, set: ["grounds = :grounds"], values: { ":grounds": grounds } };
    await this.#write(expressionOf(set));
  }

  /** Records that a change cannot be carried out, or not be undone. The same refusal again changes nothing. */
  async refuse(id: string, refusal: Refusal): Promise<void> {
    const known = this.find(id)?.refusal;
    if (known?.by === refusal.by && same(known.is, refusal.is)) return;
    await this.#write({
      UpdateExpression: "SET changes.#id.refusal = :refusal",
      ExpressionAttributeNames: { "#id": id },
      ExpressionAttributeValues: { ":refusal": { ...refusal, since: known?.since ?? refusal.since } },
    });
  }

  /** Says on the lock itself what is left: the holder's execution ends, and the lock stays its own. */
  async leave(remainder: readonly Remainder[]): Promise<void> {
    await this.#write({
      UpdateExpression: "SET #remainder = :remainder",
      ExpressionAttributeNames: { "#remainder": "remainder" },
      ExpressionAttributeValues: { ":remainder": remainder },
    });
  }

  /**
   * Makes sure, at this moment, that the lock is still ours, and says that calls go out for a change, or to put a resource
   * back (`undoMark`): the last thing before a call that changes AWS.
   */
  async begin(mark: string, calls: Omit<Begun, "since">): Promise<void> {
    const confirmed = { ...nothing, set: ["confirmedBy = :confirmed"] };
    const values = { ":confirmed": this.#release.execution };
    await this.#write(expressionOf(together({ ...confirmed, values }, marks(this.#item, mark, calls))));
  }

  /** Says in which execution the release is to go on, before that is started. The first word stands. */
  async nameSuccessor(successor: Successor): Promise<void> {
    await this.#write({
      UpdateExpression: "SET successor = if_not_exists(successor, :successor)",
      ExpressionAttributeValues: { ":successor": successor },
    });
  }

  /** Records that the candidate is promoted: from here on, the way out is forward. */
  async promote(): Promise<void> {
    await this.#write({
      UpdateExpression: "SET promoted = :true",
      ExpressionAttributeValues: { ":true": true },
    });
  }
}

function orderedOff(releaseId: string, { kind, by }: Order): SlipwayError {
  return kind === "supersede"
    ? superseded(`${releaseId} is superseded by ${by}`)
    : stopped(`${releaseId} was told to ${kind} by ${by}`);
}
