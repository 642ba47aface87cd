/** What is kept of a subject's evidence, read back as it lies there: objects of its bucket, and the head that the table has. */
import { daysPrefix, headsPrefix, packsPrefix } from "../core/evidence/keys.ts";
import type { Aws } from "./clients.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import { readLock } from "./lock-item.ts";

export interface KeptObject {
  readonly key: string;
  readonly text: string;
}

/** How many are asked for at a time: each takes some 50 ms. */
const atOnce = 32;

/** The head of the table first, then those of days, then packs by their numbers; after them the days of auto scaling, with what the table has of the last. */
export async function* evidenceOf(
  aws: Aws,
  store: EvidenceStore,
  subject: string,
): AsyncIterable<KeptObject> {
  const { evidence } = await readLock(aws, subject);
  if (evidence?.head !== undefined)
    yield { key: `${headsPrefix(subject)}table.json`, text: evidence.head.envelope };
  for (const prefix of [headsPrefix(subject), packsPrefix(subject), daysPrefix(subject)]) {
    let keys: string[] = [];
    for await (const key of store.list(prefix)) {
      keys.push(key);
      if (keys.length < atOnce) continue;
      yield* await Promise.all(keys.map((one) => objectAt(store, one)));
      keys = [];
    }
    yield* await Promise.all(keys.map((one) => objectAt(store, one)));
  }
  const last = evidence?.days?.last;
  if (last !== undefined) yield { key: `${daysPrefix(subject)}table.json`, text: last.envelope };
}

async function objectAt(store: EvidenceStore, key: string): Promise<KeptObject> {
  return { key, text: (await store.get(key)) ?? "" };
}
