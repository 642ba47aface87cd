/**
 * The calendar of a plan in EventBridge Scheduler: one schedule for each milestone that has a date or a cron, and one-time ones
 * for dates of a cron before which clocks change.
 */
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { placesApart, type StandingApart } from "../core/calendar/apart.ts";
import {
  isSame,
  type Schedule,
  type ScheduleStep,
  type SchedulesInForce,
  type Target,
} from "../core/calendar/calendar.ts";
import { type MilestoneKind, milestoneKinds } from "../core/plan/plan.ts";
import { formerMilestoneName, milestoneName } from "../core/release/names.ts";
import type { Aws } from "./clients.ts";
import { saysNotFound } from "./errors.ts";

/** What the deployment's schedules start, and as whom. */
export const targetOf = ({ environment }: Aws): Target => ({
  machine: environment.stateMachineArn,
  role: environment.schedulerRoleArn,
});

/** A schedule by its group, the default one where it has none, and its name. */
interface Key {
  readonly GroupName?: string;
  readonly Name: string;
}

const keyOf = ({ environment }: Aws, model: string, kind: MilestoneKind, place?: number): Key => ({
  GroupName: environment.scheduleGroup,
  Name: milestoneName({ stack: environment.stack, model, kind, place }),
});

/** Before stacks had groups, a milestone's schedule was in the default one. */
const formerKeyOf = (model: string, kind: MilestoneKind): Key => ({
  Name: formerMilestoneName({ model, kind }),
});

/** The schedules that stand for a model's milestones, whoever made them. */
export async function standingSchedules(
  aws: Aws,
  model: string,
  kinds: readonly MilestoneKind[] = milestoneKinds,
): Promise<SchedulesInForce> {
  const found = await Promise.all(
    kinds.map(async (kind) => [kind, await readSchedule(aws, keyOf(aws, model, kind))] as const),
  );
  return Object.fromEntries(found);
}

/** The starts apart that stand beside the recurring ones of those. */
export async function standingApart(
  aws: Aws,
  model: string,
  beside: SchedulesInForce,
): Promise<StandingApart> {
  const kinds = milestoneKinds.filter((kind) => beside[kind]?.expression.startsWith("cron("));
  const places = Array.from({ length: placesApart }, (_, nth) => nth + 1);
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const there = places.map((place) => readSchedule(aws, keyOf(aws, model, kind, place)));
      return [kind, await Promise.all(there)] as const;
    }),
  );
  return Object.fromEntries(found);
}

/** Those of an earlier version; whoever may not look outside the stack's group has to look by other means. */
export async function formerSchedules(
  aws: Aws,
  model: string,
): Promise<{ former: SchedulesInForce; unseen: string[] }> {
  const unseen: string[] = [];
  const found = await Promise.all(
    milestoneKinds.map(async (kind) => {
      const key = formerKeyOf(model, kind);
      try {
        return [kind, await readSchedule(aws, key)] as const;
      } catch (error) {
        const { name, message } = error as Error;
        unseen.push(
          `schedule ${key.Name} of the default group, if an earlier version made one, has to be removed by hand (${name}: ${message})`,
        );
        return [kind, undefined] as const;
      }
    }),
  );
  return { former: Object.fromEntries(found), unseen };
}

async function readSchedule({ scheduler }: Aws, key: Key): Promise<Schedule | undefined> {
  try {
    const found = await scheduler.send(new GetScheduleCommand(key));
    return {
      expression: found.ScheduleExpression ?? "",
      timeZone: found.ScheduleExpressionTimezone ?? "UTC",
      enabled: found.State !== "DISABLED",
      machine: found.Target?.Arn ?? "",
      role: found.Target?.RoleArn ?? "",
      input: found.Target?.Input ?? "",
    };
  } catch (error) {
    if (saysNotFound(error)) return undefined;
    throw error;
  }
}

const keyFor = (aws: Aws, model: string, step: ScheduleStep): Key =>
  step.act === "remove" && step.why === "former"
    ? formerKeyOf(model, step.kind)
    : keyOf(aws, model, step.kind, step.place);

/** Makes one step of a calendar; a step that was made already is made. */
export async function takeStep(aws: Aws, model: string, step: ScheduleStep): Promise<void> {
  const key = keyFor(aws, model, step);
  switch (step.act) {
    case "keep":
    case "pass":
      return;
    case "make":
      await aws.scheduler.send(new CreateScheduleCommand({ ...key, ...settingsOf(step.to) }));
      return;
    case "change":
      await aws.scheduler.send(new UpdateScheduleCommand({ ...key, ...settingsOf(step.to) }));
      return;
    case "remove":
      try {
        await aws.scheduler.send(new DeleteScheduleCommand(key));
      } catch (error) {
        if (!saysNotFound(error)) throw error;
      }
  }
}

/** Whether what a step is for stands in the account. */
export async function isTaken(aws: Aws, model: string, step: ScheduleStep): Promise<boolean> {
  const found = await readSchedule(aws, keyFor(aws, model, step));
  if (step.act === "remove") return found === undefined;
  return step.act === "pass" || (found !== undefined && isSame(found, step.to));
}

const settingsOf = ({ expression, timeZone, machine, role, input }: Schedule) => ({
  ScheduleExpression: expression,
  ScheduleExpressionTimezone: timeZone,
  FlexibleTimeWindow: { Mode: "OFF" as const },
  State: "ENABLED" as const,
  // One with a date is done when it has fired; one with a cron never is.
  ActionAfterCompletion: "DELETE" as const,
  Target: { Arn: machine, RoleArn: role, Input: input },
});
