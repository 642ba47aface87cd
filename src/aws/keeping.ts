/**
 * The capacity of a release that has closed, while its lease goes on: the job that primed its pool last, the next one, and
 * what is written down once it was seen to.
 */
import { badState } from "../core/errors.ts";
import { causeText } from "../core/release/cause.ts";
import type { Change } from "../core/release/change.ts";
import type { Closing } from "../core/release/closing.ts";
import {
  type HeldPool,
  type KeepInput,
  keepBy,
  leaseEndOf,
  leaseEnds,
  nextPrimer,
  primedAs,
  primersIn,
  raiseId,
} from "../core/release/keeping.ts";
import { resourceName } from "../core/release/names.ts";
import { scheduleOf, trainingJobOf } from "../core/release/resources.ts";
import { type Ended, endpointOf, type Held } from "../core/release/undoing.ts";
import { make } from "./changes.ts";
import { publish } from "./event-bridge.ts";
import type { Tools } from "./lambda.ts";
import { forgetLease, noteLease } from "./leases.ts";
import type { Ledger } from "./ledger.ts";
import { closeRecord, readRelease } from "./releases.ts";
import { readResource } from "./resources/registry.ts";
import { viewHeldPool } from "./sagemaker-training.ts";
import { scheduleRef } from "./scheduler.ts";
import { slipLaterDates } from "./slipping.ts";

export interface KeptPool {
  /** The change of the newest job that primed it. */
  readonly primer: Change;
  /** When the lease ends, ISO 8601. */
  readonly until: string;
  readonly pool: HeldPool;
}

/** The pool of the release that has the ledger; jobs that have nothing to do with it any more are forgotten. */
export async function keptPool(tools: Tools, ledger: Ledger, doc: KeepInput): Promise<KeptPool> {
  const primers = primersIn(ledger.changes);
  const primer = primers.at(-1);
  const until = leaseEndOf(ledger.changes);
  if (primer === undefined || until === undefined)
    throw badState("changes: expected a pool and the end of its lease, found none");
  for (const one of primers.slice(0, -1)) await forgetOver(tools, ledger, one);
  // One that was intended and never started is started before it is looked at.
  if (primer.state === "intended") await make(tools, ledger, { ...primer, to: primedAs(doc, primer) });
  return { primer, until, pool: await viewHeldPool(tools.aws, primer.resource.name) };
}

/** In one write: a ledger with something undone is taken for that of a lease that is being given back. */
async function forgetOver({ aws }: Tools, ledger: Ledger, { id, resource }: Change): Promise<void> {
  if ((await readResource(aws, resource)) !== null) return;
  await ledger.forget([id]);
}

/** Has a lease that has come to its end go on: its new end is arranged as the first one was. */
export async function extendLease(
  tools: Tools,
  ledger: Ledger,
  { release, extendMinutes }: { release: Held; extendMinutes: number },
): Promise<void> {
  const [first, extension] = leaseEnds;
  const end = ledger.find(first);
  const { at, input } = (end?.after ?? {}) as { at?: string; input?: string };
  if (at === undefined || input === undefined)
    throw badState("changes: expected the end of a lease, found none");
  const to = { at: secondsText(Date.parse(`${at}Z`) + extendMinutes * 60_000), input };
  const resource = scheduleOf(scheduleRef(tools.aws, resourceName(namedFor(tools, release), extension)));
  await make(tools, ledger, { id: extension, resource, to });
}

const secondsText = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

/** What the names of a release's things are made of. */
const namedFor = ({ aws }: Tools, { id, subject }: Held) => ({ stack: aws.environment.stack, id, subject });

/** Primes the pool again: the job takes what there is of it, or new instances; says which job that is. */
export async function primeAgain(
  tools: Tools,
  ledger: Ledger,
  { doc, primer }: { doc: KeepInput; primer: Change },
): Promise<string> {
  const id = nextPrimer(primer.id);
  const resource = trainingJobOf(resourceName(namedFor(tools, doc.release), id));
  await make(tools, ledger, { id, resource, to: primedAs(doc, primer) });
  return resource.name;
}

/** Notes until when a pool is leased, and when somebody has to see to it; forgets a lease that is over. */
export async function settleLease(
  { aws, now }: Tools,
  { release, keeping, capacity }: Pick<Ended, "release" | "keeping" | "capacity">,
  changes: readonly Change[],
): Promise<void> {
  if (endpointOf(release) !== undefined) return;
  const until = leaseEndOf(changes);
  if (until === undefined) return forgetLease(aws, release.id);
  const { keptUntil } = keeping ?? capacity ?? {};
  const group = changes.find(({ id }) => id === raiseId)?.resource.name;
  if (group !== undefined) return noteLease(aws, { releaseId: release.id, until, group });
  const next = keeping?.tryAgainAt ?? keepBy(keptUntil, now());
  await noteLease(aws, { releaseId: release.id, until, keepBy: next });
}

/**
 * Writes down what became of a pool that was seen to, and gives the lock back: how its release ended was said before. Its
 * owners are told of one that is lost.
 */
export async function closeKept(tools: Tools, doc: Ended, ledger: Ledger): Promise<Closing> {
  const { release, keeping, failure } = doc;
  const record = await readRelease(tools.aws, release.id);
  if (record?.closing === undefined || record.closedAt === undefined)
    throw badState(`${release.id}: expected the record of a release that has closed, found none`);
  const { closing, closedAt } = record;
  await closeRecord(tools.aws, { releaseId: release.id, closing, closedAt, changes: ledger.changes });
  await settleLease(tools, doc, ledger.changes);
  const lost = failure === undefined ? keeping?.reason : causeText(failure.Cause);
  if (failure !== undefined || keeping?.status === "lost") {
    tools.log.warn("a pool could not be kept", { release: release.id, reason: lost });
    await publish(tools, release, { state: "capacity-lost", reason: lost ?? "nobody said why" });
  }
  if (doc.extendMinutes !== undefined) await tellLate(tools, doc, leaseEndOf(ledger.changes));
  await ledger.giveBack();
  return closing;
}

/** Owners are told that a milestone is late, and until when its capacity is held; later dates are moved if its plan says so. */
async function tellLate(tools: Tools, { release, reason }: Ended, until: string | undefined): Promise<void> {
  const moved = await slipLaterDates(tools, release);
  const told = { state: "late", reason: reason ?? "", until: until ?? null, moved };
  await publish(tools, release, told);
}
