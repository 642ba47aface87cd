/** What is told before a plan is applied: what it would be in the way of; and what AWS is to be asked for then. */

import { allPlans } from "../aws/all-plans.ts";
import type { Aws } from "../aws/clients.ts";
import { quotaSteps } from "../aws/quota-requests.ts";
import type { ApplyStep } from "../core/calendar/application.ts";
import type { Conflict } from "../core/calendar/conflicts.ts";
import { shortQuotas } from "../core/calendar/quota-requests.ts";
import { printable } from "../core/input/bad-input.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { EpochMs } from "../core/units.ts";
import { conflictLines, requestLines } from "../report/calendar.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Chosen: as far ahead as `slipway calendar` looks. */
const daysAhead = 90;

interface Looking {
  readonly nowMs: EpochMs;
  readonly err: Terminal["err"];
}

/** Where the plan would be in the way of others, or of itself, it is named, and applied all the same. Never rejects. */
export async function lookAhead(aws: Aws, plan: Plan, looking: Looking): Promise<ApplyStep[]> {
  const { nowMs, err } = looking;
  const conflicts = await ownConflicts(aws, plan, looking);
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

async function ownConflicts(aws: Aws, plan: Plan, { nowMs, err }: Looking): Promise<Conflict[]> {
  try {
    const span = { fromMs: nowMs, toMs: nowMs + daysAhead * 86_400_000 };
    const { conflicts, unseen } = await allPlans(aws, span, plan);
    const own = conflicts.filter(({ who }) => who.some(({ model }) => model === plan.model));
    warn(err, ...unseen);
    tell(err, ...conflictLines(own, { width: err.columns, paint: err.paint }));
    return own;
  } catch (error) {
    warn(err, `whether it is in the way of others could not be looked at: ${messageOf(error)}`);
    return [];
  }
}

const warn = (err: Terminal["err"], ...sentences: readonly string[]) =>
  tell(err, ...sentences.map((each) => `${err.paint.yellow("!")} ${printable(each)}`));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
