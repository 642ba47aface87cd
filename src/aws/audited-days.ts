/** The summaries of auto scaling's days in a span of time, as they lie in the bucket; whether they are as they were signed is not looked at. */
import type { DaysFound } from "../core/audit/days.ts";
import type { AuditSpan } from "../core/audit/reconciling.ts";
import { dayOf, daysFrom } from "../core/evidence/days.ts";
import { dayKey } from "../core/evidence/keys.ts";
import { type ScalingDay, ScalingDayEntry } from "../core/evidence/scaling-day.ts";
import type { Aws } from "./clients.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import { readLock } from "./lock-item.ts";

/** How many objects are asked for at a time: each takes some 50 ms. */
const atOnce = 32;
/** Chosen: three years; of a longer span the newest, since somebody waits. */
const mostDays = 1_100;

/** Undefined where none is told of yet. */
export async function daysOf(
  aws: Aws,
  store: Pick<EvidenceStore, "get">,
  { subject, span }: { readonly subject: string; readonly span: AuditSpan },
): Promise<DaysFound | undefined> {
  const { evidence } = await readLock(aws, subject);
  const { first, last } = evidence?.days ?? {};
  if (first === undefined || last === undefined) return undefined;
  const [from, to] = [dayOf(Date.parse(span.from)), dayOf(Date.parse(span.to))];
  const all = daysFrom(first, last.day).filter((day) => day >= from && day <= to);
  const asked = all.slice(-mostDays);
  const read: Read[] = [];
  for (let start = 0; start < asked.length; start += atOnce)
    read.push(
      ...(await Promise.all(asked.slice(start, start + atOnce).map((day) => at(store, subject, day)))),
    );
  const unasked = all.length - asked.length;
  return {
    summaries: read.flatMap(({ summary }) => (summary === undefined ? [] : [summary])),
    gone: read.flatMap(({ day, isThere }) => (isThere ? [] : [day])),
    unread: read.filter(({ summary, isThere }) => isThere && summary === undefined).length,
    unasked:
      unasked > 0 ? [`what auto scaling did on ${unasked} days before ${asked[0]} was not looked for`] : [],
  };
}

interface Read {
  readonly day: string;
  readonly isThere: boolean;
  readonly summary: ScalingDay | undefined;
}

async function at(store: Pick<EvidenceStore, "get">, subject: string, day: string): Promise<Read> {
  const text = await store.get(dayKey(subject, day));
  return { day, isThere: text !== undefined, summary: text === undefined ? undefined : summaryIn(text) };
}

function summaryIn(text: string): ScalingDay | undefined {
  try {
    return ScalingDayEntry.safeParse(JSON.parse(text)).data?.summary;
  } catch {
    return undefined;
  }
}
