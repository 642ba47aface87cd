/** What only the release that holds a lock, under its fence, may read and write of it. */
import { lockLost } from "../core/errors.ts";
import type { Change } from "../core/release/change.ts";
import { changeWritten } from "../core/release/document/ledger.ts";
import type { LockItem } from "../core/release/lock.ts";
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

const lost = ({ id, subject }: LockHolder) => lockLost(`${id} no longer holds the lock of ${subject}`);

/** @throws LockLost when another run holds the lock or holds it under a later fence. */
export async function readHeld(aws: Aws, release: LockHolder): Promise<LockItem> {
  const item = await readLock(aws, release.subject);
  if (item.holder?.execution !== release.execution || item.fence !== release.fence) throw lost(release);
  return item;
}

/** A write that only the holder under its fence may make, and only where a further condition holds; undefined where not. */
export const tryGuarded = (
  aws: Aws,
  release: LockHolder,
  update: Omit<LockUpdate, "ConditionExpression">,
  further?: string,
): Promise<LockItem | undefined> =>
  writeLock(aws, release.subject, {
    ...update,
    ConditionExpression: [
      "holder.execution = :me AND fence = :fence",
      ...(further === undefined ? [] : [further]),
    ].join(" AND "),
    ExpressionAttributeValues: {
      ...update.ExpressionAttributeValues,
      ":me": release.execution,
      ":fence": release.fence,
    },
  });

export async function guarded(
  aws: Aws,
  release: LockHolder,
  update: Omit<LockUpdate, "ConditionExpression">,
): Promise<LockItem> {
  const written = await tryGuarded(aws, release, update);
  if (written === undefined) throw lost(release);
  return written;
}
