/** The stack of the rehearsed deployment as CloudFormation tells of it; its outputs are those of serverless.yml. */
import type { Deployment } from "../../core/deployment.ts";
import type { Stack } from "../twin/cloudformation.ts";

export function stackOf(deployment: Deployment, createdMs: number): Stack {
  const { stack, account, region } = deployment;
  return {
    name: stack,
    account,
    region,
    createdMs,
    description: "Slipway, releases of machine-learning models with the scaling they need.",
    outputs: {
      StateMachineArn: deployment.stateMachineArn,
      TableName: deployment.table,
      AlarmsTopicArn: `arn:aws:sns:${region}:${account}:${stack}-Alarms-REHEARSED`,
      SchedulerRoleArn: deployment.schedulerRoleArn,
      ScheduleGroup: deployment.scheduleGroup,
      EventBus: deployment.eventBus,
    },
  };
}
