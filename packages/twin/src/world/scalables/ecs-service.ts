/**
 * The tasks of an ECS service. A new task is Pending until its image is pulled and its containers run; one that is to
 * go gets SIGTERM and 30 seconds (task definition parameters, stopTimeout). How long tasks take is not documented: a
 * minute, and two and a half at the 95th percentile, are chosen for images of some hundred MB on Fargate.
 */
import { drawMs, type ScalableKind, type Step } from "./kind.ts";

const startSeconds = { p50: 60, p95: 150 };
const stopMs = 30_000;

export const ecsService: ScalableKind = {
  namespace: "ecs",
  dimensions: ["ecs:service:DesiredCount"],
  resourceId: /^service\/[\w-]+\/[\w-]+$/,
  leastMinimum: 0,
  capacityName: () => "desired count",
  serviceLinkedRole: "AWSServiceRoleForApplicationAutoScaling_ECSService",
  utilisationMetric: () => "ECSServiceAverageCPUUtilization",
  utilisationTarget: 60,
  actions: ["ecs:DescribeServices", "ecs:UpdateService"],
  resourceNamed: (name) => `service/${name}/${name}`,
  usual: { capacity: 4, min: 2, max: 20 },
  /** Fargate, Linux on x86, United States: 1 vCPU at 0.04048 and 2 GB at 0.004445 each (AWS Fargate pricing). */
  usdPerUnitHour: () => 0.04937,
  /** As moto 5.2 words it, applicationautoscaling/models.py; AWS's own words are unconfirmed. */
  missing: (resourceId) => `ECS service doesn't exist: ${resourceId}`,
  resizing(_, { scalable, to: desiredCount }) {
    const [, cluster, service] = scalable.resourceId.split("/");
    return { service: "ecs", operation: "UpdateService", input: { cluster, service, desiredCount } };
  },
  steps(world, { scalable, to }): readonly Step[] {
    const { ready, id, most } = scalable;
    if (to <= ready) return [{ afterMs: stopMs, ready: to }];
    const random = world.streams(`scalables/${id}`, scalable.changes);
    const arrivals = Array.from({ length: Math.min(to, most) - ready }, () =>
      drawMs(random.normal, startSeconds),
    );
    return arrivals.sort((a, b) => a - b).map((afterMs, nth) => ({ afterMs, ready: ready + nth + 1 }));
  },
};
