/**
 * Keeps a model's calendar at the lead times that are known by now, as its releases close, and lays the next starts of dates before
 * which clocks change.
 */
import { realignment, startingAhead } from "../core/calendar/realignment.ts";
import { failureOf } from "./errors.ts";
import { recentLaunches } from "./history.ts";
import type { Tools } from "./lambda.ts";
import { standingApart, standingSchedules, takeStep, targetOf } from "./milestones.ts";
import { readPlan } from "./plans.ts";

/** Says what it moved. That it may not is no reason for a release not to close: whoever applies the plan moves it too. */
export async function realign(tools: Tools, model: string): Promise<void> {
  const { aws, now, log } = tools;
  try {
    const plan = await readPlan(aws, model);
    const kinds = plan === undefined ? [] : startingAhead(plan);
    if (plan === undefined || kinds.length === 0) return;
    const standing = await standingSchedules(aws, model, kinds);
    const launches = await recentLaunches(aws, now());
    const apart = await standingApart(aws, model, standing);
    const steps = realignment(plan, { standing, apart }, { launches, target: targetOf(aws), nowMs: now() });
    for (const step of steps) {
      await takeStep(aws, model, step);
      log.info("a milestone starts at another time ahead of its date", { model, step });
    }
  } catch (error) {
    const known = failureOf(error);
    log.warn("the calendar was not brought to its lead times", { model, error: known });
  }
}
