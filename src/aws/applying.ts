/** Puts a plan in force with its calendar, and tells each step by what the account shows, not by what was sent. */
import {
  type ApplyStep,
  changes,
  type DeployedPlan,
  mustWait,
  type Taken,
  type Took,
} from "../core/calendar/application.ts";
import type { Launch } from "../core/capacity/launch.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { recentLaunches } from "./history.ts";
import { formerSchedules, isTaken, standingSchedules, takeStep } from "./milestones.ts";
import { planInForce, replacePlan } from "./plans.ts";
import { settled } from "./settling.ts";

/** The plan of a model that is in force, and the schedules that stand. Changes nothing. */
export async function see(aws: Aws, model: string, nowMs: EpochMs): Promise<DeployedPlan> {
  const inForce = await planInForce(aws, model);
  const standing = await standingSchedules(aws, model);
  const { former, unseen } = await formerSchedules(aws, model);
  const { launches, lacks } = await launchesSeen(aws, nowMs);
  return { inForce, standing, former, launches, unseen: [...unseen, ...lacks] };
}

/** Without a history lead times are as they are believed. */
async function launchesSeen(aws: Aws, nowMs: EpochMs): Promise<{ launches: Launch[]; lacks: string[] }> {
  try {
    return { launches: await recentLaunches(aws, nowMs), lacks: [] };
  } catch (error) {
    const { name, message } = error as Error;
    const lack = `how long instances took in past releases could not be read: lead times are as they are believed (${name}: ${message})`;
    return { launches: [], lacks: [lack] };
  }
}

interface Application {
  readonly steps: readonly ApplyStep[];
  /** ISO time. */
  readonly at: string;
  /** Who applies the plan: an ARN. */
  readonly by: string;
}

/** Takes the steps in their order. Never rejects. */
export async function putInForce(aws: Aws, plan: Plan, { steps, at, by }: Application): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const step of steps) {
    const left = changes(step) && mustWait(step, taken);
    taken.push({ step, took: left ? { how: "left" } : await take(aws, plan, { step, at, by }) });
  }
  return taken;
}

async function take(
  aws: Aws,
  plan: Plan,
  { step, at, by }: Omit<Application, "steps"> & { step: ApplyStep },
): Promise<Took> {
  if (!changes(step)) return { how: "done" };
  if (step.of === "plan")
    return settled(
      () => replacePlan(aws, plan, { at, by, over: step.from }),
      async () => (await planInForce(aws, plan.model))?.appliedAt === at,
    );
  return settled(
    () => takeStep(aws, plan.model, step),
    () => isTaken(aws, plan.model, step),
  );
}
