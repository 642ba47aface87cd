/** A schedule that fires once and is gone then, by its group and name. */
import { OneTime, putSchedule, readSchedule } from "../scheduler.ts";
import { defineResource } from "./define.ts";

export const schedule = defineResource({
  state: OneTime,
  read: readSchedule,
  put: (aws, name, { to }) => putSchedule(aws, name, to),
});
