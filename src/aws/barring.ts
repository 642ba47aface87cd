/** What keeps a share from being given now, or its capacity from being raised ahead. */
import { type FleetView, trafficPercent, type WarmInstances } from "../core/capacity/endpoint.ts";
import { raiseLeadSeconds } from "../core/capacity/locked-minutes.ts";
import { frozenBy } from "../core/plan/freeze.ts";
import type { Joined } from "../core/release/document/document.ts";
import { holdOf } from "../core/release/hold.ts";
import type { Needs } from "../core/release/release.ts";
import type { StageState } from "../core/release/stage.ts";
import { lackForStage } from "./alongside.ts";
import { declaredFreezes } from "./freezes.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { billOf, lackForShare } from "./stage-feasibility.ts";

type ShiftDocument = Pick<Joined, "release" | "plan" | "planning" | "warmth" | "stage" | "judgement">;

export interface Shifting {
  readonly doc: ShiftDocument;
  readonly needs: Needs;
  readonly endpoint: FleetView;
  readonly warmInstances: WarmInstances;
  readonly stage: StageState;
  readonly ledger: Ledger;
  readonly tools: Tools;
  /** Whether what is raised is for the next share, not for the one that the stage is about. */
  readonly raisesAhead?: boolean;
}

/** What keeps the share from being given: a freeze for now, a lack of means, or of what it leans on beside the endpoint. */
export async function barFor(acting: Shifting, waiting: StageState): Promise<StageState | undefined> {
  const held = await holdFor(acting, waiting);
  if (held !== undefined) return held;
  const lack = await lackForShare(acting);
  if (lack !== undefined) return { ...waiting, status: "blocked", reason: lack };
  const beside = await lackForStage(acting);
  return beside && { ...waiting, ...beside, status: beside.status === "failed" ? "blocked" : "waiting" };
}

/** Whether a freeze keeps the share from being given now, and what the release does meanwhile. */
async function holdFor(acting: Shifting, waiting: StageState): Promise<StageState | undefined> {
  const { doc, endpoint, needs, tools } = acting;
  const nowMs = tools.now();
  const declared = await declaredFreezes(tools.aws, doc.plan.endpoint.name);
  const frozen = frozenBy(doc.plan.freezes, declared, nowMs);
  if (frozen === undefined) return undefined;
  const percent = trafficPercent(endpoint, needs.candidate.variant);
  const { halfWay } = doc.plan.freezes;
  return holdOf({ frozen, halfWay, percent, last: doc.stage, next: waiting, bill: billOf(acting), nowMs });
}

/** Nothing is raised for a share that a freeze keeps from being given by the time that it could be. */
export async function frozenAhead({ doc: { plan }, tools }: Shifting): Promise<string | undefined> {
  const declared = await declaredFreezes(tools.aws, plan.endpoint.name);
  const aheadMs = tools.now() + raiseLeadSeconds(plan) * 1000;
  const frozen = frozenBy(plan.freezes, declared, tools.now()) ?? frozenBy(plan.freezes, declared, aheadMs);
  return frozen?.reason;
}
