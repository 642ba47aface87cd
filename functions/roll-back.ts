/**
 * Brings traffic back to stable and takes the candidate off the endpoint, one step at a call. What to do next is
 * decided from the endpoint as it is (core/release/way-back.ts) and done under the ledger (aws/way-back.ts).
 */
import { openUndos } from "../src/aws/changes.ts";
import { ifThere } from "../src/aws/errors.ts";
import { publish } from "../src/aws/event-bridge.ts";
import { noteFleets } from "../src/aws/journal.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { lostTo } from "../src/aws/letting-go.ts";
import { loadOutlook } from "../src/aws/load.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { warmthOf } from "../src/aws/warm.ts";
import { act } from "../src/aws/way-back.ts";
import { type Fleets, isMoving, trafficPercent } from "../src/core/capacity/endpoint.ts";
import { flatLoad, type LoadOutlook } from "../src/core/capacity/load-outlook.ts";
import { badState } from "../src/core/errors.ts";
import { wayOut } from "../src/core/release/document/reading.ts";
import { isShrunk } from "../src/core/release/in-place.ts";
import { loadUntold } from "../src/core/release/load-untold.ts";
import { measuresOfShare } from "../src/core/release/measures.ts";
import { endpointGone } from "../src/core/release/outside.ts";
import { trafficFrom } from "../src/core/release/own-load.ts";
import { polling } from "../src/core/release/polling.ts";
import { isWeights } from "../src/core/release/resources.ts";
import { endpointOf, RollBackInput, type WayBackNeeds } from "../src/core/release/undoing.ts";
import {
  givenUpFor,
  nextWayBack,
  type WayBackAction,
  type WayBackQuestion,
} from "../src/core/release/way-back.ts";
import { wayBackQuestion } from "../src/core/release/way-back-question.ts";
import { WayBack } from "../src/core/release/way-out.ts";
import { longWayBackMs, undoingWaitSeconds } from "../src/core/wait.ts";

export const rollBack: Step<RollBackInput, WayBack> = async (doc, tools) => {
  const nowMs = tools.now();
  const lookedAt = new Date(nowMs).toISOString();
  const { since, drifted, ...taken } = doc.wayBack ?? begun(lookedAt);
  const poll = polling({ since }, tools.now);
  const ledger = await Ledger.open(tools.aws, doc.release);
  const answer: WayBack = {
    ...taken,
    status: "done",
    reason: "",
    since,
    drifted,
    lookedAt,
    waitSeconds: poll.waitSeconds(),
  };
  const done = (reason: string): WayBack => ({ ...answer, reason });
  const needs = doc.planning?.needs;
  const name = endpointOf(doc.release);
  const nothing = nothingToDo(ledger, name);
  if (nothing !== undefined || name === undefined) return { ...answer, ...nothing };
  if (needs === undefined)
    throw badState(`planning.needs: expected what ${name} was before its candidate joined, found nothing`);
  if (doc.wayBack === undefined)
    await publish(tools, doc.release, { state: "rolling-back", reason: reasonOf(doc) });

  const platform = servingPlatform(tools.aws);
  const endpoint = await ifThere(() => platform.view(name, needs));
  if (endpoint === undefined) return done(endpointGone(name, platform.placesOf(needs).before));
  const told = await loadOf({ endpoint, ledger, tools, needs }, doc);
  const seenBefore = [doc.stage, doc.judgement, doc.wayBack].map((section) => section?.loadRequestsPerSecond);
  const load = told ?? flatLoad(loadUntold({ plan: doc.plan, needs, endpoint }, seenBefore));
  const { warmInstances, seen } = await warmthOf(tools, {
    endpoint,
    ledger,
    loadSeconds: doc.plan.warmth.loadSecondsP95,
    before: [doc.capacity, doc.stage, doc.judgement, doc.wayBack].map((section) => section?.seen),
    // Off the endpoint that the candidate joined, nothing is shifted any more.
    of: endpoint.at.place === "joined" ? [needs.stable.variant] : [],
  });
  await noteFleets(tools, doc.release, { endpoint, needs, warmInstances });
  const question = wayBackQuestion({
    plan: doc.plan,
    needs,
    endpoint,
    warmInstances,
    load,
    changes: ledger.changes,
    taken: doc.wayBack,
    since,
    nowMs,
  });
  const next = await unlessLost(question, { ledger, tools, endpoint, needs });
  const ifRefused = givenUpFor(question, "the endpoint may not be moved back");
  const acting = { name, endpoint, needs, ledger, tools, warmInstances, ifRefused };
  const { did: action, left, refused } = await act(next, acting);
  const now: WayBack = {
    ...answer,
    seen,
    ...(told === undefined ? {} : { loadRequestsPerSecond: told.now }),
    spentUsd: question.spent.usd,
    drifted: [...new Set([...drifted, ...left])],
  };
  if (action.do === "arrived" || action.do === "drifted") {
    measureEnd(tools, doc, action);
    return { ...now, reason: `${action.reason}${toldOf(answer.countChanges)}` };
  }
  if (poll.waitedMs() >= longWayBackMs) tools.count("WayBackLong");
  return {
    ...withRefusal(now, action, refused ? lookedAt : undefined),
    status: "waiting",
    reason: refused ? `${action.reason}: ${refused}` : action.reason,
    waitSeconds: action.do === "wait" ? undoingWaitSeconds(poll.waitedMs(), action.seconds) : 30,
  };
};

/** The candidate has no traffic any more, unless somebody else has decided otherwise. */
function measureEnd(tools: Tools, { release }: RollBackInput, { do: did }: WayBackAction): void {
  if (did === "arrived") for (const measure of measuresOfShare(release, 0)) tools.measure(measure);
}

/** Why the endpoint is to stay as it is, and what was left to others; undefined where there is something to do. */
function nothingToDo(
  ledger: Ledger,
  name: string | undefined,
): (Pick<WayBack, "reason"> & Partial<Pick<WayBack, "drifted">>) | undefined {
  if (ledger.promoted) return { reason: "the candidate is promoted already; the way out is forward" };
  const join = ledger.find("join");
  const isChanged = join !== undefined || isShrunk(ledger.changes);
  if (name === undefined || !isChanged) return { reason: "the endpoint was not changed" };
  if (join?.state !== "drifted") return undefined;
  // A look before this one has left it to them, which whoever comes after a stop does not take back.
  return { reason: `${name} was left to someone else before`, drifted: [`someone else changed ${name}`] };
}

const begun = (since: string): NonNullable<RollBackInput["wayBack"]> => ({
  since,
  drifted: [],
  spentUsd: 0,
  countChanges: 0,
});

/** What the next look is to know of this one. */
function withRefusal(now: WayBack, { do: did }: WayBackAction, refusedAt: string | undefined): WayBack {
  const { refillRefusedAt, moveRefusedAt, ...rest } = now;
  const known = {
    ...(refillRefusedAt === undefined || did === "shrink" ? {} : { refillRefusedAt }),
    ...(moveRefusedAt === undefined || did === "leave" ? {} : { moveRefusedAt }),
  };
  if (refusedAt !== undefined)
    return { ...rest, ...known, [did === "refill" ? "refillRefusedAt" : "moveRefusedAt"]: refusedAt };
  const counted = did === "refill" || did === "shrink" || did === "give-back" ? 1 : 0;
  return { ...rest, ...known, countChanges: rest.countChanges + counted };
}

const toldOf = (countChanges: number): string =>
  countChanges === 0
    ? ""
    : `; ${countChanges} count change${countChanges === 1 ? "" : "s"} locked it on the way`;

const reasonOf = ({ failure, judgement }: RollBackInput) =>
  failure?.Error ?? judgement?.reason ?? "compensation";

/** The load of late; undefined where CloudWatch does not tell: the way back does not wait for it. */
async function loadOf(
  { endpoint, ledger, tools, needs }: Under,
  { plan }: RollBackInput,
): Promise<LoadOutlook | undefined> {
  const { name, variants } = endpoint;
  const from = plan.loadTest && trafficFrom(ledger.changes, needs.candidate.variant, endpoint);
  const target = { endpoint: name, variants: variants.map((v) => v.name), nowMs: tools.now() };
  try {
    return await loadOutlook(tools.aws, { ...target, ...(from && { from }) });
  } catch (error) {
    tools.log.warn("the load is not known; what was seen of it before counts", {
      error: String(error),
    });
    return undefined;
  }
}

/**
 * The next step. Traffic that someone else has shifted since is theirs to shift again: it is told, not overwritten, nor refilled
 * for; what stable gave up for the candidate comes back all the same.
 */
async function unlessLost(
  question: WayBackQuestion,
  { ledger, tools, endpoint, needs }: Under,
): Promise<WayBackAction> {
  const action = nextWayBack(question);
  const given = trafficPercent(endpoint, needs.candidate.variant) > 0;
  if (action.do === "drifted" || isMoving(endpoint) || !(given || action.do === "shift")) return action;
  const [shifted] = openUndos(ledger, isWeights);
  const lost = shifted === undefined ? [] : await lostTo(tools, ledger, shifted.resource);
  if (lost.length === 0) return action;
  const reason = `someone else changed the weights of ${endpoint.name}`;
  return givenUpFor(question, reason) ?? { do: "drifted", reason };
}

interface Under {
  readonly ledger: Ledger;
  readonly tools: Tools;
  readonly endpoint: Fleets;
  readonly needs: WayBackNeeds;
}

export const contract = { input: RollBackInput, output: WayBack, document: wayOut };
export const handler = lambda(rollBack, contract);
