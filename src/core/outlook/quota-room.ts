/** What an account's quotas leave beside a release of a plan, instance type by instance type. */
import type { InstancesByType } from "../feasibility/feasibility.ts";
import type { ReleaseOutlook } from "./release-outlook.ts";

export interface QuotaRoom {
  readonly instanceType: string;
  /** For endpoint instances; null where none is known. */
  readonly quota: number | null;
  /** What other endpoints of the account have now. */
  readonly elsewhere: number;
  /** The most at one time in a release of whatever type, on whichever of its instance types. */
  readonly needed: number;
  /** Less than none where it is too small; null where no quota is known. */
  readonly left: number | null;
}

type Peaks = Pick<ReleaseOutlook, "peak" | "fallback">;

/** What releases of the plan need at most, by instance type. */
export function neededBy(releases: readonly Peaks[]): InstancesByType {
  const needed: Record<string, number> = {};
  for (const { peak, fallback = [] } of releases)
    for (const each of [peak, ...fallback.map((other) => other.peak)])
      for (const [type, instances] of Object.entries(each))
        needed[type] = Math.max(needed[type] ?? 0, instances);
  return needed;
}

export const quotaRoom = (
  needed: InstancesByType,
  limits: { readonly quota: InstancesByType; readonly elsewhere: InstancesByType },
): QuotaRoom[] =>
  Object.entries(needed).map(([instanceType, instances]) => {
    const quota = limits.quota[instanceType] ?? null;
    const elsewhere = limits.elsewhere[instanceType] ?? 0;
    const left = quota === null ? null : quota - elsewhere - instances;
    return { instanceType, quota, elsewhere, needed: instances, left };
  });
