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
  /** Where people's orders go: the URL of the function that takes them; nothing but their commands needs to know. */
  readonly ordersUrl?: string;
  /** The topic on which people are told of releases; the function that tells them alone needs to know. */
  readonly noticesTopic?: string;
  /** Where MLflow's webhooks go: the URL of the function that takes them. */
  readonly webhookUrl?: string;
  /** The secret of Secrets Manager that webhooks are signed with; the function that takes them alone needs to know. */
  readonly webhookSecret?: string;
  /** Patterns of the names of roles whose trust policies have sessions named after who assumes them. */
  readonly namedRoles?: readonly string[];
  /** How often a release waits in one execution before it goes on in another; a person's command knows none. */
  readonly turnsPerExecution?: number;
  /** Whether releases are measured for CloudWatch, which costs by the series. */
  readonly releaseMetrics?: boolean;
  /** What the deployment was given for its roles, by the names of serverless.yml's parameters; the sweep alone needs to know. */
  readonly roleParameters?: Readonly<Record<string, string>>;
  /** Where what shows each change is kept; absent: nowhere. */
  readonly evidence?: EvidencePlace;
}

/** A bucket with Object Lock, and the key of KMS that signs what goes there, by its ARN. */
export interface EvidencePlace {
  readonly bucket: string;
  readonly keyId: string;
  /** Who may delete before its time what is there: whoever may bypass governance, or nobody. */
  readonly mode: "GOVERNANCE" | "COMPLIANCE";
}

/** The deployment of a stack in the rehearsed account, as serverless.yml and CloudFormation would name its things. */
export function deploymentOf(stack: string): Deployment {
  const [account, region] = ["123456789012", "eu-west-1"];
  return {
    stack,
    account,
    region,
    table: `${stack}-Table-REHEARSED`,
    stateMachineArn: `arn:aws:states:${region}:${account}:stateMachine:${stack}-release`,
    schedulerRoleArn: `arn:aws:iam::${account}:role/${stack}-SchedulerRole-REHEARSED`,
    scheduleGroup: stack,
    eventBus: "default",
    ordersUrl: `https://${stack.replaceAll("-", "")}orders.lambda-url.${region}.on.aws/`,
    noticesTopic: `arn:aws:sns:${region}:${account}:${stack}-Notices-REHEARSED`,
    webhookUrl: `https://${stack.replaceAll("-", "")}webhooks.lambda-url.${region}.on.aws/`,
    webhookSecret: `${stack}/mlflow`,
    turnsPerExecution: 1200,
    roleParameters: {
      endpoints: "*",
      workloadRoles: "*-serving",
      trainingRoles: "*-training",
      ownNames: `${stack}-*`,
      services: "prod/*",
      functions: "*:live",
      tables: "sessions",
      evaluations: "*-evaluations/*",
      payloads: "*-payloads/*",
      modelBuckets: "*-models*",
      clusters: "none",
      nodeRoles: "none",
      mlflowSecret: `${stack}/mlflow`,
      autoScalingChecks: "open",
    },
    evidence: {
      bucket: `${stack}-evidencebucket-rehearsed`,
      keyId: `arn:aws:kms:${region}:${account}:key/${stack}-EvidenceKey-REHEARSED`,
      mode: "GOVERNANCE",
    },
  };
}

/** Stage dev, as serverless.yml and CloudFormation would name it. A real account never gets these by default. */
export const rehearsedDeployment: Deployment = deploymentOf("slipway-dev");
