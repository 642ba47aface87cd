/** What keeps a share from being given now, or its capacity from being raised ahead. */
import { type FleetView, trafficPercent, type WarmInstances } from "../core/capacity/endpoint.ts";
import { raiseLeadSeconds } from "../core/capacity/locked-minutes.ts";
import type { Frozen } from "../core/plan/freeze.ts";
import type { Joined } from "../core/release/document/document.ts";
import { holdOf } from "../core/release/hold.ts";
import { raiseId, wasRaised } from "../core/release/made-raises.ts";
import type { Needs } from "../core/release/release.ts";
import type { RaiseAction } from "../core/release/shift.ts";
import type { StageState } from "../core/release/stage.ts";
import { lackForStage } from "./alongside.ts";
import { freezeOf, type PastFreeze } from "./break-glass.ts";
import { declaredFreezes } from "./freezes.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { billOf, lackForRaise, lackForShare } from "./stage-feasibility.ts";

type ShiftDocument = Pick<Joined, "release" | "plan" | "planning" | "warmth" | "stage" | "judgement">;

export interface Shifting {
  readonly doc: ShiftDocument;
  readonly needs: Needs;
  readonly endpoint: FleetView;
  readonly warmInstances: WarmInstances;
  readonly stage: StageState;
  readonly ledger: Ledger;
  readonly tools: Tools;
  /** Whether what is raised while a share is in force is for the next one; absent: a share that is not in force waits for it. */
  readonly raisesAhead?: boolean;
}

/**
 * What keeps the share from being given: a freeze for now, unless two people have let the release past it, a lack of means, or of
 * what it leans on beside the endpoint.
 */
export async function barFor(acting: Shifting, waiting: StageState): Promise<Barred> {
  const { doc, tools } = acting;
  const nowMs = tools.now();
  const declared = await declaredFreezes(tools.aws, doc.plan.endpoint.name);
  const { frozen, past } = await freezeOf(tools.aws, doc.release.id, [doc.plan.freezes, declared, nowMs]);
  if (frozen !== undefined) return { held: holdFor(acting, waiting, frozen) };
  const held = await lackFor(acting, waiting);
  return { ...(held && { held }), ...(past && { past }) };
}

/** What keeps the candidate from being raised so, be it for this share or the one after. */
export async function barForRaise(
  acting: Shifting,
  action: RaiseAction,
  waiting: StageState,
): Promise<StageState | undefined> {
  const { needs, stage, ledger } = acting;
  const isInSteps = needs.candidate.shares !== undefined;
  // Nobody waits for what is raised while a share is in force.
  const isWaitedFor = acting.raisesAhead === undefined;
  // For a load that grows and grows each share would wait again and again: what has joined whole is raised for all at once.
  if (isInSteps && isWaitedFor && action.otherwise !== undefined && wasRaised(ledger.changes, stage))
    return waiting;
  const fromStage = acting.raisesAhead === true ? stage.index + 1 : stage.index;
  const lack = await lackForRaise(acting, { instances: action.instances, fromStage });
  if (lack !== undefined) return { ...waiting, reason: `the candidate cannot be raised: ${lack}` };
  return ledger.find(raiseId(stage, action.instances))?.state === "applied"
    ? { ...waiting, status: "blocked", reason: `${action.reason}, and raising did not help` }
    : undefined;
}

export interface Barred {
  readonly held?: StageState;
  /** The freeze that it is let past. */
  readonly past?: PastFreeze;
}

async function lackFor(acting: Shifting, waiting: StageState): Promise<StageState | undefined> {
  const lack = await lackForShare(acting);
  if (lack !== undefined) return { ...waiting, status: "blocked", reason: lack };
  const beside = await lackForStage(acting);
  return beside && { ...waiting, ...beside, status: beside.status === "failed" ? "blocked" : "waiting" };
}

/** What the release does while a freeze keeps the share from being given. */
function holdFor(
  { doc, endpoint, needs, tools, ...acting }: Shifting,
  waiting: StageState,
  frozen: Frozen,
): StageState {
  const percent = trafficPercent(endpoint, needs.candidate.variant);
  const { halfWay } = doc.plan.freezes;
  const bill = billOf({ doc, endpoint, needs, tools, ...acting });
  return holdOf({ frozen, halfWay, percent, last: doc.stage, next: waiting, bill, nowMs: tools.now() });
}

/** Nothing is raised for a share that a freeze keeps from being given by the time that it could be. */
export async function frozenAhead({ doc: { plan, release }, tools }: Shifting): Promise<string | undefined> {
  const declared = await declaredFreezes(tools.aws, plan.endpoint.name);
  const nowMs = tools.now();
  const aheadMs = nowMs + raiseLeadSeconds(plan) * 1000;
  for (const atMs of [nowMs, aheadMs]) {
    // What two people have agreed on is over at its own end, and may be by then.
    const { frozen } = await freezeOf(tools.aws, release.id, [plan.freezes, declared, atMs]);
    if (frozen !== undefined) return frozen.reason;
  }
  return undefined;
}
