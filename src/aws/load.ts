/** The outlook on an endpoint's load: CloudWatch tells what it is, and a plan may have a release go by what is foreseen. */
import { flatLoad, type LoadOutlook } from "../core/capacity/load-outlook.ts";
import { SlipwayError } from "../core/errors.ts";
import { foreseenLoad } from "../core/outlook/foreseen-load.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { TrafficFrom } from "../core/release/own-load.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { named } from "./errors.ts";
import { recentLoad } from "./fleet-metrics.ts";
import type { Tools } from "./lambda.ts";
import { keptDaysOf, loadUntilNow } from "./load-past.ts";
import { servingPlatform } from "./serving/platforms.ts";

interface Target {
  readonly endpoint: string;
  readonly variants: readonly string[];
  readonly nowMs: EpochMs;
  readonly from?: TrafficFrom;
}

/** Now is the highest minute of late, over some of the endpoint's variants; that it stays so is all that is expected of it. */
export async function loadOutlook(aws: Aws, target: Target): Promise<LoadOutlook> {
  return flatLoad(await recentLoad(aws, { ...target, metrics: servingPlatform(aws).metrics }));
}

/**
 * The same for a share of a release: by what is foreseen where its plan has it sized by that, and its planning kept the days that
 * were. Whatever keeps that from being read keeps no share from being given.
 */
export async function shareOutlook({ aws, log }: Tools, plan: Plan, target: Target): Promise<LoadOutlook> {
  const load = await loadOutlook(aws, target);
  if (plan.requirements.load !== "forecast") return load;
  const { endpoint, variants: serving, nowMs, from } = target;
  const whose = { endpoint, model: plan.model };
  try {
    const kept = await keptDaysOf(aws, whose, nowMs);
    if (kept === undefined) return load;
    const since = { ...whose, serving, nowMs, from: from ?? {} };
    return foreseenLoad(plan, await loadUntilNow(aws, kept, since), load);
  } catch (error) {
    const known = named(error);
    if (!(known instanceof SlipwayError)) throw error;
    log.warn("what the load is foreseen to be could not be read", { error: known.message });
    return load;
  }
}
