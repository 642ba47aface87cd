/**
 * How many instances an endpoint may be kept at between releases: what the account's quota leaves beside other endpoints, and what
 * its plan pays for. A minimum that AWS cannot fulfil keeps nobody from harm, and nobody would be told.
 */
import type { Plan } from "../plan/plan.ts";
import { isAccountedFor, priceUsdPerHour, unaccountedFor } from "../plan/prices.ts";
import type { Adjusted } from "../plan/proposals.ts";
import type { InstancesByType } from "./feasibility.ts";

/** The most that something allows, and what that is. */
export interface MostAtRest {
  readonly instances: number;
  readonly by: string;
}

export interface AtRest {
  readonly instanceType: string;
  /** With how many it is kept now, and was before Slipway set any. */
  readonly min: number;
  readonly own: number;
  /** The account's quotas for endpoint instances, by type; of a type that is absent none is known. */
  readonly quota: InstancesByType;
  /** Instances of other endpoints that count against the same quotas. */
  readonly elsewhere: InstancesByType;
}

/** One for each thing that bounds it. */
export const meansAtRest = (
  plan: Pick<Plan, "prices" | "budget">,
  { maxUsdPerHour }: Adjusted,
  asked: AtRest,
): MostAtRest[] => [byQuota(asked), ...byMoney(plan, maxUsdPerHour, asked)];

function byQuota({ instanceType, quota, elsewhere, min }: AtRest): MostAtRest {
  const limit = quota[instanceType];
  if (limit === undefined)
    return {
      instances: min,
      by: `Service Quotas, which lists no quota "${instanceType} for endpoint usage",`,
    };
  const others = elsewhere[instanceType] ?? 0;
  const beside = others === 0 ? "" : ` beside ${others} of other endpoints`;
  return {
    instances: Math.max(0, limit - others),
    by: `the account's quota of ${limit} ${instanceType}${beside}`,
  };
}

/** As with minima that follow the load: what comes on top of the own minimum is paid for. */
function byMoney(
  plan: Pick<Plan, "prices" | "budget">,
  maxUsdPerHour: number | undefined,
  { instanceType, min, own }: AtRest,
): MostAtRest[] {
  if (!isAccountedFor(instanceType, plan))
    return [{ instances: min, by: `the budget (${unaccountedFor(instanceType)})` }];
  const price = priceUsdPerHour(instanceType, plan);
  if (maxUsdPerHour === undefined || price === undefined) return [];
  return [
    {
      instances: own + Math.floor(maxUsdPerHour / price),
      by: `proposals.within.maxUsdPerHour ($${maxUsdPerHour.toFixed(2)} above ${own}, at $${price.toFixed(2)} each)`,
    },
  ];
}
