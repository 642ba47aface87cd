/** The candidate joins at weight 0: in the ledger before it is made, once, and without touching stable. */
import { DescribeEndpointConfigCommand } from "@aws-sdk/client-sagemaker";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { readScaling } from "../../src/aws/application-auto-scaling.ts";
import { setInstances, updateEndpoint } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { putConfig, readConfig, withVariants } from "../../src/aws/serving/sagemaker/models.ts";
import { Run } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

async function planned(): Promise<Run> {
  const run = await Run.begin();
  await run.plan();
  return run;
}

const stables = "endpoint/chat-assistant/variant/v6";

describe("the candidate", () => {
  test("joins the endpoint at its final size and at weight 0, beside stable as it was", async () => {
    const run = await planned();

    expect(await run.prewarm()).toMatchObject({ status: "done", reason: "8 ml.g5.xlarge are being raised" });

    run.account.settle();
    const { variants } = await run.endpoint();
    expect(variants.map((v) => [v.name, v.modelName, v.currentInstances, v.currentWeight])).toEqual([
      ["v6", "chat-assistant-v6", 8, 1],
      ["v7", "slipway-dev-chat-assistant-v7-production-ziuu2ucq", 8, 0],
    ]);
  });

  test("is made of the new package in the surroundings of the model that serves", async () => {
    const run = await planned();
    await run.prewarm();

    expect(
      run.account.world.state.models.get("slipway-dev-chat-assistant-v7-production-ziuu2ucq")?.definition,
    ).toMatchObject({
      PrimaryContainer: { ModelPackageName: run.needs.candidate.packageArn },
      ExecutionRoleArn: "arn:aws:iam::123456789012:role/chat-assistant-serving",
      EnableNetworkIsolation: false,
    });
  });

  test("carries all else of stable's configuration over", async () => {
    const run = await planned();
    await run.prewarm();

    const config = await run.account.aws.sagemaker.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: run.needs.joinConfig }),
    );
    expect(config.ProductionVariants?.map((v) => [v.VariantName, v.InstanceType])).toEqual([
      ["v6", "ml.g5.xlarge"],
      ["v7", "ml.g5.xlarge"],
    ]);
  });

  test("has every change in the ledger, newest last, with stable's scale-in held first", async () => {
    const run = await planned();
    await run.prewarm();

    expect(await run.changes()).toEqual({
      "hold-scale-in": "applied",
      model: "applied",
      "join-config": "applied",
      join: "applied",
    });
    expect((await run.ledger()).changes.map(({ id }) => id)).toEqual([
      "hold-scale-in",
      "model",
      "join-config",
      "join",
    ]);
    expect(run.account.writes().filter((operation) => operation !== "PutEvents")).toEqual([
      ...["RegisterScalableTarget", "CreateModel", "CreateEndpointConfig", "UpdateEndpoint"],
    ]);
  });

  test("leaves stable free to grow while its scale-in is held", async () => {
    const run = await planned();
    await run.prewarm();

    expect(await readScaling(run.account.aws, stables)).toMatchObject({
      min: 8,
      max: 16,
      suspended: { in: true, out: false, scheduled: false },
    });
  });
});

describe("pre-warming again", () => {
  test("changes nothing a second time", async () => {
    const run = await planned();
    await run.prewarm();
    const writes = run.account.writes().length;

    await run.prewarm();

    expect(run.account.writes()).toHaveLength(writes);
  });

  test.each(["CreateModel", "CreateEndpointConfig", "UpdateEndpoint", "RegisterScalableTarget"])(
    "after %s failed finishes what is left, each thing once",
    async (operation) => {
      vi.spyOn(Math, "random").mockReturnValue(0);
      const run = await planned();
      run.account.fail(operation, new AwsError("InternalFailure", "no", { statusCode: 500 }));
      await expect(run.prewarm()).rejects.toMatchObject({ name: "InternalFailure" });

      expect(await run.prewarm()).toMatchObject({ status: "done" });

      run.account.settle();
      expect((await run.endpoint()).config).toBe(run.needs.joinConfig);
      expect(Object.values(await run.changes())).toEqual(["applied", "applied", "applied", "applied"]);
    },
  );

  test.each(["CreateModel", "CreateEndpointConfig", "UpdateEndpoint"])(
    "is not needed where only the answer to %s was lost",
    async (operation) => {
      vi.spyOn(Math, "random").mockReturnValue(0);
      const run = await planned();
      run.account.lose(operation, 1);

      expect(await run.prewarm()).toMatchObject({ status: "done" });

      run.account.settle();
      expect((await run.endpoint()).config).toBe(run.needs.joinConfig);
    },
  );
});

test("a step that died right after it had moved the endpoint knows its own update, and does not wait for its end", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const calls = async (run: Run, act: () => Promise<unknown>) => {
    const before = run.account.calls.length;
    await act();
    // What the journal is told comes after, and decides nothing.
    const settled = run.account.calls.findLastIndex(({ operation }) => operation === "UpdateItem");
    return settled + 1 - before;
  };
  const other = await planned();
  const last = await calls(other, () => other.prewarm());
  const run = await planned();
  const down = new AwsError("InternalServerError", "no", { statusCode: 500 });
  for (const again of [0, 1, 2]) run.account.failNth(last + again, down);
  await expect(run.prewarm()).rejects.toThrow();
  expect(await run.changes()).toMatchObject({ join: "intended" });
  expect((await run.endpoint()).status).toBe("Updating");

  expect(await run.prewarm()).toMatchObject({ status: "done" });

  expect(await run.changes()).toMatchObject({ join: "applied" });
  expect(run.account.writes().filter((operation) => operation === "UpdateEndpoint")).toHaveLength(1);
});

test("an endpoint in motion is waited for before it is moved", async () => {
  const run = await planned();
  await setInstances(run.account.aws, "chat-assistant", { name: "v6", instances: 9 });

  expect(await run.prewarm()).toMatchObject({
    status: "waiting",
    reason: "endpoint chat-assistant is Updating",
  });
  expect(run.account.writes()).not.toContain("UpdateEndpoint");

  run.account.settle();
  expect(await run.prewarm()).toMatchObject({ status: "done" });
});

test("an endpoint that others keep moving is asked about less and less, every 20 minutes in the end", async () => {
  const run = await planned();
  await setInstances(run.account.aws, "chat-assistant", { name: "v6", instances: 9 });
  expect(await run.prewarm()).toMatchObject({ status: "waiting", waitSeconds: 30 });
  run.account.wait(180);
  await setInstances(run.account.aws, "chat-assistant", { name: "v6", instances: 10 });

  expect(await run.prewarm()).toMatchObject({ status: "waiting", waitSeconds: 1200 });
});

test("stable without auto scaling is joined all the same, and gets none", async () => {
  const run = await Run.begin();
  run.account.world.state.scalableTargets.clear();
  await run.plan();

  expect(await run.prewarm()).toMatchObject({ status: "done" });
  expect(await readScaling(run.account.aws, stables)).toBeNull();
});

describe("an endpoint that somebody moved since it was planned", () => {
  /** Another stack's release joins: its variant comes beside stable. */
  async function joinedByOthers(run: Run): Promise<void> {
    const { aws } = run.account;
    const served = await readConfig(aws, "chat-assistant-config-v6");
    await putConfig(
      aws,
      "others-join",
      withVariants(served, (all) => [...all, ...all.map((one) => ({ ...one, VariantName: "others" }))]),
    );
    await updateEndpoint(aws, "chat-assistant", "others-join");
  }
  const refused = {
    name: "Drifted",
    message:
      "endpoint chat-assistant is moved to others-join by someone else, this release was planned on chat-assistant-config-v6",
  };

  test.each([
    ["while it moves", (_: Run) => {}],
    ["once it has moved", (run: Run) => run.account.settle()],
  ])("is left alone %s, before anything is changed", async (_, until) => {
    const run = await planned();
    await joinedByOthers(run);
    until(run);
    const writes = run.account.writes();

    await expect(run.prewarm()).rejects.toMatchObject(refused);

    expect(run.account.writes()).toEqual(writes);
    expect(await run.changes()).toEqual({});
  });

  test("between our last look and our call is left alone, and its traffic keeps stable's hold", async () => {
    const run = await planned();
    run.account.fail(
      "UpdateEndpoint",
      new AwsError("ValidationException", "Cannot update in-progress endpoint"),
      1,
    );
    await expect(run.prewarm()).rejects.toMatchObject({ name: "ValidationException" });
    await joinedByOthers(run);

    await expect(run.prewarm()).rejects.toMatchObject(refused);
    run.account.settle();
    expect(await run.wayBack()).toMatchObject({ status: "done" });
    expect(await run.scaleDown()).toMatchObject({
      drifted: expect.arrayContaining(["scaling endpoint/chat-assistant/variant/v6"]),
    });

    const { config, variants } = await run.endpoint();
    expect([config, variants.map(({ name }) => name)]).toEqual(["others-join", ["v6", "others"]]);
    const { models, scalableTargets } = run.account.world.state;
    expect([...models.keys()]).toEqual(["chat-assistant-v6"]);
    expect([...scalableTargets.values()].map(({ suspended }) => suspended.DynamicScalingInSuspended)).toEqual(
      [true],
    );
    expect(await run.changes()).toMatchObject({ join: "undone", "hold-scale-in": "drifted" });
  });

  test("to a configuration with stable alone is theirs, and our hold is lifted", async () => {
    const run = await planned();
    run.account.fail(
      "UpdateEndpoint",
      new AwsError("ValidationException", "Cannot update in-progress endpoint"),
      1,
    );
    await expect(run.prewarm()).rejects.toMatchObject({ name: "ValidationException" });
    const { aws } = run.account;
    await putConfig(aws, "others-alone", await readConfig(aws, "chat-assistant-config-v6"));
    await updateEndpoint(aws, "chat-assistant", "others-alone");
    run.account.settle();

    await run.wayBack();
    await run.scaleDown();

    const { scalableTargets } = run.account.world.state;
    expect([...scalableTargets.values()].map(({ suspended }) => suspended.DynamicScalingInSuspended)).toEqual(
      [false],
    );
  });
});
