/** What a lock's item tells of changes that nothing is stored of yet: claims that wait, and calls whose outcome nobody has written down. */

import { nextEntries } from "../evidence/next-entry.ts";
import { undoMark } from "../release/change.ts";
import { changesRead } from "../release/document/ledger.ts";
import type { LockItem } from "../release/lock.ts";
import { type AuditLine, lineOf } from "./line.ts";

/** Of changes without a number yet it is none. */
const noNumber = 0;

/** `now`: until when calls of what is under way may have gone out, ISO 8601. */
export function waitingLines(lock: LockItem, now: string): AuditLine[] {
  const claimed = lock.evidence === undefined ? [] : nextEntries(lock.evidence).entries;
  return [...claimed.map(({ sequence, pack }) => lineOf(sequence, pack)), ...underWay(lock, now)];
}

function underWay({ changes = {}, begun = {} }: LockItem, now: string): AuditLine[] {
  return changesRead(changes).flatMap(({ id, resource, before, after }) => {
    const marks = [begun[id], begun[undoMark(resource)]].filter((mark) => mark !== undefined);
    const [since] = marks.map((mark) => mark.since).toSorted();
    if (since === undefined) return [];
    return [{ number: noNumber, what: "begun", since, at: now, resource, before, after, changes: [id] }];
  });
}
