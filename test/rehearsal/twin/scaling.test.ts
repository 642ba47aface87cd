import { describe, expect, it } from "vitest";
import { actorText } from "#twin/world";
import type { SpecInput } from "../world/example.ts";
import { fleetOf, sagemakerTwin, stableTarget } from "./sagemaker-twin.ts";

/** Half the plan's instances as the minimum, and little traffic: the policy will want fewer instances. */
const quiet: SpecInput = { scaling: { minPercent: 50 }, traffic: { peakPercent: 40 } };
/** More traffic than eight instances serve at the plan's utilisation. */
const busy: SpecInput = { traffic: { peakPercent: 220 } };

type Twin = ReturnType<typeof sagemakerTwin>;
const targetOf = async (twin: Twin) =>
  (await twin.scaling.describeScalableTargets({ ServiceNamespace: "sagemaker" })).ScalableTargets?.[0];
const desired = async (twin: Twin) => fleetOf(await twin.describe())["v6"]?.desired;

describe("RegisterScalableTarget", () => {
  it("pulls the live count into the new bounds at once, which locks the endpoint for minutes", async () => {
    const twin = sagemakerTwin();

    await twin.scaling.registerScalableTarget({ ...stableTarget, MinCapacity: 12 });
    const locked = await twin.describe();
    const { minutes, endpoint } = await twin.settled();

    expect(locked).toMatchObject({ EndpointStatus: "Updating" });
    expect(fleetOf(locked)["v6"]).toMatchObject({ instances: 8, desired: 12 });
    expect(minutes).toBeGreaterThan(4);
    expect(fleetOf(endpoint)["v6"]?.instances).toBe(12);
    expect(
      (await twin.scaling.describeScalingActivities({ ServiceNamespace: "sagemaker" }))
        .ScalingActivities?.[0],
    ).toMatchObject({
      Description: "Setting desired instance count to 12.",
      StatusCode: "Successful",
    });
  });

  it("leads to an activity that says so, and is forgotten six weeks after it began", async () => {
    const twin = sagemakerTwin();
    const told = async () =>
      (await twin.scaling.describeScalingActivities({ ServiceNamespace: "sagemaker" })).ScalingActivities ??
      [];
    await twin.scaling.registerScalableTarget({ ...stableTarget, MinCapacity: 12 });
    const [first] = await told();
    expect(first?.Cause).toBe("minimum capacity was set to 12");
    twin.wait(42 * 24 * 60);
    expect((await told()).map(({ ActivityId }) => ActivityId)).toContain(first?.ActivityId);
    twin.wait(1);

    expect((await told()).map(({ ActivityId }) => ActivityId)).not.toContain(first?.ActivityId);
  });

  it("pulls down to a new maximum too", async () => {
    const twin = sagemakerTwin();

    await twin.scaling.registerScalableTarget({ ...stableTarget, MinCapacity: 2, MaxCapacity: 6 });

    expect(await desired(twin)).toBe(6);
  });

  it("leaves what is left out as it was", async () => {
    const twin = sagemakerTwin();

    await twin.scaling.registerScalableTarget({
      ...stableTarget,
      SuspendedState: { DynamicScalingInSuspended: true },
    });
    await twin.scaling.registerScalableTarget({ ...stableTarget, MaxCapacity: 20 });

    expect(await targetOf(twin)).toMatchObject({
      MinCapacity: 8,
      MaxCapacity: 20,
      SuspendedState: {
        DynamicScalingInSuspended: true,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
    });
    expect((await twin.describe()).EndpointStatus).toBe("InService");
  });

  it("waits with the pull until an update in progress is over", async () => {
    const twin = sagemakerTwin();
    await twin.resize("v6", 9);

    await twin.scaling.registerScalableTarget({ ...stableTarget, MinCapacity: 10 });
    expect(await desired(twin)).toBe(9);
    await twin.settled();
    twin.wait(1);

    expect(await desired(twin)).toBe(10);
  });

  it("records the refusal when the quota does not allow the pull", async () => {
    const twin = sagemakerTwin({ quotaInstances: 10 });

    await twin.scaling.registerScalableTarget({ ...stableTarget, MinCapacity: 12 });
    const { ScalingActivities } = await twin.scaling.describeScalingActivities({
      ServiceNamespace: "sagemaker",
    });

    expect(ScalingActivities?.[0]).toMatchObject({
      StatusCode: "Failed",
      StatusMessage: expect.stringContaining("ml.g5.xlarge for endpoint usage"),
    });
    expect(await desired(twin)).toBe(8);
  });

  it("needs both bounds for a new target, in order, at least 1, and a variant that is there", async () => {
    const twin = sagemakerTwin();
    await twin.joinCandidate();
    const candidate = { ...stableTarget, ResourceId: "endpoint/chat/variant/v7" };
    const refused = { name: "ValidationException" };

    await expect(twin.scaling.registerScalableTarget(candidate)).rejects.toMatchObject(refused);
    await expect(
      twin.scaling.registerScalableTarget({ ...candidate, MinCapacity: 4, MaxCapacity: 3 }),
    ).rejects.toMatchObject(refused);
    await expect(
      twin.scaling.registerScalableTarget({ ...candidate, MinCapacity: 0, MaxCapacity: 3 }),
    ).rejects.toMatchObject(refused);
    await expect(
      twin.scaling.registerScalableTarget({
        ...stableTarget,
        ResourceId: "endpoint/chat/variant/v9",
        MinCapacity: 1,
        MaxCapacity: 2,
      }),
    ).rejects.toMatchObject(refused);
    await twin.scaling.registerScalableTarget({ ...candidate, MinCapacity: 4, MaxCapacity: 8 });

    expect(
      (await twin.scaling.describeScalableTargets({ ServiceNamespace: "sagemaker" })).ScalableTargets,
    ).toHaveLength(2);
  });

  it("is refused for burstable instances", async () => {
    const twin = sagemakerTwin();
    const endpoint = twin.world.state.endpoints.get("chat");
    if (endpoint !== undefined)
      endpoint.variants = endpoint.variants.map((each) => ({ ...each, instanceType: "ml.t2.large" }));

    await expect(twin.scaling.registerScalableTarget(stableTarget)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("not supported for instance type ml.t2.large"),
    });
  });

  it("refuses other services' targets by name", async () => {
    const twin = sagemakerTwin();

    await expect(twin.scaling.describeScalableTargets({ ServiceNamespace: "rds" })).rejects.toMatchObject({
      name: "ValidationException",
      message: "the twin does not model DescribeScalableTargets's ServiceNamespace 'rds'",
    });
    await expect(
      twin.scaling.describeScalableTargets({ ServiceNamespace: "zzz" as "ecs" }),
    ).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(/'zzz' at 'serviceNamespace' .* enum value set: \[ecs, /),
    });
  });
});

describe("Target tracking", () => {
  it("adds instances within minutes when each gets more requests than the target, and not before it can see them", async () => {
    const twin = sagemakerTwin(busy);

    twin.wait(5);
    const early = twin.world.events.length;
    twin.wait(6);

    expect(early).toBe(0);
    const [first] = twin.world.events.filter((entry) => entry.kind === "capacity");
    expect(first?.by).toEqual({
      who: "auto-scaling",
      reason: { by: "policy", policy: "chat-invocations", side: "high" },
    });
    expect(Number(first?.to)).toBeGreaterThan(8);
  });

  it("takes instances away after fifteen low minutes, not below the minimum, again after a cooldown", async () => {
    const twin = sagemakerTwin(quiet);

    twin.wait(60);

    const counts = twin.world.events.filter((entry) => entry.kind === "capacity");
    expect(counts.length).toBeGreaterThan(0);
    expect(counts.every((entry) => Number(entry.to) >= 4 && actorText(entry.by).endsWith("(low)"))).toBe(
      true,
    );
    const times = counts.map((entry) => entry.atMs);
    for (const [i, at] of times.slice(1).entries())
      expect(at - (times[i] ?? 0)).toBeGreaterThanOrEqual(300_000);
  });

  it.each([
    ["in", quiet, { DynamicScalingInSuspended: true }],
    ["out", busy, { DynamicScalingOutSuspended: true }],
  ])("does not scale %s while that is suspended", async (_direction, spec, SuspendedState) => {
    const twin = sagemakerTwin(spec);
    await twin.scaling.registerScalableTarget({ ...stableTarget, SuspendedState });

    twin.wait(60);

    expect(twin.world.events.filter((entry) => entry.kind === "capacity")).toEqual([]);
  });

  it("is blocked while the endpoint is updating", async () => {
    const twin = sagemakerTwin({ ...busy, provisioning: { poolInstances: 0, giveUpSeconds: 3000 } });
    await twin.resize("v6", 9);

    twin.wait(49);

    const actors = twin.world.events.map(({ by }) => actorText(by));
    expect(new Set(actors)).toEqual(new Set(["UpdateEndpointWeightsAndCapacities"]));
  });

  it("does nothing without data: no traffic is not low traffic", async () => {
    const twin = sagemakerTwin({ ...quiet, traffic: { changes: [{ atMinute: 0, factor: 0 }] } });

    twin.wait(120);

    expect(twin.world.events.filter((entry) => entry.kind === "capacity").length).toBeLessThanOrEqual(1);
  });

  it("stops when its policy is deleted, and goes on when it is put back", async () => {
    const twin = sagemakerTwin(busy);
    const { ScalingPolicies } = await twin.scaling.describeScalingPolicies({ ServiceNamespace: "sagemaker" });
    const [policy] = ScalingPolicies ?? [];
    await twin.scaling.deleteScalingPolicy({ ...stableTarget, PolicyName: policy?.PolicyName });

    twin.wait(30);
    const without = twin.world.events.filter((entry) => entry.kind === "capacity").length;
    await twin.scaling.putScalingPolicy({
      ...stableTarget,
      PolicyName: policy?.PolicyName,
      PolicyType: policy?.PolicyType,
      TargetTrackingScalingPolicyConfiguration: policy?.TargetTrackingScalingPolicyConfiguration,
    });
    const { ScalingPolicies: restored } = await twin.scaling.describeScalingPolicies({
      ServiceNamespace: "sagemaker",
    });
    twin.wait(10);

    expect(without).toBe(0);
    expect(restored?.[0]?.TargetTrackingScalingPolicyConfiguration).toEqual(
      policy?.TargetTrackingScalingPolicyConfiguration,
    );
    expect(twin.world.events.filter((entry) => entry.kind === "capacity").length).toBeGreaterThan(0);
  });

  it("goes in only when every policy says so, and out as far as the neediest says", async () => {
    const put = (twin: Twin, TargetValue: number) =>
      twin.scaling.putScalingPolicy({
        ...stableTarget,
        PolicyName: "second",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue,
          PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
        },
      });
    const [idle, needy] = [sagemakerTwin(quiet), sagemakerTwin(quiet)];
    // Eight instances get about 100 requests a minute each: low for 504, just right for 105, far too many for 60.
    await put(idle, 105);
    await put(needy, 60);

    idle.wait(20);
    needy.wait(20);

    const counts = (twin: Twin) =>
      twin.world.events.filter((entry) => entry.kind === "capacity").map((entry) => Number(entry.to));
    expect(counts(idle).every((count) => count >= 8)).toBe(true);
    expect(counts(needy)[0]).toBeGreaterThan(10);
  });

  it("refuses policies of other kinds by name", async () => {
    const twin = sagemakerTwin();

    await expect(
      twin.scaling.putScalingPolicy({
        ...stableTarget,
        PolicyName: "steps",
        PolicyType: "StepScaling",
        StepScalingPolicyConfiguration: { AdjustmentType: "ChangeInCapacity" },
      }),
    ).rejects.toMatchObject({
      message: expect.stringContaining("PutScalingPolicy's StepScalingPolicyConfiguration"),
    });
  });
});

describe("DeregisterScalableTarget", () => {
  it("deletes the target's policies and scheduled actions with it", async () => {
    const twin = sagemakerTwin();
    await twin.scaling.putScheduledAction({
      ...stableTarget,
      ScheduledActionName: "morning",
      Schedule: "cron(0 8 ? * MON-FRI *)",
      Timezone: "Europe/Amsterdam",
      ScalableTargetAction: { MinCapacity: 10 },
    });

    await twin.scaling.deregisterScalableTarget(stableTarget);

    const scope = { ServiceNamespace: "sagemaker" } as const;
    expect((await twin.scaling.describeScalableTargets(scope)).ScalableTargets).toEqual([]);
    expect((await twin.scaling.describeScalingPolicies(scope)).ScalingPolicies).toEqual([]);
    expect((await twin.scaling.describeScheduledActions(scope)).ScheduledActions).toEqual([]);
    await expect(twin.scaling.deregisterScalableTarget(stableTarget)).rejects.toMatchObject({
      name: "ObjectNotFoundException",
    });
  });
});

describe("Scheduled actions", () => {
  it("set the bounds at their time and nothing sets them back", async () => {
    const twin = sagemakerTwin();
    await twin.scaling.putScheduledAction({
      ...stableTarget,
      ScheduledActionName: "raise",
      // Ten past nine UTC; the world begins at nine.
      Schedule: "at(2026-11-24T10:10:00)",
      Timezone: "Europe/Amsterdam",
      ScalableTargetAction: { MinCapacity: 10, MaxCapacity: 20 },
    });

    twin.wait(9);
    const before = await targetOf(twin);
    twin.wait(2);
    const after = await targetOf(twin);
    twin.wait(600);

    expect(before).toMatchObject({ MinCapacity: 8, MaxCapacity: 16 });
    expect(after).toMatchObject({ MinCapacity: 10, MaxCapacity: 20 });
    expect(await targetOf(twin)).toMatchObject({ MinCapacity: 10, MaxCapacity: 20 });
  });

  it("do not fire while scheduled scaling is suspended", async () => {
    const twin = sagemakerTwin();
    await twin.scaling.registerScalableTarget({
      ...stableTarget,
      SuspendedState: { ScheduledScalingSuspended: true },
    });
    await twin.scaling.putScheduledAction({
      ...stableTarget,
      ScheduledActionName: "often",
      Schedule: "rate(5 minutes)",
      ScalableTargetAction: { MinCapacity: 10 },
    });

    twin.wait(12);

    expect(await targetOf(twin)).toMatchObject({ MinCapacity: 8 });
  });

  it("refuse schedules and time zones that nobody can read", async () => {
    const twin = sagemakerTwin();
    const put = (Schedule: string, Timezone?: string) =>
      twin.scaling.putScheduledAction({
        ...stableTarget,
        ScheduledActionName: "odd",
        Schedule,
        Timezone,
        ScalableTargetAction: { MinCapacity: 9 },
      });

    await expect(put("every day")).rejects.toMatchObject({
      message: "Invalid schedule expression: every day",
    });
    await expect(put("rate(1 day)", "Mars/Olympus")).rejects.toMatchObject({
      message: "Invalid Timezone: Mars/Olympus",
    });
  });
});
