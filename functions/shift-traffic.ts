/**
 * Gives the candidate its next share of traffic, one step at a call: looks, raises capacity first where the load
 * has outgrown it, sets the weights, and is through only when they are seen in force. After the last stage that is
 * whatever stable has held back: the candidate takes all, and then it is promoted.
 */
import type { z } from "zod";
import { barFor, barForRaise, frozenAhead, type Shifting } from "../src/aws/barring.ts";
import { passFreeze } from "../src/aws/break-glass.ts";
import { make } from "../src/aws/changes.ts";
import { publish } from "../src/aws/event-bridge.ts";
import { gatesAhead, heldByGates } from "../src/aws/gate-hold.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { shareOutlook } from "../src/aws/load.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { warmthOf } from "../src/aws/warm.ts";
import { isMoving, trafficPercent } from "../src/core/capacity/endpoint.ts";
import { drifted } from "../src/core/errors.ts";
import { Joined } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { endOfInPlace } from "../src/core/release/in-place.ts";
import type { JsonValue } from "../src/core/release/json-value.ts";
import { raiseId, raisesIn, unlocked, withRaiseFound } from "../src/core/release/made-raises.ts";
import { measuresOfShare } from "../src/core/release/measures.ts";
import { notToShift, sharedBefore, stableLowered, type Weights } from "../src/core/release/outside.ts";
import { trafficFrom } from "../src/core/release/own-load.ts";
import { polling } from "../src/core/release/polling.ts";
import {
  nextRaise,
  nextShift,
  type RaiseAction,
  type ShiftAction,
  type ShiftQuestion,
  waitingOn,
} from "../src/core/release/shift.ts";
import { entered, inForce, StageState, shiftId } from "../src/core/release/stage.ts";
import { turnOf } from "../src/core/release/turns.ts";
import type { Percent } from "../src/core/units.ts";

const Input = Joined.pick({
  schema: true,
  release: true,
  plan: true,
  planning: true,
  warmth: true,
  loadTest: true,
  capacity: true,
  stage: true,
  judgement: true,
  begunAt: true,
  queue: true,
});
type Input = z.infer<typeof Input>;

export const shiftTraffic: Step<Input, StageState> = async (doc, tools) => {
  const { plan } = doc;
  const { needs } = doc.planning;
  const endpoint = await servingPlatform(tools.aws).view(plan.endpoint.name, needs);
  const ledger = await Ledger.forward(tools.aws, doc.release);
  const before = withRaiseFound(entered(doc, tools.now()), ledger.changes, { endpoint, needs });
  const { warmInstances, seen } = await warmthOf(tools, {
    endpoint,
    ledger,
    loadSeconds: plan.warmth.loadSecondsP95,
    before: [doc.capacity, doc.stage, doc.judgement].map((section) => section?.seen),
  });
  const load = await shareOutlook(tools, plan, {
    endpoint: endpoint.name,
    variants: endpoint.variants.map((v) => v.name),
    nowMs: tools.now(),
    ...(plan.loadTest && { from: trafficFrom(ledger.changes, needs.candidate.variant, endpoint) }),
  });
  const stage = {
    ...(isMoving(endpoint) ? before : unlocked(before, doc.judgement, tools.now())),
    seen,
    loadRequestsPerSecond: load.now,
  };
  const question = { plan, needs, endpoint, warmInstances, load };
  const theirs =
    stableLowered(endpoint, needs.stable) ??
    sharedBefore(ledger.changes, endpoint, needs) ??
    endOfInPlace({ plan, needs, nowMs: tools.now(), load: load.now });
  const acting = { doc, needs, endpoint, warmInstances, stage, ledger, tools };
  const held = heldForRaise(doc);
  const next =
    held === undefined
      ? await goOn(question, theirs, acting)
      : await raiseHeld(question, { ...acting, ...held, theirs });
  const waits = ["waiting", "short", "held"].includes(next.status);
  const limit = tools.aws.environment.turnsPerExecution;
  return { ...next, ...turnOf(doc, { waits, nowMs: tools.now(), limit }) };
};

type Question = Omit<ShiftQuestion, "percent" | "lockedMinutes">;

/** Towards the stage's share; what somebody else did with the endpoint ends that. */
async function goOn(question: Question, theirs: string | undefined, acting: Shifting): Promise<StageState> {
  const { trafficPercent: percent, lockedMinutes } = acting.stage;
  const action: ShiftAction =
    theirs === undefined
      ? nextShift({ ...question, percent, lockedMinutes })
      : { do: "give-up", reason: theirs };
  const acted = await act(action, acting);
  const givenAt = acting.ledger.find(shiftId(acted))?.at;
  return waitingOn(acted, acting.doc.plan, { givenAt, nowMs: acting.tools.now() });
}

interface Raising {
  /** The share in force. */
  readonly percent: Percent;
  /** The share that needs a larger fleet, by the last look. */
  readonly raiseFor: Percent;
}

function heldForRaise({ stage, judgement }: Input): Raising | undefined {
  const share = inForce(stage);
  if (share === undefined || judgement?.decision !== "raise" || judgement.stage !== share.index)
    return undefined;
  const { trafficPercent: percent } = share;
  return { percent, raiseFor: judgement.raiseFor ?? percent };
}

/**
 * The stage stays what it is, be it in force or waiting beside the one that is, and is looked at again as soon as one that
 * is held: raised or not, and why.
 */
async function raiseHeld(
  question: Question,
  acting: Shifting & Raising & { readonly theirs: string | undefined },
): Promise<StageState> {
  const { doc, stage, percent, raiseFor } = acting;
  const { lockedMinutes, status } = stage;
  const ahead = async () => (await frozenAhead(acting)) ?? (await gatesAhead(acting));
  const reason = acting.theirs ?? (raiseFor > percent ? await ahead() : undefined);
  const action: ShiftAction =
    reason === undefined
      ? nextRaise({ ...question, percent, lockedMinutes }, raiseFor)
      : { do: "wait", reason };
  const acted = await act(action, { ...acting, raisesAhead: raiseFor > percent });
  return { ...acted, status, waitSeconds: doc.judgement?.waitSeconds ?? stage.waitSeconds };
}

async function act(action: ShiftAction, acting: Shifting): Promise<StageState> {
  const { stage, tools } = acting;
  const waiting: StageState = {
    ...stage,
    status: "waiting",
    reason: action.reason,
    waitSeconds: polling(stage, tools.now).waitSeconds(),
  };
  switch (action.do) {
    case "wait":
      return waiting;
    case "give-up":
      return { ...waiting, status: "blocked" };
    case "raise":
      return raise(action, acting, waiting);
    case "shift":
      return shift(action, acting, waiting);
    case "arrived": {
      const { before, ...arrived } = waiting;
      const { index, trafficPercent: percent } = stage;
      const { stages, intervalSeconds: waitSeconds } = acting.doc.plan.rollout;
      const id = shiftId(stage);
      // Whoever died before saying that the weights were set has set them all the same.
      if (acting.ledger.find(id)?.state === "intended") await acting.ledger.settle([id], "applied");
      for (const measure of measuresOfShare(acting.doc.release, percent)) tools.measure(measure);
      await publish(tools, acting.doc.release, { state: "shifted", stage: index, trafficPercent: percent });
      const status = index < stages.length ? "shifted" : "complete";
      const shiftedAt = new Date(tools.now()).toISOString();
      return { ...arrived, status, shiftedAt, waitSeconds };
    }
  }
}

async function raise(action: RaiseAction, acting: Shifting, waiting: StageState): Promise<StageState> {
  const { doc, needs, endpoint, ledger, tools } = acting;
  const barred =
    (await barForRaise(acting, action, waiting)) ??
    // What a share in force has outgrown is raised whatever a gate says: it serves who is served already.
    (isTowards(acting) ? await heldByGates(acting, waiting) : undefined);
  if (barred !== undefined) return action.otherwise === undefined ? barred : act(action.otherwise, acting);
  const { variant } = needs.candidate;
  const raised = servingPlatform(tools.aws).resize(doc.plan.endpoint.name, variant, action.instances);
  await make(tools, ledger, { id: raiseId(acting.stage, action.instances), ...raised });
  const locks = trafficPercent(endpoint, variant) > 0;
  const raisedAt = locks ? { raisedAt: new Date(tools.now()).toISOString() } : {};
  return { ...waiting, raises: raisesIn(ledger.changes), ...raisedAt };
}

async function shift(
  action: ShiftAction & { do: "shift" },
  acting: Shifting,
  waiting: StageState,
): Promise<StageState> {
  const { needs, endpoint, stage, ledger, tools } = acting;
  const id = shiftId(stage);
  if (ledger.find(id)?.state === "applied")
    return {
      ...waiting,
      status: "blocked",
      reason: "the weights are not those that were set; someone else changed them",
    };
  // Less of a share is given in a freeze, too, and costs nothing.
  const { held, past } = stage.easing === "eased" ? {} : await barFor(acting, waiting);
  const barred = held ?? (stage.easing === "eased" ? undefined : await heldByGates(acting, waiting));
  if (barred !== undefined) return barred;
  if (past !== undefined) await passFreeze(tools, ledger, past, acting.doc.release);
  const platform = servingPlatform(tools.aws);
  const adopting = platform.scaling.adopt({ needs, endpoint, changes: ledger.changes });
  for (const intent of adopting) await make(tools, ledger, intent);
  const { name } = endpoint;
  const shifted = platform.shift(name, action.weights);
  const to = (before: JsonValue) => {
    const theirs = notToShift(ledger.changes, { name, weights: before as Weights, needs });
    if (theirs !== undefined) throw drifted(theirs);
    return shifted.to;
  };
  await make(tools, ledger, { id, resource: shifted.resource, to, warm: acting.warmInstances });
  const { gatedSince: _, ...passed } = waiting;
  return passed;
}

/** Whether what is raised is for the stage's own share, which is not in force, and not less than the one that is. */
const isTowards = ({ stage, raisesAhead }: Shifting): boolean =>
  raisesAhead === undefined && stage.shiftedAt === undefined && stage.easing !== "eased";

export const contract = { input: Input, output: StageState, document: forward };
export const handler = lambda(shiftTraffic, contract);
