/** Where this deployment's own things are; serverless.yml sets these, a rehearsal uses the names as they stand. */
export interface Environment {
  readonly region: string;
  readonly table: string;
  readonly stateMachineArn: string;
  readonly schedulerRoleArn: string;
  readonly eventBus: string;
}

/** Reads the deployment's names from the process, or from nothing at all: then they are those of a rehearsal. */
export function environment(from: Readonly<NodeJS.ProcessEnv> = process.env): Environment {
  const region = from.AWS_REGION ?? "eu-west-1";
  return {
    region,
    table: from.SLIPWAY_TABLE ?? "slipway",
    stateMachineArn:
      from.SLIPWAY_STATE_MACHINE_ARN ??
      `arn:aws:states:${region}:123456789012:stateMachine:slipway-dev-release`,
    schedulerRoleArn: from.SLIPWAY_SCHEDULER_ROLE_ARN ?? "arn:aws:iam::123456789012:role/slipway-scheduler",
    eventBus: from.SLIPWAY_EVENT_BUS ?? "default",
  };
}
