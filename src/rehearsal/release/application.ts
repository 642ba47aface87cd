/** Slipway as an application that can be rehearsed: the deployments of a request, with their machine, steps, rules and roles. */

import type { Application, Rate, Stack } from "#twin/engine";
import { type Deployment, rehearsedDeployment } from "../../core/deployment.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { asksFor } from "../../core/release/watched.ts";
import { accountOf } from "../account-of-plan.ts";
import { rolesInIam } from "../permissions/deployed-roles.ts";
import { endOf } from "./end.ts";
import { handsOn } from "./hand-calls.ts";
import { releasedBeside, releasedFirst } from "./released.ts";
import type { Neighbour, RehearsalParts, RehearsalRequest } from "./request.ts";
import { stageOf } from "./stage-facts.ts";

const personLooksSeconds = 60;
/** People who answer, where some are asked: invoked by the clock, and with no role that could forbid it. */
const person = { function: "Person", everySeconds: personLooksSeconds, event: {} };

export function applicationOf(request: RehearsalRequest, parts: RehearsalParts): Application {
  const { plan, event, beside = [], turnsPerExecution } = request;
  const first = releasedFirst(request);
  const plans = [plan, ...beside.map((one) => one.plan)];
  const { definition, functionTimeoutSeconds, rules, rates = [], observe = [], gate } = parts;
  const own = turnsPerExecution === undefined ? undefined : { ...rehearsedDeployment, turnsPerExecution };
  const hasPerson = request.answer !== undefined && parts.person !== undefined;
  return {
    ...placeOf(rehearsedDeployment),
    definition,
    functionTimeoutSeconds,
    account: accountOf(first, event, accountsBeside(request)),
    stepsOn: (wire) => (own === undefined ? parts.stepsOn(wire) : parts.stepsOn(wire, own)),
    functionsOn: functionsOf(request, parts),
    rules,
    rates: [...ratesFor(plans, rates), ...(hasPerson ? [person] : [])],
    prepare: async (wire, at) => {
      const { scheduled = false } = request;
      for (const each of plans) await parts.prepare?.(wire, each, { at, scheduled });
    },
    gate: gate && ((world) => gate(request, world)),
    ...(request.neighbours && {
      neighbours: request.neighbours.map((neighbour) => neighbourOf(neighbour, request, parts)),
    }),
    stageOf,
    isByRule: isFromRegistry,
    endOf,
    hands: (world) => handsOn(world, first.endpoint.name),
    observe: observe.map((each) => (scene) => each({ ...scene, request })),
  };
}

/** Where no plan asks for a look between releases, it finds nothing to do: one query, time and again, that is left out. */
export function ratesFor(plans: readonly Plan[], rates: readonly Rate[]): readonly Rate[] {
  const idle = new Set([
    ...(plans.some((plan) => asksFor(plan, plan.endpoint.name)) ? [] : ["WatchLoad"]),
    ...(plans.some(({ quality }) => quality !== undefined) ? [] : ["WatchQuality"]),
    ...(plans.some(({ loadTest }) => loadTest?.spike?.afterPromotion !== undefined) ? [] : ["RehearseSpike"]),
  ]);
  return rates.filter((rate) => !idle.has(rate.function));
}

/** What else is released in the account, with what starts a release of each that is begun by itself. */
function accountsBeside(request: RehearsalRequest): { plan: Plan; event?: unknown }[] {
  const begun = request.beside ?? [];
  return releasedBeside(request).map((plan) => ({
    plan,
    event: begun.find((one) => one.plan.endpoint.name === plan.endpoint.name)?.event,
  }));
}

function neighbourOf(
  { deployment, plan, roles }: Neighbour,
  request: RehearsalRequest,
  parts: RehearsalParts,
): Stack {
  const { gate } = parts;
  return {
    ...placeOf(deployment),
    stepsOn: (wire) => parts.stepsOn(wire, deployment),
    functionsOn: functionsOf(request, parts, deployment),
    rules: parts.rulesOf?.(deployment),
    prepare: (wire, at) => parts.prepare?.(wire, plan, { at, deployment }) ?? Promise.resolve(),
    gate: gate && ((world) => gate({ ...request, plan, roles, beside: [] }, world, deployment)),
  };
}

function functionsOf(
  { answer, plan }: RehearsalRequest,
  { functionsOn, person: personOn }: RehearsalParts,
  deployment?: Deployment,
): NonNullable<Stack["functionsOn"]> {
  return (wire) => {
    const functions = functionsOn?.(wire, deployment) ?? {};
    if (answer === undefined || personOn === undefined) return functions;
    return { ...functions, Person: () => personOn(wire, answer, plan)() };
  };
}

/** Where the things of a deployment are; its outputs are those of serverless.yml. */
export function placeOf(deployment: Deployment) {
  const { stack, account, region, table, stateMachineArn, scheduleGroup } = deployment;
  return {
    name: stack,
    machineName: stateMachineArn.split(":").at(-1) ?? "",
    tables: [{ name: table, partitionKey: "pk", sortKey: "sk" }],
    ...keptBy(deployment),
    scheduleGroup,
    functionUrls:
      deployment.ordersUrl === undefined ? {} : { [new URL(deployment.ordersUrl).host]: "TakeOrder" },
    openUrls:
      deployment.webhookUrl === undefined ? {} : { [new URL(deployment.webhookUrl).host]: "TakeWebhook" },
    ...(deployment.webhookSecret !== undefined && {
      secrets: { [deployment.webhookSecret]: rehearsedSecret },
    }),
    roles: rolesInIam(deployment),
    description: "Slipway, releases of machine-learning models with the scaling they need.",
    outputs: {
      StateMachineArn: stateMachineArn,
      TableName: table,
      AlarmsTopicArn: `arn:aws:sns:${region}:${account}:${stack}-Alarms-REHEARSED`,
      ...(deployment.noticesTopic !== undefined && { NoticesTopicArn: deployment.noticesTopic }),
      SchedulerRoleArn: deployment.schedulerRoleArn,
      ScheduleGroup: scheduleGroup,
      EventBus: deployment.eventBus,
      ...(deployment.ordersUrl !== undefined && { OrdersUrl: deployment.ordersUrl }),
      ...(deployment.evidence !== undefined && {
        EvidenceBucket: deployment.evidence.bucket,
        EvidenceKeyArn: deployment.evidence.keyId,
        EvidenceMode: deployment.evidence.mode,
      }),
    },
  };
}

/** What MLflow's webhooks are signed with in a rehearsal. */
export const rehearsedSecret = "of a rehearsal";

/** What shows each change, where it is kept. */
function keptBy({ evidence }: Deployment): Pick<Stack, "buckets" | "keys"> {
  if (evidence === undefined) return {};
  const idOf = (arn: string) => arn.split("/").at(-1) ?? "";
  return {
    buckets: [{ name: evidence.bucket, objectLock: true }],
    keys: [{ id: idOf(evidence.keyId), spec: "ECC_NIST_EDWARDS25519" }],
  };
}

/** Such an event comes by a rule; any other is brought by somebody. */
const isFromRegistry = (event: unknown): boolean =>
  ["aws.sagemaker", "aws.ecr"].some((source) => (event as { source?: unknown } | null)?.source === source);
