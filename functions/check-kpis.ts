/**
 * Judges the candidate against stable, once an interval while a stage bakes: reads what CloudWatch has published
 * since the shift, adds it to the evidence, and decides by the verdict and the plan's policies.
 */
import { readSeries } from "../src/aws/cloudwatch.ts";
import { publish } from "../src/aws/event-bridge.ts";
import { noiseBefore } from "../src/aws/kpi-past.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { viewAlarms } from "../src/aws/preflight.ts";
import { viewEndpoint } from "../src/aws/sagemaker.ts";
import { bakeEndsAt, type Decided, decide } from "../src/core/bake.ts";
import { type EndpointView, isMoving, variantOf } from "../src/core/endpoint.ts";
import { badState } from "../src/core/errors.ts";
import { observationsFrom, seriesQueries, verdictSettings, withinCapacity } from "../src/core/kpi-metrics.ts";
import type { Plan } from "../src/core/plan.ts";
import type { AlarmView } from "../src/core/preflight.ts";
import { Document, Judgement, type Needs } from "../src/core/release.ts";
import { servedPerInstance } from "../src/core/sizing.ts";
import { judge, startStage, startVerdict, type VerdictState } from "../src/core/verdict/index.ts";
import { growingWaitSeconds } from "../src/core/wait.ts";

const Input = Document.pick({ release: true, plan: true, planning: true, stage: true, judgement: true });

/** Late minutes are taken into account this long after they ended, seconds. */
const lateSeconds = 900;

export const checkKpis: Step<(typeof Input)["_output"], Judgement> = async (doc, tools) => {
  const { plan, stage, release } = doc;
  const needs = doc.planning?.needs;
  if (needs === undefined || stage?.shiftedAt === undefined)
    throw badState("stage.shiftedAt: expected a stage that was shifted, found none");
  await Ledger.forward(tools.aws, release);
  const nowSeconds = tools.now() / 1000;
  const shiftedAtSeconds = Date.parse(stage.shiftedAt) / 1000;
  const endpoint = await viewEndpoint(tools.aws, plan.endpoint.name);
  const sides = { endpoint: endpoint.name, stable: needs.stable.variant, candidate: needs.candidate.variant };
  const { intervalSeconds } = plan.rollout;
  const firstWhole = Math.ceil(shiftedAtSeconds / intervalSeconds) * intervalSeconds;
  const fromSeconds = Math.max(
    firstWhole,
    Math.floor((nowSeconds - lateSeconds) / intervalSeconds) * intervalSeconds,
  );
  const toSeconds = Math.floor(nowSeconds / intervalSeconds) * intervalSeconds;
  const span = { fromSeconds, toSeconds, periodSeconds: intervalSeconds };
  const series =
    toSeconds > fromSeconds ? await readSeries(tools.aws, seriesQueries(plan, sides), span) : new Map();

  const settings = verdictSettings(plan);
  const known =
    (doc.judgement?.state as VerdictState | undefined) ??
    startVerdict(settings, await noiseBefore(tools.aws, { plan, sides, beforeSeconds: firstWhole }));
  const ready = variantOf(endpoint, sides.candidate)?.currentInstances ?? needs.candidate.instances;
  const served = {
    perSecond: ready * servedPerInstance(plan, needs.candidate),
    overloadedUntil: doc.judgement?.overloadedUntil ?? 0,
  };
  const seen = withinCapacity(observationsFrom(plan, series), guardrailsOf(plan), served);
  const mark = {
    stage: stage.index,
    at: firstWhole,
    trafficShare: stage.trafficPercent / 100,
    candidateInstances: ready,
  };
  const look = { at: nowSeconds, stageEndsAt: bakeEndsAt({ plan, stage: stage.index, shiftedAtSeconds }) };
  const { state, verdict } = judge(startStage(known, mark), settings, {
    ...look,
    observations: seen.observations,
  });
  const judged = { ...verdict, held: verdict.held || seen.overloaded };
  const decided =
    astray(endpoint, needs) ??
    wentOff(await viewAlarms(tools.aws, plan.alarms)) ??
    decide({ plan, stage: stage.index, shiftedAtSeconds, nowSeconds, verdict: judged });
  if (decided.decision !== "continue")
    await publish(tools, release, {
      state: "judged",
      stage: stage.index,
      decision: decided.decision,
      reason: decided.reason,
    });
  const over = Math.max(0, nowSeconds - look.stageEndsAt);
  return {
    ...decided,
    verdict: verdict.verdict,
    culprits: [...verdict.kpis],
    waitSeconds: over > 0 ? growingWaitSeconds(over * 1000, intervalSeconds) : intervalSeconds,
    stage: stage.index,
    overloadedUntil: seen.overloadedUntil,
    state,
  };
};

/** An alarm of the plan's that goes off while a stage bakes is a threshold, with no error guarantee. */
function wentOff(alarms: readonly AlarmView[]): Decided | undefined {
  const loud = alarms.filter(({ state }) => state === "ALARM").map(({ name }) => name);
  if (loud.length === 0) return undefined;
  return {
    decision: "roll-back",
    reason: `${loud.join(", ")} went off (an alarm's threshold, with no error guarantee)`,
  };
}

const guardrailsOf = (plan: Plan) =>
  new Set(plan.kpis.filter((kpi) => kpi.kind === "guardrail").map((kpi) => kpi.name));

/** An endpoint at rest that no longer has our configuration has left the release; nothing is judged on it. */
function astray(endpoint: EndpointView, needs: Needs): Decided | undefined {
  if (isMoving(endpoint) || endpoint.config === needs.joinConfig) return undefined;
  return { decision: "roll-back", reason: `the endpoint serves ${endpoint.config}, not ${needs.joinConfig}` };
}

export const contract = { input: Input, output: Judgement };
export const handler = lambda(checkKpis, contract);
