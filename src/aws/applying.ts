/** Puts a plan in force with its calendar, and tells each step by what the account shows, not by what was sent. */
import {
  type ApplyStep,
  changes,
  type DeployedPlan,
  mustWait,
  type Taken,
  type Took,
} from "../core/calendar/application.ts";
import type { ScheduleStep } from "../core/calendar/calendar.ts";
import type { KnownLaunch } from "../core/learning/launch.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { recentLaunches } from "./history.ts";
import { formerSchedules, isTaken, standingApart, standingSchedules, takeStep } from "./milestones.ts";
import { planInForce, removePlan, replacePlan } from "./plans.ts";
import { askForMore } from "./quota-requests.ts";
import { settled } from "./settling.ts";
import { noteRule } from "./watched-bounds.ts";

/** The plan of a model that is in force, the schedules that stand, and what lead times are worked back from. Changes nothing. */
export async function see(aws: Aws, model: string, nowMs: EpochMs): Promise<DeployedPlan> {
  const { unseen, ...there } = await seeStanding(aws, model);
  const { launches, lacks } = await launchesSeen(aws, nowMs);
  return { ...there, launches, unseen: [...unseen, ...lacks] };
}

/** The same without the last. */
export async function seeStanding(aws: Aws, model: string): Promise<Omit<DeployedPlan, "launches">> {
  const inForce = await planInForce(aws, model);
  const standing = await standingSchedules(aws, model);
  const apart = await standingApart(aws, model, standing);
  return { inForce, standing, apart, ...(await formerSchedules(aws, model)) };
}

/** Without a history lead times are as they are believed. */
async function launchesSeen(aws: Aws, nowMs: EpochMs): Promise<{ launches: KnownLaunch[]; lacks: string[] }> {
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
export const putInForce = (aws: Aws, plan: Plan, { steps, at, by }: Application): Promise<Taken[]> =>
  inOrder(steps, (step) => take(aws, plan, { step, at, by }));

/** The same of the steps by which a model's plan goes. */
export const putOutOfForce = (aws: Aws, model: string, steps: readonly ApplyStep[]): Promise<Taken[]> =>
  inOrder(steps, async (step) => {
    if (step.of === "schedule") return takeSchedule(aws, model, step);
    if (step.of !== "retirement") return { how: "done" };
    return settled(
      () => removePlan(aws, model, step.from),
      async () => (await planInForce(aws, model)) === undefined,
    );
  });

async function inOrder(
  steps: readonly ApplyStep[],
  act: (step: ApplyStep) => Promise<Took>,
): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const step of steps) {
    const left = changes(step) && mustWait(step, taken);
    taken.push({ step, took: left ? { how: "left" } : await act(step) });
  }
  return taken;
}

async function take(
  aws: Aws,
  plan: Plan,
  { step, at, by }: Omit<Application, "steps"> & { step: ApplyStep },
): Promise<Took> {
  if (!changes(step)) {
    // Applied again as it is, a rule that somebody's hand has ended begins again.
    if (step.of !== "plan") return { how: "done" };
    return settled(
      () => noteRule(aws, plan, at),
      async () => false,
    );
  }
  if (step.of === "quota") return askForMore(aws, step);
  if (step.of === "plan")
    return settled(
      () => replacePlan(aws, plan, { at, by, over: step.from }),
      async () => (await planInForce(aws, plan.model))?.appliedAt === at,
    );
  return step.of === "schedule" ? takeSchedule(aws, plan.model, step) : { how: "done" };
}

const takeSchedule = (aws: Aws, model: string, step: ScheduleStep): Promise<Took> =>
  settled(
    () => takeStep(aws, model, step),
    () => isTaken(aws, model, step),
  );
