/** Moves a model's later dates where one of its milestones is late, and its plan says so. */
import { slips } from "../core/calendar/slip.ts";
import { milestoneKinds } from "../core/plan/plan.ts";
import type { Held } from "../core/release/undoing.ts";
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
