/** A variant's auto scaling as plain data: enough to register it again, and to give its like to another variant. */
import * as z from "zod";

const Named = z.looseObject({ name: z.string() });

export const Scaling = z.object({
  min: z.int(),
  max: z.int(),
  suspended: z.object({ in: z.boolean(), out: z.boolean(), scheduled: z.boolean() }),
  policies: z.array(Named),
  scheduledActions: z.array(Named),
});
export type Scaling = z.infer<typeof Scaling>;
export type NamedPart = z.infer<typeof Named>;

/** Scale-in is suspended, not pinned: the fleet may still grow. */
export const held = (scaling: Scaling): Scaling => ({
  ...scaling,
  suspended: { ...scaling.suspended, in: true },
});

/** Metric whose target is per instance, and so scales with what an instance can do. */
const perInstance = "SageMakerVariantInvocationsPerInstance";

/** Stable's scaling for a candidate whose instances serve more or less than stable's. */
export function adopted(
  scaling: Scaling,
  sides: { stablePerInstance: number; candidatePerInstance: number; candidateInstances: number },
): Scaling {
  const ratio = sides.candidatePerInstance / sides.stablePerInstance;
  const policies = scaling.policies.map((policy) => {
    const tracking = policy.targetTracking as
      | { TargetValue: number; PredefinedMetricSpecification?: { PredefinedMetricType?: string } }
      | undefined;
    if (tracking?.PredefinedMetricSpecification?.PredefinedMetricType !== perInstance) return policy;
    return { ...policy, targetTracking: { ...tracking, TargetValue: tracking.TargetValue * ratio } };
  });
  const max = Math.max(Math.ceil(scaling.max / ratio), sides.candidateInstances);
  return { ...scaling, min: Math.max(1, Math.ceil(scaling.min / ratio)), max, policies };
}
