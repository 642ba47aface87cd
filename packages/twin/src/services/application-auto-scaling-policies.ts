/** Scaling policies: Put, Delete, Describe. Target tracking is modelled, on invocations per instance or on one metric. */

import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { called } from "../world/events.ts";
import type { World } from "../world/region.ts";
import type { ScalableTarget, ScalingPolicy } from "../world/scaling-state.ts";
import { arn } from "../world/state.ts";
import {
  findTarget,
  invalidToken,
  listedTargets,
  listing,
  requireVariant,
  targetKey,
} from "./application-auto-scaling-shapes.ts";
import { dimensions, metricName } from "./cloudwatch-shapes.ts";
import { asJson, members, modelled, page, present, seconds } from "./members.ts";
import type { Operation } from "./service.ts";

export function policyOperations(world: World): Record<string, Operation> {
  return {
    PutScalingPolicy: (input) =>
      put(world, members({ operation: "PutScalingPolicy", schema: policy }, input)),
    DeleteScalingPolicy: (input) =>
      remove(world, members({ operation: "DeleteScalingPolicy", schema: deletion }, input)),
    DescribeScalingPolicies: (input) =>
      describe(world, members({ operation: "DescribeScalingPolicies", schema: policyListing }, input)),
  };
}

const policyName = z.string().min(1).max(256);
const cooldownSeconds = z.int().min(0).optional();
/** Of SageMaker targets, unless told otherwise (API reference). */
const defaultCooldownSeconds = 300;
/** The metrics that MetricType (service model, botocore 1.43) has for SageMaker. */
const predefinedMetric = z.enum([
  "SageMakerVariantInvocationsPerInstance",
  "SageMakerVariantProvisionedConcurrencyUtilization",
  "SageMakerVariantConcurrentRequestsPerModelHighResolution",
  "SageMakerInferenceComponentInvocationsPerCopy",
  "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution",
]);
const configuration = z.strictObject({
  TargetValue: z.number().positive(),
  PredefinedMetricSpecification: z
    .strictObject({
      PredefinedMetricType: modelled(predefinedMetric, ["SageMakerVariantInvocationsPerInstance"]),
    })
    .optional(),
  /** Metric math is not modelled. */
  CustomizedMetricSpecification: z
    .strictObject({
      MetricName: z.string(),
      Namespace: z.string(),
      Dimensions: dimensions,
      Statistic: z.enum(["Average", "Minimum", "Maximum", "SampleCount", "Sum"]),
      Unit: z.string().optional(),
    })
    .optional(),
  ScaleOutCooldown: cooldownSeconds,
  ScaleInCooldown: cooldownSeconds,
  DisableScaleIn: z.boolean().optional(),
});
const policy = z.strictObject({
  ...targetKey,
  PolicyName: policyName,
  PolicyType: modelled(z.enum(["StepScaling", "TargetTrackingScaling", "PredictiveScaling"]), [
    "TargetTrackingScaling",
  ]),
  TargetTrackingScalingPolicyConfiguration: configuration,
});
const deletion = z.strictObject({ ...targetKey, PolicyName: policyName });
const policyListing = z.strictObject({ ...listing, PolicyNames: z.array(policyName).max(50).optional() });

function put(world: World, input: z.output<typeof policy>): Json {
  requireVariant("PutScalingPolicy", input);
  const target = findTarget(world, input);
  const { PolicyName: name, TargetTrackingScalingPolicyConfiguration: tracking } = input;
  const known = target.policies.get(name);
  const id = `00000000-0000-4000-8000-${world.nextOrdinal("scaling-policies").toString(16).padStart(12, "0")}`;
  const policyArn =
    known?.arn ??
    arn("autoscaling", `scalingPolicy:${id}:resource/sagemaker/${target.resourceId}:policyName/${name}`);
  target.policies.set(name, {
    name,
    arn: policyArn,
    creationMs: known?.creationMs ?? world.nowMs,
    targetValue: tracking.TargetValue,
    scaleOutCooldownSeconds: tracking.ScaleOutCooldown ?? defaultCooldownSeconds,
    scaleInCooldownSeconds: tracking.ScaleInCooldown ?? defaultCooldownSeconds,
    disableScaleIn: tracking.DisableScaleIn ?? false,
    ...present("metric", metricOf(tracking)),
    configuration: tracking,
  });
  world.record({
    kind: "policy",
    subject: `${target.id} ${name}`,
    from: known?.targetValue,
    to: tracking.TargetValue,
    by: called("PutScalingPolicy"),
  });
  return { PolicyARN: policyArn, Alarms: alarms(target.resourceId, policyArn) };
}

/** Exactly one metric: the predefined one, or one by its name. */
function metricOf(tracking: z.output<typeof configuration>): ScalingPolicy["metric"] {
  const { PredefinedMetricSpecification: known, CustomizedMetricSpecification: own } = tracking;
  if ((known === undefined) === (own === undefined))
    throw new AwsError("ValidationException", "Exactly one metric specification must be given.");
  return own && { name: metricName(own), statistic: { kind: own.Statistic } };
}

function remove(world: World, input: z.output<typeof deletion>): Json {
  const target = findTarget(world, input);
  const known = target.policies.get(input.PolicyName);
  if (known === undefined)
    throw new AwsError(
      "ObjectNotFoundException",
      `No scaling policy found for service namespace: ${target.namespace}, resource ID: ${target.resourceId}, scalable dimension: ${target.dimension}: ${input.PolicyName}`,
    );
  target.policies.delete(input.PolicyName);
  world.record({
    kind: "policy",
    subject: `${target.id} ${known.name}`,
    from: known.targetValue,
    to: undefined,
    by: called("DeleteScalingPolicy"),
  });
  return {};
}

function describe(world: World, input: z.output<typeof policyListing>): Json {
  const all = listedTargets(world, input)
    .flatMap((target) => [...target.policies.values()].map((each) => ({ target, each })))
    .filter(({ each }) => input.PolicyNames?.includes(each.name) ?? true);
  const { items, next } = page(all, {
    token: input.NextToken,
    size: input.MaxResults,
    errorName: invalidToken,
  });
  return {
    ScalingPolicies: items.map(({ target, each }) => summary(target, each)),
    ...present("NextToken", next),
  };
}

function summary({ namespace, resourceId, dimension }: ScalableTarget, each: ScalingPolicy): Json {
  return {
    PolicyARN: each.arn,
    PolicyName: each.name,
    ServiceNamespace: namespace,
    ResourceId: resourceId,
    ScalableDimension: dimension,
    PolicyType: each.type ?? "TargetTrackingScaling",
    [`${each.type ?? "TargetTrackingScaling"}PolicyConfiguration`]: asJson(each.configuration),
    Alarms: each.type === undefined ? alarms(resourceId, each.arn) : [],
    CreationTime: seconds(each.creationMs),
  };
}

/** The names of the two alarms that the service keeps for a policy; the twin evaluates the policy itself. */
function alarms(resourceId: string, policyArn: string): Json {
  const id = /scalingPolicy:([^:]+):/.exec(policyArn)?.[1] ?? "";
  return ["AlarmHigh", "AlarmLow"].map((side) => {
    const name = `TargetTracking-${resourceId}-${side}-${id}`;
    return { AlarmName: name, AlarmARN: arn("cloudwatch", `alarm:${name}`) };
  });
}
