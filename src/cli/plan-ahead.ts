/** What is told before a plan is applied: what it would be in the way of; and what AWS is to be asked for then. */

import { allPlans } from "../aws/all-plans.ts";
import type { Aws } from "../aws/clients.ts";
import { quotaSteps } from "../aws/quota-requests.ts";
import { servingPlatform } from "../aws/serving/platforms.ts";
import type { ApplyStep } from "../core/calendar/application.ts";
import { modelsIn } from "../core/calendar/conflicts.ts";
import type { InTheWay } from "../core/calendar/in-the-way.ts";
import { shortQuotas } from "../core/calendar/quota-requests.ts";
import type { InstancesByType } from "../core/feasibility/feasibility.ts";
import { printable } from "../core/input/bad-input.ts";
import { type QuotaRoom, quotaRoom } from "../core/outlook/quota-room.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { EpochMs } from "../core/units.ts";
import { conflictLines, requestLines } from "../report/calendar.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Chosen: as far ahead as `slipway calendar` looks. */
const daysAhead = 90;

export interface Looking {
  readonly nowMs: EpochMs;
  readonly err: Terminal["err"];
}

/** Where the plan would be in the way of others, or of itself, it is named, and applied all the same. Never rejects. */
export async function lookAhead(aws: Aws, plan: Plan, looking: Looking): Promise<ApplyStep[]> {
  const { nowMs, err } = looking;
  const conflicts = (await aheadOf(aws, plan, looking))?.conflicts ?? [];
  tell(err, ...conflictLines(conflicts, { width: err.columns, paint: err.paint }));
  if (plan.rollout.onShortQuota?.requestIncrease !== true) {
    tell(err, ...requestLines(conflicts));
    return [];
  }
  try {
    const steps = await quotaSteps(aws, shortQuotas(plan, conflicts), nowMs);
    return steps.map((step) => ({ of: "quota", ...step }));
  } catch (error) {
    warn(err, `nothing is asked for, since what was asked for before could not be read: ${messageOf(error)}`);
    return [];
  }
}

/** Where it is in the way of others, or of itself; undefined where that could not be looked at, which is told. Never rejects. */
export async function aheadOf(aws: Aws, plan: Plan, { nowMs, err }: Looking): Promise<InTheWay | undefined> {
  try {
    const span = { fromMs: nowMs, toMs: nowMs + daysAhead * 86_400_000 };
    const { conflicts, unseen } = await allPlans(aws, span, plan);
    warn(err, ...unseen);
    const own = conflicts.filter((one) => modelsIn(one).includes(plan.model));
    return { days: daysAhead, conflicts: own, unseen };
  } catch (error) {
    warn(err, `whether it is in the way of others could not be looked at: ${messageOf(error)}`);
    return undefined;
  }
}

/** What the quotas leave beside so many instances; undefined where they could not be looked at, which is told. Never rejects. */
export async function roomBeside(
  aws: Aws,
  { endpoint }: Plan,
  { needed, err }: { readonly needed: InstancesByType; readonly err: Terminal["err"] },
): Promise<QuotaRoom[] | undefined> {
  try {
    const asked = { but: [endpoint.name], types: Object.keys(needed) };
    return quotaRoom(needed, await servingPlatform(aws).limits(asked));
  } catch (error) {
    warn(err, `the account's quotas could not be looked at: ${messageOf(error)}`);
    return undefined;
  }
}

const warn = (err: Terminal["err"], ...sentences: readonly string[]) =>
  tell(err, ...sentences.map((each) => `${err.paint.yellow("!")} ${printable(each)}`));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
