/** How the variant that serves scales when the world begins: one target-tracking policy, by requests or by CPU. */
import type { AccountSeed } from "./account-seed.ts";
import { cpuPercent } from "./machines.ts";
import { newTarget } from "./new-target.ts";
import type { ScalableTarget, ScalingPolicy } from "./scaling-state.ts";
import type { SettledSpec } from "./settled.ts";
import { arn, account as owner } from "./state.ts";

/** What of a SageMaker variant is scaled. */
export const variantDimension = "sagemaker:variant:DesiredInstanceCount";

/** The variant that serves when the world begins. */
export const servingVariant = ({ registry }: Pick<SettledSpec, "registry">): string => `v${registry.serving}`;
const dayMs = 86_400_000;

/** The scalable target on the variant that serves when the world begins. */
export function seededTarget(account: AccountSeed, spec: SettledSpec, startMs: number): ScalableTarget {
  const creationMs = startMs - 40 * dayMs;
  const { name, instances } = account.endpoint;
  const variant = servingVariant(spec);
  const resourceId = `endpoint/${name}/variant/${variant}`;
  const policyName = `${name}-${spec.scaling.follows}`;
  const { metric, configuration } =
    spec.scaling.follows === "cpu" ? cpuTracking(account, variant) : requestTracking(account);
  const target = newTarget({
    ...variantTarget(resourceId),
    arnId: `${"0".repeat(8)}seed`,
    creationMs,
    min: Math.ceil((instances * spec.scaling.minPercent) / 100),
    max: Math.floor((instances * spec.scaling.maxPercent) / 100),
  });
  target.policies.set(policyName, {
    name: policyName,
    arn: arn(
      "autoscaling",
      `scalingPolicy:00000000-0000-4000-8000-000000000000:resource/sagemaker/${resourceId}:policyName/${policyName}`,
    ),
    creationMs,
    targetValue: configuration.TargetValue,
    scaleOutCooldownSeconds: 300,
    scaleInCooldownSeconds: 300,
    disableScaleIn: false,
    ...(metric === undefined ? {} : { metric }),
    configuration,
  });
  return { ...target, lastScaleOutMs: startMs, lastScaleInMs: startMs };
}

/** What a target on a variant is called, and whom its service acts as. */
export const variantTarget = (resourceId: string) => ({
  id: resourceId,
  namespace: "sagemaker",
  resourceId,
  dimension: variantDimension,
  roleArn: scalingRoleArn,
});

const cooldowns = { ScaleOutCooldown: 300, ScaleInCooldown: 300 };

interface Tracking {
  readonly metric?: ScalingPolicy["metric"];
  readonly configuration: { readonly TargetValue: number; readonly [member: string]: unknown };
}

function requestTracking({ endpoint, types, utilisationPercent }: AccountSeed): Tracking {
  const served = (types[endpoint.instanceType]?.requestsPerSecond ?? 0) * 60 * utilisationPercent;
  const PredefinedMetricSpecification = { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" };
  const perMinute = served / 100;
  const TargetValue = perMinute < 100 ? Number(perMinute.toPrecision(3)) : Math.round(perMinute);
  return { configuration: { TargetValue, PredefinedMetricSpecification, ...cooldowns } };
}

/** As the developer guide's example of a custom metric has it: the variant's CPU, at the account's utilisation. */
function cpuTracking({ endpoint, utilisationPercent }: AccountSeed, variant: string): Tracking {
  const dimensions = { EndpointName: endpoint.name, VariantName: variant };
  const TargetValue = Math.round(cpuPercent(endpoint.instanceType, utilisationPercent / 100));
  const named = { MetricName: "CPUUtilization", Namespace: "/aws/sagemaker/Endpoints" };
  const CustomizedMetricSpecification = {
    ...named,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: "Average",
    Unit: "Percent",
  };
  return {
    metric: {
      name: { namespace: named.Namespace, name: named.MetricName, dimensions },
      statistic: { kind: "Average" },
    },
    configuration: { TargetValue, CustomizedMetricSpecification, ...cooldowns },
  };
}

/** The service-linked role that Application Auto Scaling uses for SageMaker. */
const scalingRoleArn = `arn:aws:iam::${owner}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint`;
