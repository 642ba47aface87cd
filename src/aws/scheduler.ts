/** EventBridge Scheduler: one-time schedules that start the release machine when a lease ends. */
import { CreateScheduleCommand, DeleteScheduleCommand, GetScheduleCommand } from "@aws-sdk/client-scheduler";
import type { Plain } from "../core/release/change.ts";
import type { Aws } from "./clients.ts";
import { saysNotFound } from "./errors.ts";

/** The ledger's view of a schedule: when it fires (UTC, `yyyy-mm-ddThh:mm:ss`) and what it starts the machine with. */
export interface OneTime {
  readonly at: string;
  readonly input: string;
}

export async function readSchedule({ scheduler }: Aws, name: string): Promise<Plain> {
  try {
    const found = await scheduler.send(new GetScheduleCommand({ Name: name }));
    const at = found.ScheduleExpression?.match(/^at\((.+)\)$/)?.[1] ?? found.ScheduleExpression ?? "";
    return { at, input: found.Target?.Input ?? "" };
  } catch (error) {
    if (saysNotFound(error)) return null;
    throw error;
  }
}

/** Creates the schedule, or deletes it; it deletes itself after it has fired. */
export async function putSchedule({ scheduler, environment }: Aws, name: string, to: Plain): Promise<void> {
  if (to === null) {
    try {
      await scheduler.send(new DeleteScheduleCommand({ Name: name }));
    } catch (error) {
      if (!saysNotFound(error)) throw error;
    }
    return;
  }
  const { at, input } = to as unknown as OneTime;
  await scheduler.send(
    new CreateScheduleCommand({
      Name: name,
      ScheduleExpression: `at(${at})`,
      ScheduleExpressionTimezone: "UTC",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "DELETE",
      Target: { Arn: environment.stateMachineArn, RoleArn: environment.schedulerRoleArn, Input: input },
    }),
  );
}
