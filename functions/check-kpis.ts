/**
 * Judges the candidate against stable, once an interval while a stage bakes: reads what CloudWatch has published
 * since the shift, adds it to the evidence, and decides by the verdict and the plan's policies.
 */
import type { z } from "zod";
import { judge, remembered, startStage, startVerdict } from "#verdict";
import { saidOf } from "../src/aws/approvals.ts";
import { bakingOf } from "../src/aws/baking.ts";
import { publish } from "../src/aws/event-bridge.ts";
import { note } from "../src/aws/journal.ts";
import { noiseBefore } from "../src/aws/kpi-past.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { lateSeconds, newObservations } from "../src/aws/new-observations.ts";
import { viewAlarms } from "../src/aws/preflight.ts";
import { joinedUntil } from "../src/aws/stage-feasibility.ts";
import { warmthOf } from "../src/aws/warm.ts";
import { isMoving, variantOf, warmOf } from "../src/core/capacity/endpoint.ts";
import { flatLoad } from "../src/core/capacity/load-outlook.ts";
import { servedPerInstance } from "../src/core/capacity/sizing.ts";
import { billSoFar, lackForHold, lackForPromotion, spentUsd } from "../src/core/cost/bill.ts";
import { notCompared, unlikeAfter } from "../src/core/kpis/comparable.ts";
import { judgeable } from "../src/core/kpis/judgeable.ts";
import { verdictSettings } from "../src/core/kpis/metrics.ts";
import { fullerThanPlanned } from "../src/core/kpis/overload.ts";
import {
  endedBefore,
  loadSeen,
  publishedUntil,
  stageSeenAfter,
  unseenSeconds,
} from "../src/core/kpis/seen.ts";
import { billedLeases } from "../src/core/release/alongside.ts";
import { askedIn } from "../src/core/release/asking.ts";
import {
  bakeEndsAt,
  type Decided,
  decide,
  isBlind,
  unlessComparable,
  unlessSpent,
  wentOff,
} from "../src/core/release/bake.ts";
import { Staged } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { answerGiven, type Grounds } from "../src/core/release/grounds.ts";
import { heldAfter } from "../src/core/release/held-time.ts";
import { unlessOver } from "../src/core/release/in-place.ts";
import { evidenceSeen, fleetsSeen, intervalsSeen, kpisSeen } from "../src/core/release/journal.ts";
import { raisedUntil, sizesBefore } from "../src/core/release/made-raises.ts";
import { askedRaise, raisedMeanwhile } from "../src/core/release/raising.ts";
import { Judgement, type Needs } from "../src/core/release/release.ts";
import { inForce } from "../src/core/release/stage.ts";
import { turnOf } from "../src/core/release/turns.ts";
import { heldWaitSeconds, metricLagSeconds } from "../src/core/wait.ts";

const Input = Staged.pick({
  schema: true,
  release: true,
  plan: true,
  planning: true,
  warmth: true,
  loadTest: true,
  stage: true,
  judgement: true,
  begunAt: true,
  queue: true,
});

export const checkKpis: Step<z.infer<typeof Input>, Judgement> = async (doc, tools) => {
  const ledger = await Ledger.forward(tools.aws, doc.release);
  const baking = await bakingOf(doc, tools);
  const { plan, needs, endpoint, stage } = baking;
  const settings = verdictSettings(plan);
  const start =
    doc.judgement?.state ??
    startVerdict(settings, await noiseBefore(tools.aws, { ...baking, beforeSeconds: baking.mark.at }));
  const before = doc.judgement;
  const { warmInstances, seen: fleets } = await warmthOf(tools, {
    endpoint,
    ledger,
    loadSeconds: plan.warmth.loadSecondsP95,
    before: [doc.stage.seen, before?.seen],
    of: [needs.candidate.variant, needs.stable.variant],
  });
  const servedBy = (side: Needs["candidate" | "stable"]) => {
    const found = variantOf(endpoint, side.variant);
    return (found === undefined ? 0 : warmOf(warmInstances, found)) * servedPerInstance(plan, side);
  };
  const serves = { candidate: servedBy(needs.candidate), stable: servedBy(needs.stable) };
  const { nowSeconds, shiftedAtSeconds, mark } = baking;
  const ended = endedBefore(start, before, shiftedAtSeconds);
  const news = await newObservations(tools.aws, {
    ...baking,
    fromSeconds: ended?.fromSeconds ?? mark.at,
    lookedAt: before?.lookedAt,
  });
  const observed = news.filter(({ at }) => at >= mark.at);
  const { intervalSeconds } = plan.rollout;
  const stageSeen = stageSeenAfter(before?.stageSeen, { ...mark, intervalSeconds }, observed);
  const overloadedUntil = before?.overloadedUntil ?? 0;
  const tail = judgeable(
    plan,
    news.filter(({ at, seconds }) => at + seconds <= (ended?.untilSeconds ?? 0)),
    { serves: ended?.serves ?? serves, overloadedUntil },
  );
  const seen = judgeable(plan, observed, { serves, overloadedUntil: tail.overloadedUntil });
  const unlike = unlikeAfter(before?.unlike, stage, seen.unlike);
  const heldSoFar = heldAfter(before, { stage, shiftedAtSeconds, nowSeconds, isHeld: false });
  const look = { at: nowSeconds, stageEndsAt: bakeEndsAt({ ...baking, heldFor: heldSoFar }) };
  const judged = judge(startStage(start, settings, baking.mark), settings, {
    ...look,
    observations: [...tail.observations, ...seen.observations],
    notCompared: notCompared(plan, unlike, stageSeen.both.intervals),
  });
  const unseen = unseenSeconds(observed, {
    nowSeconds,
    sinceSeconds: Math.max(mark.at, nowSeconds - lateSeconds),
  });
  /** What was seen last holds nothing for long once nothing more is seen. */
  const isHeld = (judged.verdict.held || seen.overloaded) && !isBlind(unseen);
  const held = heldAfter(before, { stage, shiftedAtSeconds, nowSeconds, isHeld });
  const raising = before?.decision === "raise" ? ` (${doc.stage.reason})` : "";
  const fuller = isHeld && seen.overloaded ? `${fullerThanPlanned(plan)}${raising}; ` : "";
  const verdict = { ...judged.verdict, held: isHeld, sentence: `${fuller}${judged.verdict.sentence}` };
  const overMs = Math.max(0, nowSeconds - bakeEndsAt({ ...baking, heldFor: held })) * 1000;
  /** How long the stage has been kept from going on, be it by a freeze, a person or a ceiling. */
  const standingMs = Math.max(overMs, isHeld ? held.stageSeconds * 1000 : 0);
  const waitSeconds = heldWaitSeconds(standingMs, intervalSeconds);
  const bill = billSoFar(plan, {
    needs,
    endpoint,
    joinedAt: ledger.find("join")?.at,
    nowMs: tools.now(),
    joinedUntil: joinedUntil(doc),
    leases: billedLeases(plan, needs, ledger.changes),
    before: sizesBefore(ledger.changes),
  });
  const load = loadSeen(plan, observed, before?.loadRequestsPerSecond);
  const { loadRequestsPerSecond = 0 } = load;
  const asked = askedRaise({
    ...baking,
    load: flatLoad(loadRequestsPerSecond),
    stage: doc.stage,
    endsAtSeconds: bakeEndsAt({ ...baking, heldFor: held }),
    isHeld,
    isOverloaded: seen.overloaded,
    unseenSeconds: unseen,
    evidence: judged.verdict.evidence,
  });
  const bake = { ...baking, heldFor: held, verdict };
  const answered = await saidOf(tools.aws, doc.release.id, { ...bake, before });
  await ledger.restsOn(groundsIn(answered));
  const judgedOn = unlessSpent(
    decide({
      ...bake,
      unseenSeconds: unseen,
      publishedUntil: publishedUntil(observed, metricLagSeconds),
      seen: stageSeen,
      answered,
    }),
    {
      continue: standingMs > 0 ? lackForHold(bill, tools.now() + waitSeconds * 1000) : undefined,
      promote: lackForPromotion(bill, tools.now()),
    },
  );
  const decided =
    unlessComparable(endpoint, needs) ??
    wentOff(await viewAlarms(tools.aws, plan.alarms)) ??
    unlessOver(raisedMeanwhile(judgedOn, asked), {
      plan,
      needs,
      nowMs: tools.now(),
      load: load.loadRequestsPerSecond,
    });
  const asking = askedIn(bake, decided.decision, answered);
  await tell(tools, doc, { ...decided, ...asking.told, verdict: verdict.verdict });
  await note(tools, doc.release.id, {
    kind: "look",
    stage,
    trafficPercent: inForce(doc.stage).trafficPercent,
    verdict: verdict.verdict,
    decision: decided.decision,
    reason: decided.reason,
    ...evidenceSeen(verdict),
    kpis: kpisSeen(verdict),
    spentUsd: Math.round(spentUsd(bill, tools.now()) * 100) / 100,
    intervals: intervalsSeen(news, (before?.lookedAt ?? mark.at) - intervalSeconds - metricLagSeconds),
    fleets: fleetsSeen(endpoint, { needs, warmInstances }),
    ...asking.noted,
  });
  return {
    ...decided,
    verdict: verdict.verdict,
    culprits: [...verdict.kpis],
    waitSeconds,
    stage,
    overloadedUntil: seen.overloadedUntil,
    stageSeen,
    unlike,
    held,
    lookedAt: nowSeconds,
    serves,
    ...load,
    ...(doc.stage.raisedAt === undefined || isMoving(endpoint)
      ? {}
      : { raisedUntil: raisedUntil(doc.stage, doc.judgement, tools.now()) }),
    ...asking.asks,
    seen: fleets,
    state: remembered(judged.state),
    ...turnOf(doc, {
      waits: ["continue", "raise"].includes(decided.decision),
      nowMs: tools.now(),
      limit: tools.aws.environment.turnsPerExecution,
    }),
  };
};

/** Of what people have answered, that which what comes next rests on. */
const groundsIn = (said: Awaited<ReturnType<typeof saidOf>>): Grounds => ({
  answers: said?.counted.map(answerGiven),
});

/** Tells of decisions, and asks people once where the plan says so, and again once one side of several has answered. */
async function tell(
  tools: Tools,
  { release, plan, stage: entered, judgement }: z.infer<typeof Input>,
  {
    decision,
    reason,
    verdict,
    missing,
    isFewer,
  }: Decided & ReturnType<typeof askedIn>["told"] & { verdict: string },
): Promise<void> {
  const what = { stage: inForce(entered).index, decision, reason };
  const same = judgement?.stage === what.stage && judgement.decision === decision;
  if (same && (entered.status === "held" || entered.status === "short" || decision === "raise")) return;
  if (decision !== "continue") return publish(tools, release, { state: "judged", ...what });
  const asks = plan.rollout.onInconclusive.action === "ask" && verdict === "inconclusive";
  const asked = judgement?.stage === what.stage && judgement.verdict === "inconclusive";
  const sides = missing.map(({ side }) => side);
  if (asks && (!asked || isFewer))
    await publish(tools, release, { state: "asked", ...what, ...(sides.length > 0 && { sides }) });
}

export const contract = { input: Input, output: Judgement, document: forward };
export const handler = lambda(checkKpis, contract);
