/** Where this deployment's own things are; serverless.yml sets these, a rehearsal uses the names as they stand. */
export interface Environment {
  readonly region: string;
  readonly table: string;
  readonly stateMachineArn: string;
  readonly schedulerRoleArn: string;
  readonly eventBus: string;
}

export function environment(): Environment {
  const region = process.env.AWS_REGION ?? "eu-west-1";
  return {
    region,
    table: process.env.SLIPWAY_TABLE ?? "slipway",
    stateMachineArn:
      process.env.SLIPWAY_STATE_MACHINE_ARN ??
      `arn:aws:states:${region}:123456789012:stateMachine:slipway-release`,
    schedulerRoleArn:
      process.env.SLIPWAY_SCHEDULER_ROLE_ARN ?? "arn:aws:iam::123456789012:role/slipway-scheduler",
    eventBus: process.env.SLIPWAY_EVENT_BUS ?? "default",
  };
}
