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

/** Nothing scales it, up or down, and its bounds allow so many. */
export const stilled = (scaling: Scaling, instances: number): Scaling => ({
  ...scaling,
  min: Math.min(scaling.min, instances),
  suspended: { in: true, out: true, scheduled: true },
});

/** At most so many, whatever a scheduled action would make of it. */
export function capped(scaling: Scaling, most: number): Scaling {
  const least = (count: number) => Math.min(count, most);
  return {
    ...scaling,
    min: least(scaling.min),
    max: least(scaling.max),
    scheduledActions: scaling.scheduledActions.map((scheduled) => withBounds(scheduled, least)),
  };
}

/** A scheduled action whose bounds are others. */
function withBounds(scheduled: NamedPart, bound: (count: number) => number): NamedPart {
  if (scheduled.action === undefined) return scheduled;
  const { MinCapacity: min, MaxCapacity: max } = scheduled.action as Bounds;
  const action = {
    ...(min === undefined ? {} : { MinCapacity: bound(min) }),
    ...(max === undefined ? {} : { MaxCapacity: bound(max) }),
  };
  return { ...scheduled, action };
}

interface CustomMetric {
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  /** Metric math. */
  readonly Metrics?: readonly unknown[];
}

interface Tracking {
  readonly TargetValue: number;
  readonly PredefinedMetricSpecification?: { readonly PredefinedMetricType?: string };
  readonly CustomizedMetricSpecification?: CustomMetric;
}

const trackingOf = (policy: NamedPart) => policy.targetTracking as Tracking | undefined;
const customOf = (policy: NamedPart) => trackingOf(policy)?.CustomizedMetricSpecification;

const isOf = (variant: string) => (dimension: { readonly Name: string; readonly Value: string }) =>
  dimension.Name === "VariantName" && dimension.Value === variant;

/** Kinds of policy that cannot be given to another variant, and why; `variant` is the one that has it. */
export const unadoptable: readonly {
  readonly kind: string;
  readonly why: string;
  readonly found: (policy: NamedPart, variant: string) => boolean;
}[] = [
  {
    kind: "step or predictive scaling",
    why: "is no target tracking: the alarms that drive it name its own ARN and would not drive the candidate's",
    found: (policy) => policy.type !== "TargetTrackingScaling",
  },
  {
    kind: "metric math in a scaling policy",
    why: "follows metric math, of which it is not known what it means for another variant",
    found: (policy) => customOf(policy)?.Metrics !== undefined,
  },
  {
    kind: "scaling by a metric of something else",
    why: "follows a metric without the dimension VariantName of the variant that it scales",
    found: (policy, variant) => {
      const custom = customOf(policy);
      if (custom === undefined || custom.Metrics !== undefined) return false;
      return custom.Dimensions?.some(isOf(variant)) !== true;
    },
  },
];

/**
 * Whether a policy follows what SageMaker sums over an instance's cores or GPUs, 0 to 100 for each (developer guide,
 * "Monitor SageMaker with CloudWatch"): the same target means another load on instances with more or fewer of them.
 */
export function countsCores(policy: NamedPart): boolean {
  const { Namespace, MetricName } = customOf(policy) ?? {};
  return (
    Namespace === "/aws/sagemaker/Endpoints" && /^(CPU|GPU|GPUMemory)Utilization$/.test(MetricName ?? "")
  );
}

/** Metrics whose target is per instance, and so scales with what an instance can do. */
function isPerInstance({
  PredefinedMetricSpecification: known,
  CustomizedMetricSpecification: own,
}: Tracking) {
  return (
    known?.PredefinedMetricType === "SageMakerVariantInvocationsPerInstance" ||
    (own?.Namespace === "AWS/SageMaker" && own.MetricName === "InvocationsPerInstance")
  );
}

/** Invocations a minute that scaling keeps an instance at, where it follows them. */
export function invocationsTarget({ policies }: Scaling): number | undefined {
  const trackings = policies.flatMap((policy) => trackingOf(policy) ?? []);
  return trackings.find(isPerInstance)?.TargetValue;
}

export interface SideThroughput {
  readonly stable: { readonly variant: string; readonly perInstance: number };
  readonly candidate: {
    readonly variant: string;
    readonly perInstance: number;
    /** How many there must be room for. */
    readonly instances: number;
  };
}

/**
 * Stable's scaling for a candidate whose instances serve more or less than stable's: bounds, those of scheduled actions
 * too, and targets per instance follow the ratio, and a metric of stable's becomes the candidate's own.
 */
export function adopted(scaling: Scaling, { stable, candidate }: SideThroughput): Scaling {
  const ratio = candidate.perInstance / stable.perInstance;
  const least = (count: number) => Math.max(1, Math.ceil(count / ratio));
  return {
    ...scaling,
    min: least(scaling.min),
    max: Math.max(least(scaling.max), candidate.instances),
    policies: scaling.policies.map((policy) => {
      const tracking = trackingOf(policy);
      if (tracking === undefined) return policy;
      const TargetValue = isPerInstance(tracking) ? tracking.TargetValue * ratio : tracking.TargetValue;
      const own = ownMetric(tracking, { from: stable.variant, to: candidate.variant });
      return { ...policy, targetTracking: { ...tracking, TargetValue, ...own } };
    }),
    scheduledActions: scaling.scheduledActions.map((scheduled) => withBounds(scheduled, least)),
  };
}

type Bounds = { readonly MinCapacity?: number; readonly MaxCapacity?: number };

function ownMetric(
  { CustomizedMetricSpecification: own }: Tracking,
  variant: { readonly from: string; readonly to: string },
): Pick<Tracking, "CustomizedMetricSpecification"> {
  if (own?.Dimensions === undefined) return {};
  const Dimensions = own.Dimensions.map((dimension) =>
    isOf(variant.from)(dimension) ? { ...dimension, Value: variant.to } : dimension,
  );
  return { CustomizedMetricSpecification: { ...own, Dimensions } };
}
