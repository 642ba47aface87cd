/** A release of a deployment by what the table keeps of it, read once or again and again. */
import type { Aws } from "../aws/clients.ts";
import { pastRelease } from "../aws/history.ts";
import { journalOf } from "../aws/journal.ts";
import { readLock } from "../aws/lock-item.ts";
import { readRelease } from "../aws/releases.ts";
import type { Change } from "../core/release/change.ts";
import { changesRead } from "../core/release/document/ledger.ts";
import { type JournalEntry, sortKeyOf } from "../core/release/journal.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import { toldByTable } from "../report/view/released.ts";
import type { ReleaseTold } from "../report/view/told.ts";
import { BadInput, looked } from "./mistakes.ts";

export interface TableRead {
  readonly record: ReleaseRecord;
  readonly told: ReleaseTold;
  /** Entries of its journal that another version of slipway wrote. */
  readonly unread: number;
  /** Releases that wait for its lock, first come, first served. */
  readonly waiting: readonly string[];
}

/** Entries come in the order of their writers' clocks: what is this much older than the newest may still come. */
const lateMs = 5 * 60_000;

/** Reads a release; of its journal each time only what may be new. Throws BadInput where there is no such release. */
export function readerOf(aws: Aws, releaseId: string): () => Promise<TableRead> {
  const known = new Map<string, JournalEntry>();
  let since = "";
  const journal = async () => {
    const { entries, unread } = await journalOf(aws, releaseId, since);
    for (const entry of entries) known.set(sortKeyOf(entry), entry);
    const newest = entries.at(-1);
    if (newest !== undefined) since = new Date(Date.parse(newest.at) - lateMs).toISOString();
    return unread;
  };
  return () =>
    looked("the release could not be read", async () => {
      const record = await recordOf(aws, releaseId);
      const unread = await journal();
      const { changes, waiting } = await underLock(aws, record);
      const past = record.closedAt === undefined ? undefined : await pastRelease(aws, record.release);
      const { retrospective } = past ?? {};
      return {
        record,
        told: toldByTable({ record, journal: [...known.values()], changes, retrospective }, Date.now()),
        unread,
        waiting,
      };
    });
}

async function recordOf(aws: Aws, releaseId: string): Promise<ReleaseRecord> {
  const record = await readRelease(aws, releaseId);
  if (record !== undefined) return record;
  throw new BadInput(
    [`${releaseId}: expected a release of ${aws.environment.stack}, found none`],
    "slipway history lists those that are over, slipway status those under way",
  );
}

/** What the lock says of a release that holds it; one that has closed has its changes in its record. */
async function underLock(
  aws: Aws,
  { release, changes }: ReleaseRecord,
): Promise<{ changes: readonly Change[]; waiting: readonly string[] }> {
  if (changes !== undefined) return { changes, waiting: [] };
  const lock = await readLock(aws, release.subject);
  if (lock.holder?.releaseId !== release.id) return { changes: [], waiting: [] };
  return {
    changes: changesRead(lock.changes ?? {}),
    waiting: (lock.queue ?? []).map(({ releaseId }) => releaseId),
  };
}
