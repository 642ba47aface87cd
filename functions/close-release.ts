/**
 * Closes a release: works out how it ended from what was recorded, writes that down with the ledger, tells the
 * world, and gives the lock back, or keeps it for what could not be put back; last, it sends a trace where the plan
 * says so. Closing twice is closing once.
 */
import * as z from "zod";
import { startProduction } from "../src/aws/after-staging.ts";
import { type SeenOfDocument, writeClosing } from "../src/aws/closings.ts";
import { publish } from "../src/aws/event-bridge.ts";
import { finishClaimed } from "../src/aws/evidence.ts";
import { closeKept, settleLease } from "../src/aws/keeping.ts";
import { keepMade } from "../src/aws/kept.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { awaitSpike } from "../src/aws/later-spikes.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { readLock } from "../src/aws/lock-item.ts";
import { leaveQueue } from "../src/aws/locks.ts";
import { watchQuality } from "../src/aws/quality.ts";
import { realign } from "../src/aws/realigning.ts";
import { claimedBy, readRelease } from "../src/aws/releases.ts";
import { noteReserved } from "../src/aws/reserved-serving.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { sendTrace } from "../src/aws/telemetry.ts";
import { SlipwayError } from "../src/core/errors.ts";
import type { Change } from "../src/core/release/change.ts";
import { Closing } from "../src/core/release/closing.ts";
import { upcastWhereKnown } from "../src/core/release/document/reading.ts";
import { minutesLate } from "../src/core/release/due.ts";
import { failureText, harmOf, outcomeOf, reasonOf } from "../src/core/release/ended.ts";
import { revertDaysOf } from "../src/core/release/kept.ts";
import { promotedAt } from "../src/core/release/leaving.ts";
import { leftText } from "../src/core/release/outside.ts";
import { Failure } from "../src/core/release/release.ts";
import { type Remainder, remainderOf, remaindersText } from "../src/core/release/remainder.ts";
import { traitsOf } from "../src/core/release/resource-kinds.ts";
import { Ended, endpointOf, type Held, type ScaleDownNeeds } from "../src/core/release/undoing.ts";
import { firstAsked, normaliseRequest } from "../src/core/request/request.ts";

const Input = z.object({
  execution: z.string(),
  startedAt: z.string(),
  input: z.unknown(),
  document: z.unknown(),
});
/** An opening that fails leaves its failure in place of the document, since an input that is no object can hold none. */
const Failed = z.union([z.object({ failure: Failure }), Failure.transform((failure) => ({ failure }))]);

export const closeRelease: Step<z.infer<typeof Input>, Closing> = async (event, tools) => {
  const parsed = Ended.safeParse(upcastWhereKnown(event.document));
  if (!parsed.success) return abandon(event, tools);
  const doc = parsed.data;
  const { release } = doc;
  const ledger = await openLedger(tools, doc);
  if (ledger === undefined) return alreadyClosed(tools, doc);
  if (doc.route === "keep") return closeKept(tools, doc, ledger);
  const told = [...(doc.wayBack?.drifted ?? []), ...(doc.scaleDown?.drifted ?? [])];
  const drifted = [...new Set([...told, ...leftToOthers(ledger)])];
  const outcome = outcomeOf(doc, ledger);
  // A pool that is ready is held until its lease ends: until then its changes stay open.
  const held = outcome === "done" && doc.scaleDown === undefined;
  const there = held
    ? (doc.capacity?.thereAt ?? new Date(tools.now()).toISOString())
    : promotedAt(ledger.changes);
  const before = doc.planning?.needs && servingPlatform(tools.aws).placesOf(doc.planning.needs).before;
  const lateMinutes = minutesLate(release, there);
  const reason = [
    reasonOf(doc, outcome, before),
    ...(lateMinutes === undefined || lateMinutes === 0
      ? []
      : [`${lateMinutes} min after it was due, ${release.dueAt}`]),
    ...(drifted.length === 0 ? [] : [leftText(drifted)]),
  ].join("; ");
  const harm = harmOf(doc, outcome);
  const closing: Closing = {
    outcome,
    reason,
    releaseId: release.id,
    drifted,
    ...(harm !== undefined && { harm }),
    ...(lateMinutes !== undefined && { lateMinutes }),
  };
  return close(tools, {
    release,
    closing,
    ledger,
    held,
    plan: doc.plan,
    needs: doc.planning?.needs,
    why: whyOf(doc),
    torn: doc.failure !== undefined,
    capacity: doc.capacity,
    seen: {
      thereAt: there,
      backSince: doc.wayBack?.since,
      launch: doc.capacity?.launch,
      warmth: doc.warmth,
      loadTest: doc.loadTest,
      judgement: doc.judgement,
    },
  });
};

/** What somebody else changed beside the endpoint itself, of which the steps have told. */
const leftToOthers = ({ changes }: Ledger): string[] =>
  changes.flatMap(({ resource: { kind, name }, state }) =>
    state === "drifted" && traitsOf(kind).hasParts ? [`${kind} ${name}`] : [],
  );

interface Closed {
  readonly release: Held;
  readonly closing: Closing;
  readonly ledger: Ledger;
  /** Whether what was raised is to stay for now. */
  readonly held: boolean;
  /** A pool, as it was looked at last. */
  readonly capacity?: Ended["capacity"];
  /** As the document has it. */
  readonly plan?: unknown;
  readonly needs?: ScaleDownNeeds | undefined;
  /** Why the way out has ended, for what nobody refused by name. */
  readonly why: string;
  /** Whether a step of it failed, or nothing is known of it. */
  readonly torn: boolean;
  readonly seen?: SeenOfDocument;
}

async function close(tools: Tools, closed: Closed): Promise<Closing> {
  const { release, closing, ledger, held, plan, why, torn, seen } = closed;
  const { changes, promoted } = ledger;
  const closedAt = new Date(tools.now()).toISOString();
  const all = promoted ? [...changes, ...unintended(tools, closed, closedAt)] : changes;
  const remainder = held ? [] : remainderOf(all, { promoted, why, torn, at: closedAt });
  if (remainder.length > 0) return leave(tools, closed, { remainder, closedAt });
  await settleLease(tools, closed, changes);
  const record = await writeClosing(tools, { releaseId: release.id, closing, closedAt, changes, seen });
  const { outcome, reason, drifted, harm, lateMinutes } = closing;
  if (outcome === "promoted") await keepMade(tools, { release, changes, days: revertDaysOf(plan), closedAt });
  const late = lateMinutes === undefined ? {} : { lateMinutes };
  const news = { state: "closed", outcome, reason, drifted, ...(harm !== undefined && { harm: [...harm] }) };
  await publish(tools, release, { ...news, ...late });
  const learns = seen?.launch !== undefined || release.dueAt !== undefined;
  if (learns && release.model !== undefined) await realign(tools, release.model);
  await startProduction(tools, release, { plan, outcome });
  if (outcome === "promoted" && record !== undefined) {
    await watchQuality(tools, release, { plan, openedAt: record.release.openedAt, closedAt });
    await awaitSpike(tools, release, { plan, planning: record.planning, closedAt });
    await noteReserved(tools, release, { planning: record.planning, closedAt });
  }
  await ledger.giveBack();
  await finishClaimed(tools, ledger);
  // Whoever waits for the endpoint has it by now. What is held closes again, once its lease has ended.
  if (!held) await sendTrace(tools, record);
  return closing;
}

/** What follows from a promotion and the ledger does not know of: it may be the ledger itself that is refused. */
function unintended({ aws }: Tools, { release, ledger, needs }: Closed, at: string): Change[] {
  const name = endpointOf(release);
  if (name === undefined || needs === undefined) return [];
  const seq = (ledger.changes.at(-1)?.seq ?? 0) + 1;
  const following = servingPlatform(aws).afterPromotion(ledger.changes, { name, needs }, at);
  return following.map((change, i) => ({ ...change, seq: seq + i, state: "intended" }));
}

/** Ends a release that could not put everything back: it has failed, and keeps its lock for the sweep to go on. */
async function leave(
  tools: Tools,
  { release, closing, ledger, seen }: Closed,
  { remainder, closedAt }: { remainder: readonly Remainder[]; closedAt: string },
): Promise<Closing> {
  const what = remaindersText(remainder);
  const next = `Once nothing stands in the way the sweep does the rest within the hour; slipway free ${release.subject} gives the lock back as things are`;
  const reason = `not everything could be put back: ${what}. ${next}. ${closing.reason}`;
  const failed: Closing = {
    ...closing,
    outcome: "failed",
    reason,
    remainder,
  };
  const { changes } = ledger;
  await writeClosing(tools, { releaseId: release.id, closing: failed, closedAt, changes, seen });
  await publish(tools, release, { state: "remainder", outcome: "failed", reason });
  await ledger.leave(remainder);
  await finishClaimed(tools, ledger);
  return failed;
}

/** An opening that failed half-way may have claimed a release, and its lock or a place in its queue; all are given back. */
async function abandon(
  { execution, startedAt, input, document }: z.infer<typeof Input>,
  tools: Tools,
): Promise<Closing> {
  const { aws } = tools;
  const failed = Failed.safeParse(document);
  const why = failed.success ? failureText(failed.data.failure) : "the release could not be opened";
  const first = firstAsked({ input, startedAt });
  const asked = normaliseRequest(first.input);
  const by = { execution, startedAt: first.startedAt };
  const record = asked.kind === "release" ? await claimedBy(aws, asked.request, by) : undefined;
  const closing: Closing = {
    outcome: "refused",
    reason: why,
    releaseId: record?.release.id ?? "",
    drifted: [],
  };
  if (record === undefined) return closing;
  const { holder, fence } = await readLock(aws, record.release.subject);
  const release = { ...record.release, fence };
  if (holder?.execution === execution) {
    const ledger = await Ledger.open(aws, release);
    return close(tools, { release, closing, ledger, held: false, why, torn: true });
  }
  await leaveQueue(aws, release.subject, execution);
  const closedAt = new Date(tools.now()).toISOString();
  const ended = await writeClosing(tools, { releaseId: release.id, closing, closedAt, changes: [] });
  await publish(tools, release, { state: "closed", outcome: closing.outcome, reason: why });
  await sendTrace(tools, ended);
  return closing;
}

/** Why the way out has come to its end, where nothing in the ledger says so. */
const whyOf = ({ failure, scaleDown, wayBack }: Ended): string =>
  failure === undefined ? ((scaleDown ?? wayBack)?.reason ?? "nobody said why") : failureText(failure);

/** The ledger, or undefined when this execution closed the release before and gave the lock back. */
async function openLedger({ aws }: Tools, { release }: Ended): Promise<Ledger | undefined> {
  try {
    return await Ledger.open(aws, release);
  } catch (error) {
    if (error instanceof SlipwayError && error.name === "LockLost") return undefined;
    throw error;
  }
}

async function alreadyClosed({ aws }: Tools, { release }: Ended): Promise<Closing> {
  const record = await readRelease(aws, release.id);
  if (record?.closing !== undefined) return record.closing;
  return {
    outcome: "failed",
    reason: `${release.id} lost the lock of ${release.subject}; what it left is the new holder's`,
    releaseId: release.id,
    drifted: [],
  };
}

export const contract = { input: Input, output: Closing };
export const handler = lambda(closeRelease, contract);
