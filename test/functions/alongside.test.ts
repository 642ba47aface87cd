/** What a release leans on beside its endpoint: planned, raised before the share that needs it, looked at, and given back. */
import { RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import { UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { describe, expect, test } from "vitest";
import { readScalableTarget } from "../../src/aws/scalable-target.ts";
import { readShared } from "../../src/aws/shared-items.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { plan as sample } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { Run } from "./run.ts";

const tokenizer = "service/prod/tokenizer";
const entry = {
  ecs: { cluster: "prod", service: "tokenizer" },
  stages: [
    { trafficPercent: 0, minimum: 6 },
    { trafficPercent: 25, minimum: 24 },
  ],
};
const leaning: Plan = { ...sample, alongside: [entry] };
const leansOn = (...alongside: NonNullable<Plan["alongside"]>): Plan => ({ ...sample, alongside });

const boundsOf = ({ account }: Run, name = tokenizer) => {
  const target = account.world.state.scalableTargets.get(name);
  const scalable = account.world.state.scalables.get(name);
  return [target?.minCapacity, target?.maxCapacity, scalable?.desired];
};
const item = ({ account }: Run) => readShared(account.aws, { kind: "ecs-service", name: tokenizer });
const begin = async (options: { plan?: Plan; spec?: SpecInput } = {}) =>
  Run.begin({ plan: leaning, unscaled: false, ...options });

describe("planning", () => {
  test("says how many each stage needs, and what there was", async () => {
    const run = await begin();

    expect(await run.plan()).toMatchObject({ status: "fits" });
    expect(run.needs.alongside).toEqual([
      {
        kind: "ecs-service",
        name: tokenizer,
        minimums: [6, 24, 24, 24],
        before: { min: 6, max: 20, capacity: 12 },
      },
    ]);
  });

  test.each([
    [
      { registered: false },
      entry,
      /has no scalable target: register one .* \(ecs, ecs:service:DesiredCount\)/,
    ],
    [{}, { ...entry, usdPerUnitHour: 900 }, /with what it leans on the release is estimated at .*budget/],
  ])("refuses what cannot be leased, by name: %j", async (alongside, what, reason) => {
    const run = await begin({ plan: leansOn(what), spec: { alongside } });

    expect(await run.plan()).toMatchObject({ status: "refused", reason: expect.stringMatching(reason) });
  });

  test("refuses a service that is not there", async () => {
    const run = await begin();
    run.account.world.state.scalables.delete(tokenizer);

    expect((await run.plan()).reason).toBe(`alongside: ECS service ${tokenizer} does not exist`);
  });
});

test("a policy at work takes away what the load does not need, one whose scale-in somebody has suspended does not", async () => {
  const { account } = await begin({ spec: { alongside: { follows: true } } });
  const scope = { namespace: "ecs", dimension: "ecs:service:DesiredCount", resourceId: tokenizer } as const;
  const target = {
    ServiceNamespace: "ecs",
    ScalableDimension: scope.dimension,
    ResourceId: tokenizer,
  } as const;
  const { min, max, scalesIn } = (await readScalableTarget(account.aws, scope)) ?? {};

  expect({ min, max, scalesIn }).toEqual({ min: 6, max: 20, scalesIn: true });
  await account.aws.scaling.send(
    new RegisterScalableTargetCommand({ ...target, SuspendedState: { DynamicScalingInSuspended: true } }),
  );
  expect(await readScalableTarget(account.aws, scope)).toEqual({ min, max, scalesIn: false });
});

describe("raising", () => {
  test("comes with the candidate, and again before the share that needs more, whose maximum it lifts", async () => {
    const run = await begin();
    run.account.world.state.scalableTargets.get(tokenizer)?.policies.clear();
    await run.plan();
    await run.prewarm();
    expect(boundsOf(run).slice(0, 2)).toEqual([6, 20]);
    run.account.settle();
    expect(await run.capacity()).toMatchObject({ status: "ready" });
    await run.warmth();
    await run.shift();
    expect(boundsOf(run).slice(0, 2)).toEqual([6, 20]);

    run.pass();
    const first = await run.shiftOnce();
    expect(first).toMatchObject({ status: "short", reason: /of 24 tasks of ECS service .* are there/ });
    expect(boundsOf(run).slice(0, 2)).toEqual([24, 24]);
    expect(await run.shift()).toMatchObject({ status: "shifted", index: 1 });
  });

  test("is waited for by CheckCapacity, and not for longer than the plan allows", async () => {
    const run = await begin({
      plan: leansOn({ ...entry, stages: [{ trafficPercent: 0, minimum: 30 }] }),
      spec: { alongside: { roomPercent: 100 } },
    });
    await run.plan();
    await run.prewarm();
    run.account.settle();

    expect(await run.capacity()).toMatchObject({ status: "waiting", reason: /15 of 30 tasks/ });
    run.account.wait(61);
    expect(await run.capacity()).toMatchObject({ status: "failed", reason: /not ready after 60 minutes/ });
  });

  test("gives way to somebody else who has changed the bounds meanwhile", async () => {
    const run = await begin();
    await run.plan();
    await run.prewarm();
    run.account.settle();
    await run.capacity();
    await run.warmth();
    await run.shift();
    await set(run, { MaxCapacity: 40 });
    run.pass();

    await expect(run.shiftOnce()).rejects.toThrow(/ecs-service service\/prod\/tokenizer/);
  });
});

const set = ({ account }: Run, bounds: { MinCapacity?: number; MaxCapacity?: number }) =>
  account.aws.scaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: "ecs",
      ScalableDimension: "ecs:service:DesiredCount",
      ResourceId: tokenizer,
      ...bounds,
    }),
  );

/** The candidate beside stable, and the service at 24 tasks. */
async function raised(): Promise<Run> {
  const run = await begin({
    plan: leansOn({ ...entry, stages: [{ trafficPercent: 0, minimum: 24 }] }),
  });
  await run.plan();
  await run.prewarm();
  run.account.settle();
  await run.capacity();
  run.account.wait(5);
  return run;
}

describe("giving back", () => {
  test("puts bounds and capacity back, and leaves nothing in who leans on it", async () => {
    const run = await raised();
    expect(boundsOf(run)).toEqual([24, 24, 24]);

    await run.wayBack();
    expect(await run.scaleDown()).toMatchObject({ status: "done", drifted: [] });
    expect(boundsOf(run)).toEqual([6, 20, 12]);
    expect(await item(run)).toMatchObject({ leases: {} });
    expect(await run.changes()).toMatchObject({ "lease-1-to-24": "undone" });
  });

  test("comes after a promotion too", async () => {
    const run = await begin({ plan: leansOn({ ...entry, stages: [{ trafficPercent: 0, minimum: 15 }] }) });
    await run.plan();
    await run.prewarm();
    run.account.settle();
    await run.capacity();
    await run.warmth();
    await run.shift();
    await run.promote();
    expect(await run.scaleDown()).toMatchObject({ status: "done" });

    expect(boundsOf(run)).toEqual([3, 20, 7]);
    expect(await run.changes()).toMatchObject({ "lease-1-to-15": "undone" });
  });

  test("leaves what somebody else has set as they have set it, and says so", async () => {
    const run = await raised();
    await set(run, { MaxCapacity: 60 });
    run.account.wait(1);
    await run.wayBack();

    expect(await run.scaleDown()).toMatchObject({ drifted: [`ecs-service ${tokenizer}`] });
    expect(boundsOf(run)).toEqual([6, 60, 12]);
    expect(await item(run)).toMatchObject({ leases: {} });
  });

  test("leaves a capacity that somebody else has asked for", async () => {
    const run = await raised();
    await run.account.aws.ecs.send(
      new UpdateServiceCommand({ cluster: "prod", service: "tokenizer", desiredCount: 24 }),
    );
    await set(run, { MaxCapacity: 60 });
    await run.account.aws.ecs.send(
      new UpdateServiceCommand({ cluster: "prod", service: "tokenizer", desiredCount: 33 }),
    );
    run.account.wait(1);
    await run.wayBack();
    await run.scaleDown();

    expect(boundsOf(run)).toEqual([6, 60, 33]);
  });

  test("finishes what a step that died has begun", async () => {
    const run = await raised();
    await run.wayBack();
    run.account.fail("UpdateService", new Error("died"), 1);
    await expect(run.scaleDownOnce()).rejects.toThrow();
    expect(boundsOf(run)).toEqual([6, 20, 24]);

    await run.scaleDown();
    expect(boundsOf(run)).toEqual([6, 20, 12]);
  });

  test("is not done while a raise of just now may still come", async () => {
    const run = await begin({ plan: leansOn({ ...entry, stages: [{ trafficPercent: 0, minimum: 24 }] }) });
    await run.plan();
    await run.prewarm();
    await run.wayBack();

    await run.scaleDown();
    run.account.wait(10);
    expect(boundsOf(run)).toEqual([6, 20, 12]);
  });
});

describe("a table's throughput", () => {
  const reads = "table/sessions/ReadCapacityUnits";
  const sessions = { dynamodb: { table: "sessions", throughput: "read" as const } };
  const halve = ({ account }: Run) =>
    account.aws.table.send(
      new UpdateTableCommand({
        TableName: "sessions",
        ProvisionedThroughput: { ReadCapacityUnits: 50, WriteCapacityUnits: 100 },
      }),
    );
  const remembered = async ({ account }: Run) =>
    (await readShared(account.aws, { kind: "dynamodb-throughput", name: reads })).before?.capacity;

  test("is planned once the table is at no change, as it is then", async () => {
    const run = await begin({ plan: leansOn({ ...sessions, multiple: 3 }) });
    await halve(run);

    expect(await run.plan()).toMatchObject({ status: "waiting", reason: /sessions.* is being changed/ });
    run.account.wait(20);
    expect(await run.plan()).toMatchObject({ status: "fits" });
    expect(run.needs.alongside).toMatchObject([{ minimums: [150, 150, 150, 150] }]);
  });

  test("is raised once the table is at no change, and goes back to what it was then", async () => {
    const run = await begin({ plan: leansOn({ ...sessions, multiple: 3 }) });
    await run.plan();
    await halve(run);
    expect(await run.prewarm()).toMatchObject({
      status: "waiting",
      reason: /sessions.* is at another change/,
    });
    expect(await remembered(run)).toBeUndefined();

    run.account.wait(20);
    await run.prewarm();
    expect(await remembered(run)).toBe(50);
    run.account.wait(20);
    expect(await run.capacity()).toMatchObject({ status: "ready" });
    await run.wayBack();
    await run.scaleDown();
    run.account.wait(10);
    expect(boundsOf(run, reads)).toEqual([50, 1000, 50]);
  });
});

describe("a table that stays at another change", () => {
  test("is not waited for longer than the plan allows", async () => {
    const spec = { alongside: { slowness: 1000 } };
    const run = await begin({
      plan: leansOn({ dynamodb: { table: "sessions", throughput: "read" }, multiple: 3 }),
      spec,
    });
    await run.plan();
    await run.account.aws.table.send(
      new UpdateTableCommand({
        TableName: "sessions",
        ProvisionedThroughput: { ReadCapacityUnits: 50, WriteCapacityUnits: 100 },
      }),
    );
    expect(await run.prewarm()).toMatchObject({ status: "waiting" });
    run.account.wait(61);

    await expect(run.prewarm()).rejects.toThrow(/^not leased after 60 minutes: .*sessions/);
  });
});

describe("a function's provisioned concurrency", () => {
  const rank = "function:rank:live";
  const concurrency = { lambda: { function: "rank", alias: "live" } };

  test("is raised, waited for until it is ready, and put back", async () => {
    const run = await begin({ plan: leansOn({ ...concurrency, multiple: 2 }) });
    await run.plan();
    expect(run.needs.alongside).toMatchObject([{ name: rank, minimums: [20, 20, 20, 20] }]);
    await run.prewarm();
    run.account.settle();
    expect(await run.capacity()).toMatchObject({ status: "ready" });
    expect(boundsOf(run, rank)).toEqual([20, 100, 20]);

    await run.wayBack();
    await run.scaleDown();
    expect(boundsOf(run, rank)).toEqual([5, 100, 10]);
    expect(await run.changes()).toMatchObject({ "lease-1-to-20": "undone" });
  });

  test("that Lambda could not prepare fails the release", async () => {
    const run = await begin({
      plan: leansOn({ ...concurrency, multiple: 2 }),
      spec: { alongside: { roomPercent: 150 } },
    });
    await run.plan();
    await run.prewarm();
    run.account.settle();
    run.account.wait(5);

    expect(await run.capacity()).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/15 of 20 instances of Lambda function .*: FUNCTION_ERROR_INIT_FAILURE/),
    });
  });

  test("of none is none of the account's, and is taken away again", async () => {
    const run = await begin({ plan: leansOn({ ...concurrency, minimum: 4 }) });
    Object.assign(run.account.world.state.scalables.get(rank) ?? {}, { desired: 0, ready: 0 });
    Object.assign(run.account.world.state.scalableTargets.get(rank) ?? {}, { minCapacity: 0 });
    await run.plan();
    await run.prewarm();
    run.account.settle();
    expect(await run.capacity()).toMatchObject({ status: "ready" });

    await run.wayBack();
    await run.scaleDown();
    expect(boundsOf(run, rank)).toEqual([0, 100, 0]);
    expect(run.account.writes()).toContain("DeleteProvisionedConcurrencyConfig");
  });

  test("that Lambda is still changing is lowered later", async () => {
    const run = await begin({ plan: leansOn({ ...concurrency, multiple: 2 }) });
    await run.plan();
    await run.prewarm();
    await run.wayBack();
    run.account.wait(10);
    const scalable = run.account.world.state.scalables.get(rank);
    Object.assign(scalable ?? {}, { changing: true });

    expect(await run.scaleDownOnce()).toMatchObject({ status: "waiting" });
    Object.assign(scalable ?? {}, { changing: false });
    await run.scaleDown();
    expect(boundsOf(run, rank)).toEqual([5, 100, 10]);
  });
});

describe("a table's provisioned throughput", () => {
  const reads = "table/sessions/ReadCapacityUnits";
  const table = { dynamodb: { table: "sessions", throughput: "read" as const } };
  const raisedTable = async (spec: SpecInput = {}) => {
    const run = await begin({ plan: leansOn({ ...table, multiple: 2 }), spec });
    await run.plan();
    await run.prewarm();
    run.account.settle();
    run.account.wait(5);
    expect(await run.capacity()).toMatchObject({ status: "ready" });
    return run;
  };

  test("is raised, waited for, and put back", async () => {
    const run = await raisedTable();
    expect(boundsOf(run, reads)).toEqual([200, 1000, 200]);

    await run.wayBack();
    await run.scaleDown();
    expect(boundsOf(run, reads)).toEqual([50, 1000, 100]);
  });

  test("that is paid for by request is refused by name", async () => {
    const run = await begin({
      plan: leansOn({ ...table, multiple: 2 }),
      spec: { alongside: { onDemand: true } },
    });

    expect(await run.plan()).toMatchObject({
      status: "refused",
      reason:
        "alongside: DynamoDB table table/sessions: it is paid for by request and has no capacity to raise: provision it, or take it out of alongside",
    });
  });

  test("that may not be lowered again today stays for the sweep, which lowers it within the hour", async () => {
    const run = await raisedTable({ alongside: { decreasesToday: 4 } });
    await run.wayBack();

    expect(await run.scaleDown()).toMatchObject({
      status: "done",
      reason: expect.stringMatching(/not everything could be done: .*decreases are limited/),
    });
    expect(boundsOf(run, reads)).toEqual([50, 1000, 200]);
    const [change] = (await run.ledger()).changes.filter(({ id }) => id.startsWith("lease"));
    expect(change).toMatchObject({ state: "applied", refusal: { by: /decreases are limited/ } });

    run.account.wait(61);
    run.doc = { ...run.doc, scaleDown: undefined };
    await run.scaleDown();
    expect(boundsOf(run, reads)).toEqual([50, 1000, 100]);
    expect(await run.changes()).toMatchObject({ "lease-1-to-200": "undone" });
  });
});
