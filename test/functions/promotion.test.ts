/** Promotion and what follows it: the candidate serves alone, scales as stable did, and stable is gone. */
import { RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { promoteModel } from "../../functions/promote-model.ts";
import { readScaling } from "../../src/aws/application-auto-scaling.ts";
import { movedMeanwhile } from "../../src/aws/leaving.ts";
import { readResource } from "../../src/aws/resources/registry.ts";
import { updateEndpoint } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { remainderOf } from "../../src/core/release/remainder.ts";
import { scalingOf } from "../../src/core/release/resources.ts";
import { planWith } from "../core/example.ts";
import { Run } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

const quick = planWith({ rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 5 }] } });

const closing = { promoted: true, why: "", at: "2026-11-23T12:00:00.000Z" };

async function promoted(): Promise<Run> {
  const run = await Run.shifted({ plan: quick });
  await run.promote();
  return run;
}

describe("promotion", () => {
  test("is recorded before anything else, and lets the candidate scale in as stable did", async () => {
    const run = await Run.shifted({ plan: quick });

    expect(await run.promote()).toMatchObject({ status: "done", reason: "v7 is promoted" });

    expect((await run.ledger()).promoted).toBe(true);
    expect(await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v7")).toMatchObject({
      suspended: { in: false, out: false, scheduled: false },
    });
    expect(run.account.published().at(-1)).toMatchObject({ state: "promoted" });
  });

  test("of a candidate that left a part to stable comes after it has taken that: both fleets stand until then", async () => {
    const held = { trafficPercent: 90, bakeMinutes: 5 };
    const run = await Run.shifted({ plan: planWith({ rollout: { stages: [held], holdbackPercent: 10 } }) });
    expect(await run.bake()).toMatchObject({ decision: "advance" });
    expect((await run.ledger()).promoted).toBe(false);
    await expect(promoteModel(run.staged(), run.tools)).rejects.toMatchObject({
      name: "Drifted",
      message: expect.stringContaining("v6 10, v7 90: v7 is not promoted"),
    });
    expect(await run.shift()).toMatchObject({ status: "complete" });
    expect((await run.ledger()).promoted).toBe(false);

    await promoteModel(run.staged(), run.tools);

    expect((await run.ledger()).promoted).toBe(true);
    expect((await run.endpoint()).variants.map((v) => [v.name, v.currentInstances, v.currentWeight])).toEqual(
      [
        ["v6", 8, 0],
        ["v7", 8, 100],
      ],
    );
    await run.scaleDown();
    expect((await run.endpoint()).variants.map(({ name }) => name)).toEqual(["v7"]);
  });

  test("goes back with the part that stable had, where the rest was on its way", async () => {
    const held = { trafficPercent: 90, bakeMinutes: 5 };
    const run = await Run.shifted({ plan: planWith({ rollout: { stages: [held], holdbackPercent: 10 } }) });
    await run.bake();
    await run.shiftOnce();

    await run.wayBack();
    await run.scaleDown();

    const { config, variants } = await run.endpoint();
    expect(config).toBe(run.needs.stable.config);
    expect(variants.map((v) => [v.name, v.currentInstances])).toEqual([["v6", 8]]);
  });

  test("twice is once", async () => {
    const run = await promoted();

    await promoteModel(run.staged(), run.tools);

    const changes = (await run.ledger()).changes.filter(({ id }) => id === "lift-hold");
    expect(changes).toHaveLength(1);
  });

  test("whose scaling could not be lifted is recorded all the same: the way out is forward", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const run = await Run.shifted({ plan: quick });
    run.account.fail("RegisterScalableTarget", new AwsError("InternalFailure", "no", { statusCode: 500 }));

    await expect(run.promote()).rejects.toMatchObject({ name: "InternalFailure" });

    expect(await run.wayBack()).toMatchObject({
      status: "done",
      reason: "the candidate is promoted already; the way out is forward",
    });
    expect((await run.endpoint()).config).toBe(run.needs.joinConfig);
  });
});

describe("scaling down after a promotion", () => {
  test("leaves the candidate serving alone, with stable's variant, scaling and the joint configuration gone", async () => {
    const run = await promoted();

    expect(await run.scaleDown()).toMatchObject({
      status: "done",
      reason: "slipway-dev-chat-assistant-v7-production-final-8t486wnq serves alone",
      drifted: [],
    });

    const { config, variants } = await run.endpoint();
    expect(config).toBe("slipway-dev-chat-assistant-v7-production-final-8t486wnq");
    expect(variants.map((v) => [v.name, v.currentInstances])).toEqual([["v7", 8]]);
    // Whoever serves from this configuration later finds a variant that takes traffic.
    expect(await readResource(run.account.aws, { kind: "endpoint-config", name: config })).toMatchObject({
      ProductionVariants: [{ VariantName: "v7", InitialVariantWeight: 1 }],
    });
    expect(await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v6")).toBeNull();
    expect(await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v7")).toMatchObject({
      min: 8,
      max: 16,
    });
    const join = { kind: "endpoint-config", name: run.needs.joinConfig } as const;
    expect(await readResource(run.account.aws, join)).toBeNull();
  });

  test("names all that is to follow in the ledger before anything can stop it", async () => {
    const run = await Run.shifted({ plan: quick });
    await run.bake();
    await (await run.ledger()).promote();
    run.account.fail("DescribeEndpoint", new AwsError("AccessDeniedException", "no", { statusCode: 403 }), 9);

    await expect(run.scaleDownOnce()).rejects.toMatchObject({ name: "AccessDeniedException" });

    expect(await run.changes()).toMatchObject({
      "lift-hold": "applied",
      "retire-scaling": "intended",
      "final-1": "intended",
      "drop-join-config": "intended",
    });
  });

  test("knows since when it waits for the endpoint to come to rest", async () => {
    const run = await promoted();
    const { since } = await run.scaleDownOnce();
    run.account.wait(1);

    expect(await run.scaleDownOnce()).toMatchObject({ status: "waiting", since });
  });

  test("settles every change as kept", async () => {
    const run = await promoted();
    await run.scaleDown();

    expect(new Set(Object.values(await run.changes()))).toEqual(new Set(["kept"]));
  });

  test("waits while the endpoint is in motion, and changes nothing a second time", async () => {
    const run = await promoted();
    expect(await run.scaleDownOnce()).toMatchObject({ status: "waiting" });
    const writes = run.account.writes().length;

    expect(await run.scaleDownOnce()).toMatchObject({
      status: "waiting",
      reason: "endpoint chat-assistant is Updating",
    });

    expect(run.account.writes()).toHaveLength(writes);
  });

  test("tries again where SageMaker went back by itself, for as long as the plan allows", async () => {
    const run = await promoted();
    const { state } = run.account.world;
    state.poolInstances = 0;
    await run.scaleDownOnce();
    run.account.settle();
    expect((await run.endpoint()).config).toBe(run.needs.joinConfig);

    state.poolInstances = 100;

    expect(await run.scaleDown()).toMatchObject({ status: "done" });
    expect((await run.endpoint()).config).toBe(run.needs.finalConfig);
  });

  test("is not tried again where it was refused for want of the candidate's model, and stable keeps its scaling", async () => {
    const run = await promoted();
    const { world, aws } = run.account;
    const { modelName } = run.needs.candidate;
    const stables = (await run.ledger()).find("hold-scale-in")?.before;
    run.account.fail("UpdateEndpoint", new AwsError("ValidationException", "Could not find model"), 1);
    expect((await run.scaleDown()).reason).toContain("Could not find model");
    world.state.models.delete(modelName);

    expect((await run.scaleDown()).reason).toContain(
      `model ${modelName} of v7 does not exist; someone else deleted it`,
    );

    expect(run.account.calls.filter(({ operation }) => operation === "UpdateEndpoint")).toHaveLength(2);
    expect(await readScaling(aws, "endpoint/chat-assistant/variant/v6")).toEqual(stables);
  });

  test("nor where what it moves to was refused for the same want", async () => {
    const run = await promoted();
    run.account.fail("CreateEndpointConfig", new AwsError("ValidationException", "Could not find model"), 1);
    expect((await run.scaleDown()).reason).toContain("Could not find model");
    run.account.world.state.models.delete(run.needs.candidate.modelName);
    const asked = () =>
      run.account.calls.filter(({ operation }) => operation === "CreateEndpointConfig").length;
    const before = asked();

    expect((await run.scaleDown()).reason).toContain("of v7 does not exist; someone else deleted it");

    expect(asked()).toBe(before);
  });

  test("is through where a step died that had moved the endpoint, before it could say so", async () => {
    const run = await promoted();
    await run.scaleDownOnce();
    const ledger = await run.ledger();
    const { resource, before = null, after = null, at = "" } = ledger.find("final-1") ?? {};
    if (resource === undefined) throw new Error("expected a move, found none");
    await ledger.forget(["final-1"]);
    await ledger.intend({ id: "final-1", resource, before, after, at });
    run.account.settle();

    expect((await run.scaleDown()).reason).toBe(`${run.needs.finalConfig} serves alone`);

    expect(remainderOf((await run.ledger()).changes, closing)).toEqual([]);
  });

  test("ends by name where it never gets there, and the sweep takes it up again until it does", async () => {
    const run = await promoted();
    const { joinConfig, finalConfig } = run.needs;
    const stables = (await run.ledger()).find("hold-scale-in");
    run.account.world.state.poolInstances = 0;

    expect((await run.scaleDown()).reason).toContain(`did not leave ${joinConfig}`);

    expect(remainderOf((await run.ledger()).changes, closing)).toMatchObject([
      { resource: { kind: "routing", name: "chat-assistant" }, is: joinConfig, should: finalConfig },
      // As it was before the release: on an endpoint that it stays on, stable keeps its scaling.
      { resource: scalingOf("chat-assistant", "v6"), is: stables?.before, should: null },
      { resource: { kind: "endpoint-config", name: joinConfig }, should: null },
    ]);
    expect(await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v6")).toEqual(stables?.before);

    run.account.world.state.poolInstances = 100;
    run.doc = { ...run.doc, scaleDown: undefined };
    expect(await run.scaleDown()).toMatchObject({ reason: `${finalConfig} serves alone` });
    expect(remainderOf((await run.ledger()).changes, closing)).toEqual([]);
  });

  test.each([
    ["the hold on the candidate's scale-in", "RegisterScalableTarget", ["scaling"]],
    ["stable's scaling", "DeregisterScalableTarget", ["scaling", "routing", "endpoint-config"]],
    ["the last configuration", "CreateEndpointConfig", ["endpoint-config", "scaling", "routing"]],
    ["the joint configuration", "DeleteEndpointConfig", ["endpoint-config"]],
  ])("does what it may where %s may not be touched, and says what is left", async (_, operation, kinds) => {
    const run = await Run.shifted({ plan: quick });
    await run.bake();
    run.account.fail(operation, new AwsError("AccessDeniedException", "no", { statusCode: 403 }), 1000);
    await promoteModel(run.staged(), run.tools).catch(() => undefined);

    expect((await run.scaleDown()).reason).toMatch(/^not everything could be done: AwsRefused: AccessDenied/);
    const left = remainderOf((await run.ledger()).changes, closing);
    expect(new Set(left.map(({ resource }) => resource.kind))).toEqual(new Set(kinds));

    run.account.mend();
    await run.scaleDown();
    expect(new Set(Object.values(await run.changes()))).not.toContain("intended");
    expect((await run.endpoint()).config).toBe(run.needs.finalConfig);
    expect(await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v7")).toMatchObject({
      suspended: { in: false },
    });
  });
});

describe("auto scaling that someone else changed while the release was under way", () => {
  /** Someone sets the minimum of one side's scaling. */
  const meddle = (run: Run, variant: string, min: number): void => {
    const target = run.account.world.state.scalableTargets.get(`endpoint/chat-assistant/variant/${variant}`);
    if (target === undefined) throw new Error(`expected scaling on ${variant}`);
    target.minCapacity = min;
  };

  test("does not keep a promoted release from its end: stable's goes with its variant, and is told", async () => {
    const run = await Run.shifted({ plan: quick });
    meddle(run, "v6", 7);
    await run.promote();

    const scaledDown = await run.scaleDown();

    expect(scaledDown).toMatchObject({
      status: "done",
      drifted: ["scaling endpoint/chat-assistant/variant/v6"],
    });
    expect((await run.endpoint()).variants.map(({ name }) => name)).toEqual(["v7"]);
  });

  test("is left as it is on the candidate, but for our hold", async () => {
    const run = await Run.shifted({ plan: quick });
    meddle(run, "v7", 7);

    await run.promote();
    await run.scaleDown();

    expect(await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v7")).toMatchObject({
      min: 7,
      suspended: { in: false },
    });
    expect(run.account.logged).toContain(
      "someone else changed the candidate's scaling; only our hold on it is lifted",
    );
    expect(await run.changes()).toMatchObject({ "adopt-scaling": "drifted" });
  });
});

test("a move that somebody has begun meanwhile is told while it is under way", async () => {
  const run = await promoted();
  const it = { name: "chat-assistant", needs: run.needs };
  expect(await movedMeanwhile(run.tools, it)).toBeUndefined();

  run.account.world.state.scalableTargets.clear();
  await updateEndpoint(run.account.aws, "chat-assistant", "chat-assistant-config-v6");

  expect(await movedMeanwhile(run.tools, it)).toBe("chat-assistant-config-v6");
  run.account.settle();
  expect(await movedMeanwhile(run.tools, it)).toBe("chat-assistant-config-v6");
});

test("a candidate to which somebody else has given a scaling gets none of ours", async () => {
  const run = await Run.warm({ plan: quick });
  const target = "endpoint/chat-assistant/variant/v7";
  await run.account.aws.scaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: "sagemaker",
      ResourceId: target,
      MinCapacity: 2,
      MaxCapacity: 5,
      ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
    }),
  );

  await expect(run.shift()).rejects.toMatchObject({ name: "Drifted" });
  expect(await readScaling(run.account.aws, target)).toMatchObject({ min: 2, max: 5 });
});
