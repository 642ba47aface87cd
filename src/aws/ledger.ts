/**
 * The ledger of the release that holds a lock. An intent is recorded only by the run that still holds the lock
 * under its fence: the ledger and the lock are one item.
 */

import { lockLost, type SlipwayError, stopped, superseded } from "../core/errors.ts";
import type { Change, ChangeState, Refusal } from "../core/release/change.ts";
import { changesRead, changeWritten, type LedgerReading } from "../core/release/document/ledger.ts";
import { same } from "../core/release/json-value.ts";
import type { LockItem, Order, Successor } from "../core/release/lock.ts";
import type { Remainder } from "../core/release/remainder.ts";
import type { Held } from "../core/release/undoing.ts";
import type { Aws } from "./clients.ts";
import { type LockUpdate, readLock, writeLock } from "./lock-item.ts";

/** Who holds a lock, and under which fence. */
export type LockHolder = Pick<Held, "id" | "subject" | "execution" | "fence">;

/** Puts a closed release's changes back under the lock, so that what it left raised can be undone. */
export async function restoreLedger(
  aws: Aws,
  release: LockHolder,
  changes: readonly Change[],
): Promise<void> {
  await guarded(aws, release, {
    UpdateExpression: "SET changes = :changes",
    ExpressionAttributeValues: {
      ":changes": Object.fromEntries(changes.map((change) => [change.id, changeWritten(change)])),
    },
  });
}

/** A write that only the holder under its fence may make. */
async function guarded(
  aws: Aws,
  release: LockHolder,
  update: Omit<LockUpdate, "ConditionExpression">,
): Promise<LockItem> {
  const written = await writeLock(aws, release.subject, {
    ...update,
    ConditionExpression: "holder.execution = :me AND fence = :fence",
    ExpressionAttributeValues: {
      ...update.ExpressionAttributeValues,
      ":me": release.execution,
      ":fence": release.fence,
    },
  });
  if (written === undefined) throw lockLost(`${release.id} no longer holds the lock of ${release.subject}`);
  return written;
}

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
    const item = await readLock(aws, release.subject);
    if (item.holder?.execution !== release.execution || item.fence !== release.fence)
      throw lockLost(`${release.id} no longer holds the lock of ${release.subject}`);
    return new Ledger(aws, release, { item, reading });
  }

  /** Whose it is. */
  get holding(): LockHolder {
    return this.#release;
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
    this.#item = await guarded(this.#aws, this.#release, update);
    this.#changes = changesRead(this.#item.changes ?? {}, this.#reading);
  }

  /** Records an intent before anything is done about it; one of the same id that was never carried out is forgotten. */
  async intend(change: Omit<Change, "seq" | "state">): Promise<Change> {
    const intent: Change = { ...change, seq: (this.changes.at(-1)?.seq ?? 0) + 1, state: "intended" };
    await this.#write({
      UpdateExpression: "SET changes.#id = :intent",
      ExpressionAttributeNames: { "#id": change.id },
      ExpressionAttributeValues: { ":intent": changeWritten(intent) },
    });
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

  /** Records what has become of changes; what refused them before is forgotten. */
  async settle(ids: readonly string[], state: ChangeState): Promise<void> {
    if (ids.length === 0) return;
    const names = Object.fromEntries(ids.map((id, i) => [`#id${i}`, id]));
    const refused = ids.flatMap((id, i) => (this.find(id)?.refusal === undefined ? [] : [i]));
    const forget = refused.map((i) => `changes.#id${i}.refusal`).join(", ");
    await this.#write({
      UpdateExpression: `SET ${ids.map((_, i) => `changes.#id${i}.#state = :state`).join(", ")}${
        forget === "" ? "" : ` REMOVE ${forget}`
      }`,
      ExpressionAttributeNames: { ...names, "#state": "state" },
      ExpressionAttributeValues: { ":state": state },
    });
  }

  /** Forgets changes that are settled. */
  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#write({
      UpdateExpression: `REMOVE ${ids.map((_, i) => `changes.#id${i}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(ids.map((id, i) => [`#id${i}`, id])),
    });
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

  /** Makes sure, at this moment, that the lock is still ours: the last thing before a call that changes AWS. */
  async confirm(): Promise<void> {
    await this.#write({
      UpdateExpression: "SET confirmedBy = :confirmed",
      ExpressionAttributeValues: { ":confirmed": this.#release.execution },
    });
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
