import { describe, expect, it } from "vitest";
import { ecs } from "#twin/services";
import { actorText } from "#twin/world";
import { type Options, scalableTwin } from "./scalable-twin.ts";

const id = "service/models/features";
const target = {
  ServiceNamespace: "ecs",
  ResourceId: id,
  ScalableDimension: "ecs:service:DesiredCount",
} as const;
const seed = {
  namespace: "ecs",
  resourceId: id,
  dimension: target.ScalableDimension,
  capacity: 4,
  min: 2,
  max: 10,
};

function ecsTwin(options?: Options, more: object = {}) {
  const twin = scalableTwin([{ ...seed, ...more }], (world) => [ecs(world)], options);
  const call = (operation: string, input: object) => twin.json(ecs(twin.world), operation, input);
  const service = async () => {
    const { body } = await call("DescribeServices", { cluster: "models", services: ["features"] });
    return (body as { services: { desiredCount: number; runningCount: number; pendingCount: number }[] })
      .services[0];
  };
  const bounds = async () =>
    (await twin.scaling.describeScalableTargets({ ServiceNamespace: "ecs" })).ScalableTargets?.[0];
  const activities = async () =>
    (await twin.scaling.describeScalingActivities({ ServiceNamespace: "ecs" })).ScalingActivities ?? [];
  return { ...twin, call, service, bounds, activities };
}

describe("DescribeServices", () => {
  it("shows a service as ECS describes it, and names what is missing", async () => {
    const twin = ecsTwin();

    const { status, body } = await twin.call("DescribeServices", {
      cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/models",
      services: ["features", "gone"],
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      services: [
        {
          serviceArn: "arn:aws:ecs:eu-west-1:123456789012:service/models/features",
          serviceName: "features",
          clusterArn: "arn:aws:ecs:eu-west-1:123456789012:cluster/models",
          status: "ACTIVE",
          desiredCount: 4,
          runningCount: 4,
          pendingCount: 0,
          deployments: [{ status: "PRIMARY", rolloutState: "COMPLETED", desiredCount: 4 }],
        },
      ],
      failures: [{ arn: "arn:aws:ecs:eu-west-1:123456789012:service/models/gone", reason: "MISSING" }],
    });
  });

  it.each([
    ["DescribeServices", { cluster: "other", services: ["features"] }, "ClusterNotFoundException"],
    ["DescribeServices", { cluster: "models" }, "InvalidParameterException"],
    ["UpdateService", { cluster: "models", service: "gone", desiredCount: 3 }, "ServiceNotFoundException"],
    [
      "UpdateService",
      { cluster: "models", service: "features", desiredCount: -1 },
      "InvalidParameterException",
    ],
    ["DeleteService", { cluster: "models", service: "features" }, "UnknownOperationException"],
  ])("refuses %s %j", async (operation, input, error) => {
    expect(await ecsTwin().call(operation, input)).toMatchObject({ status: 400, error });
  });

  it("names the member of UpdateService that it does not model", async () => {
    const { body } = await ecsTwin().call("UpdateService", {
      cluster: "models",
      service: "features",
      forceNewDeployment: true,
    });
    expect(body["message"]).toBe("the twin does not model UpdateService's forceNewDeployment");
  });
});

describe("UpdateService", () => {
  it("has tasks pending until they run, one after the other", async () => {
    const twin = ecsTwin();

    const { body } = await twin.call("UpdateService", {
      cluster: "models",
      service: "features",
      desiredCount: 12,
    });
    const seen = [];
    for (let tenths = 0; tenths < 60; tenths++) {
      const service = await twin.service();
      seen.push(service?.runningCount ?? 0);
      expect((service?.runningCount ?? 0) + (service?.pendingCount ?? 0)).toBe(12);
      twin.wait(10);
    }

    expect(body).toMatchObject({ service: { desiredCount: 12, runningCount: 4, pendingCount: 8 } });
    expect(seen.at(-1)).toBe(12);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(3);
    expect(twin.world.events.filter(({ kind }) => kind === "scalable")).toMatchObject([
      { subject: id, from: 4, to: 12, by: { who: "call", operation: "UpdateService" } },
    ]);
  });

  it("runs as many tasks as there is room for, and no more", async () => {
    const twin = ecsTwin({ spec: { alongside: { roomPercent: 150 } } });

    await twin.call("UpdateService", { cluster: "models", service: "features", desiredCount: 12 });
    twin.wait(1200);

    expect(await twin.service()).toMatchObject({
      desiredCount: 12,
      runningCount: 6,
      pendingCount: 6,
      deployments: [{ rolloutState: "IN_PROGRESS" }],
    });
  });
});

describe("a scalable target on a service", () => {
  it("is scaled out to a minimum above what it has: accepted at once, begun in seconds, there in minutes", async () => {
    const twin = ecsTwin();

    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 8 });
    const accepted = { bounds: await twin.bounds(), service: await twin.service() };
    twin.wait(10);
    const begun = { service: await twin.service(), activities: await twin.activities() };
    twin.wait(600);

    expect(accepted).toMatchObject({
      bounds: {
        ...target,
        MinCapacity: 8,
        MaxCapacity: 10,
        RoleARN:
          "arn:aws:iam::123456789012:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
      },
      service: { desiredCount: 4 },
    });
    expect(begun).toMatchObject({
      service: { desiredCount: 8, runningCount: 4 },
      activities: [
        {
          ...target,
          Description: "Setting desired count to 8.",
          Cause: "minimum capacity was set to 8",
          StatusCode: "InProgress",
        },
      ],
    });
    expect(await twin.service()).toMatchObject({ desiredCount: 8, runningCount: 8 });
    expect(await twin.activities()).toMatchObject([
      {
        StatusCode: "Successful",
        StatusMessage: "Successfully set desired count to 8. Change successfully fulfilled by ecs.",
      },
    ]);
    const [raised] = twin.world.events.filter(({ kind }) => kind === "scalable");
    expect(raised && actorText(raised.by)).toBe("application-auto-scaling: RegisterScalableTarget");
  });

  it("keeps what it has when the minimum alone goes down, and loses it to a lower maximum", async () => {
    const twin = ecsTwin();
    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 8 });
    twin.wait(600);

    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 2 });
    twin.wait(3600);
    const kept = await twin.service();
    await twin.scaling.registerScalableTarget({ ...target, MaxCapacity: 4 });
    twin.wait(60);

    expect(kept).toMatchObject({ desiredCount: 8, runningCount: 8 });
    expect(await twin.service()).toMatchObject({ desiredCount: 4, runningCount: 4 });
    expect((await twin.activities())[0]).toMatchObject({ Cause: "maximum capacity was set to 4" });
  });

  it("refuses a second update while the first is pending, and takes it seconds later", async () => {
    const twin = ecsTwin();
    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 8 });

    const refused = [
      twin.scaling.registerScalableTarget({ ...target, MinCapacity: 9 }),
      twin.scaling.deregisterScalableTarget(target),
    ];

    for (const each of refused)
      await expect(each).rejects.toMatchObject({ name: "ConcurrentUpdateException" });
    twin.wait(3);
    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 9 });
    twin.wait(600);
    expect(await twin.service()).toMatchObject({ desiredCount: 9, runningCount: 9 });
    expect((await twin.activities()).map(({ StatusCode }) => StatusCode)).toEqual([
      "Successful",
      "Overridden",
    ]);
  });

  it("is looked at again by an update that changes nothing", async () => {
    const twin = ecsTwin();
    await twin.call("UpdateService", { cluster: "models", service: "features", desiredCount: 1 });
    twin.wait(600);
    const below = await twin.service();

    await twin.scaling.registerScalableTarget(target);
    twin.wait(600);

    expect(below).toMatchObject({ desiredCount: 1 });
    expect(await twin.service()).toMatchObject({ desiredCount: 2, runningCount: 2 });
  });

  it("says what was not fulfilled", async () => {
    const twin = ecsTwin({ spec: { alongside: { roomPercent: 100 } } });

    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 8 });
    twin.wait(600);

    expect(await twin.activities()).toMatchObject([{ StatusCode: "Unfulfilled" }]);
  });

  it("leaves the service as it is when it is deregistered, and asks for both bounds to come back", async () => {
    const twin = ecsTwin();

    await twin.scaling.deregisterScalableTarget(target);
    const without = await twin.bounds();
    const half = twin.scaling.registerScalableTarget({ ...target, MinCapacity: 1 });
    await expect(half).rejects.toMatchObject({ name: "ValidationException" });
    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 0, MaxCapacity: 6 });

    expect(without).toBeUndefined();
    expect(await twin.bounds()).toMatchObject({ MinCapacity: 0, MaxCapacity: 6 });
    expect(await twin.service()).toMatchObject({ desiredCount: 4, runningCount: 4 });
  });

  it.each([
    ["service/models/gone", "ValidationException", "ECS service doesn't exist: service/models/gone"],
    ["service/features", "ValidationException", /^Unsupported service namespace, resource type/],
    ["table/features", "ValidationException", /^Unsupported service namespace, resource type/],
  ])("refuses %s", async (ResourceId, name, message) => {
    const registering = ecsTwin().scaling.registerScalableTarget({
      ...target,
      ResourceId,
      MinCapacity: 1,
      MaxCapacity: 2,
    });
    await expect(registering).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it("is not there before somebody registers it, where the world says so", async () => {
    const twin = ecsTwin({ spec: { alongside: { registered: false } } });

    expect(await twin.bounds()).toBeUndefined();
    await expect(twin.scaling.deregisterScalableTarget(target)).rejects.toMatchObject({
      name: "ObjectNotFoundException",
      message:
        "No scalable target registered for service namespace: ecs, resource ID: service/models/features, scalable dimension: ecs:service:DesiredCount",
    });
  });

  it("is listed with its own namespace alone", async () => {
    const { scaling } = ecsTwin();
    const listed = await scaling.describeScalableTargets({ ServiceNamespace: "sagemaker" });
    expect(listed.ScalableTargets?.map(({ ServiceNamespace }) => ServiceNamespace)).toEqual(["sagemaker"]);
  });

  it("takes scheduled actions, and no policies", async () => {
    const twin = ecsTwin();
    await twin.scaling.putScheduledAction({
      ...target,
      ScheduledActionName: "evening",
      Schedule: "rate(5 minutes)",
      ScalableTargetAction: { MinCapacity: 6 },
    });
    twin.wait(600);

    expect(await twin.service()).toMatchObject({ desiredCount: 6 });
    expect((await twin.scaling.describeScalingPolicies({ ServiceNamespace: "ecs" })).ScalingPolicies).toEqual(
      [],
    );
    const put = twin.scaling.putScalingPolicy({
      ...target,
      PolicyName: "cpu",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 50 },
    });
    await expect(put).rejects.toThrow("the twin does not model PutScalingPolicy's ServiceNamespace 'ecs'");
  });
});

describe("a policy that follows the traffic", () => {
  const steady = { recording: { everySeconds: 60, requests: [600] } };
  const following = (traffic: object) => ecsTwin({ spec: { alongside: { follows: true }, traffic } });

  it("takes away what a lowered minimum leaves, fifteen minutes later, and no more than the traffic lets it", async () => {
    const twin = following(steady);
    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 8 });
    twin.wait(1200);
    const held = await twin.service();

    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 2 });
    twin.wait(1200);

    expect(held).toMatchObject({ desiredCount: 8, runningCount: 8 });
    expect(await twin.service()).toMatchObject({ desiredCount: 4 });
    expect((await twin.activities())[0]).toMatchObject({
      Cause: expect.stringMatching(/ in state ALARM triggered policy service-models-features-utilisation$/),
    });
  });

  it("goes out with the traffic, not beyond the maximum, and stays where scaling is suspended", async () => {
    const rising = { ...steady, changes: [{ atMinute: 5, factor: 2 }] };
    const [free, held] = [following(rising), following(rising)];
    await held.scaling.registerScalableTarget({
      ...target,
      SuspendedState: { DynamicScalingOutSuspended: true },
    });

    for (const twin of [free, held]) twin.wait(1800);

    expect((await free.service())?.desiredCount).toBe(8);
    expect((await held.service())?.desiredCount).toBe(4);
  });

  it("is described, and may be deleted", async () => {
    const { scaling } = following({});
    const described = async () =>
      (await scaling.describeScalingPolicies({ ServiceNamespace: "ecs" })).ScalingPolicies ?? [];
    const PolicyName = "service-models-features-utilisation";

    expect(await described()).toMatchObject([
      {
        ...target,
        PolicyName,
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
        },
      },
    ]);
    await scaling.deleteScalingPolicy({ ...target, PolicyName });
    expect(await described()).toEqual([]);
  });
});

it("is paid for by the hour that each task runs", () => {
  const twin = ecsTwin({}, { usdPerUnitHour: 2 });
  twin.wait(3600);
  expect(twin.world.unitHours()).toEqual([
    { owner: id, unitHours: 4, usd: 8, extraUnitHours: 0, extraUsd: 0 },
  ]);
  expect(twin.world.unitHours(twin.world.startMs + 900_000)).toEqual([
    { owner: id, unitHours: 1, usd: 2, extraUnitHours: 0, extraUsd: 0 },
  ]);
});
