/**
 * Takes away what a release no longer needs, one step at a call. After a promotion that is the old variant; after
 * anything else it is all that the release made or raised, newest first, put back as it was before.
 */
import { make, noteRefusal, openUndos, undo } from "../src/aws/changes.ts";
import { ifThere } from "../src/aws/errors.ts";
import { growAlone, regrowStable } from "../src/aws/growing.ts";
import { noteFleets } from "../src/aws/journal.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import {
  barTo,
  finalMove,
  giveScalingBack,
  goneFor,
  intendLeaving,
  intendMove,
  leftToOthers,
  liftHold,
  movedMeanwhile,
  moveOn,
  type Promoted,
  retireScaling,
  stillServing,
  takenAway,
} from "../src/aws/leaving.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { keepCounts, letGoOfEndpoint } from "../src/aws/letting-go.ts";
import { nextTry } from "../src/aws/next-try.ts";
import { type Tries, tries } from "../src/aws/refusals.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { type FleetView, isMoving } from "../src/core/capacity/endpoint.ts";
import {
  awsRefused,
  badState,
  drifted as driftedError,
  notFound,
  type SlipwayError,
} from "../src/core/errors.ts";
import { unlaunchedOf } from "../src/core/release/another-type.ts";
import type { ResourceRef, Undo } from "../src/core/release/change.ts";
import { wayOut } from "../src/core/release/document/reading.ts";
import { stableStays } from "../src/core/release/outside.ts";
import { type Polling, polling } from "../src/core/release/polling.ts";
import { traitsOf } from "../src/core/release/resource-kinds.ts";
import { isRouting } from "../src/core/release/resources.ts";
import { endpointOf, ScaleDownInput } from "../src/core/release/undoing.ts";
import { ScaleDown } from "../src/core/release/way-out.ts";
import { longWayBackMs, undoingWaitSeconds } from "../src/core/wait.ts";

type Answer = Pick<ScaleDown, "status" | "reason" | "drifted">;

export const scaleDown: Step<ScaleDownInput, ScaleDown> = async (doc, tools) => {
  const poll = polling(doc.scaleDown, tools.now);
  const ledger = await Ledger.open(tools.aws, doc.release);
  const answer = ledger.promoted
    ? await forward(tools, ledger, { ...promoted(doc), doc, poll })
    : await back(tools, ledger, doc);
  if (answer.status === "waiting" && poll.waitedMs() >= longWayBackMs) tools.count("WayBackLong");
  const drifted = [...new Set([...(doc.scaleDown?.drifted ?? []), ...answer.drifted])];
  const waitSeconds = undoingWaitSeconds(poll.waitedMs(), poll.waitSeconds());
  const told = [...drifted, ...(doc.wayBack?.drifted ?? [])];
  const until = new Date(tools.now()).toISOString();
  const unlaunched =
    answer.status === "done" ? unlaunchedOf(doc, ledger, { drifted: told, until }) : undefined;
  return { waitSeconds, since: poll.since, ...answer, drifted, ...(unlaunched && { unlaunched }) };
};

interface Forward extends Promoted {
  readonly doc: ScaleDownInput;
  /** How long the endpoint may take to leave the old variant behind. */
  readonly timeoutMinutes: number;
  readonly poll: Polling;
}

function promoted({ release, plan, planning }: ScaleDownInput): Omit<Forward, "doc" | "poll"> {
  const [name, needs] = [endpointOf(release), planning?.needs];
  if (name === undefined || needs === undefined)
    throw badState("planning.needs: expected what the promoted release is to leave behind, found nothing");
  return { name, needs, timeoutMinutes: plan.rollout.capacityTimeoutMinutes };
}

/**
 * Leaves the old variant behind. What is refused for good bars no other part of it but those that need it, and stays
 * intended in the ledger.
 */
async function forward(tools: Tools, ledger: Ledger, it: Forward): Promise<Answer> {
  const { name, needs } = it;
  const platform = servingPlatform(tools.aws);
  await intendLeaving(tools, ledger, it);
  const all = tries();
  const drifted: string[] = [];
  const { to: final } = moveOn(tools, ledger, it);
  await all.do(() => liftHold(tools, ledger, it));
  const endpoint = await ifThere(() => platform.view(name, needs));
  if (endpoint === undefined) {
    // A move that was made is to be made again, wherever whoever makes the endpoint again puts it.
    await intendMove(tools, ledger, it, await nextTry(ledger, finalMove));
    return back(tools, ledger, it.doc);
  }
  await noteFleets(tools, it.doc.release, { endpoint, needs });
  const leases = await undoAll({ tools, ledger, all }, openUndos(ledger, isLease));
  drifted.push(...leases.drifted);
  const waiting = (reason: string): Answer => ({ status: "waiting", reason, drifted });
  if (isMoving(endpoint)) return waiting(`endpoint ${name} is ${endpoint.status}`);
  if (endpoint.at.place === "joined") {
    const moved = await all.do(async () => void drifted.push(...(await leave(tools, ledger, it, endpoint))));
    if (moved) return waiting(`the endpoint moves to ${final}`);
    const elsewhere = await movedMeanwhile(tools, it);
    if (elsewhere !== undefined) return waiting(`someone else moves the endpoint to ${elsewhere}`);
  } else if (endpoint.at.place !== "after") {
    return leftToThem(tools, ledger, { ...it, endpoint });
  } else {
    let growing: string | undefined;
    await all.do(async () => {
      growing = await growAlone(tools, ledger, { ...it, endpoint });
    });
    if (growing !== undefined) return waiting(growing);
    for (const intent of takenAway(ledger)) await all.do(() => make(tools, ledger, intent));
    // Whoever died before saying that the endpoint was moved has moved it all the same.
    const open = ledger.changes.filter(
      ({ state, after, resource }) =>
        !traitsOf(resource.kind).isLease &&
        (state === "applied" || (state === "intended" && after === final)),
    );
    const ids = open.map(({ id }) => id);
    await ledger.settle(ids, "kept");
  }
  if (leases.ending.length > 0) return waiting(endingText(leases.ending));
  all.end();
  return { status: "done", reason: toldOf(all.refused, `${final} serves alone`), drifted };
}

/** Somebody else has moved the endpoint: it is theirs, and the rest is put back. */
async function leftToThem(
  tools: Tools,
  ledger: Ledger,
  it: Forward & { endpoint: FleetView },
): Promise<Answer> {
  const { waits, keeps } = await regrowStable(tools, ledger, it);
  if (waits !== undefined) return { status: "waiting", reason: waits, drifted: [] };
  await letGoOfEndpoint(ledger);
  const left = await back(tools, ledger, it.doc);
  const what = `routing ${it.name}: someone else moved it to ${it.endpoint.at.called}`;
  return { ...left, drifted: [what, ...(keeps === undefined ? [] : [keeps]), ...left.drifted] };
}

/** Moves the endpoint on; stable's scaling goes first, since a registered variant cannot be removed. */
async function leave(tools: Tools, ledger: Ledger, it: Forward, endpoint: FleetView): Promise<string[]> {
  const { name, needs, timeoutMinutes, poll } = it;
  const id = await nextTry(ledger, finalMove);
  const theirs = stableStays(endpoint, needs);
  if (theirs !== undefined) return stays(tools, ledger, { it, id, why: driftedError(theirs) });
  if (poll.isOverdue(timeoutMinutes)) {
    const reason = endpoint.failureReason ?? "no reason given";
    const why = awsRefused(`endpoint ${name} did not leave ${endpoint.called.joined}: ${reason}`);
    return stays(tools, ledger, { it, id, why });
  }
  const bar = await barTo(tools, ledger, it, id);
  if (bar !== undefined) return stays(tools, ledger, { it, id, why: notFound(bar) });
  const move = moveOn(tools, ledger, it);
  for await (const intent of move.prepare) await make(tools, ledger, intent);
  const left = await retireScaling(tools, ledger, it);
  await make(tools, ledger, { id, resource: move.resource, to: move.to });
  return left;
}

type Staying = { it: Forward; id: string; why: SlipwayError };

/** The move cannot be made, nor what needs it: stable has its scaling, the ledger says why, and the sweep looks again. */
async function stays(tools: Tools, ledger: Ledger, { it, id, why }: Staying): Promise<never> {
  await giveScalingBack(tools, ledger);
  await intendMove(tools, ledger, it, id);
  for (const one of ledger.changes.filter(({ state }) => state === "intended"))
    await noteRefusal(tools, { ledger, id: one.id, is: one.before, should: one.after }, why);
  throw why;
}

/** What was refused, or that all is well. */
const toldOf = (refused: readonly string[], well: string): string =>
  refused.length === 0 ? well : `not everything could be done: ${refused.join("; ")}`;

/** All but what AWS moves by itself: a raised fleet is left to its own policy. */
const isUndone = ({ kind }: ResourceRef): boolean => !traitsOf(kind).movesByItself;
const isLease = ({ kind }: ResourceRef): boolean => traitsOf(kind).isLease;

/**
 * Puts everything back, newest first; a configuration or model that still serves is left where it is. What is refused
 * for good bars nothing else, and stays open in the ledger.
 */
async function back(tools: Tools, ledger: Ledger, doc: ScaleDownInput): Promise<Answer> {
  const all = tries();
  let serving: ReadonlySet<string> | undefined;
  await all.do(async () => {
    serving = await stillServing(tools, ledger, doc);
  });
  const gone = serving?.size === 0 ? await goneFor(tools, ledger, doc) : undefined;
  const open = openUndos(ledger, isUndone).filter(
    ({ resource }) =>
      !(serving === undefined && traitsOf(resource.kind).mayServe) &&
      !(gone !== undefined && isRouting(resource)),
  );
  const [first, last] = [open.filter((one) => !goesLast(one)), open.filter(goesLast)];
  const isLeft = (one: Undo) => serving?.has(one.resource.name) === true || isEndpoints(one);
  const { drifted, ending } = await undoAll({ tools, ledger, all }, first, isLeft);
  if (ending.length > 0) return { status: "waiting", reason: endingText(ending), drifted };
  if (openUndos(ledger, isUndone).every(goesLast)) await undoAll({ tools, ledger, all }, last);
  await keepCounts(ledger, { isGone: serving?.size === 0 });
  all.end();
  if (gone !== undefined) return { status: "done", reason: gone, drifted };
  const well =
    drifted.length === 0 ? "everything is as before" : "all but what someone else changed is as before";
  return { status: "done", reason: toldOf(all.refused, well), drifted };
}

interface Undoing {
  readonly tools: Tools;
  readonly ledger: Ledger;
  readonly all: Tries;
}

/** Puts back all of these that are not left to others; says what somebody else has changed, and what takes time. */
async function undoAll(
  { tools, ledger, all }: Undoing,
  open: readonly Undo[],
  isLeft: (one: Undo) => boolean = () => false,
): Promise<{ drifted: string[]; ending: string[] }> {
  const found = { drifted: [] as string[], ending: [] as string[] };
  for (const one of open) {
    const what = `${one.resource.kind} ${one.resource.name}`;
    await all.do(async () => {
      const became = isLeft(one) ? await leftToOthers(ledger, one) : await undo(tools, ledger, one);
      if (became !== "undone") found[became].push(what);
    });
  }
  return found;
}

const endingText = (ending: readonly string[]): string => `${ending.join(", ")} is being ended`;

/** Changes of the endpoint itself are RollBack's; what it left open is not ours to touch. */
const isEndpoints = ({ resource }: Undo) => traitsOf(resource.kind).isOfEndpoint;

const goesLast = ({ resource }: Undo) => traitsOf(resource.kind).goesLast;

export const contract = { input: ScaleDownInput, output: ScaleDown, document: wayOut };
export const handler = lambda(scaleDown, contract);
