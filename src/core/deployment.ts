/** Where the things of one deployment are, and the deployment that every rehearsal plays. */

export interface Deployment {
  /** The CloudFormation stack: `slipway-prod`. */
  readonly stack: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly table: string;
  readonly stateMachineArn: string;
  readonly schedulerRoleArn: string;
  /** The EventBridge Scheduler group that holds every schedule of the stack. */
  readonly scheduleGroup: string;
  readonly eventBus: string;
}

/** Stage dev, as serverless.yml and CloudFormation would name it. A real account never gets these by default. */
export const rehearsedDeployment: Deployment = {
  stack: "slipway-dev",
  account: "123456789012",
  region: "eu-west-1",
  table: "slipway-dev-Table-REHEARSED",
  stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:slipway-dev-release",
  schedulerRoleArn: "arn:aws:iam::123456789012:role/slipway-dev-SchedulerRole-REHEARSED",
  scheduleGroup: "slipway-dev",
  eventBus: "default",
};
