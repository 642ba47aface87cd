/** What a plan lets be asked of AWS, where a quota is too small for what its milestones need. */
import type { Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import type { Conflict } from "./conflicts.ts";

/** A request for more of a quota, as Service Quotas tells of it. */
export interface QuotaRequest {
  readonly desired: number;
  /** `open` while AWS decides, `refused` where it will not, or has closed the case without saying. */
  readonly is: "open" | "granted" | "refused";
  readonly atMs: EpochMs;
}

/** A quota that is too small, under the code by which a request names it. */
export interface ShortQuota {
  readonly code: string;
  /** `ml.g5.xlarge for endpoint usage` */
  readonly name: string;
  readonly quota: number;
  readonly needed: number;
}

export interface QuotaStep extends ShortQuota {
  /** `less`: a request for less is open, and AWS takes one at a time; `refused`: AWS would not, not long ago. */
  readonly act: "ask" | "asked" | "less" | "refused";
  /** What has been asked for before, where that is why nothing is asked for now. */
  readonly request?: QuotaRequest;
}

/** Chosen: what AWS would not give is not asked for again for so long. */
const quietMs = 90 * 86_400_000;

/** The quotas that are too small for a plan's milestones, each as it is needed most. */
export function shortQuotas({ model }: Pick<Plan, "model">, conflicts: readonly Conflict[]): ShortQuota[] {
  const most = new Map<string, ShortQuota>();
  for (const conflict of conflicts) {
    if (conflict.what !== "quota" || conflict.quotaCode === undefined) continue;
    if (!conflict.who.some((one) => one.model === model)) continue;
    const { quotaCode: code, use, instanceType, quota, needed } = conflict;
    if (needed > (most.get(code)?.needed ?? 0))
      most.set(code, { code, name: `${instanceType} for ${use}`, quota, needed });
  }
  return [...most.values()];
}

/** What to do about one, by what has been asked for before. */
export function quotaStep(short: ShortQuota, requests: readonly QuotaRequest[], nowMs: EpochMs): QuotaStep {
  const open = requests.find(({ is }) => is === "open");
  if (open !== undefined)
    return { ...short, act: open.desired < short.needed ? "less" : "asked", request: open };
  const refused = requests.find(
    ({ is, desired, atMs }) => is === "refused" && desired <= short.needed && atMs > nowMs - quietMs,
  );
  return refused === undefined ? { ...short, act: "ask" } : { ...short, act: "refused", request: refused };
}
