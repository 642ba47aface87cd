/**
 * What the sweep does about evidence: it finishes what is claimed, whoever holds the lock, keeps each chain's head once a day, and then tells
 * of days that are over what auto scaling did.
 */
import { headKey } from "../core/evidence/keys.ts";
import type { Lock, LockEvidence } from "../core/release/lock.ts";
import { finishEvidence } from "./evidence.ts";
import { noteTold } from "./evidence-chain.ts";
import { type EvidenceStore, evidenceStore } from "./evidence-store.ts";
import type { Tools } from "./lambda.ts";
import { sweepDays } from "./scaling-days.ts";

/** What waits, a line each, and of how many subjects some does. */
export async function sweepEvidence(
  tools: Tools,
  locks: readonly Lock[],
): Promise<{ readonly did: readonly string[]; readonly waiting: number }> {
  const store = evidenceStore(tools.aws);
  const did: string[] = [];
  const all = new Set<string>();
  if (store === undefined) return { did, waiting: 0 };
  const untilMs = tools.now() + patienceMs;
  for (const { subject, evidence, ...item } of locks) {
    if (evidence === undefined) continue;
    if (tools.now() > untilMs) {
      if (isWaiting(evidence)) all.add(subject);
      continue;
    }
    await tellHead(tools, store, { subject, evidence });
    const found = await finishEvidence(tools, store, { subject, item: { ...item, evidence }, by: "sweep" });
    const { waiting, lacks } = found;
    if (waiting === 0) continue;
    all.add(subject);
    did.push(`${subject}: evidence of ${waiting} waits${lacks === undefined ? "" : `: ${lacks}`}`);
  }
  const days = await sweepDays(tools, store, locks, untilMs);
  for (const subject of days.waiting) all.add(subject);
  return { did: [...did, ...days.did], waiting: all.size };
}

/** Chosen: for all subjects together, so that what the sweep counts is told although no store answers; milliseconds. */
const patienceMs = 30_000;

const isWaiting = ({ claimed, untold }: LockEvidence): boolean =>
  untold !== undefined || Object.keys(claimed).length > 0;

/** Keeps a subject's head beside its packs, once a day, where it has moved. Never rejects. */
async function tellHead(
  { aws, now, log }: Tools,
  store: Pick<EvidenceStore, "putAbsent">,
  { subject, evidence: { head, told } }: { subject: string; evidence: LockEvidence },
): Promise<void> {
  const day = new Date(now()).toISOString().slice(0, 10);
  if (head === undefined || told?.day === day || told?.sequence === head.sequence) return;
  try {
    const retainUntil = new Date(now() + headDays * 86_400_000);
    await store.putAbsent(headKey(subject, day), head.envelope, { retainUntil });
    await noteTold(aws, subject, { day, sequence: head.sequence });
  } catch (error) {
    log.warn("a chain's head could not be stored", {
      subject,
      error: error instanceof Error ? error : String(error),
    });
  }
}

/** Chosen: a head that a later one follows is worth less than the packs that it was the head of. */
const headDays = 400;
