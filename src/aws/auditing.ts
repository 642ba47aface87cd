/** What a subject's evidence says of a span of time: by the index in the table, and by the bucket where that has nothing. */
import {
  type Audited,
  type AuditFound,
  exceptionsIn,
  fitsHead,
  gapsOf,
  missingIn,
  peopleIn,
} from "../core/audit/audit.ts";
import { type AuditLine, lineOf, linesByNumber } from "../core/audit/line.ts";
import type { AuditSpan } from "../core/audit/reconciling.ts";
import { EvidenceEntry } from "../core/evidence/envelope.ts";
import { packKey } from "../core/evidence/keys.ts";
import type { Aws } from "./clients.ts";
import { linesBetween } from "./evidence-index.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import { readLock } from "./lock-item.ts";
import { erasedPeople, peopleOf } from "./people.ts";

/** How many objects are asked for at a time: each takes some 50 ms. */
const atOnce = 32;
/** Chosen: more are told to be many, since somebody waits. */
const mostObjects = 4_096;

export type AuditedByPacks = Omit<Audited, "reconciled" | "ok">;

export async function auditOf(
  aws: Aws,
  store: Pick<EvidenceStore, "get">,
  { subject, span }: { readonly subject: string; readonly span: AuditSpan },
): Promise<AuditedByPacks> {
  const [lock, found] = await Promise.all([readLock(aws, subject), linesBetween(aws, subject, span)]);
  const head = lock.evidence?.head;
  const missing = missingIn(found, head?.sequence);
  const asked = missing.slice(0, mostObjects);
  const between = await packsOf(store, subject, asked);
  const below = found.before === undefined ? await belowOf(store, subject, { found, span }) : nothing;
  const all: AuditFound = { ...found, lines: [...found.lines, ...between.lines, ...below.lines] };
  const isMeant = ({ at }: AuditLine) => at >= span.from && at <= span.to;
  const changes = linesByNumber(all.lines.filter(isMeant));
  const gone = [...below.gone, ...between.gone].toSorted((one, other) => one - other);
  return {
    subject,
    span,
    changes,
    exceptions: exceptionsIn(changes, lock),
    gaps: gapsOf(gone),
    ...(await knownOf(aws, peopleIn(changes))),
    fromBucket: changes.length - found.lines.length,
    ...(head !== undefined && { head: { sequence: head.sequence, at: head.at } }),
    fits: fitsHead(all, lock, new Set(gone)),
    unread: found.unread + between.unread + below.unread,
    unasked:
      missing.length > asked.length
        ? [`${missing.length - asked.length} numbers that the table lacks were not looked for in the bucket`]
        : [],
  };
}

/** Of those that are spoken of, if any: who they are, and when whom the directory does not have was erased from it. */
async function knownOf(aws: Aws, pseudonyms: readonly string[]): Promise<Pick<Audited, "people" | "erased">> {
  if (pseudonyms.length === 0) return { people: {}, erased: {} };
  const people = among(pseudonyms, await peopleOf(aws));
  const nameless = pseudonyms.filter((one) => people[one] === undefined);
  return { people, erased: nameless.length === 0 ? {} : among(nameless, await erasedPeople(aws)) };
}

const among = (
  pseudonyms: readonly string[],
  known: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> =>
  Object.fromEntries([...known].filter(([pseudonym]) => pseudonyms.includes(pseudonym)));

interface FromBucket {
  readonly lines: readonly AuditLine[];
  /** Numbers under which nothing lies. */
  readonly gone: readonly number[];
  readonly unread: number;
}

const nothing: FromBucket = { lines: [], gone: [], unread: 0 };

async function packsOf(
  store: Pick<EvidenceStore, "get">,
  subject: string,
  numbers: readonly number[],
): Promise<FromBucket> {
  const [lines, gone]: [AuditLine[], number[]] = [[], []];
  let unread = 0;
  for (let start = 0; start < numbers.length; start += atOnce) {
    const some = numbers.slice(start, start + atOnce);
    const texts = await Promise.all(some.map((number) => store.get(packKey(subject, number))));
    for (const [nth, text] of texts.entries()) {
      const number = some[nth] ?? 0;
      const line = text === undefined ? undefined : lineIn(number, text);
      if (text === undefined) gone.push(number);
      else if (line === undefined) unread += 1;
      else lines.push(line);
    }
  }
  return { lines, gone, unread };
}

function lineIn(number: number, text: string): AuditLine | undefined {
  try {
    const read = EvidenceEntry.safeParse(JSON.parse(text));
    return read.success ? lineOf(number, read.data.pack) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What came before all that the table tells: stored before there was an index, or by then gone from it. Down to the first that
 * is older than the span; of numbers below which nothing lies the time is over.
 */
async function belowOf(
  store: Pick<EvidenceStore, "get">,
  subject: string,
  { found, span }: { found: AuditFound; span: AuditSpan },
): Promise<FromBucket> {
  const first = found.lines[0]?.number ?? found.after ?? 1;
  const lines: AuditLine[] = [];
  const gone: number[] = [];
  let unread = 0;
  for (let last = first - 1; last > 0 && lines.length < mostObjects; last -= atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, last) }, (_, nth) => last - nth);
    const some = await packsOf(store, subject, numbers);
    lines.push(...some.lines);
    unread += some.unread;
    gone.push(...some.gone);
    if (some.lines.length === 0 || some.lines.some(({ at }) => at < span.from)) break;
  }
  const lowest = Math.min(...lines.map(({ number }) => number));
  return { lines, gone: gone.filter((number) => number > lowest), unread };
}
