/**
 * Closes a release: works out how it ended from what was recorded, writes that down with the ledger, tells the
 * world, and gives the lock back, or keeps it for what could not be put back. Closing twice is closing once.
 */
import * as z from "zod";
import { publish } from "../src/aws/event-bridge.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { forgetLease, noteLease } from "../src/aws/leases.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { readLock } from "../src/aws/lock-item.ts";
import { freeLock, leaveQueue } from "../src/aws/locks.ts";
import { claimedBy, closeRecord, readRelease } from "../src/aws/releases.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { SlipwayError } from "../src/core/errors.ts";
import { causeText } from "../src/core/release/cause.ts";
import type { Change } from "../src/core/release/change.ts";
import { Closing, type Outcome } from "../src/core/release/closing.ts";
import { upcastWhereKnown } from "../src/core/release/document/reading.ts";
import { lateness } from "../src/core/release/due.ts";
import { promotedAt } from "../src/core/release/leaving.ts";
import { leftText } from "../src/core/release/outside.ts";
import { Failure } from "../src/core/release/release.ts";
import { type Remainder, remainderOf, remaindersText } from "../src/core/release/remainder.ts";
import { traitsOf } from "../src/core/release/resource-kinds.ts";
import { isRouting } from "../src/core/release/resources.ts";
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
  const told = [...(doc.wayBack?.drifted ?? []), ...(doc.scaleDown?.drifted ?? [])];
  const drifted = [...new Set([...told, ...leftToOthers(ledger)])];
  const outcome = outcomeOf(doc, ledger);
  // A pool that is ready is held until its lease ends: until then its changes stay open.
  const held = outcome === "done" && doc.scaleDown === undefined;
  const there = held ? new Date(tools.now()).toISOString() : promotedAt(ledger.changes);
  const reason = [
    reasonOf(tools, doc, outcome),
    ...lateness(release, there),
    ...(drifted.length === 0 ? [] : [leftText(drifted)]),
  ].join("; ");
  const closing: Closing = { outcome, reason, releaseId: release.id, drifted };
  return close(tools, {
    release,
    closing,
    ledger,
    held,
    needs: doc.planning?.needs,
    why: whyOf(doc),
    torn: doc.failure !== undefined,
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
  readonly needs?: ScaleDownNeeds | undefined;
  /** Why the way out has ended, for what nobody refused by name. */
  readonly why: string;
  /** Whether a step of it failed, or nothing is known of it. */
  readonly torn: boolean;
}

async function close(tools: Tools, closed: Closed): Promise<Closing> {
  const { release, closing, ledger, held, why, torn } = closed;
  const { changes, promoted } = ledger;
  const closedAt = new Date(tools.now()).toISOString();
  const all = promoted ? [...changes, ...unintended(tools, closed, closedAt)] : changes;
  const remainder = held ? [] : remainderOf(all, { promoted, why, torn, at: closedAt });
  if (remainder.length > 0) return leave(tools, closed, { remainder, closedAt });
  if (endpointOf(release) === undefined) await settleLease(tools, release, changes);
  await closeRecord(tools.aws, { releaseId: release.id, closing, closedAt, changes });
  const { outcome, reason, drifted } = closing;
  await publish(tools, release, { state: "closed", outcome, reason, drifted });
  await freeLock(tools.aws, release);
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
  { release, closing, ledger }: Closed,
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
  await closeRecord(tools.aws, { releaseId: release.id, closing: failed, closedAt, changes: ledger.changes });
  await publish(tools, release, { state: "remainder", outcome: "failed", reason });
  await ledger.leave(remainder);
  return failed;
}

/** A pool outlives its execution: its lease is noted until its schedule, or else the sweep, has ended it. */
async function settleLease({ aws }: Tools, release: Held, changes: readonly Change[]): Promise<void> {
  const end = changes.find(({ id, state }) => id === "lease-end" && state === "applied");
  const until = (end?.after as { at?: string } | null | undefined)?.at;
  if (until === undefined) await forgetLease(aws, release.id);
  else await noteLease(aws, { releaseId: release.id, until: `${until}Z` });
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
  await closeRecord(aws, { releaseId: release.id, closing, closedAt, changes: [] });
  await publish(tools, release, { state: "closed", outcome: closing.outcome, reason: why });
  return closing;
}

const failureText = ({ Error: name, Cause }: { Error: string; Cause?: string | undefined }): string =>
  `${name}: ${causeText(Cause)}`;

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

function outcomeOf(doc: Ended, ledger: Ledger): Outcome {
  if (ledger.changes.some(lost)) return "failed";
  if (ledger.promoted) return "promoted";
  if (doc.failure?.Error === "Superseded" || ledger.order?.kind === "supersede") return "superseded";
  if (ledger.order?.kind === "stop") return "stopped";
  const isPool = endpointOf(doc.release) === undefined;
  if (doc.capacity?.status === "ready" && isPool && doc.failure === undefined) return "done";
  if (doc.scaleDown !== undefined && doc.wayBack === undefined) return "done";
  return ledger.changes.some(touched) ? "rolled-back" : "refused";
}

/** The endpoint itself was left as somebody else has made it. */
const lost = ({ resource, state }: Change) => isRouting(resource) && state === "drifted";

/** A change that may have reached AWS. */
const touched = (change: Change) => !(change.state === "intended" || change.after === change.before);

function promotedReason({ plan, judgement }: Ended): string {
  if (judgement === undefined || plan === undefined) return "promoted before; what was left to do is done";
  const percents = plan.rollout.stages.map((stage) => `${stage.trafficPercent} %`).join(", ");
  return `no evidence of harm at ${percents}; ${judgement.reason}`;
}

/** What somebody else has made of the endpoint, and what they can do now. */
function lostReason({ aws }: Tools, { wayBack, scaleDown, planning }: Ended): string {
  const told = [...(wayBack?.drifted ?? []), ...(scaleDown?.drifted ?? [])];
  const why = told.find((each) => each.includes("someone else")) ?? wayBack?.reason ?? "it has drifted";
  const before = planning?.needs && servingPlatform(aws).placesOf(planning.needs).before;
  const back = before === undefined ? "" : `; to have it as before, move it to ${before}`;
  return `the endpoint is left as it is: ${why}${back}`;
}

function reasonOf(tools: Tools, doc: Ended, outcome: Outcome): string {
  if (outcome === "promoted") return promotedReason(doc);
  if (outcome === "failed") return lostReason(tools, doc);
  if (outcome === "done") return doc.scaleDown?.reason ?? doc.capacity?.reason ?? "the lease is over";
  const { failure, stage, capacity, warmth, judgement, planning } = doc;
  if (doc.route === "compensate") return doc.reason ?? "compensated";
  if (failure !== undefined) return failureText(failure);
  if (judgement?.decision === "roll-back") return judgement.reason;
  if (stage?.status === "blocked") return stage.reason;
  if (warmth?.status === "cold") return warmth.reason;
  if (capacity?.status === "failed") return capacity.reason;
  return planning?.reason ?? "compensated";
}

export const contract = { input: Input, output: Closing };
export const handler = lambda(closeRelease, contract);
