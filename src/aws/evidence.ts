/**
 * Makes of what is claimed what is stored: each pack signed and put under its number, and then the chain's head moved on.
 * Whoever comes next does the same with the same bytes, so that it may die anywhere. What AWS refuses waits, and stands in
 * nobody's way.
 */
import { type Canonical, canonical } from "../core/evidence/canonical.ts";
import { untoldClaim } from "../core/evidence/claims.ts";
import { EvidenceEntry, type Head, headType, pae, statementType } from "../core/evidence/envelope.ts";
import { packKey } from "../core/evidence/keys.ts";
import { type ClaimedEntry, nextEntries } from "../core/evidence/next-entry.ts";
import type { Pack } from "../core/evidence/pack.ts";
import { retainedUntil } from "../core/evidence/retention.ts";
import { statementText } from "../core/evidence/statement.ts";
import type { LockEvidence, LockItem } from "../core/release/lock.ts";
import { noteHead, takeUntold } from "./evidence-chain.ts";
import { keepLines } from "./evidence-index.ts";
import { type EvidenceStore, evidenceStore } from "./evidence-store.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { sha256 } from "./sha256.ts";

/** What is asked of where evidence is signed and kept. */
type Store = Pick<EvidenceStore, "sign" | "putAbsent" | "get">;

export interface Finished {
  /** How many packs were stored, and how many claims still wait. */
  readonly stored: number;
  readonly waiting: number;
  /** Why some wait. */
  readonly lacks?: string;
}

/** Chosen: after so long CloseRelease begins no further pack, nor the sweep one of the same subject, milliseconds. */
const patienceMs = { step: 3_000, sweep: 15_000 };

/**
 * Finishes what is claimed of a subject, as far as the lock's item was read; never rejects.
 */
export async function finishEvidence(
  tools: Tools,
  store: Store | undefined,
  { subject, item, by }: { subject: string; item: LockItem; by: keyof typeof patienceMs },
): Promise<Finished> {
  const { evidence } = item;
  if (store === undefined || evidence === undefined) return { stored: 0, waiting: 0 };
  const progress = { stored: 0 };
  const all = () => Object.keys(evidence.claimed).length + (evidence.untold === undefined ? 0 : 1);
  try {
    const untilMs = tools.now() + patienceMs[by];
    const lacks = await finish({ ...tools, store, subject, by, untilMs, progress }, evidence);
    return { stored: progress.stored, waiting: all() - progress.stored, ...(lacks && { lacks }) };
  } catch (error) {
    const lacks = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    tools.log.warn("evidence waits", { subject, error: error instanceof Error ? error : lacks });
    return { stored: progress.stored, waiting: all() - progress.stored, lacks };
  }
}

/** The same by a step, of what its ledger knows, once all else that it does is done. */
export async function finishClaimed(tools: Tools, { lock, holding: { subject } }: Ledger): Promise<void> {
  const { claimed = {} } = lock.evidence ?? {};
  if (Object.keys(claimed).length === 0) return;
  await finishEvidence(tools, evidenceStore(tools.aws), { subject, item: lock, by: "step" });
}

interface Finishing extends Tools {
  readonly store: Store;
  readonly subject: string;
  readonly by: keyof typeof patienceMs;
  readonly untilMs: number;
  /** As far as the head says it. */
  readonly progress: { stored: number };
}

async function finish(it: Finishing, evidence: LockEvidence): Promise<string | undefined> {
  const untold = untoldClaim(it.subject, evidence);
  const claimed =
    untold === undefined ? evidence : await takeUntold(it.aws, it.subject, { evidence, untold });
  if (claimed === undefined) return "what could not be told changed while it was being claimed";
  const { entries, lacks } = nextEntries(claimed);
  let hash = claimed.head?.hash ?? null;
  const stored: ClaimedEntry[] = [];
  try {
    for (const entry of entries) {
      if (it.now() > it.untilMs) break;
      hash = await storeEntry(it, entry, hash);
      stored.push(entry);
    }
  } finally {
    if (hash !== null && stored.length > 0 && (await moveOn(it, claimed, { stored, hash })))
      it.progress.stored = stored.length;
  }
  if (lacks !== undefined) conflict(it, lacks);
  return lacks;
}

/** Returns the entry's hash. */
async function storeEntry(
  { store, subject, by, ...it }: Finishing,
  { sequence, pack }: ClaimedEntry,
  previous: string | null,
): Promise<string> {
  const payload = statementText(pack, { subject, sequence, previous }, sha256);
  const envelope = await signed(store, statementType, payload);
  const key = packKey(subject, sequence);
  const text = canonical({ envelope, pack } as Canonical);
  // S3 takes no date that is over ("must be in the future"), and what has waited for so long would wait for ever.
  const until = Math.max(retainedUntil(pack), it.now() + 86_400_000);
  const put = await store.putAbsent(key, text, { retainUntil: new Date(until) });
  // Whether it is the same the sweep looks, which alone may read what is kept.
  if (put === "there" && by === "step") throw new Error(`${key} is there already`);
  if (put === "there" && !isSame(await store.get(key), { payload: envelope.payload, pack })) {
    conflict({ ...it, subject }, `${key} is there, and is not what was claimed`);
    throw new Error(`expected ${key} to hold what was claimed, found something else: it stays as it is`);
  }
  return sha256(payload);
}

export async function signed(store: Pick<Store, "sign">, payloadType: string, payload: string) {
  const { keyid, sig } = await store.sign(pae(payloadType, payload));
  return { payload: Buffer.from(payload).toString("base64"), payloadType, signatures: [{ keyid, sig }] };
}

/** By what is signed: signatures of some keys are another each time. */
function isSame(text: string | undefined, { payload, pack }: { payload: string; pack: Pack }): boolean {
  if (text === undefined) return false;
  try {
    const there = EvidenceEntry.safeParse(JSON.parse(text));
    if (!there.success) return false;
    const { envelope } = there.data;
    const isPack = canonical(there.data.pack as Canonical) === canonical(pack as Canonical);
    return isPack && envelope.payload === payload && envelope.payloadType === statementType;
  } catch {
    return false;
  }
}

/** The index first: of what the head has passed nobody makes anything again. */
async function moveOn(
  { store, subject, aws, now }: Finishing,
  { head: before }: LockEvidence,
  { stored, hash }: { stored: readonly ClaimedEntry[]; hash: string },
): Promise<boolean> {
  await keepLines(aws, subject, stored);
  const numbers = stored.map(({ sequence }) => sequence);
  const sequence = Math.max(...numbers);
  const at = new Date(now()).toISOString();
  const head: Head = { subject, sequence, hash, at };
  const envelope = canonical(await signed(store, headType, canonical(head)));
  return noteHead(aws, subject, { before, head: { sequence, hash, at, envelope }, stored: numbers });
}

/** What nobody may overwrite, and no trying again puts right: it waits until somebody has looked. */
const conflict = ({ log, subject }: Pick<Finishing, "log" | "subject">, what: string): void =>
  log.warn("evidence is not as it was claimed", { subject, what });
