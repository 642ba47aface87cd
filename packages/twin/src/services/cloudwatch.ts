/** Amazon CloudWatch in the twin: metrics as they become visible, and alarms on them. */
import type { World } from "../world/region.ts";
import { alarmOperations } from "./cloudwatch-alarms.ts";
import { metricOperations } from "./cloudwatch-metrics.ts";
import { readOperations } from "./cloudwatch-reads.ts";
import { onTime } from "./on-time.ts";
import type { Service } from "./service.ts";

/** AWS JSON 1.0, target prefix `GraniteServiceVersion20100801` (service model 2010-08-01). */
export function cloudwatch(world: World): Service {
  return {
    name: "cloudwatch",
    title: "CloudWatch",
    protocol: { kind: "json", version: "1.0", targetPrefix: "GraniteServiceVersion20100801" },
    operations: onTime(world, {
      ...readOperations(world),
      ...metricOperations(world),
      ...alarmOperations(world),
    }),
  };
}
