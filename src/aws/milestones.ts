/** The calendar of a plan: one EventBridge Scheduler schedule for each of its milestones that has a date or a cron. */
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { type MilestoneKind, milestoneKinds, type Plan } from "../core/plan/plan.ts";
import { formerMilestoneName, milestoneName } from "../core/release/names.ts";
import type { Aws } from "./clients.ts";
import { saysNotFound } from "./errors.ts";
import { applyPlan } from "./plans.ts";

/** Puts a plan in force with its calendar: schedules it names exist, those of milestones it lost are gone. */
export async function putInForce(aws: Aws, plan: Plan, at: string): Promise<string[]> {
  await applyPlan(aws, plan, at);
  const told: string[] = [];
  for (const kind of milestoneKinds) {
    const timing = timingOf(plan, kind);
    const Name = milestoneName({ stack: aws.environment.stack, model: plan.model, kind });
    const key = { GroupName: aws.environment.scheduleGroup, Name };
    if (timing === undefined) await remove(aws, key);
    else {
      await put(aws, key, { plan, kind, timing });
      told.push(`${kind}: ${timing.ScheduleExpression} ${timing.ScheduleExpressionTimezone}`);
    }
    const kept = await removeFormer(aws, formerMilestoneName({ model: plan.model, kind }));
    if (kept !== undefined) told.push(kept);
  }
  return told;
}

interface Timing {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
}

/** When a milestone is due by the calendar; undefined where an event makes it due, or there is none. */
function timingOf({ milestones }: Plan, kind: MilestoneKind): Timing | undefined {
  const when = milestones[kind]?.when;
  if (when === undefined || "event" in when) return undefined;
  const ScheduleExpression =
    "at" in when ? `at(${when.at.slice(0, 16)}:${when.at.slice(17, 19) || "00"})` : when.cron;
  return { ScheduleExpression, ScheduleExpressionTimezone: when.timeZone };
}

/** A schedule by its group and its name. */
interface Key {
  readonly GroupName?: string;
  readonly Name: string;
}

async function put(
  { scheduler, environment }: Aws,
  key: Key,
  { plan, kind, timing }: { plan: Plan; kind: MilestoneKind; timing: Timing },
): Promise<void> {
  const milestone = { model: plan.model, kind, scheduledTime: "<aws.scheduler.scheduled-time>" };
  const schedule = {
    ...key,
    ...timing,
    FlexibleTimeWindow: { Mode: "OFF" as const },
    Target: {
      Arn: environment.stateMachineArn,
      RoleArn: environment.schedulerRoleArn,
      Input: JSON.stringify({ milestone }),
    },
  };
  try {
    await scheduler.send(new UpdateScheduleCommand(schedule));
  } catch (error) {
    if (!saysNotFound(error)) throw error;
    await scheduler.send(new CreateScheduleCommand(schedule));
  }
}

async function remove({ scheduler }: Aws, key: Key): Promise<void> {
  try {
    await scheduler.send(new DeleteScheduleCommand(key));
  } catch (error) {
    if (!saysNotFound(error)) throw error;
  }
}

/**
 * Before stacks had groups, a milestone's schedule was in the default one. One of that name that starts this stack's
 * machine is its own, and would start each milestone a second time. Says what stands in the way of removing it.
 */
async function removeFormer(aws: Aws, Name: string): Promise<string | undefined> {
  try {
    const { Target } = await aws.scheduler.send(new GetScheduleCommand({ Name }));
    if (Target?.Arn === aws.environment.stateMachineArn) await remove(aws, { Name });
    return undefined;
  } catch (error) {
    if (saysNotFound(error)) return undefined;
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return `schedule ${Name} of the default group, if an earlier version made one, has to be removed by hand (${why})`;
  }
}
