/** Application Auto Scaling in the twin: the instance counts of SageMaker variants, and the kinds of the world's scalables. */
import type { World } from "../world/region.ts";
import { policyOperations } from "./application-auto-scaling-policies.ts";
import { scheduledActionOperations } from "./application-auto-scaling-schedules.ts";
import { targetOperations } from "./application-auto-scaling-targets.ts";
import { onTime } from "./on-time.ts";
import type { Service } from "./service.ts";

/** AWS JSON 1.1, target prefix `AnyScaleFrontendService` (service model 2016-02-06). */
export function applicationAutoScaling(world: World): Service {
  return {
    name: "application-autoscaling",
    title: "ApplicationAutoScaling",
    protocol: { kind: "json", version: "1.1", targetPrefix: "AnyScaleFrontendService" },
    operations: onTime(world, {
      ...targetOperations(world),
      ...policyOperations(world),
      ...scheduledActionOperations(world),
    }),
  };
}
