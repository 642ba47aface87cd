/** A variant's auto scaling, held so that it only grows, and handed on to a variant of another size. */
import { expect, test } from "vitest";
import { adopted, held, Scaling } from "../../../src/core/capacity/scaling.ts";

const tracking = (target: number, metric = "SageMakerVariantInvocationsPerInstance") => ({
  name: `track-${metric}`,
  type: "TargetTrackingScaling",
  targetTracking: { TargetValue: target, PredefinedMetricSpecification: { PredefinedMetricType: metric } },
});
const step = { name: "step", type: "StepScaling", step: { AdjustmentType: "ChangeInCapacity" } };

const stables: Scaling = {
  ...{ min: 4, max: 16, suspended: { in: false, out: false, scheduled: true } },
  policies: [tracking(504), step],
  scheduledActions: [{ name: "morning", schedule: "cron(0 7 * * ? *)" }],
};
const sides = { stablePerInstance: 12, candidatePerInstance: 12, candidateInstances: 8 };

test("scaling is held by suspending scale-in; it may still grow, and all else stays as it is", () => {
  expect(held(stables)).toEqual({ ...stables, suspended: { in: true, out: false, scheduled: true } });
});

test("a candidate of the same size adopts stable's scaling unchanged", () => {
  expect(adopted(stables, sides)).toEqual(stables);
});

test("a candidate whose instances do twice the work gets half the bounds and twice the target per instance", () => {
  const own = adopted(stables, { ...sides, candidatePerInstance: 24, candidateInstances: 4 });

  expect(own).toMatchObject({ min: 2, max: 8, policies: [tracking(1008), step] });
});

test("bounds are rounded up, and the minimum is never below one", () => {
  const own = adopted(
    { ...stables, min: 1, max: 3 },
    { ...sides, candidatePerInstance: 24, candidateInstances: 1 },
  );

  expect(own).toMatchObject({ min: 1, max: 2 });
});

test("the maximum leaves room for the instances that the release has raised", () => {
  expect(adopted({ ...stables, max: 6 }, sides).max).toBe(8);
});

test("a target that is not per instance, such as a utilisation, stays what it is", () => {
  const cpu = { ...stables, policies: [tracking(60, "SageMakerVariantProvisionedConcurrencyUtilization")] };

  expect(adopted(cpu, { ...sides, candidatePerInstance: 24 }).policies).toEqual(cpu.policies);
});

test("what AWS says of policies and actions beyond what is named here survives being read", () => {
  const read = Scaling.parse({ ...stables, policies: [{ ...step, more: { deep: [1] } }] });

  expect(read.policies[0]).toMatchObject({ name: "step", more: { deep: [1] } });
});
