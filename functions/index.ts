/**
 * The steps by the names of their Task states: the table of contents of this room, and how a rehearsal gets the
 * deployed handlers on a wire of its own.
 */
import { putInForce, see } from "../src/aws/applying.ts";
import { type Aws, connect, type Wire } from "../src/aws/clients.ts";
import { type LambdaHandler, lambda } from "../src/aws/lambda.ts";
import { readLock } from "../src/aws/lock-item.ts";
import { targetOf } from "../src/aws/milestones.ts";
import { OrderRefused } from "../src/aws/order-door.ts";
import { noteNothingBeyond } from "../src/aws/own-roles.ts";
import { applyPlan } from "../src/aws/plans.ts";
import { stepsTo } from "../src/core/calendar/application.ts";
import type { Deployment } from "../src/core/deployment.ts";
import { dueMs } from "../src/core/gates/own-roles.ts";
import { gatesOf } from "../src/core/gates/settings.ts";
import { releasedPlans } from "../src/core/plan/milestone-plan.ts";
import type { Plan } from "../src/core/plan/plan.ts";
import { type Approval, type ApprovalRule, ruleOf } from "../src/core/release/approving.ts";
import * as checkCapacity from "./check-capacity.ts";
import * as checkGates from "./check-gates.ts";
import * as checkKpis from "./check-kpis.ts";
import * as closeRelease from "./close-release.ts";
import * as fetchPrices from "./fetch-prices.ts";
import * as handOver from "./hand-over.ts";
import * as keepCapacity from "./keep-capacity.ts";
import * as openRelease from "./open-release.ts";
import * as planCapacity from "./plan-capacity.ts";
import * as prewarmInference from "./prewarm-inference.ts";
import * as prewarmTraining from "./prewarm-training.ts";
import * as promoteModel from "./promote-model.ts";
import * as proveCapacity from "./prove-capacity.ts";
import * as proveWarmth from "./prove-warmth.ts";
import * as reapLeases from "./reap-leases.ts";
import * as rehearseSpike from "./rehearse-spike.ts";
import * as rollBack from "./roll-back.ts";
import * as scaleDown from "./scale-down.ts";
import * as sendLoad from "./send-load.ts";
import * as shiftTraffic from "./shift-traffic.ts";
import * as takeOrder from "./take-order.ts";
import * as takeWebhook from "./take-webhook.ts";
import * as tellDigest from "./tell-digest.ts";
import * as tellPeople from "./tell-people.ts";
import * as watchLoad from "./watch-load.ts";
import * as watchQuality from "./watch-quality.ts";

/** Every step on a wire, of the rehearsed deployment or of another: the same chains and bare functions as deployed. */
export function stepsOn(wire: Wire, deployment?: Deployment): Record<string, LambdaHandler> {
  const aws = connect(wire, deployment);
  return {
    OpenRelease: lambda(openRelease.openRelease, openRelease.contract, aws),
    PlanCapacity: lambda(planCapacity.planCapacity, planCapacity.contract, aws),
    CheckGates: lambda(checkGates.checkGates, checkGates.contract, aws),
    PrewarmTraining: lambda(prewarmTraining.prewarmTraining, prewarmTraining.contract, aws),
    PrewarmInference: lambda(prewarmInference.prewarmInference, prewarmInference.contract, aws),
    CheckCapacity: lambda(checkCapacity.checkCapacity, checkCapacity.contract, aws),
    KeepCapacity: lambda(keepCapacity.keepCapacity, keepCapacity.contract, aws),
    ProveWarmth: lambda(proveWarmth.proveWarmth, proveWarmth.contract, aws),
    ProveCapacity: lambda(proveCapacity.proveCapacity, proveCapacity.contract, aws),
    SendLoad: lambda(sendLoad.sendLoad, sendLoad.contract, aws),
    ShiftTraffic: lambda(shiftTraffic.shiftTraffic, shiftTraffic.contract, aws),
    CheckKpis: lambda(checkKpis.checkKpis, checkKpis.contract, aws),
    HandOver: lambda(handOver.handOver, handOver.contract, aws),
    PromoteModel: lambda(promoteModel.promoteModel, promoteModel.contract, aws),
    RollBack: lambda(rollBack.rollBack, rollBack.contract, aws),
    ScaleDown: lambda(scaleDown.scaleDown, scaleDown.contract, aws),
    CloseRelease: lambda(closeRelease.closeRelease, closeRelease.contract, aws),
  };
}

/** The functions beside the flow, which rules, schedules and people invoke, on a wire. */
export function functionsOn(wire: Wire, deployment?: Deployment): Record<string, LambdaHandler> {
  const aws = connect(wire, deployment);
  return {
    ReapLeases: lambda(reapLeases.reapLeases, reapLeases.contract, aws),
    FetchPrices: lambda(fetchPrices.fetchPrices, fetchPrices.contract, aws),
    WatchLoad: lambda(watchLoad.watchLoad, watchLoad.contract, aws),
    WatchQuality: lambda(watchQuality.watchQuality, watchQuality.contract, aws),
    TakeOrder: lambda(takeOrder.takeOrder, takeOrder.contract, aws),
    TakeWebhook: lambda(takeWebhook.takeWebhook, takeWebhook.contract, aws),
    TellDigest: lambda(tellDigest.tellDigest, tellDigest.contract, aws),
    TellPeople: lambda(tellPeople.tellPeople, tellPeople.contract, aws),
    RehearseSpike: lambda(rehearseSpike.rehearseSpike, rehearseSpike.contract, aws),
  };
}

/** People who look by, as many as a plan asks, and answer what its release asks that holds its endpoint. */
export function personOn(wire: Wire, said: Approval["answer"], plan: Plan): () => Promise<void> {
  const aws = connect(wire);
  return async () => {
    for (const released of releasedPlans(plan)) {
      const { holder } = await readLock(aws, `endpoint/${released.endpoint.name}`);
      if (holder === undefined) continue;
      for (const name of namesFor(ruleOf(released))) await answerAs(name, holder.releaseId);
    }
  };
  async function answerAs(name: string, releaseId: string): Promise<void> {
    try {
      await doorOf(wire, name)?.({ order: "answer", releaseId, answer: said });
    } catch (error) {
      if (!(error instanceof OrderRefused) || error.name !== "NotFound") throw error;
    }
  }
}
/** Where orders go on a wire that are signed by the user of a name, or by the session of a role (`ROLE.SESSION`). */
export function doorOf(wire: Wire, name: string, deployment?: Deployment): Aws["door"] {
  const credentials = async () => ({ accessKeyId: `TWIN.${name}`, secretAccessKey: "twin" });
  return connect(wire, deployment, { credentials }).door;
}

const passersBy = ["ann", "bob", "cleo", "dan", "eve"];

/** As many as a plan asks; where it asks sides of its team, an owner of each before others, by sessions that AWS vouches for. */
function namesFor({ people = 1, sides = [] }: Partial<ApprovalRule> = {}): string[] {
  const first = sides.flatMap(({ owners }) => owners.slice(0, 1));
  const more = sides.flatMap(({ owners }) => owners.slice(1));
  const owners = [...first, ...more].map((name) => `AWSReservedSSO_Rehearsed_0.${name}`);
  return (sides.length > 0 ? owners : passersBy).slice(0, people);
}

/** Puts a plan in force on a wire, as `slipway plan apply` does in an account; its schedules where that is asked for. */
export async function applyPlanOn(
  wire: Wire,
  plan: Plan,
  { at, deployment, scheduled = false }: { at: string; deployment?: Deployment; scheduled?: boolean },
): Promise<void> {
  const aws = connect(wire, deployment);
  // Where a plan goes by it, the first sweep looks.
  await noteNothingBeyond(aws, Date.parse(at) - (gatesOf(plan).includes("least-privilege") ? dueMs : 0));
  if (!scheduled) return applyPlan(aws, plan, at);
  const nowMs = Date.parse(at);
  const there = await see(aws, plan.model, nowMs);
  const steps = stepsTo(plan, there, { target: targetOf(aws), nowMs });
  const taken = await putInForce(aws, plan, { steps, at, by: "somebody" });
  const failed = taken.flatMap(({ took }) => (took.how === "failed" ? took.why : []));
  if (failed.length > 0) throw new Error(`the plan could not be put in force: ${failed.join("; ")}`);
}
