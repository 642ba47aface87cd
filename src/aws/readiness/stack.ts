/** What of a deployment's own is as it has to be: its alarms tell of the sweep, too, which nothing else shows. */
import { type MetricAlarm, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { amiss, type Readiness, unseen, well } from "../../core/release/readiness.ts";
import type { Aws } from "../clients.ts";
import { readinessOf } from "./looking.ts";

/** CloudFormation names them STACK-LOGICALID-…, and serverless.yml has one that rings where the sweep was not started. */
const sweepAlarm = "SweepPausedAlarm";

export async function stackReadiness(aws: Aws): Promise<Readiness[]> {
  const { stack } = aws.environment;
  let alarms: readonly MetricAlarm[] = [];
  const seen = await readinessOf("alarms", async () => {
    alarms = await alarmsOf(aws);
    return alarmReadiness(stack, alarms);
  });
  const isRefused = seen.state === "amiss" && alarms.length === 0;
  return [
    seen,
    isRefused ? unseen("sweep", "is seen by the stack's alarms alone") : sweepReadiness(stack, alarms),
  ];
}

async function alarmsOf({ cloudwatch, environment }: Aws): Promise<MetricAlarm[]> {
  const alarms: MetricAlarm[] = [];
  const prefix = { AlarmNamePrefix: `${environment.stack}-` };
  for await (const page of paginateDescribeAlarms({ client: cloudwatch, pageSize: 100 }, prefix))
    alarms.push(...(page.MetricAlarms ?? []));
  return alarms;
}

const isSweeps =
  (stack: string) =>
  ({ AlarmName = "" }: MetricAlarm) =>
    AlarmName.startsWith(`${stack}-${sweepAlarm}`);

function alarmReadiness(stack: string, all: readonly MetricAlarm[]): Readiness {
  if (all.length === 0)
    return unseen(
      "alarms",
      `there is none named ${stack}-…; slipway twin keeps none`,
      "where this is AWS, deploy the stack again",
    );
  const ringing = all.filter((one) => one.StateValue === "ALARM" && !isSweeps(stack)(one));
  if (ringing.length > 0)
    return amiss(
      "alarms",
      `in ALARM: ${ringing.map(({ AlarmName }) => AlarmName).join(", ")}`,
      "docs/OPERATIONS.md says of each what to do",
    );
  const silent = all.filter(({ ActionsEnabled }) => ActionsEnabled === false);
  if (silent.length > 0)
    return amiss(
      "alarms",
      `nobody would hear of them, their actions are off: ${silent.map(({ AlarmName }) => AlarmName).join(", ")}`,
      "aws cloudwatch enable-alarm-actions --alarm-names …",
    );
  return well(
    "alarms",
    `${all.length} of the stack, none in ALARM; whether somebody has subscribed to their topic is not looked at`,
  );
}

function sweepReadiness(stack: string, all: readonly MetricAlarm[]): Readiness {
  const own = all.find(isSweeps(stack));
  if (own === undefined)
    return unseen("sweep", `nothing shows it without the alarm ${stack}-${sweepAlarm}-…`);
  if (own.StateValue === "OK") return well("sweep", "was started within the last half an hour");
  return amiss(
    "sweep",
    own.StateValue === "ALARM" ? "was not started for half an hour" : "has not been seen to start yet",
    "turn its rule and its schedule on; after a first deployment wait ten minutes",
  );
}
