/** How long a release may be held beside stable before its budget is spent, and what of its plan would hold it longer. */

import type { SizedFleet } from "../capacity/candidate-fleet.ts";
import { dearestLeases } from "../cost/alongside-cost.ts";
import { affordableMinutes } from "../cost/bill.ts";
import type { Plan } from "../plan/plan.ts";

/**
 * Beyond what the release takes anyhow, minutes, at the fleets that the plan expects and what it leases at most; null: for
 * ever. Leases of so many times what there is are left out: how much that is nobody knows yet.
 */
export function holdMinutesOf(
  plan: Plan,
  release: { readonly candidate: SizedFleet; readonly minutes: number } | undefined,
): number | null {
  if (release === undefined) return null;
  const { endpoint: stable } = plan;
  const leases = dearestLeases(plan.alongside ?? []);
  const stands = affordableMinutes({ plan, stable, candidate: release.candidate, leases });
  return Number.isFinite(stands) ? Math.max(0, Math.floor(stands - release.minutes)) : null;
}

/** What keeps a release waiting for longer than it can pay for, once it has begun. */
export function holdWarnings({ freezes, rollout }: Plan, holdMinutes: number | null): string[] {
  if (holdMinutes === null) return [];
  const until = `its budget pays for ${hours(holdMinutes)} of waiting`;
  const held = freezes.halfWay === "hold" ? freezes.windows : [];
  const { onInconclusive } = rollout;
  return [
    ...held.flatMap(({ from, to, reason }) => {
      const minutes = (Date.parse(to) - Date.parse(from)) / 60_000;
      if (minutes <= holdMinutes) return [];
      return `the freeze of ${hours(minutes)} from ${from} (${reason}) rolls back a release that it meets half-way: ${until}`;
    }),
    ...(onInconclusive.action === "ask" && onInconclusive.waitMinutes > holdMinutes
      ? [
          `an answer is waited for ${hours(onInconclusive.waitMinutes)} at each stage, and a release is rolled back before: ${until}`,
        ]
      : []),
  ];
}

const hours = (minutes: number): string => `${Math.round(minutes / 6) / 10} h`;
