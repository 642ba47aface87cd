/** What the checkers know of each kind of resource: with any of it missing, one of these is red. */
import { describe, expect, it } from "vitest";
import type { Call } from "#twin/services";
import { createWorld, notSuspended, type TrainingJob, type World, WorldSpec } from "#twin/world";
import type { ResourceRef } from "../../../src/core/release/change.ts";
import type { JsonValue } from "../../../src/core/release/json-value.ts";
import { type ResourceKind, resourceKinds } from "../../../src/core/release/resource-kinds.ts";
import { accountOf } from "../../../src/rehearsal/account-of-plan.ts";
import { snapshotOf } from "../../../src/rehearsal/invariants/account-snapshot.ts";
import type { Account, CheckedKind } from "../../../src/rehearsal/invariants/kinds/define.ts";
import { allKinds, kinds, resourceState } from "../../../src/rehearsal/invariants/kinds/registry.ts";
import { leftBehind } from "../../../src/rehearsal/invariants/left-behind.ts";
import { mutationOf } from "../../../src/rehearsal/invariants/mutations.ts";
import { createOutsideHands } from "../../../src/rehearsal/invariants/outside-hands.ts";
import { rebased } from "../../../src/rehearsal/invariants/steady-state.ts";
import { plan } from "./rehearsed.ts";

const endpoint = plan.endpoint.name;
const service = "service/prod/tokenizer";
const units = "table/sessions/ReadCapacityUnits";
const leaning = {
  ...plan,
  alongside: [
    { ecs: { cluster: "prod", service: "tokenizer" }, minimum: 6 },
    { lambda: { function: "rank", alias: "live" }, multiple: 2 },
    { dynamodb: { table: "sessions", throughput: "read" as const }, multiple: 2 },
  ],
};
const target = `endpoint/${endpoint}/variant/v6`;
const group = "research/gpu-workers";
const training = {
  when: plan.milestones.production.when,
  cluster: {
    name: "research",
    instanceGroup: "gpu-workers",
    instanceType: "ml.g5.12xlarge",
    instances: 4,
    holdMinutes: 60,
  },
};
const onCluster = { ...leaning, milestones: { ...plan.milestones, training } };

interface Made extends Account {
  readonly world: World;
  readonly named: string[];
  readonly held: Map<string, string>;
}

function account(): Made {
  const spec = WorldSpec.parse({ description: "Made by hand." });
  const world = createWorld({
    seed: 1,
    startMs: Date.UTC(2026, 0, 5, 8),
    account: accountOf(onCluster),
    spec,
  });
  const named: string[] = [];
  const held = new Map<string, string>();
  return { world, named, held, schedules: () => named, holds: () => held };
}

const holding = { name: "primer", status: "InProgress", keepAliveSeconds: 60, instances: [{}] };
const only = <T>(all: Iterable<T>): T => {
  const [first] = all;
  if (first === undefined) throw new Error("expected one, found none");
  return first;
};

/** What somebody does to a thing of each kind, past every service, and what is said if a release has left it so. */
interface Tampering {
  readonly name: string;
  does(account: Made): void;
  readonly left: string | RegExp;
}

const served = ({ world }: Account) => only(world.state.endpoints.values());
const tamperings: Readonly<Record<Exclude<ResourceKind, "count">, readonly Tampering[]>> = {
  "dynamodb-throughput": [
    {
      name: units,
      does: ({ world }) => {
        const scalable = world.state.scalables.get(units);
        if (scalable !== undefined) scalable.desired = 200;
      },
      left: /ReadCapacityUnits is .*"capacity":200.*, before it was .*"capacity":100/,
    },
  ],
  "lambda-concurrency": [
    {
      name: "function:rank:live",
      does: ({ world }) => {
        const scalable = world.state.scalables.get("function:rank:live");
        if (scalable !== undefined) scalable.desired = 12;
      },
      left: /function:rank:live is .*"capacity":12.*, before it was .*"capacity":10/,
    },
  ],
  "ecs-service": [
    {
      name: service,
      does: ({ world }) => {
        const scalable = world.state.scalables.get(service);
        if (scalable !== undefined) scalable.desired = 6;
      },
      left: /service\/prod\/tokenizer is .*"capacity":6.*, before it was .*"capacity":3/,
    },
    {
      name: service,
      does: ({ world }) => {
        const scaled = world.state.scalableTargets.get(service);
        if (scaled !== undefined) scaled.minCapacity = 6;
      },
      left: /service\/prod\/tokenizer is .*"min":6.*, before it was .*"min":1/,
    },
    {
      name: service,
      does: ({ world }) => world.state.scalableTargets.delete(service),
      left: /service\/prod\/tokenizer is not scaled any more/,
    },
  ],
  routing: [
    {
      name: endpoint,
      does: (all) => {
        served(all).configName = "another";
      },
      left: `endpoint ${endpoint} serves another, before it was ${endpoint}-config-v6`,
    },
    {
      name: endpoint,
      does: ({ world }) => world.state.endpoints.delete(endpoint),
      left: `endpoint ${endpoint} is gone`,
    },
  ],
  weights: [
    {
      name: endpoint,
      does: (all) => {
        only(served(all).variants).desiredWeight = 0.5;
      },
      left: "v6 has weight 1, before it was 1",
    },
    {
      name: endpoint,
      does: (all) => {
        Object.assign(only(served(all).variants), { currentWeight: 0.5, desiredWeight: 0.5 });
      },
      left: "v6 has weight 0.5, before it was 1",
    },
  ],
  scaling: [
    {
      name: target,
      does: ({ world }) => {
        only(world.state.scalableTargets.values()).suspended = {
          ...notSuspended,
          DynamicScalingInSuspended: true,
        };
      },
      left: /^the scaling of .*v6 is .*"in":true.*, before it was .*"in":false/,
    },
    {
      name: `endpoint/${endpoint}/variant/v7`,
      does: ({ world: { state } }) =>
        state.scalableTargets.set(`endpoint/${endpoint}/variant/v7`, only(state.scalableTargets.values())),
      left: `the scaling of endpoint/${endpoint}/variant/v7 is left behind`,
    },
    {
      name: target,
      does: ({ world }) => world.state.scalableTargets.delete(target),
      left: `the scaling of ${target} is gone`,
    },
  ],
  model: [
    {
      name: "new",
      does: ({ world }) => world.state.models.set("new", { name: "new", creationMs: 0, definition: {} }),
      left: "model new is left behind",
    },
    {
      name: "chat-assistant-v6",
      does: ({ world }) => world.state.models.delete("chat-assistant-v6"),
      left: "model chat-assistant-v6 is gone",
    },
  ],
  "endpoint-config": [
    {
      name: "next",
      does: ({ world }) =>
        world.state.endpointConfigs.set("next", { name: "next", creationMs: 0, variants: [], rest: {} }),
      left: "endpoint-config next is left behind",
    },
    {
      name: `${endpoint}-config-v6`,
      does: ({ world }) => world.state.endpointConfigs.delete(`${endpoint}-config-v6`),
      left: `endpoint-config ${endpoint}-config-v6 is gone`,
    },
  ],
  schedule: [
    { name: "lease", does: ({ named }) => named.push("lease"), left: "schedule lease is left behind" },
  ],
  "training-job": [
    {
      name: "primer",
      does: ({ world }) => world.state.trainingJobs.set("primer", holding as unknown as TrainingJob),
      left: "training-job primer is left behind",
    },
  ],
  "instance-group": [
    {
      name: group,
      does: ({ world }) => {
        const found = world.state.clusters.get("research")?.groups.get("gpu-workers");
        if (found !== undefined) found.targetCount = 6;
      },
      left: `instance-group ${group} is to have 6 nodes, and had 2`,
    },
  ],
  "group-hold": [
    {
      name: group,
      does: ({ held }) => held.set(group, "chat-assistant-2026-01-05-training"),
      left: `group-hold ${group} is left behind`,
    },
  ],
};

/** Nothing was replaced. */
const replaced = { isGone: () => false };

describe("what a release may not leave behind", () => {
  const cases = Object.entries(tamperings).flatMap(([kind, some]) =>
    some.map((one) => ({ ...one, kind: kind as ResourceKind })),
  );

  it.each(cases)("$kind: $left", ({ kind, name, does, left }) => {
    const all = account();
    const before = snapshotOf(all);
    const was = resourceState({ kind, name }, all);
    does(all);
    const now = snapshotOf(all);
    const found = (outside: { touched(resource: ResourceRef): unknown }) =>
      leftBehind({
        context: { world: all.world, outside, replaced } as never,
        before,
        now,
        leased: new Set(),
      });

    expect(found({ touched: () => undefined })).toContainEqual({
      what: expect.stringMatching(left),
      resource: { kind, name },
    });
    expect(found({ touched: (one) => (one.kind === kind && one.name === name ? {} : undefined) })).toEqual(
      [],
    );
    expect(resourceState({ kind, name }, all)).not.toEqual(was);
  });

  it("says of an endpoint that is on the move what it does", () => {
    const all = account();
    const before = snapshotOf(all);
    served(all).status = "Updating";
    const left = leftBehind({
      context: { world: all.world, outside: { touched: () => undefined }, replaced } as never,
      before,
      now: snapshotOf(all),
      leased: new Set(),
    });

    expect(left.map(({ what }) => what)).toEqual([`endpoint ${endpoint} is Updating`]);
  });

  it("misses no job that holds no instances any more", () => {
    const all = account();
    all.world.state.trainingJobs.set("primer", { ...holding, instances: [] } as unknown as TrainingJob);

    expect([...snapshotOf(all).things["training-job"].keys()]).toEqual([]);
    expect(resourceState({ kind: "training-job", name: "primer" }, all)).not.toBeNull();
  });

  it("misses no job that has ended, and reports one that has not, though it was there before", () => {
    const all = account();
    all.world.state.trainingJobs.set("primer", holding as unknown as TrainingJob);
    const before = snapshotOf(all);
    const context = { world: all.world, outside: { touched: () => undefined }, replaced } as never;
    const left = () => leftBehind({ context, before, now: snapshotOf(all), leased: new Set() });

    expect(left().map(({ what }) => what)).toEqual(["training-job primer is left behind"]);
    all.world.state.trainingJobs.delete("primer");
    expect(left()).toEqual([]);
  });

  it("leaves out what a lease still holds, and what serves where traffic is somebody else's", () => {
    const all = account();
    const before = snapshotOf(all);
    for (const { does } of [...tamperings.schedule, ...tamperings["training-job"]]) does(all);
    const [variant] = served(all).variants;
    served(all).configName = "next";
    served(all).variants = [{ ...variant, name: "v7", modelName: "new" } as never];
    for (const one of [tamperings.model[0], tamperings["endpoint-config"][0]]) one?.does(all);
    const scalable = only(all.world.state.scalableTargets.values());
    all.world.state.scalableTargets.set(`endpoint/${endpoint}/variant/v7`, scalable);
    const theirs: Partial<Record<ResourceKind, true>> = { weights: true };
    const outside = { touched: ({ kind }: ResourceRef) => theirs[kind] };
    const context = { world: all.world, outside, replaced } as never;
    const now = snapshotOf(all);

    expect(leftBehind({ context, before, now, leased: new Set(["lease", "primer"]) })).toEqual([]);
    expect(
      leftBehind({
        context: { world: all.world, outside: { touched: () => undefined }, replaced } as never,
        before,
        now,
        leased: new Set(),
        promoted: new Set([endpoint]),
      }).map(({ what }) => what),
    ).toEqual([
      `endpoint ${endpoint} serves next, before it was ${endpoint}-config-v6`,
      "schedule lease is left behind",
      "training-job primer is left behind",
    ]);
  });
});

/** A call that changes a thing, the states of the ledger that it leads to, and others that it does not. */
interface Calling {
  readonly input: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly part?: string;
  readonly to: readonly JsonValue[];
  readonly notTo: readonly JsonValue[];
}

const capacities = (...changes: readonly Readonly<Record<string, unknown>>[]) => ({
  EndpointName: endpoint,
  DesiredWeightsAndCapacities: changes,
});
const onTarget = { ServiceNamespace: "sagemaker", ResourceId: target };
const suspended = { in: true, out: false, scheduled: true };
const held = { min: 2, max: 8, suspended };
const withOne = (list: string): JsonValue => ({ [list]: [{ name: "one" }] });
const made = (member: string, gone = false): Calling => ({
  input: { [member]: "thing" },
  name: "thing",
  to: [gone ? null : "thing"],
  notTo: [gone ? "thing" : null],
});
const part = (operation: string, member: string, list: string, gone = false): Calling => ({
  input: { ...onTarget, [member]: "one" },
  name: target,
  part: `${operation} one`,
  to: [gone ? { [list]: [] } : withOne(list)],
  notTo: [gone ? withOne(list) : { [list]: [] }],
});

const onService = {
  ServiceNamespace: "ecs",
  ScalableDimension: "ecs:service:DesiredCount",
  ResourceId: service,
};
const qualified = { FunctionName: "rank", Qualifier: "live" };
const onFunction = {
  ServiceNamespace: "lambda",
  ScalableDimension: "lambda:function:ProvisionedConcurrency",
  ResourceId: "function:rank:live",
};
const lowering = { name: "function:rank:live", to: [null], notTo: [{ minimum: 6 }] };
const onTable = {
  ServiceNamespace: "dynamodb",
  ScalableDimension: "dynamodb:table:ReadCapacityUnits",
  ResourceId: "table/sessions",
};
const callings: Readonly<Record<ResourceKind, Readonly<Record<string, Calling>>>> = {
  "dynamodb-throughput": {
    RegisterScalableTarget: {
      input: { ...onTable, MinCapacity: 200 },
      name: units,
      part: "RegisterScalableTarget MinCapacity",
      to: [{ minimum: 200 }, null],
      notTo: [{ minimum: 201 }],
    },
    DeregisterScalableTarget: { input: onTable, name: units, to: [], notTo: [null, { minimum: 200 }] },
  },
  "lambda-concurrency": {
    RegisterScalableTarget: {
      input: { ...onFunction, MaxCapacity: 6 },
      name: "function:rank:live",
      part: "RegisterScalableTarget MaxCapacity",
      to: [{ minimum: 6 }, null],
      notTo: [],
    },
    DeregisterScalableTarget: {
      input: onFunction,
      name: "function:rank:live",
      to: [],
      notTo: [null, { minimum: 6 }],
    },
    PutProvisionedConcurrencyConfig: {
      ...lowering,
      input: { ...qualified, ProvisionedConcurrentExecutions: 3 },
    },
    DeleteProvisionedConcurrencyConfig: { ...lowering, input: qualified },
  },
  "ecs-service": {
    RegisterScalableTarget: {
      input: { ...onService, MinCapacity: 6 },
      name: service,
      part: "RegisterScalableTarget MinCapacity",
      to: [{ minimum: 6 }, { minimum: 4 }, null],
      notTo: [{ minimum: 7 }],
    },
    DeregisterScalableTarget: {
      input: onService,
      name: service,
      to: [],
      notTo: [null, { minimum: 6 }],
    },
    UpdateService: {
      input: { cluster: "prod", service: "tokenizer", desiredCount: 3 },
      name: service,
      to: [null],
      notTo: [{ minimum: 6 }],
    },
  },
  routing: {
    UpdateEndpoint: {
      input: { EndpointName: endpoint, EndpointConfigName: "next" },
      name: endpoint,
      to: ["next"],
      notTo: ["another", null],
    },
  },
  weights: {
    UpdateEndpointWeightsAndCapacities: {
      input: capacities({ VariantName: "v6", DesiredWeight: 3 }, { VariantName: "v7", DesiredWeight: 1 }),
      name: endpoint,
      to: [{ v6: 3, v7: 1 }],
      notTo: [{ v6: 3, v7: 2 }, null],
    },
  },
  count: {
    UpdateEndpointWeightsAndCapacities: {
      input: capacities({ VariantName: "v6", DesiredInstanceCount: 5 }),
      name: `${endpoint}/v6`,
      to: [5],
      notTo: [4, null],
    },
  },
  scaling: {
    RegisterScalableTarget: {
      input: {
        ...onTarget,
        MinCapacity: 2,
        MaxCapacity: 8,
        SuspendedState: {
          DynamicScalingInSuspended: true,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: true,
        },
      },
      name: target,
      to: [held],
      notTo: [
        null,
        { ...held, min: 1 },
        { ...held, max: 9 },
        ...["in", "out", "scheduled"].map((one) => ({
          ...held,
          suspended: { ...suspended, [one]: null },
        })),
      ],
    },
    DeregisterScalableTarget: { input: onTarget, name: target, to: [null], notTo: [held] },
    PutScalingPolicy: part("PutScalingPolicy", "PolicyName", "policies"),
    DeleteScalingPolicy: part("DeleteScalingPolicy", "PolicyName", "policies", true),
    PutScheduledAction: part("PutScheduledAction", "ScheduledActionName", "scheduledActions"),
    DeleteScheduledAction: part("DeleteScheduledAction", "ScheduledActionName", "scheduledActions", true),
  },
  model: { CreateModel: made("ModelName"), DeleteModel: made("ModelName", true) },
  "endpoint-config": {
    CreateEndpointConfig: made("EndpointConfigName"),
    DeleteEndpointConfig: made("EndpointConfigName", true),
  },
  schedule: {
    CreateSchedule: { ...made("Name"), input: { GroupName: "group", Name: "thing" }, name: "group/thing" },
    UpdateSchedule: made("Name"),
    DeleteSchedule: made("Name", true),
  },
  "training-job": {
    CreateTrainingJob: made("TrainingJobName"),
    StopTrainingJob: made("TrainingJobName", true),
    UpdateTrainingJob: made("TrainingJobName", true),
  },
  "instance-group": {
    UpdateCluster: {
      input: {
        ClusterName: "research",
        InstanceGroups: [{ InstanceGroupName: "gpu-workers", InstanceCount: 6 }],
      },
      name: group,
      to: [{ instances: 6, instanceType: "ml.g5.12xlarge" }],
      notTo: [{ instances: 2, instanceType: "ml.g5.12xlarge" }, null],
    },
  },
  "group-hold": {
    PutItem: {
      input: { Item: { pk: { S: "hold" }, sk: { S: `instance-group ${group}` }, by: { S: "r" } } },
      name: group,
      to: [{ by: "r" }],
      notTo: [null],
    },
    DeleteItem: {
      input: { Key: { pk: { S: "hold" }, sk: { S: `instance-group ${group}` } } },
      name: group,
      to: [null],
      notTo: [{ by: "r" }],
    },
  },
};

function callingOf(kind: ResourceKind, operation: string): Calling {
  const known = callings[kind][operation];
  if (known === undefined) throw new Error(`${kind}: expected a case of ${operation}, found none`);
  return known;
}

const callOf = (service: string, operation: string, input: Call["input"]): Call => ({
  service,
  operation,
  input,
  at: 0,
});

describe("what calls do", () => {
  const cases = allKinds.flatMap(({ kind, calls }) =>
    Object.keys(calls).map((key) => {
      const [service = "", operation = ""] = key.split(".");
      return { kind, service, operation, ...callingOf(kind, operation) };
    }),
  );

  it("has each call of each kind here", () => {
    const operations = ({ calls }: CheckedKind) => Object.keys(calls).map((key) => key.split(".")[1]);
    for (const kind of allKinds) expect(Object.keys(callings[kind.kind])).toEqual(operations(kind));
  });

  it.each(cases)(
    "$operation changes $kind",
    ({ kind, service, operation, input, name, part: of, to, notTo }) => {
      const mutation = mutationOf(callOf(service, operation, input));

      expect(mutation?.resource).toEqual({ kind, name });
      expect(mutation?.part).toBe(of ?? operation);
      expect(to.filter((state) => mutation?.leadsTo(state) !== true)).toEqual([]);
      expect(notTo.filter((state) => mutation?.leadsTo(state) === true)).toEqual([]);
    },
  );

  it("knows none of what is scaled elsewhere, nor another service's call of the same name", () => {
    const elsewhere = { ServiceNamespace: "kafka", ResourceId: "service/cluster/name", MinCapacity: 1 };

    expect(mutationOf(callOf("application-autoscaling", "RegisterScalableTarget", elsewhere))).toMatchObject({
      resource: undefined,
    });
    expect(mutationOf(callOf("scheduler", "CreateModel", { ModelName: "thing" }))?.resource).toBeUndefined();
    expect(mutationOf(callOf("dynamodb", "UpdateItem", {}))).toBeUndefined();
    expect(mutationOf(callOf("sagemaker", "DescribeModel", {}))).toBeUndefined();
  });

  it("allows a release one of each thing that it makes, two configurations, and two ends of a lease", () => {
    const most = allKinds.flatMap(({ makes }) =>
      makes === undefined ? [] : [[makes.operation, makes.most]],
    );

    expect(Object.fromEntries(most)).toEqual({
      "sagemaker.CreateModel": 1,
      "sagemaker.CreateEndpointConfig": 2,
      "scheduler.CreateSchedule": 2,
      "sagemaker.CreateTrainingJob": 1,
      "dynamodb.PutItem": 1,
    });
  });

  it("takes a lease's end from the schedule that is made for it", () => {
    const end = (operation: string, ScheduleExpression: string) =>
      kinds.schedule.leaseEndMs(callOf("scheduler", operation, { ScheduleExpression }));

    expect(end("CreateSchedule", "at(2026-01-05T11:00:00)")).toBe(Date.UTC(2026, 0, 5, 11));
    expect(end("CreateSchedule", "rate(5 minutes)")).toBe(Number.NEGATIVE_INFINITY);
    expect(end("DeleteSchedule", "at(2026-01-05T11:00:00)")).toBeUndefined();
  });
});

describe("what a change of ours comes to", () => {
  const shown = (...variants: readonly Readonly<Record<string, unknown>>[]) => ({ config: "next", variants });
  const outcomeOf = (kind: "routing" | "weights" | "count", all: Account) => {
    const [[operation, { input }] = ["", { input: {} }]] = Object.entries(callings[kind]);
    return kinds[kind].outcome(callOf("sagemaker", operation, input), all);
  };

  it("is the configuration that an endpoint serves", () => {
    const outcome = outcomeOf("routing", account());

    expect(outcome?.what).toBe("the move to next");
    expect(outcome?.isShown(shown())).toBe(true);
    expect(outcome?.isShown({ ...shown(), config: "another" })).toBe(false);
  });

  it("is the weights that are in force", () => {
    const outcome = outcomeOf("weights", account());
    const weighs = (CurrentWeight: number, DesiredWeight: number) =>
      outcome?.isShown(shown({ VariantName: "v6", CurrentWeight, DesiredWeight }));

    expect(outcome?.what).toBe("the weights v6 1");
    expect([weighs(1, 1), weighs(0, 1), weighs(1, 0)]).toEqual([true, false, false]);
  });

  it("is the count that was asked for, or the one that its policy has made of it since", () => {
    const all = account();
    only(served(all).variants).desiredInstanceCount = 5;
    const outcome = outcomeOf("count", all);
    const counts = (CurrentInstanceCount: number, DesiredInstanceCount: number) =>
      outcome?.isShown(shown({ VariantName: "v6", CurrentInstanceCount, DesiredInstanceCount }));

    expect(outcome?.what).toBe(`the raise of ${endpoint}/v6 to 5`);
    expect([counts(5, 5), counts(4, 5), counts(4, 4)]).toEqual([true, false, false]);
    all.world.advanceTo(all.world.nowMs + 60_000);
    all.world.record({
      kind: "capacity",
      subject: `${endpoint}/v6`,
      from: 5,
      to: 4,
      by: { who: "auto-scaling", reason: { by: "policy", policy: "own", side: "low" } },
    });
    expect([counts(5, 5), counts(4, 5), counts(4, 4)]).toEqual([true, false, true]);
  });
});

describe("what an outside hand does", () => {
  const outsideCall = (all: Made, call: Call, does: () => void) => {
    const outside = createOutsideHands(all);
    const asked = { call, frame: undefined };
    outside.asked(asked);
    does();
    outside.seen({ ...asked, outcome: { answer: {} }, tookEffect: true, caused: [] });
    return outside;
  };

  it("to a table's throughput, it does to reads and writes", () => {
    const all = account();
    const call = callOf("dynamodb", "UpdateTable", { TableName: "sessions" });
    const outside = outsideCall(all, call, () => {
      Object.assign(all.world.state.scalables.get(units) ?? {}, { desired: 300 });
    });

    expect(outside.touched({ kind: "dynamodb-throughput", name: units })).toMatchObject({
      to: { capacity: 300 },
    });
  });

  it("to an endpoint that is deleted, it does to its traffic and its scaling as well, at once", () => {
    const all = account();
    const before = resourceState({ kind: "routing", name: endpoint }, all);
    const call = callOf("sagemaker", "DeleteEndpoint", { EndpointName: endpoint });
    const outside = outsideCall(all, call, () => {
      all.world.state.scalableTargets.delete(target);
      only(served(all).variants).desiredWeight = 0;
    });

    expect(outside.touched({ kind: "routing", name: endpoint })).toMatchObject({ from: before, to: null });
    expect(outside.touched({ kind: "weights", name: endpoint })).toMatchObject({ to: { v6: 0 } });
    expect(outside.touched({ kind: "scaling", name: target })).toMatchObject({ to: null });
  });

  it.each(["model", "endpoint-config"] as const)("to a %s that endpoints serve by, bars moving", (kind) => {
    const all = account();
    const [, gone] = tamperings[kind];
    const [, operation = ""] = Object.keys(callings[kind]);
    const [[member = ""] = []] = Object.entries(callings[kind][operation]?.input ?? {});
    const call = callOf("sagemaker", operation, { [member]: gone?.name });
    const outside = outsideCall(all, call, () => gone?.does(all));

    expect(outside.deleted()).toEqual([{ kind, name: gone?.name }]);
  });

  it("by a scheduled action that fires, to the bounds", () => {
    const all = account();
    const outside = createOutsideHands(all);
    const scalable = only(all.world.state.scalableTargets.values());
    const from = { min: scalable.minCapacity, max: scalable.maxCapacity };
    scalable.minCapacity += 1;
    const by = { who: "auto-scaling", reason: { by: "schedule", action: "morning" } } as const;
    const to = { ...from, min: from.min + 1 };
    outside.world({ atMs: 5, kind: "bounds", subject: target, from, to, by });
    outside.world({ atMs: 5, kind: "bounds", subject: "service/cluster/name", from, to, by });

    expect(outside.touched({ kind: "scaling", name: target })).toMatchObject({
      atMs: 5,
      by: "scheduled action morning",
      from,
      to,
    });
    expect(outside.touched({ kind: "scaling", name: "service/cluster/name" })).toBeUndefined();
  });
});

describe("the steady state of a promotion", () => {
  it("has what serves then, and its scaling in place of the one before", () => {
    const all = account();
    const before = snapshotOf(all);
    const [variant] = served(all).variants;
    served(all).configName = "next";
    served(all).variants = [{ ...variant, name: "v7", modelName: "new" } as never];
    const scalable = only(all.world.state.scalableTargets.values());
    all.world.state.scalableTargets.set(`endpoint/${endpoint}/variant/v7`, scalable);
    all.world.state.scalableTargets.delete(target);
    const { endpoints, things } = rebased(before, snapshotOf(all), endpoint);

    expect(endpoints.get(endpoint)?.config).toBe("next");
    expect([...things.model.keys()].sort()).toEqual(["chat-assistant-v6", "new"]);
    expect([...things["endpoint-config"].keys()].sort()).toEqual([`${endpoint}-config-v6`, "next"].sort());
    expect([...things.scaling.keys()]).toEqual([`endpoint/${endpoint}/variant/v7`]);
  });

  const v7 = { name: "v7", modelName: "new", instanceType: "ml.g5.xlarge", desiredInstances: 8 };
  const now = {
    name: endpoint,
    config: "new",
    status: "InService",
    variants: [{ ...v7, weight: 1, desiredWeight: 1 }],
  };
  const before = { ...now, variants: [{ ...v7, name: "v6", weight: 1, desiredWeight: 1 }] };
  const untouched = { before, now, isTouched: () => false };
  const whatOf = (all: readonly { readonly what: string }[]) => all.map(({ what }) => what);

  it("has stable off the endpoint", () => {
    const left = (is: typeof now) =>
      whatOf(kinds.routing.unsteady({ ...untouched, now: is, things: new Map(), lent: undefined }));

    expect(left(now)).toEqual([]);
    expect(left(before)).toEqual([`v6 is still on endpoint ${endpoint} after the promotion`]);
  });

  it("has all weights in force, and none of them 0", () => {
    const left = (weight: number, desiredWeight: number, isTheirs = false) =>
      whatOf(
        kinds.weights.unsteady({
          before,
          now: { ...now, variants: [{ ...v7, weight, desiredWeight }] },
          things: new Map(),
          lent: undefined,
          isTouched: ({ kind }: ResourceRef) => isTheirs && kind === "weights",
        }),
      );

    expect(left(1, 1)).toEqual([]);
    expect(left(1, 0.5)).toEqual(["the weight of v7 is not in force"]);
    expect(left(0, 0)).toEqual(["v7 serves with weight 0 after the promotion"]);
    expect(left(0, 0, true)).toEqual([]);
  });

  it("has what stable lent of its scaling, and no more", () => {
    const [, stables] = only(snapshotOf(account()).things.scaling);
    const own = `endpoint/${endpoint}/variant/v7`;
    const left = (things: ReadonlyMap<string, typeof stables>, theirs?: string) =>
      whatOf(
        kinds.scaling.unsteady({
          ...untouched,
          things,
          lent: stables,
          isTouched: ({ name }: ResourceRef) => name === theirs,
        }),
      );
    const held = { ...stables, suspended: { ...stables.suspended, in: true } };
    const more = { ...stables, policies: { ...stables.policies, more: {} } };

    expect(left(new Map([[own, { ...stables, max: 99 }]]))).toEqual([]);
    expect(left(new Map())).toEqual([`${own} has no scaling after the promotion`]);
    expect(left(new Map(), own)).toEqual([]);
    expect(left(new Map([[own, held]]))).toEqual([expect.stringContaining(`the suspensions of ${own} are`)]);
    expect(left(new Map([[own, more]]))).toEqual([expect.stringContaining("has the policies and actions")]);
    expect(left(new Map([...[own, target].map((id) => [id, stables] as const)]))).toEqual([
      `the scaling of ${target} is left behind`,
    ]);
  });

  it("is no place of one that has nothing to move to", () => {
    expect(kinds.routing.needs("next")).toEqual([{ kind: "endpoint-config", name: "next" }]);
    expect(kinds.routing.needs(null)).toEqual([]);
    expect(allKinds.filter(({ isPlace }) => isPlace).map(({ kind }) => kind)).toEqual(["routing"]);
  });
});

it("has a checker of its own for each kind", () => {
  expect(Object.keys(kinds).sort()).toEqual([...resourceKinds].sort());
  expect(allKinds.map(({ kind }) => kind)).toEqual(Object.keys(kinds));
});

it.each([
  ["hold the endpoint's lock", "locksEndpoint", ["routing", "weights", "count"]],
  ["are served by", "isServed", ["model", "endpoint-config"]],
  ["are of training capacity", "isOfPool", ["schedule", "training-job", "instance-group", "group-hold"]],
  ["are moved by AWS itself", "movesByItself", ["count"]],
  ["are lent to the candidate", "isLent", ["scaling"]],
] as const)("knows which kinds %s", (_, flag, expected) => {
  expect(allKinds.filter((kind) => kind[flag] === true).map(({ kind }) => kind)).toEqual(expected);
});

it("knows what of a scaling is set whole", () => {
  expect(kinds.scaling.setWhole).toEqual(new Set(["suspended"]));
});
