/**
 * The lock of an endpoint (or of a training pool) and the ledger of the release that holds it. They are one
 * DynamoDB item, so that an intent is recorded only by the run that still holds the lock, in one conditional write.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Change, ChangeState } from "../core/change.ts";
import { ledgerContended, lockLost, type SlipwayError, stopped, superseded } from "../core/errors.ts";
import type { Release } from "../core/release.ts";
import type { Aws } from "./clients.ts";

/** Who holds a lock: a release, and the execution that acts for it. */
export interface Holder {
  readonly releaseId: string;
  readonly execution: string;
  readonly since: string;
}

/** An order to a running release to walk back: from a newer release, or from a person. */
export interface Order {
  readonly kind: "supersede" | "stop" | "roll-back";
  readonly by: string;
  readonly at: string;
}

interface LockItem {
  readonly fence: number;
  readonly holder?: Holder;
  readonly promoted?: boolean;
  readonly order?: Order;
  readonly changes?: Readonly<Record<string, Change>>;
}

export type Claim = { readonly subject: string } & Holder;
export type Taken =
  | { readonly held: true; readonly fence: number; readonly promoted: boolean }
  | { readonly held: false; readonly holder: Holder };

/** All locks share a partition, so that the sweep lists them in one query. */
const keyOf = (subject: string) => ({ pk: "lock", sk: subject });

async function readItem({ table, environment }: Aws, subject: string): Promise<LockItem> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment.table, Key: keyOf(subject), ConsistentRead: true }),
  );
  return (Item as LockItem | undefined) ?? { fence: 0 };
}

/** Writes the item if a condition holds; undefined says that it did not. */
async function write(
  { table, environment }: Aws,
  subject: string,
  update: Pick<
    UpdateCommandInput,
    "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeValues" | "ExpressionAttributeNames"
  >,
): Promise<LockItem | undefined> {
  try {
    const { Attributes } = await table.send(
      new UpdateCommand({
        TableName: environment.table,
        Key: keyOf(subject),
        ReturnValues: "ALL_NEW",
        ...update,
      }),
    );
    return Attributes as LockItem;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

const held = (item: LockItem): Taken => ({ held: true, fence: item.fence, promoted: item.promoted ?? false });

/** Takes a free lock; taking it again for the same execution is one taking. */
export async function takeLock(aws: Aws, claim: Claim): Promise<Taken> {
  const { subject, ...holder } = claim;
  const found = await readItem(aws, subject);
  if (found.holder?.execution === holder.execution) return held(found);
  if (found.holder !== undefined) return { held: false, holder: found.holder };
  const taken = await write(aws, subject, {
    UpdateExpression:
      "SET holder = :holder, fence = if_not_exists(fence, :zero) + :one, changes = :none REMOVE promoted, #order",
    ConditionExpression: "attribute_not_exists(holder)",
    ExpressionAttributeNames: { "#order": "order" },
    ExpressionAttributeValues: { ":holder": holder, ":zero": 0, ":one": 1, ":none": {} },
  });
  if (taken !== undefined) return held(taken);
  const now = await readItem(aws, subject);
  if (now.holder?.execution === holder.execution) return held(now);
  if (now.holder === undefined)
    throw ledgerContended(`the lock of ${subject} changed hands while it was being taken`);
  return { held: false, holder: now.holder };
}

/** Takes the lock over from an execution that is over, with its ledger as it stands, under a new fence. */
export async function takeOverLock(aws: Aws, claim: Claim, from: string): Promise<Taken> {
  const { subject, ...holder } = claim;
  const taken = await write(aws, subject, {
    UpdateExpression: "SET holder = :holder, fence = fence + :one",
    ConditionExpression: "holder.execution = :from",
    ExpressionAttributeValues: { ":holder": holder, ":from": from, ":one": 1 },
  });
  return taken === undefined ? takeLock(aws, claim) : held(taken);
}

/** Who holds a lock now. */
export async function holderOf(aws: Aws, subject: string): Promise<Holder | undefined> {
  return (await readItem(aws, subject)).holder;
}

/** Puts a closed release's changes back under the lock, so that what it left raised can be undone. */
export async function restoreLedger(aws: Aws, release: Release, changes: readonly Change[]): Promise<void> {
  await guarded(aws, release, {
    UpdateExpression: "SET changes = :changes",
    ExpressionAttributeValues: {
      ":changes": Object.fromEntries(changes.map((change) => [change.id, change])),
    },
  });
}

/** A write that only the holder under its fence may make. */
async function guarded(
  aws: Aws,
  release: Release,
  update: Pick<
    UpdateCommandInput,
    "UpdateExpression" | "ExpressionAttributeValues" | "ExpressionAttributeNames"
  >,
): Promise<LockItem> {
  const written = await write(aws, release.subject, {
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

/** The ledger of the release that holds the lock. */
export class Ledger {
  readonly #aws: Aws;
  readonly #release: Release;
  #item: LockItem;
  private constructor(aws: Aws, release: Release, item: LockItem) {
    this.#aws = aws;
    this.#release = release;
    this.#item = item;
  }

  /** The ledger for a step that goes forward. @throws Superseded or Stopped when the run was ordered to walk back. */
  static async forward(aws: Aws, release: Release): Promise<Ledger> {
    const ledger = await Ledger.open(aws, release);
    const order = ledger.order;
    if (order !== undefined && !ledger.promoted) throw orderedOff(release.id, order);
    return ledger;
  }

  /** Reads the ledger. @throws LockLost when another run holds the lock or holds it under a later fence. */
  static async open(aws: Aws, release: Release): Promise<Ledger> {
    const item = await readItem(aws, release.subject);
    if (item.holder?.execution !== release.execution || item.fence !== release.fence)
      throw lockLost(`${release.id} no longer holds the lock of ${release.subject}`);
    return new Ledger(aws, release, item);
  }

  /** All changes, oldest first. */
  get changes(): readonly Change[] {
    return Object.values(this.#item.changes ?? {}).sort((a, b) => a.seq - b.seq);
  }

  get promoted(): boolean {
    return this.#item.promoted ?? false;
  }

  get order(): Order | undefined {
    return this.#item.order;
  }

  find(id: string): Change | undefined {
    return this.#item.changes?.[id];
  }

  /** Records an intent before anything is done about it. */
  async intend(change: Omit<Change, "seq" | "state">): Promise<Change> {
    const intent: Change = { ...change, seq: (this.changes.at(-1)?.seq ?? 0) + 1, state: "intended" };
    this.#item = await guarded(this.#aws, this.#release, {
      UpdateExpression: "SET changes.#id = :intent",
      ExpressionAttributeNames: { "#id": change.id },
      ExpressionAttributeValues: { ":intent": intent },
    });
    return intent;
  }

  /** Records what has become of changes. */
  async settle(ids: readonly string[], state: ChangeState): Promise<void> {
    if (ids.length === 0) return;
    const names = Object.fromEntries(ids.map((id, i) => [`#id${i}`, id]));
    this.#item = await guarded(this.#aws, this.#release, {
      UpdateExpression: `SET ${ids.map((_, i) => `changes.#id${i}.#state = :state`).join(", ")}`,
      ExpressionAttributeNames: { ...names, "#state": "state" },
      ExpressionAttributeValues: { ":state": state },
    });
  }

  /** Makes sure, at this moment, that the lock is still ours: the last thing before a call that changes AWS. */
  async confirm(): Promise<void> {
    this.#item = await guarded(this.#aws, this.#release, {
      UpdateExpression: "SET confirmedBy = :confirmed",
      ExpressionAttributeValues: { ":confirmed": this.#release.execution },
    });
  }

  /** Records that the candidate is promoted: from here on, the way out is forward. */
  async promote(): Promise<void> {
    this.#item = await guarded(this.#aws, this.#release, {
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

/** Gives the lock back; it is free already when another holds it or nobody does. */
export async function freeLock(aws: Aws, release: Pick<Release, "subject" | "execution">): Promise<void> {
  await write(aws, release.subject, {
    UpdateExpression: "REMOVE holder, promoted, changes, #order",
    ExpressionAttributeNames: { "#order": "order" },
    ConditionExpression: "holder.execution = :me",
    ExpressionAttributeValues: { ":me": release.execution },
  });
}
