/**
 * Rehearsals that together walk every edge of the state machine. Each leaves nothing behind and breaks no promise,
 * however badly things go in it: whoever takes an edge away, or leads it elsewhere, sees one of them end otherwise.
 */
import { readFileSync } from "node:fs";
import { UpdateClusterCommand, UpdateEndpointWeightsAndCapacitiesCommand } from "@aws-sdk/client-sagemaker";
import { runOutsideFrames, type WireHandler } from "#twin/engine";
import { WorldSpec } from "#twin/world";
import { connect } from "../../../src/aws/clients.ts";
import { readLock, writeLock } from "../../../src/aws/lock-item.ts";
import { giveOrder } from "../../../src/aws/locks.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { RehearsalParts } from "../../../src/rehearsal/release/request.ts";
import { releaseParts } from "../../../src/rehearsal/release-parts.ts";
import {
  brieflyTested as brief,
  crowded,
  onCluster,
  shortAndWhole,
  withFallback,
} from "../../core/example.ts";
import { type Tampering, tampered } from "../invariants/tampering.ts";
import { versionEight } from "./hands.ts";
import { plan, type Rehearsing } from "./rehearsing.ts";

export interface Scene extends Rehearsing {
  /** How its executions end, in the order in which they started; of several in a row that end alike, one. */
  readonly ends: readonly string[];
}

const eventOf = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../events/${name}.json`, import.meta.url), "utf8"));
const training = { model: "chat-assistant", milestone: "training" };

/** The sample plan in two stages: what the edges are about does not hang on how many there are. */
const quick: Plan = {
  ...plan,
  rollout: {
    ...plan.rollout,
    stages: [
      { trafficPercent: 50, bakeMinutes: 3 },
      { trafficPercent: 100, bakeMinutes: 3 },
    ],
  },
};
/** The same, tested under load. */
const tested: Plan = { ...quick, loadTest: brief };
/** The same, with security and compliance gates. */
const gated: Plan = { ...quick, gates: { profile: "soc2", deadlineMinutes: 10 } };
const frozen = (from: string, to: string, halfWay: Plan["freezes"]["halfWay"] = "roll-back"): Plan => ({
  ...quick,
  freezes: {
    windows: [{ from: `2026-01-05T${from}Z`, to: `2026-01-05T${to}Z`, reason: "sale" }],
    halfWay,
  },
});

const subject = `endpoint/${plan.endpoint.name}`;
const pool = `pool/${plan.model}/training`;

/** Something happens at once before a step is invoked for the first time, and is nobody's doing of ours. */
function before(state: string, act: (wire: WireHandler) => Promise<unknown>): Partial<RehearsalParts> {
  return {
    stepsOn: (wire, ...rest) => {
      const steps = releaseParts.stepsOn(wire, ...rest);
      const step = steps[state];
      if (step === undefined) throw new Error(`there is no step ${state}`);
      let acted = false;
      return {
        ...steps,
        [state]: async (event, context) => {
          if (!acted) {
            acted = true;
            await runOutsideFrames(() => act(wire));
          }
          return step(event, context);
        },
      };
    },
  };
}

/** The lock goes to another execution of the release, of which nobody has ever heard. */
const losing = (of: string) => async (wire: WireHandler) => {
  const aws = connect(wire);
  const { holder } = await readLock(aws, of);
  const other = { ...holder, execution: `${holder?.execution}-other`, since: new Date().toISOString() };
  await writeLock(aws, of, {
    UpdateExpression: "SET holder = :other, fence = fence + :one",
    ConditionExpression: "attribute_exists(holder)",
    ExpressionAttributeValues: { ":other": other, ":one": 1 },
  });
};

async function orderToStop(wire: WireHandler): Promise<void> {
  const aws = connect(wire);
  const { holder } = await readLock(aws, subject);
  if (holder === undefined) throw new Error("nobody holds the lock");
  const order = { kind: "stop", by: "ada", at: new Date().toISOString() } as const;
  await giveOrder(aws, subject, { to: holder, order });
}

/** The queue changes between the look of CloseRelease at it and its first write to it. */
function contendedQueue(): Partial<RehearsalParts> {
  let times = 0;
  const elsewhere: Tampering = {
    operation: "UpdateItem",
    state: "CloseRelease",
    when: ({ UpdateExpression }) => String(UpdateExpression).startsWith("REMOVE queue[") && times++ === 0,
    request: (input) => ({ ...input, ExpressionAttributeValues: { ":them": { S: "another" } } }),
  };
  return { stepsOn: (wire, ...rest) => releaseParts.stepsOn(tampered(wire, [elsewhere]) as never, ...rest) };
}

/** A step answers day after day that it is not yet time, and never that it is time to go on in another execution. */
const waitingDays = (state: string): Partial<RehearsalParts> => ({
  stepsOn: (wire, ...rest) => ({
    ...releaseParts.stepsOn(wire, ...rest),
    [state]: async () => ({ status: "waiting", waitSeconds: 86_400, turns: 1, goesOn: "here" }),
  }),
  rates: [],
});

/** Auto scaling, or somebody, has just given stable an instance more: the endpoint is busy. */
const scalingOut = (wire: WireHandler) =>
  connect(wire).sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: plan.endpoint.name,
      DesiredWeightsAndCapacities: [{ VariantName: "v6", DesiredInstanceCount: plan.endpoint.instances + 1 }],
    }),
  );

/** Somebody else's endpoint grows, and takes what was left of the quota. */
const neighbourGrows = (wire: WireHandler) =>
  connect(wire).sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: "neighbour",
      DesiredWeightsAndCapacities: [{ VariantName: "v6", DesiredInstanceCount: 12 }],
    }),
  );

/** Somebody has the group of the cluster be one node more: it is at that for minutes. */
const groupGrows = (wire: WireHandler) =>
  connect(wire).sagemaker.send(
    new UpdateClusterCommand({
      ClusterName: "research",
      InstanceGroups: [
        {
          InstanceGroupName: "gpu-workers",
          InstanceType: "ml.g5.12xlarge",
          InstanceCount: 3,
          ExecutionRole: "arn:aws:iam::123456789012:role/research-training-nodes",
        },
      ],
    }),
  );

/** The Lambda of a step dies again and again, as often as it may without the step being given up. */
const diesSixTimes = (place: string) =>
  [1, 2, 3, 4, 5, 6].map((nth) => `crash-before=invocation:${place}@${nth}`);
/** What the role of a step lacks for some hours. */
const denied = (call: string) => [`denied-to-it=call:${call}@1`];
const table = "dynamodb.GetItem#1";
const again = { model: plan.model, version: 8 };
const quickly = { plan: quick };

export const scenes: Readonly<Record<string, Scene>> = {
  "a good candidate after a freeze, on a busy endpoint; each Lambda dies six times": {
    plan: frozen("08:00:00", "08:10:00"),
    parts: before("PrewarmInference", scalingOut),
    faults: [
      ...["OpenRelease", "PlanCapacity", "PrewarmInference", "CheckCapacity", "ProveWarmth", "ShiftTraffic"],
      ...["CheckKpis[0]", "PromoteModel[1]", "ScaleDown[1]", "CloseRelease[1]"],
    ].flatMap(diesSixTimes),
    ends: ["promoted"],
  },
  "a good candidate that leaves a part to stable until its promotion; its last shift dies six times": {
    plan: {
      ...quick,
      rollout: { ...quick.rollout, stages: [{ trafficPercent: 95, bakeMinutes: 3 }] },
    },
    faults: diesSixTimes("ShiftTraffic[1]"),
    ends: ["promoted"],
  },
  "a bad candidate, and a way back that dies six times": {
    plan: quick,
    world: "bad-errors",
    faults: diesSixTimes("RollBack[0]"),
    ends: ["rolled-back"],
  },
  "training on a cluster that somebody updates just then": {
    plan: onCluster,
    event: training,
    parts: before("PrewarmTraining", groupGrows),
    ends: ["done"],
  },
  "training, and its lease's end": {
    event: training,
    faults: diesSixTimes("PrewarmTraining"),
    ends: ["done"],
  },
  "a pool that is kept, by a Lambda that dies six times": {
    event: training,
    faults: diesSixTimes("KeepCapacity"),
    ends: ["done"],
  },
  "no right of KeepCapacity": { event: training, faults: denied(`KeepCapacity/${table}`), ends: ["done"] },
  "an approval that was not": { event: eventOf("registry-pending"), ends: ["ignored"] },
  "a typo": { event: { modle: plan.model }, ends: ["bad-input"] },
  "a newer release, before which the older one walks back": {
    plan: { ...quick, whenBusy: "supersede" },
    world: "no-capacity",
    observers: [versionEight],
    also: [{ afterSeconds: 60, event: again, name: "newer" }],
    ends: ["superseded", "rolled-back"],
  },
  "a second release of a plan that lets nobody wait": {
    plan: { ...quick, whenBusy: "refuse" },
    world: "no-capacity",
    observers: [versionEight],
    also: [{ afterSeconds: 60, event: again, name: "second" }],
    ends: ["rolled-back", "refused"],
  },
  "no quota": { world: "no-quota", ends: ["refused"] },
  "a freeze half-way": { plan: frozen("08:19:00", "12:00:00"), ends: ["rolled-back"] },
  "a freeze that is held through half-way": {
    plan: frozen("08:19:00", "08:40:00", "hold"),
    ends: ["promoted"],
  },
  "one instance that fails alone": { world: "lone-host", ends: ["rolled-back"] },
  "no capacity": { plan: quick, world: "no-capacity", ends: ["rolled-back"] },
  "no instances of the first type": { plan: withFallback, world: "short-pool", ends: ["promoted"] },
  "a quota that others take before the candidate joins": {
    plan: withFallback,
    world: WorldSpec.parse({
      description: "a neighbour grows",
      quotaInstances: 30,
      others: [{ name: "neighbour", instances: 1 }],
    }),
    parts: before("PrewarmInference", neighbourGrows),
    ends: ["promoted"],
  },
  "a load that outgrows the share in force": {
    plan: shortAndWhole,
    event: { model: shortAndWhole.model, version: 7 },
    world: "growing-fleet",
    seed: 11,
    ends: ["promoted"],
  },
  "a load that has outgrown the next share": { plan: quick, world: "growing-fleet", ends: ["promoted"] },
  "a candidate that never answers as fast as it must": {
    plan: {
      ...quick,
      requirements: { ...quick.requirements, latencyMsP99: 300 },
      rollout: { ...quick.rollout, capacityTimeoutMinutes: 20 },
    },
    world: WorldSpec.parse({ description: "slower than required", service: { latencyMs: 450 } }),
    ends: ["rolled-back"],
  },
  "a release that fails while it waits, in a queue that changes": {
    plan: quick,
    world: "no-capacity",
    observers: [versionEight],
    parts: contendedQueue(),
    also: [{ afterSeconds: 60, event: again, name: "second" }],
    faults: [`denied-to-it=call:OpenRelease/${table}@3`],
    ends: ["rolled-back", "refused"],
  },
  "a step that has others wait for weeks": {
    plan: quick,
    parts: waitingDays("PlanCapacity"),
    ends: ["timed-out", "refused"],
  },
  "a release that goes on in new executions, out of a freeze and half-way; handing over dies six times": {
    plan: frozen("08:00:00", "09:30:00"),
    turnsPerExecution: 4,
    faults: diesSixTimes("HandOver"),
    ends: ["handed-over", "promoted"],
  },
  "a release that waits for another in new executions": {
    plan: quick,
    turnsPerExecution: 10,
    observers: [versionEight],
    also: [{ afterSeconds: 60, event: again, name: "second" }],
    ends: ["handed-over", "promoted", "handed-over", "promoted"],
  },
  "no right of HandOver": {
    ...quickly,
    turnsPerExecution: 4,
    faults: denied(`HandOver[0]/${table}`),
    ends: ["rolled-back"],
  },
  "a lock that is lost before HandOver": {
    plan: quick,
    turnsPerExecution: 4,
    parts: before("HandOver", losing(subject)),
    ends: ["failed", "rolled-back"],
  },
  "an order to stop": { plan: quick, parts: before("CheckCapacity", orderToStop), ends: ["stopped"] },
  "a stop": { plan: quick, stopAfterSeconds: [900], ends: ["aborted", "rolled-back"] },
  "no right of OpenRelease": { ...quickly, faults: denied(`OpenRelease/${table}`), ends: ["refused"] },
  "no right of PlanCapacity": { ...quickly, faults: denied(`PlanCapacity/${table}`), ends: ["refused"] },
  "gates that let it on": { plan: gated, ends: ["promoted"] },
  "gates whose function dies once": {
    plan: gated,
    faults: ["crash-before=invocation:CheckGates@1"],
    ends: ["promoted"],
  },
  "a gate that does not": {
    plan: gated,
    world: WorldSpec.parse({ description: "nobody has scanned it", security: { scan: "none" } }),
    ends: ["refused"],
  },
  "no right of CheckGates": { plan: gated, faults: denied(`CheckGates/${table}`), ends: ["refused"] },
  "no right of PrewarmTraining": {
    event: training,
    faults: denied(`PrewarmTraining/${table}`),
    ends: ["refused"],
  },
  "no right of PrewarmInference": {
    ...quickly,
    faults: denied(`PrewarmInference/${table}`),
    ends: ["refused"],
  },
  "no right of ProveWarmth": { ...quickly, faults: denied(`ProveWarmth/${table}`), ends: ["rolled-back"] },
  "a fleet that is tested under load, by a Lambda that dies six times": {
    plan: tested,
    faults: diesSixTimes("ProveCapacity"),
    ends: ["promoted"],
  },
  "a fleet that is enough under load": {
    plan: {
      ...quick,
      requirements: { ...quick.requirements, peakRequestsPerSecond: 12 },
      loadTest: { ...brief, maxRequests: 20_000 },
    },
    world: WorldSpec.parse({ description: "answers soon", service: { latencyPercent: 10 } }),
    ends: ["promoted"],
  },
  "a fleet that serves less than the plan says": {
    plan: { ...quick, loadTest: { ...brief, maxRequests: 6_000 } },
    world: "undersized",
    ends: ["rolled-back"],
  },
  "a fleet that serves less than the plan says, and is raised": {
    plan: { ...quick, loadTest: { ...brief, onNotEnough: "raise", maxRequests: 6_000 } },
    world: "undersized",
    ends: ["promoted"],
  },
  "a load that two are to send at once, one of which dies, and neither of which may": {
    plan: crowded({ ...tested, loadTest: { ...brief, maxRequests: 100_000 } }, 32),
    faults: ["crash-before=invocation:SendLoad@1", ...denied(`SendLoad/${table}`)],
    ends: ["promoted"],
  },
  "no right of ProveCapacity": {
    plan: tested,
    faults: denied(`ProveCapacity/${table}`),
    ends: ["rolled-back"],
  },
  "no right of ShiftTraffic": {
    ...quickly,
    faults: denied("ShiftTraffic/sagemaker.DescribeEndpoint#1"),
    ends: ["rolled-back"],
  },
  "no right of CheckKpis": { ...quickly, faults: denied(`CheckKpis[0]/${table}`), ends: ["rolled-back"] },
  "no right of PromoteModel": {
    ...quickly,
    faults: denied(`PromoteModel[1]/${table}`),
    ends: ["rolled-back"],
  },
  "no right of RollBack": {
    plan: quick,
    world: "bad-errors",
    faults: denied(`RollBack[0]/${table}`),
    ends: ["failed", "rolled-back"],
  },
  "no ledger for an hour, from ScaleDown on": {
    ...quickly,
    faults: [`throttled-hour=call:ScaleDown[1]/${table}@1`],
    ends: ["closing-failed", "refused", "promoted"],
  },
  ...Object.fromEntries(
    ["PlanCapacity", "PrewarmInference"].map((state) => [
      `a lock that is lost before ${state}`,
      { plan: quick, parts: before(state, losing(subject)), ends: ["failed", "refused"] },
    ]),
  ),
  ...Object.fromEntries(
    ["CheckCapacity", "ProveWarmth", "ProveCapacity", "ShiftTraffic", "CheckKpis", "PromoteModel"].map(
      (state) => [
        `a lock that is lost before ${state}`,
        {
          plan: state === "ProveCapacity" ? tested : quick,
          parts: before(state, losing(subject)),
          ends: ["failed", "rolled-back"],
        },
      ],
    ),
  ),
  // It is closed and its lock is free, as the failure's Cause says of such: nobody takes anything up again.
  "a closing that dies seven times after its work": {
    plan: quick,
    faults: [1, 2, 3, 4, 5, 6, 7].map((nth) => `crash-after=invocation:CloseRelease[1]@${nth}`),
    ends: ["closing-failed"],
  },
  "a lock that is lost before PrewarmTraining": {
    event: training,
    parts: before("PrewarmTraining", losing(pool)),
    ends: ["failed", "refused"],
  },
};
