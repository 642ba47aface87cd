/** Kept objects as they are verified: each looked at by itself, packs and heads apart, by their keys. */
import type { KeptObject } from "../aws/evidence-reading.ts";
import {
  type SeenEntry,
  type SeenHead,
  seeEntry,
  seeHead,
  type Trust,
} from "../core/evidence/verify-entry.ts";

/** `packs/SUBJECT/NNNNNNNNNN.json` or `heads/SUBJECT/NAME.json`. */
const named = /^(?:packs\/[^/]+\/(\d{10})|heads\/[^/]+\/[^/]+)\.json$/;

/** Whether a key is one of a pack or of a head. */
export const isKept = (key: string): boolean => named.test(key);

export async function seenOf(objects: AsyncIterable<KeptObject>, trust: Trust) {
  const [entries, heads]: [SeenEntry[], SeenHead[]] = [[], []];
  const folders = new Set<string>();
  for await (const { key, text } of objects) {
    folders.add(key.split("/")[1] ?? "");
    const number = named.exec(key)?.[1];
    if (number === undefined) heads.push(seeHead(key, text, trust));
    else entries.push(seeEntry(Number(number), text, trust));
  }
  return { entries, heads, folders };
}
