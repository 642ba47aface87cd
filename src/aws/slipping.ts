/** A model's later dates where one of its milestones is late, and its plan has them moved: moving them, and where they stand since. */
import { mayMove, slips, withSlips } from "../core/calendar/slip.ts";
import { milestoneKinds, type Plan } from "../core/plan/plan.ts";
import type { Held } from "../core/release/undoing.ts";
import type { Aws } from "./clients.ts";
import { failureOf } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import { standingSchedules, takeStep, targetOf } from "./milestones.ts";
import { readPlan } from "./plans.ts";

/** Says which milestones it moved. That it may not bars nothing else: whoever applies the plan can, and is told of the delay. */
export async function slipLaterDates(tools: Tools, { model, milestone }: Held): Promise<string[]> {
  const { aws, now, log } = tools;
  const kind = milestoneKinds.find((each) => each === milestone);
  if (model === undefined || kind === undefined) return [];
  try {
    const plan = await readPlan(aws, model);
    const late = plan?.milestones[kind]?.late;
    if (plan === undefined || late?.laterDates !== "move") return [];
    const standing = await standingSchedules(aws, model);
    const slip = { kind, minutes: late.extendMinutes, target: targetOf(aws), nowMs: now() };
    const steps = slips(plan, standing, slip);
    for (const step of steps) await takeStep(aws, model, step);
    return steps.map((step) => step.kind);
  } catch (error) {
    const known = failureOf(error);
    log.warn("later dates were not moved", { model, milestone, error: known });
    return [];
  }
}

/** Plans in force by their dates as they stand; and of which models they could not be looked at, and are as planned. */
export async function asTheyStand(
  aws: Aws,
  plans: readonly Plan[],
): Promise<{ readonly plans: Plan[]; readonly unseen: string[] }> {
  const standing: Plan[] = [];
  const unseen: string[] = [];
  for (const plan of plans) {
    const kinds = mayMove(plan);
    try {
      const there = kinds.length === 0 ? {} : await standingSchedules(aws, plan.model, kinds);
      standing.push(withSlips(plan, there, targetOf(aws)));
    } catch (error) {
      standing.push(plan);
      unseen.push(
        `the dates of ${plan.model} are as planned, since whether they were moved could not be looked at: ${failureOf(error).message}`,
      );
    }
  }
  return { plans: standing, unseen };
}
