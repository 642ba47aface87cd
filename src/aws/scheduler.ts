/**
 * EventBridge Scheduler: one-time schedules that start the release machine when a lease ends. Each is known by group
 * and name, `slipway-prod/NAME`; a name without a group, as ledgers had it before, is in the default group.
 */
import { CreateScheduleCommand, DeleteScheduleCommand, GetScheduleCommand } from "@aws-sdk/client-scheduler";
import * as z from "zod";
import type { Aws } from "./clients.ts";
import { saysNotFound } from "./errors.ts";

/** The ledger's view of a schedule: when it fires (UTC, `yyyy-mm-ddThh:mm:ss`) and what it starts the machine with. */
export const OneTime = z.object({ at: z.string(), input: z.string() });
export type OneTime = z.infer<typeof OneTime>;

/** A schedule of the deployment's own group, as the ledger knows it. */
export const scheduleRef = ({ environment }: Aws, name: string) => `${environment.scheduleGroup}/${name}`;

function partsOf(ref: string): { Name: string; GroupName?: string } {
  const [group, name] = ref.split("/");
  return group === undefined || name === undefined ? { Name: ref } : { GroupName: group, Name: name };
}

export async function readSchedule({ scheduler }: Aws, ref: string): Promise<OneTime | null> {
  try {
    const found = await scheduler.send(new GetScheduleCommand(partsOf(ref)));
    const at = found.ScheduleExpression?.match(/^at\((.+)\)$/)?.[1] ?? found.ScheduleExpression ?? "";
    return { at, input: found.Target?.Input ?? "" };
  } catch (error) {
    if (saysNotFound(error)) return null;
    throw error;
  }
}

/** Creates the schedule, or deletes it; it deletes itself after it has fired. */
export async function putSchedule(
  { scheduler, environment }: Aws,
  ref: string,
  to: OneTime | null,
): Promise<void> {
  if (to === null) {
    try {
      await scheduler.send(new DeleteScheduleCommand(partsOf(ref)));
    } catch (error) {
      if (!saysNotFound(error)) throw error;
    }
    return;
  }
  const { at, input } = to;
  await scheduler.send(
    new CreateScheduleCommand({
      ...partsOf(ref),
      ScheduleExpression: `at(${at})`,
      ScheduleExpressionTimezone: "UTC",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "DELETE",
      Target: { Arn: environment.stateMachineArn, RoleArn: environment.schedulerRoleArn, Input: input },
    }),
  );
}
