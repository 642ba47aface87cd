/**
 * Looks whether raised capacity is there. The outcome is verified, not the status: place, weights and counts must be
 * what was intended, since a platform may roll an update back by itself and report that it serves.
 */
import * as z from "zod";
import { lackAlongside } from "../src/aws/alongside.ts";
import { runningNodes, viewCluster } from "../src/aws/clusters.ts";
import { noteFleets } from "../src/aws/journal.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { viewPool } from "../src/aws/sagemaker-training.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { type FleetView, isMoving, isServing, variantOf } from "../src/core/capacity/endpoint.ts";
import { lookAtRaised } from "../src/core/capacity/instance-group.ts";
import { hasOthers } from "../src/core/capacity/sizing.ts";
import { type Moment, seenWith } from "../src/core/capacity/warm.ts";
import { badState } from "../src/core/errors.ts";
import { type Launch, lookedAt } from "../src/core/learning/launch.ts";
import { capacityOf, isCluster, type TrainingCluster } from "../src/core/plan/plan.ts";
import { saysNoInstances } from "../src/core/release/another-type.ts";
import { Planned, PlannedPool } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { raiseId } from "../src/core/release/keeping.ts";
import { polling } from "../src/core/release/polling.ts";
import { Capacity, type Needs } from "../src/core/release/release.ts";
import { raiseUnderWay } from "../src/core/release/tested-raise.ts";
import { secondsOf } from "../src/core/units.ts";

const Input = z.discriminatedUnion("route", [
  Planned.pick({
    schema: true,
    route: true,
    release: true,
    plan: true,
    planning: true,
    capacity: true,
    loadTest: true,
  }),
  PlannedPool.pick({ schema: true, route: true, release: true, plan: true, capacity: true }),
]);
type Input = z.infer<typeof Input>;
type Found = Pick<Capacity, "status" | "reason" | "seen" | "thereAt" | "keptUntil"> & {
  /** Whether the instances are, though something else may still be missing; and since when, where that is said. */
  readonly isThere?: boolean;
  readonly cameAt?: string | undefined;
};

export const checkCapacity: Step<Input, Capacity> = async (doc, tools) => {
  const ledger = await Ledger.forward(tools.aws, doc.release);
  // What was ready has been raised since.
  const poll = polling(doc.capacity?.status === "ready" ? undefined : doc.capacity, tools.now);
  const { capacityTimeoutMinutes: limitMinutes } = doc.plan.rollout;
  const { isThere, cameAt, ...found } =
    doc.route === "capacity"
      ? await trainingCapacity(doc, ledger, tools)
      : await withAlongside(tools, doc, {
          nowSeconds: secondsOf(tools.now()),
          loadSeconds: doc.plan.warmth.loadSecondsP95,
        });
  const isRaised = doc.route === "production" && raiseUnderWay(doc.loadTest) !== undefined;
  const late: typeof found = {
    status: "failed",
    reason: `not ready after ${limitMinutes} minutes: ${found.reason}`,
  };
  const isLate = found.status === "waiting" && poll.isOverdue(limitMinutes);
  const launch = doc.capacity?.launch ?? launchOf(doc, ledger);
  const isSeen = isThere ?? found.status === "ready";
  const answer = isLate ? late : found;
  const isShort = isLate ? !isSeen : found.status === "failed" && saysNoInstances(found.reason);
  return {
    ...answer,
    ...(isShort && doc.route === "production" && hasOthers(doc.plan, doc.release.releaseType) && { isShort }),
    waitSeconds: poll.waitSeconds(),
    since: poll.since,
    // Of instances that failed it is not known how long they would have taken.
    ...(launch !== undefined && {
      launch:
        found.status === "failed" || isRaised
          ? launch
          : lookedAt(launch, { isThere: isSeen, cameAt, nowMs: tools.now() }),
    }),
  };
};

/** What was asked for, and when; undefined where the ledger does not say. */
function launchOf(doc: Input, { changes }: Ledger): Launch | undefined {
  const isPool = doc.route === "capacity";
  const asked = changes.find(({ id }) => (isPool ? id === "primer" || id === raiseId : id === "join"));
  const fleets = isPool
    ? [capacityOf(doc.plan.milestones[doc.release.milestone])]
    : [doc.planning.needs.stable, doc.planning.needs.candidate];
  const instances: Record<string, number> = {};
  for (const { instanceType, instances: count } of fleets.filter((each) => each !== undefined))
    instances[instanceType] = (instances[instanceType] ?? 0) + count;
  return asked && { of: isPool ? "training" : "endpoint", instances, askedAt: asked.at };
}

/** What is leant on beside the endpoint is looked at once that has its instances. */
async function withAlongside(
  tools: Tools,
  { release, plan, planning: { needs }, loadTest }: Extract<Input, { route: "production" }>,
  moment: Moment,
): Promise<Found> {
  const { aws } = tools;
  const view = await servingPlatform(aws).view(plan.endpoint.name, needs);
  await noteFleets(tools, release, { endpoint: view, needs });
  const found = notRaised(view, { needs, loadTest }) ?? joined(view, needs, moment);
  if (found.status !== "ready") return found;
  const lack = await lackAlongside(aws, needs, 0);
  return { ...(lack ?? found), isThere: true, cameAt: view.changedAt };
}

/** A raise for which there are no instances is taken back by the platform, which says why. */
function notRaised(
  view: FleetView,
  { needs, loadTest }: { readonly needs: Needs; readonly loadTest: Planned["loadTest"] },
): Found | undefined {
  const { variant, instances } = needs.candidate;
  const { desiredInstances = instances } = variantOf(view, variant) ?? {};
  if (raiseUnderWay(loadTest) === undefined || isMoving(view) || desiredInstances >= instances)
    return undefined;
  const why = view.failureReason ?? "no reason given";
  return {
    status: "failed",
    reason: `${variant} was not raised from ${desiredInstances} to ${instances} instances: ${why}`,
  };
}

function joined(endpoint: FleetView, needs: Needs, moment: Moment): Found {
  if (isMoving(endpoint))
    return { status: "waiting", reason: `endpoint ${endpoint.name} is ${endpoint.status}` };
  if (!isServing(endpoint))
    return { status: "failed", reason: `endpoint ${endpoint.name} is ${endpoint.status}` };
  if (endpoint.at.place !== "joined") {
    const why = endpoint.failureReason ?? "no reason given";
    return { status: "failed", reason: `the endpoint went back to ${endpoint.at.called}: ${why}` };
  }
  const candidate = variantOf(endpoint, needs.candidate.variant);
  const stable = variantOf(endpoint, needs.stable.variant);
  if (candidate === undefined || stable === undefined)
    return { status: "failed", reason: "a variant is missing from the endpoint" };
  if (candidate.currentWeight !== 0)
    return { status: "failed", reason: `the candidate has weight ${candidate.currentWeight}, not 0` };
  const ready = `${candidate.currentInstances} of ${needs.candidate.instances} candidate instances are in service`;
  if (candidate.currentInstances < needs.candidate.instances) return { status: "waiting", reason: ready };
  if (stable.currentInstances < needs.stable.instances)
    return {
      status: "failed",
      reason: `stable shrank from ${needs.stable.instances} to ${stable.currentInstances} instances`,
    };
  return { status: "ready", reason: ready, seen: seenWith({}, endpoint, moment) };
}

function trainingCapacity(
  { plan, release }: Extract<Input, { route: "capacity" }>,
  ledger: Ledger,
  tools: Tools,
): Promise<Found> {
  const capacity = capacityOf(plan.milestones[release.milestone]);
  return capacity !== undefined && isCluster(capacity) ? nodes(ledger, tools, capacity) : pool(ledger, tools);
}

async function nodes(ledger: Ledger, { aws }: Tools, wanted: TrainingCluster): Promise<Found> {
  const after = ledger.find(raiseId)?.after as { readonly instances: number } | null | undefined;
  if (after === undefined || after === null)
    throw badState(`changes.${raiseId}: expected the nodes that were asked for, found nothing`);
  const { name, instanceGroup } = wanted;
  const cluster = await viewCluster(aws, name);
  const running = cluster === undefined ? 0 : await runningNodes(aws, name, instanceGroup);
  return lookAtRaised({ cluster, group: instanceGroup, instances: after.instances, running });
}

async function pool(ledger: Ledger, { aws }: Tools): Promise<Found> {
  const primer = ledger.find("primer");
  if (primer === undefined)
    throw badState("changes.primer: expected the job that was started, found nothing");
  const view = await viewPool(aws, primer.resource.name);
  const { status, reason, startedAt: cameAt, endedAt, keptUntil } = view;
  const seen = { reason, isThere: cameAt !== undefined, cameAt };
  if (status === "priming") return { status: "waiting", ...seen };
  if (status !== "available" && status !== "used") return { status: "failed", ...seen };
  return {
    status: "ready",
    ...seen,
    ...(endedAt !== undefined && { thereAt: endedAt }),
    ...(keptUntil !== undefined && { keptUntil }),
  };
}

export const contract = { input: Input, output: Capacity, document: forward };
export const handler = lambda(checkCapacity, contract);
