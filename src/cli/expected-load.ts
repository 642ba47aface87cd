/** The load that a plan's candidate is to be judged at, where nothing but a world is asked: its mean traffic and error rate. */
import { meanRequestsPerSecond, settled, type WorldSpec } from "#twin/world";
import type { ExpectedLoad } from "../core/kpis/sight.ts";
import type { Plan } from "../core/plan/plan.ts";
import { accountOf } from "../rehearsal/account-of-plan.ts";

export function expectedLoadIn(spec: WorldSpec, plan: Plan): ExpectedLoad {
  const account = accountOf(plan);
  const mean = meanRequestsPerSecond(spec.traffic, account.peakRequestsPerSecond);
  return {
    requestsPerSecond: Math.round(mean * 10) / 10,
    errorPercent: settled(spec, account).service.errorPercent,
  };
}
