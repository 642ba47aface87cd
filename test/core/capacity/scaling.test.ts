/** A variant's auto scaling, held so that it only grows, and handed on to a variant of another size. */
import { describe, expect, test } from "vitest";
import {
  adopted,
  capped,
  countsCores,
  held,
  type NamedPart,
  Scaling,
  type SideThroughput,
  unadoptable,
} from "../../../src/core/capacity/scaling.ts";

const tracking = (target: number, metric = "SageMakerVariantInvocationsPerInstance") => ({
  name: `track-${metric}`,
  type: "TargetTrackingScaling",
  targetTracking: { TargetValue: target, PredefinedMetricSpecification: { PredefinedMetricType: metric } },
});
const step = { name: "step", type: "StepScaling", step: { AdjustmentType: "ChangeInCapacity" } };

const stables: Scaling = {
  min: 4,
  max: 16,
  suspended: { in: false, out: false, scheduled: true },
  policies: [tracking(504), step],
  scheduledActions: [{ name: "morning", schedule: "cron(0 7 * * ? *)" }],
};
const sides = (candidate: { perInstance?: number; instances?: number } = {}): SideThroughput => ({
  stable: { variant: "v6", perInstance: 12 },
  candidate: { variant: "v7", perInstance: 12, instances: 8, ...candidate },
});
const large = sides({ perInstance: 24, instances: 4 });

test("scaling is held by suspending scale-in; it may still grow, and all else stays as it is", () => {
  expect(held(stables)).toEqual({ ...stables, suspended: { in: true, out: false, scheduled: true } });
});

test("a candidate of the same size adopts stable's scaling unchanged", () => {
  expect(adopted(stables, sides())).toEqual(stables);
});

test("a candidate whose instances do twice the work gets half the bounds and twice the target per instance", () => {
  expect(adopted(stables, large)).toMatchObject({ min: 2, max: 8, policies: [tracking(1008), step] });
});

test("bounds that scheduled actions set follow the same ratio, as far as they set them", () => {
  const scheduledActions = [
    { name: "morning", schedule: "cron(0 7 * * ? *)", action: { MinCapacity: 9, MaxCapacity: 12 } },
    { name: "night", schedule: "cron(0 22 * * ? *)", action: { MinCapacity: 1 } },
  ];

  expect(adopted({ ...stables, scheduledActions }, large).scheduledActions).toEqual([
    { ...scheduledActions[0], action: { MinCapacity: 5, MaxCapacity: 6 } },
    { ...scheduledActions[1], action: { MinCapacity: 1 } },
  ]);
});

test("bounds are rounded up, and the minimum is never below one", () => {
  const own = adopted({ ...stables, min: 1, max: 3 }, sides({ perInstance: 24, instances: 1 }));

  expect(own).toMatchObject({ min: 1, max: 2 });
});

test("the maximum leaves room for the instances that the release has raised", () => {
  expect(adopted({ ...stables, max: 6 }, sides()).max).toBe(8);
});

test("a target that is not per instance, such as a utilisation, stays what it is", () => {
  const cpu = { ...stables, policies: [tracking(60, "SageMakerVariantProvisionedConcurrencyUtilization")] };

  expect(adopted(cpu, large).policies).toEqual(cpu.policies);
});

const custom = (MetricName: string, Dimensions: { Name: string; Value: string }[]) => ({
  name: `track-${MetricName}`,
  type: "TargetTrackingScaling",
  targetTracking: {
    TargetValue: 60,
    CustomizedMetricSpecification: {
      MetricName,
      Namespace: "AWS/SageMaker",
      Dimensions,
      Statistic: "Average",
    },
  },
});
const of = (variant: string) => [
  { Name: "EndpointName", Value: "chat" },
  { Name: "VariantName", Value: variant },
];

test("a metric of stable's becomes the candidate's own, with the same target unless that is per instance", () => {
  const policies = [custom("CPUUtilization", of("v6")), custom("InvocationsPerInstance", of("v6"))];

  expect(adopted({ ...stables, policies }, large).policies).toMatchObject([
    custom("CPUUtilization", of("v7")),
    {
      targetTracking: {
        ...custom("InvocationsPerInstance", of("v7")).targetTracking,
        TargetValue: 120,
      },
    },
  ]);
});

test("a dimension that only looks like the variant's stays what it is", () => {
  const named = (variant: string) => [
    { Name: "EndpointName", Value: "v6" },
    { Name: "VariantName", Value: variant },
  ];

  expect(
    adopted({ ...stables, policies: [custom("CPUUtilization", named("v6"))] }, sides()).policies,
  ).toMatchObject([custom("CPUUtilization", named("v7"))]);
});

describe("a policy that no other variant can be given", () => {
  const kindsOf = (policy: NamedPart) =>
    unadoptable.filter(({ found }) => found(policy, "v6")).map(({ kind }) => kind);
  const math = { ...custom("", []).targetTracking.CustomizedMetricSpecification, Metrics: [{ Id: "m1" }] };

  test.each<[string, NamedPart, string[]]>([
    ["tracks invocations per instance", tracking(504), []],
    ["tracks the variant's own metric", custom("CPUUtilization", of("v6")), []],
    ["steps", step, ["step or predictive scaling"]],
    ["predicts", { name: "p", type: "PredictiveScaling" }, ["step or predictive scaling"]],
    ["tracks another variant's metric", custom("Depth", of("v5")), ["scaling by a metric of something else"]],
    [
      "tracks the endpoint's",
      custom("Depth", of("v6").slice(0, 1)),
      ["scaling by a metric of something else"],
    ],
    [
      "tracks metric math",
      { ...tracking(1), targetTracking: { TargetValue: 1, CustomizedMetricSpecification: math } },
      ["metric math in a scaling policy"],
    ],
  ])("%s", (_, policy, kinds) => {
    expect(kindsOf(policy)).toEqual(kinds);
  });
});

test("what AWS says of policies and actions beyond what is named here survives being read", () => {
  const read = Scaling.parse({ ...stables, policies: [{ ...step, more: { deep: [1] } }] });

  expect(read.policies[0]).toMatchObject({ name: "step", more: { deep: [1] } });
});

test.each([
  ["/aws/sagemaker/Endpoints", "CPUUtilization", true],
  ["/aws/sagemaker/Endpoints", "GPUMemoryUtilization", true],
  ["/aws/sagemaker/Endpoints", "DiskUtilization", false],
  ["Own", "CPUUtilization", false],
])("a policy on %s %s counts cores: %s", (Namespace, MetricName, expected) => {
  const targetTracking = { TargetValue: 60, CustomizedMetricSpecification: { Namespace, MetricName } };

  expect(countsCores({ name: "own", type: "TargetTrackingScaling", targetTracking })).toBe(expected);
  expect(countsCores(tracking(504))).toBe(false);
});

test("a fleet that may have so many has no more as its least or its most, whatever a scheduled action makes of it", () => {
  const scheduledActions = [{ name: "morning", action: { MinCapacity: 6, MaxCapacity: 12 } }];

  expect(capped({ ...stables, scheduledActions }, 5)).toMatchObject({
    min: 4,
    max: 5,
    scheduledActions: [{ name: "morning", action: { MinCapacity: 5, MaxCapacity: 5 } }],
  });
  expect(capped(stables, 3)).toMatchObject({ min: 3, max: 3 });
  expect(capped(stables, 20)).toEqual(stables);
});
