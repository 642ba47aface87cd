/**
 * Follows on the wire what the table keeps of releases, so that a rehearsal has it as an account has: their journals, and as they
 * close their ledgers and what became of them; and of minima that were set between them.
 */

import type { Observer } from "#twin/engine";
import type { Call } from "#twin/services";
import type { Change } from "../core/release/change.ts";
import { JournalEntry } from "../core/release/journal.ts";
import { PastRelease } from "../core/release/past.ts";
import { changesKept } from "../core/release/record.ts";
import { BoundsEntry } from "../core/release/watched-bounds.ts";
import { isRecord, plainItem, plainValue } from "./invariants/attribute-values.ts";

/** By release. */
export interface Kept {
  /** As they were written. */
  readonly journals: Readonly<Record<string, readonly JournalEntry[]>>;
  /** As the release was closed last. */
  readonly ledgers: Readonly<Record<string, readonly Change[]>>;
  /** As the history has them. */
  readonly pasts: Readonly<Record<string, PastRelease>>;
  /** Minima that were set between releases, and what became of them. */
  readonly minima: readonly BoundsEntry[];
}

const prefix = "journal#";

export function observeKept(): Observer {
  const journals: Record<string, JournalEntry[]> = {};
  const ledgers: Record<string, readonly Change[]> = {};
  const pasts: Record<string, PastRelease> = {};
  const minima = new Map<string, BoundsEntry>();
  return {
    name: "kept",
    effected: ({ call, result }) => {
      if (call.service !== "dynamodb" || !("answer" in result)) return;
      const written = entryIn(call);
      if (written !== undefined) {
        journals[written.releaseId] ??= [];
        journals[written.releaseId]?.push(written.entry);
      }
      const closed = ledgerIn(call);
      if (closed !== undefined) ledgers[closed.releaseId] = closed.changes;
      const past = pastIn(call);
      if (past !== undefined) pasts[past.releaseId] = past;
      const minimum = minimumIn(call);
      // The same one may be written twice.
      if (minimum !== undefined) minima.set(`${minimum.at} ${minimum.endpoint}`, minimum);
    },
    findings: () => ({ journals, ledgers, pasts, minima: [...minima.values()] }) satisfies Kept,
  };
}

function entryIn({ operation, input: { Item } }: Call) {
  if (operation !== "PutItem" || !isRecord(Item)) return undefined;
  const { pk, sk: _, schema: __, expiresAt: ___, ...entry } = plainItem(Item);
  if (typeof pk !== "string" || !pk.startsWith(prefix)) return undefined;
  return { releaseId: pk.slice(prefix.length), entry: JournalEntry.parse(entry) };
}

function minimumIn({ operation, input: { Item } }: Call): BoundsEntry | undefined {
  if (operation !== "PutItem" || !isRecord(Item)) return undefined;
  const item = plainItem(Item);
  return item.pk === "bounds-set" ? BoundsEntry.safeParse(item).data : undefined;
}

function ledgerIn({ operation, input: { ExpressionAttributeValues: values } }: Call) {
  if (operation !== "UpdateItem" || !isRecord(values)) return undefined;
  const [closing, changes] = [plainValue(values[":closing"]), plainValue(values[":changes"])];
  if (!isRecord(closing) || !Array.isArray(changes)) return undefined;
  return { releaseId: String(closing.releaseId), changes: changesKept(changes) };
}

/** What is written is all that is said anew; what was said before and is not now stays in the table. */
function pastIn({ operation, input }: Call): PastRelease | undefined {
  const { Key, ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  if (operation !== "UpdateItem" || !isRecord(Key) || plainItem(Key).pk !== "history") return undefined;
  if (!isRecord(names) || !isRecord(values)) return undefined;
  const said = Object.entries(names).map(([place, name]) => [
    name,
    plainValue(values[place.replace("#", ":")]),
  ]);
  return PastRelease.safeParse(Object.fromEntries(said)).data;
}
