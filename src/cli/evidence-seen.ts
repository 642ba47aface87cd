/** Kept objects as they are verified: each looked at by itself, packs, heads and days of auto scaling apart, by their keys. */
import type { KeptObject } from "../aws/evidence-reading.ts";
import { type SeenDay, type SeenLast, seeDay, seeLast } from "../core/evidence/verify-days.ts";
import {
  type SeenEntry,
  type SeenHead,
  seeEntry,
  seeHead,
  type Trust,
} from "../core/evidence/verify-entry.ts";

/** `packs/SUBJECT/NNNNNNNNNN.json`, `heads/SUBJECT/NAME.json`, `days/SUBJECT/DAY.json`, or `days/SUBJECT/table.json` of the last one. */
const named =
  /^(?:packs\/[^/]+\/(?<number>\d{10})|(?<head>heads)\/[^/]+\/[^/]+|days\/[^/]+\/(?:(?<day>\d{4}-\d{2}-\d{2})|table))\.json$/;

/** Whether a key is one of a pack, of a head, or of a day. */
export const isKept = (key: string): boolean => named.test(key);

export async function seenOf(objects: AsyncIterable<KeptObject>, trust: Trust) {
  const [entries, heads]: [SeenEntry[], SeenHead[]] = [[], []];
  const [days, lasts]: [SeenDay[], SeenLast[]] = [[], []];
  const folders = new Set<string>();
  for await (const { key, text } of objects) {
    folders.add(key.split("/")[1] ?? "");
    const { number, head, day } = named.exec(key)?.groups ?? {};
    if (number !== undefined) entries.push(seeEntry(Number(number), text, trust));
    else if (head !== undefined) heads.push(seeHead(key, text, trust));
    else if (day !== undefined) days.push(seeDay(day, text, trust));
    else lasts.push(seeLast(key, text, trust));
  }
  return { entries, heads, days, lasts, folders };
}
