/** The calendar of a plan: one EventBridge Scheduler schedule for each of its milestones that has a date or a cron. */
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { type MilestoneKind, milestoneKinds, type Plan } from "../core/plan/plan.ts";
import { milestoneName } from "../core/release/names.ts";
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
    if (timing === undefined) await remove(aws, Name);
    else {
      await put(aws, Name, { plan, kind, timing });
      told.push(`${kind}: ${timing.ScheduleExpression} ${timing.ScheduleExpressionTimezone}`);
    }
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

async function put(
  { scheduler, environment }: Aws,
  Name: string,
  { plan, kind, timing }: { plan: Plan; kind: MilestoneKind; timing: Timing },
): Promise<void> {
  const milestone = { model: plan.model, kind, scheduledTime: "<aws.scheduler.scheduled-time>" };
  const schedule = {
    Name,
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

async function remove({ scheduler }: Aws, Name: string): Promise<void> {
  try {
    await scheduler.send(new DeleteScheduleCommand({ Name }));
  } catch (error) {
    if (!saysNotFound(error)) throw error;
  }
}
