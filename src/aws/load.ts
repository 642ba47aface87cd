/** The outlook on an endpoint's load. CloudWatch tells what it is; that it stays so is all that is expected of it yet. */
import { flatLoad, type LoadOutlook } from "../core/capacity/load-outlook.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { recentLoad } from "./fleet-metrics.ts";
import { servingPlatform } from "./serving/platforms.ts";

/** Now is the highest minute of late, over some of the endpoint's variants. */
export async function loadOutlook(
  aws: Aws,
  target: {
    readonly endpoint: string;
    readonly variants: readonly string[];
    readonly nowMs: EpochMs;
    readonly from?: Readonly<Record<string, EpochMs>>;
  },
): Promise<LoadOutlook> {
  return flatLoad(await recentLoad(aws, { ...target, metrics: servingPlatform(aws).metrics }));
}
