/**
 * Keeps of each endpoint that has evidence what auto scaling did to it, day by day: once a day is over it is summed up, signed and put
 * under its name, after the day before. Whoever comes next goes on from what lies there, so that it may die anywhere, and be two at once.
 * What AWS refuses waits, and stands in nobody's way.
 */
import type { ScalingActivity } from "../core/audit/scaled.ts";
import { forgotten, type SummedOf, summed } from "../core/audit/summing.ts";
import { waitingLines } from "../core/audit/waiting.ts";
import { type Canonical, canonical } from "../core/evidence/canonical.ts";
import {
  dayAfter,
  dayOf,
  endOf,
  isOver,
  isStillKept,
  newestOver,
  oldestKept,
  startOf,
} from "../core/evidence/days.ts";
import { EvidenceEntry, statementType } from "../core/evidence/envelope.ts";
import { dayKey, packKey } from "../core/evidence/keys.ts";
import type { Pack } from "../core/evidence/pack.ts";
import { keptUntil, retentionDaysOf } from "../core/evidence/retention.ts";
import {
  type DayChain,
  dayStatementText,
  type ScalingDay,
  ScalingDayEntry,
} from "../core/evidence/scaling-day.ts";
import { seeDay } from "../core/evidence/verify-days.ts";
import type { Lock, LockEvidence, ToldDay } from "../core/release/lock.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { signed } from "./evidence.ts";
import { beginDays, noteDay } from "./evidence-chain.ts";
import { linesBetween } from "./evidence-index.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import type { Tools } from "./lambda.ts";
import { allActivities } from "./scaling-activities.ts";
import { sha256 } from "./sha256.ts";

/** What is asked of where evidence is signed and kept. */
type Store = Pick<EvidenceStore, "sign" | "trust" | "putAbsent" | "get">;

/** Chosen: for all endpoints together, milliseconds; packs are finished before. */
const patienceMs = 20_000;
/** Chosen: of an endpoint at a sweep, so that others have their turn. */
const mostDays = 7;
/** A pack may tell of what came of it minutes later. */
const besideMs = 600_000;
/** Chosen: among the newest so many packs one of a release is looked for. */
const mostPacks = 8;

interface Telling extends Tools {
  readonly store: Store;
  readonly untilMs: EpochMs;
  /** Of all endpoints: asked for once, and by whoever comes first. */
  readonly activities: () => Promise<readonly ScalingActivity[]>;
}

/** What was told, and what waits, a line each; and of which subjects some waits. Begins nothing after `notAfterMs`. Never rejects. */
export async function sweepDays(
  tools: Tools,
  store: Store,
  locks: readonly Lock[],
  notAfterMs: EpochMs = Number.POSITIVE_INFINITY,
): Promise<{ readonly did: readonly string[]; readonly waiting: readonly string[] }> {
  const untilMs = Math.min(tools.now() + patienceMs, notAfterMs);
  let asked: Promise<readonly ScalingActivity[]> | undefined;
  const activities = () => {
    asked ??= activitiesBy(tools, untilMs);
    return asked;
  };
  const [did, waiting]: [string[], string[]] = [[], []];
  for (const { subject, ...item } of inTurn(locks, tools.now())) {
    const told: string[] = [];
    try {
      await tellDays({ ...tools, store, untilMs, activities }, { subject, item, told });
    } catch (error) {
      const lacks = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      tools.log.warn("a day of auto scaling's waits", {
        subject,
        error: error instanceof Error ? error : lacks,
      });
      waiting.push(subject);
      did.push(`${subject}: what auto scaling did waits to be told: ${lacks}`);
    }
    if (told.length > 0) did.push(`${subject}: what auto scaling did is told of ${told.join(", ")}`);
  }
  return { did, waiting };
}

/** Endpoints with a chain, each first at some sweep, so that one that is refused keeps no other from it. */
function inTurn(locks: readonly Lock[], nowMs: EpochMs): readonly Lock[] {
  const all = locks.filter(
    ({ subject, evidence }) => subject.startsWith("endpoint/") && evidence?.head !== undefined,
  );
  const first = Math.floor(nowMs / 600_000) % Math.max(1, all.length);
  return [...all.slice(first), ...all.slice(0, first)];
}

/** What was listed, and for which newest day: while a store refuses, nobody lists the same again every ten minutes. */
const listings = new WeakMap<Aws, { readonly newest: string; readonly found: readonly ScalingActivity[] }>();

async function activitiesBy(tools: Tools, untilMs: EpochMs): Promise<readonly ScalingActivity[]> {
  const newest = newestOver(tools.now());
  const known = listings.get(tools.aws);
  if (known?.newest === newest) return known.found;
  const found: ScalingActivity[] = [];
  for await (const some of allActivities(tools.aws)) {
    found.push(...some);
    if (tools.now() > untilMs)
      throw new Error(`expected all activities of auto scaling in time, found ${found.length} and more`);
  }
  listings.set(tools.aws, { newest, found });
  return found;
}

interface Told {
  readonly subject: string;
  readonly item: Omit<Lock, "subject">;
  /** Days that are stored, added to. */
  readonly told: string[];
}

async function tellDays(it: Telling, { subject, item, told }: Told): Promise<void> {
  const { head, days } = item.evidence ?? {};
  if (head === undefined) return;
  const first = days?.first ?? (it.now() > it.untilMs ? undefined : await begun(it, subject));
  if (first === undefined) return;
  let last = days?.last;
  let retentionDays: number | undefined;
  for (;;) {
    const day = last === undefined ? first : dayAfter(last.day);
    if (!isNext(it, day, told)) return;
    retentionDays ??= await retentionOf(it, { subject, head, last });
    const summary = await summaryOf(it, { subject, item, day, retentionDays });
    const previous = last?.hash ?? null;
    const stored = await storeDay(it, summary, { subject, day, first, previous });
    if (!(await noteDay(it.aws, subject, { before: last, stored }))) return;
    last = stored;
    told.push(day);
  }
}

/** @throws Error where it is one's turn, and nothing of it could be told in time */
function isNext({ now, untilMs }: Telling, day: string, told: readonly string[]): boolean {
  if (!isOver(day, now()) || told.length === mostDays) return false;
  if (now() <= untilMs) return true;
  if (told.length > 0) return false;
  throw new Error(`expected time left to tell of ${day}, found none`);
}

/** Writes down from which day on: that of the first pack, or the first that AWS still tells of. */
async function begun(it: Telling, subject: string): Promise<string | undefined> {
  const pack = await packAt(it.store, packKey(subject, 1));
  const oldest = oldestKept(it.now());
  const [first = oldest] = [oldest, ...(pack === undefined ? [] : [dayOf(Date.parse(pack.since))])]
    .toSorted()
    .slice(-1);
  return (await beginDays(it.aws, subject, first)) ? first : undefined;
}

/** As the newest pack of a release says it, or the day before did. */
async function retentionOf(
  { store }: Telling,
  {
    subject,
    head,
    last,
  }: { subject: string; head: NonNullable<LockEvidence["head"]>; last: ToldDay | undefined },
): Promise<number | undefined> {
  for (let nth = 0; nth < Math.min(mostPacks, head.sequence); nth++) {
    const pack = await packAt(store, packKey(subject, head.sequence - nth));
    const days = pack && retentionDaysOf(pack);
    if (days !== undefined) return days;
  }
  return last?.retentionDays;
}

/** Undefined where it is gone, which S3 says as a refusal to whoever may not list; and of another version. */
async function packAt(store: Pick<Store, "get">, key: string): Promise<Pack | undefined> {
  try {
    const read = EvidenceEntry.safeParse(JSON.parse((await store.get(key)) ?? "null"));
    return read.success ? read.data.pack : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && error.name === "AccessDenied"))
      return undefined;
    throw error;
  }
}

async function summaryOf(
  it: Telling,
  { item, ...of }: Pick<SummedOf, "subject" | "day" | "retentionDays"> & Pick<Told, "item">,
): Promise<ScalingDay> {
  const { subject, day } = of;
  if (!isStillKept(day, it.now())) return forgotten(of);
  const activities = await it.activities();
  const isAbout = ({ at, resourceId }: ScalingActivity) =>
    resourceId.startsWith(`${subject}/variant/`) && dayOf(Date.parse(at)) === day;
  if (!activities.some(isAbout)) return summed({ ...of, activities, lines: [] });
  const span = { from: isoOf(startOf(day) - besideMs), to: isoOf(endOf(day) + besideMs) };
  const { lines } = await linesBetween(it.aws, subject, span);
  return summed({ ...of, activities, lines: [...lines, ...waitingLines(item, isoOf(it.now()))] });
}

const isoOf = (atMs: EpochMs): string => new Date(atMs).toISOString();

/** What lies there already stays, if it is signed for this day and comes after the same one; else it is nobody's to overwrite. */
async function storeDay(
  { store, log, now }: Telling,
  summary: ScalingDay,
  chain: DayChain,
): Promise<ToldDay> {
  const [{ subject, day }, { retentionDays }] = [chain, summary];
  const payload = dayStatementText(summary, chain, sha256);
  const envelope = await signed(store, statementType, payload);
  const text = canonical({ envelope, summary } as Canonical);
  const key = dayKey(subject, day);
  // A day that was caught up may have been to go by now, and no lock may end before it begins.
  const until = Math.max(keptUntil(endOf(day), retentionDays), now() + 86_400_000);
  const put = await store.putAbsent(key, text, { retainUntil: new Date(until) });
  if (put === "written") return toldOf(day, { hash: sha256(payload), envelope, retentionDays });
  const there = (await store.get(key)) ?? "";
  const seen = seeDay(day, there, await store.trust());
  const isIts =
    seen.state === "intact" &&
    (["subject", "day", "first", "previous"] as const).every((name) => seen[name] === chain[name]);
  if (!isIts) {
    log.warn("evidence is not as it was claimed", {
      subject,
      what: `${key} is there, and is not that day's`,
    });
    throw new Error(`expected ${key} to hold that day, found something else: it stays as it is`);
  }
  return toldOf(day, {
    hash: seen.hash,
    envelope: ScalingDayEntry.parse(JSON.parse(there)).envelope,
    retentionDays,
  });
}

function toldOf(
  day: string,
  { hash, envelope, retentionDays }: { hash: string; envelope: object; retentionDays: number | undefined },
): ToldDay {
  const told = { day, hash, envelope: canonical(envelope as Canonical) };
  return retentionDays === undefined ? told : { ...told, retentionDays };
}
