/**
 * The record of a release, as far as anybody reads it: what it was opened with, what was planned, and how it ended. It has
 * the number of the document, whose sections it keeps, and is read whatever code wrote it, since the way out begins there.
 */
import * as z from "zod";
import { Claimed } from "../request/claimed.ts";
import type { Change } from "./change.ts";
import { Closing } from "./closing.ts";
import { changesRead, type StoredChanges } from "./document/ledger.ts";
import { readAs } from "./document/read-as.ts";
import { upcastWhereKnown } from "./document/reading.ts";
import { PlainData } from "./json-value.ts";
import { Held } from "./undoing.ts";

/** As the table has it. */
export const StoredRecord = z.object({
  release: Held.omit({ fence: true }).extend({
    model: z.string(),
    attempt: z.int().min(1),
    openedAt: z.string(),
    releaseType: z.string().optional().catch(undefined),
    attemptKey: z.string().optional().catch(undefined),
    claimed: Claimed.optional().catch(undefined),
  }),
  /** The plan that it was claimed with; records of before they had a number keep none. */
  plan: PlainData.optional(),
  /** `remainder`: it has ended, and keeps its lock for what could not be put back. */
  status: z.enum(["open", "remainder", "closed"]),
  closing: Closing.optional().catch(undefined),
  closedAt: z.string().optional(),
  planning: PlainData.optional(),
  /** Settled and unsettled changes, as they were when the release closed. */
  changes: z.array(z.record(z.string(), PlainData)).optional(),
});

export type ReleaseRecord = Omit<z.infer<typeof StoredRecord>, "changes"> & {
  readonly changes?: readonly Change[];
};

/** @throws BadState on what is no record of a release */
export function recordRead(item: unknown): ReleaseRecord {
  const { changes, ...record } = readAs(StoredRecord, upcastWhereKnown(item), "the record of a release");
  return changes === undefined ? record : { ...record, changes: changesKept(changes) };
}

/** The changes of a record, as its closing wrote them. */
export function changesKept(changes: readonly unknown[]): readonly Change[] {
  const stored = changes as readonly StoredChanges[string][];
  return changesRead(Object.fromEntries(stored.map((change, nth) => [String(change.id ?? nth), change])));
}
