/** The schedules of an account and the moments at which they fire next. */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { Expression } from "../vocabulary/schedule-expression.ts";
import { type ScheduleSettings, type ScheduleTarget, withContext } from "./scheduler-settings.ts";

/** One invocation of a target that is due. */
export interface Firing {
  /** The same however often it is delivered. */
  readonly id: string;
  readonly scheduleArn: string;
  readonly name: string;
  readonly group: string;
  readonly dueMs: number;
  readonly target: ScheduleTarget;
  /** The target's Input with Scheduler's context attributes put in, `<aws.scheduler.scheduled-time>` and the like. */
  readonly input: string | undefined;
}

interface Schedule {
  readonly settings: ScheduleSettings;
  readonly firings: Expression;
  readonly arn: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly clientToken: string | undefined;
  nextMs: number | undefined;
}

/** `arnPrefix`: `arn:aws:scheduler:REGION:ACCOUNT:schedule`. */
export function bookOf(arnPrefix: string) {
  const schedules = new Map<string, Schedule>();
  const arnOf = (name: string, group: string) => `${arnPrefix}/${group}/${name}`;

  function find(name: string, group: string): Schedule {
    const found = schedules.get(arnOf(name, group));
    if (found) return found;
    throw new AwsError("ResourceNotFoundException", `Schedule ${name} does not exist.`, { statusCode: 404 });
  }

  type Made = Pick<Schedule, "createdMs" | "modifiedMs" | "clientToken">;
  function put(settings: ScheduleSettings, made: Made, firesAfterMs: number): string {
    const arn = arnOf(settings.name, settings.group);
    const firings = settings.firings(settings.startMs ?? made.createdMs);
    const schedule: Schedule = { settings, firings, arn, ...made, nextMs: undefined };
    const after = Math.max(firesAfterMs, (settings.startMs ?? 0) - 1);
    schedule.nextMs = settings.state === "ENABLED" ? nextOf(schedule, after) : undefined;
    schedules.set(arn, schedule);
    return arn;
  }

  return {
    /** The same client token again is the same request again (CreateSchedule, API reference). */
    create(settings: ScheduleSettings, clientToken: string | undefined, atMs: number): string {
      const existing = schedules.get(arnOf(settings.name, settings.group));
      if (existing && clientToken !== undefined && existing.clientToken === clientToken) return existing.arn;
      if (existing) {
        throw new AwsError("ConflictException", `Schedule ${settings.name} already exists.`, {
          statusCode: 409,
        });
      }
      // A rate without a start date fires at once ("Rate-based schedules", user guide).
      return put(settings, { createdMs: atMs, modifiedMs: atMs, clientToken }, atMs - 1);
    },

    /** Replaces every setting: what the request leaves out falls back to its default. */
    update(settings: ScheduleSettings, atMs: number): string {
      const { createdMs, clientToken } = find(settings.name, settings.group);
      return put(settings, { createdMs, modifiedMs: atMs, clientToken }, atMs);
    },

    get: (name: string, group: string): Json => describe(find(name, group)),

    remove(name: string, group: string): void {
      schedules.delete(find(name, group).arn);
    },

    removeGroup(group: string): void {
      for (const { arn, settings } of [...schedules.values()])
        if (settings.group === group) schedules.delete(arn);
    },

    summaries: () =>
      [...schedules.values()].map(summary).sort((one, other) => (one.Name < other.Name ? -1 : 1)),

    nextDueMs(): number | undefined {
      const moments = [...schedules.values()].flatMap(({ nextMs }) => nextMs ?? []);
      return moments.length > 0 ? Math.min(...moments) : undefined;
    },

    due(atMs: number): readonly Firing[] {
      const firings = [...schedules.values()].flatMap((schedule) => fireUntil(schedule, atMs));
      for (const { arn, nextMs, settings } of [...schedules.values()]) {
        const completed = nextMs === undefined && settings.state === "ENABLED";
        if (completed && settings.deleteAfterCompletion) schedules.delete(arn);
      }
      return firings.sort((one, other) => one.dueMs - other.dueMs || (one.id < other.id ? -1 : 1));
    },
  };
}

function nextOf({ firings, settings }: Schedule, afterMs: number): number | undefined {
  const nextMs = firings.next(afterMs);
  return nextMs !== undefined && nextMs <= (settings.endMs ?? nextMs) ? nextMs : undefined;
}

function fireUntil(schedule: Schedule, atMs: number): Firing[] {
  const firings: Firing[] = [];
  while (schedule.nextMs !== undefined && schedule.nextMs <= atMs) {
    firings.push(firingOf(schedule, schedule.nextMs));
    schedule.nextMs = nextOf(schedule, schedule.nextMs);
  }
  return firings;
}

function firingOf({ arn, settings }: Schedule, dueMs: number): Firing {
  const { name, group, target } = settings;
  const id = `${arn}@${isoSeconds(dueMs)}`;
  const input =
    target.Input === undefined
      ? undefined
      : withContext(target.Input, { arn, scheduledTime: isoSeconds(dueMs), id });
  return { id, scheduleArn: arn, name, group, dueMs, target, input };
}

function isoSeconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

function describe(schedule: Schedule): Json {
  const { settings } = schedule;
  return {
    ...summary(schedule),
    Target: settings.target,
    ScheduleExpression: settings.expression,
    ScheduleExpressionTimezone: settings.zone,
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: settings.deleteAfterCompletion ? "DELETE" : "NONE",
    Description: settings.description,
    KmsKeyArn: settings.kmsKeyArn,
    StartDate: settings.startMs === undefined ? undefined : settings.startMs / 1000,
    EndDate: settings.endMs === undefined ? undefined : settings.endMs / 1000,
  };
}

function summary({ arn, settings, createdMs, modifiedMs }: Schedule) {
  return {
    Arn: arn,
    Name: settings.name,
    GroupName: settings.group,
    State: settings.state,
    CreationDate: createdMs / 1000,
    LastModificationDate: modifiedMs / 1000,
    Target: { Arn: settings.target.Arn },
  };
}
