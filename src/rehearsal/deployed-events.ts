/**
 * What starts things by itself in a deployment: the rules and the schedule of serverless.yml, as they stand there, so
 * that a rehearsal needs no serverless.yml. A test holds the two together.
 */
import type { EventPattern } from "#twin/services";

/** What serverless.yml writes where it means the machine of its own stack. */
export const ownMachine = `\${self:custom.stateMachineArn}`;

/** What it writes for the beginning of all names that its own stack gives. */
export const ownNames = `\${self:service}-\${sls:stage}-`;

/** What it writes where it means the repositories that whoever deploys has named. */
export const namedRepositories = `\${param:repositories}`;

/** What it writes for when whoever deploys wants the digest. */
export const digestAt = `\${param:digestAt}`;

export interface DeployedRule {
  /** The function that it invokes, as serverless.yml names it; absent: it starts the state machine. */
  readonly function?: string;
  readonly pattern: EventPattern;
}

export interface DeployedSchedule {
  readonly function: string;
  /** `rate(N minutes)`, or `rate(1 day)`; or `digestAt` */
  readonly rate: string;
  readonly input: unknown;
}

export const deployedRules: readonly DeployedRule[] = [
  {
    function: "reapLeases",
    pattern: {
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: { status: ["ABORTED", "FAILED", "TIMED_OUT"], stateMachineArn: [ownMachine] },
    },
  },
  {
    pattern: {
      source: ["aws.sagemaker"],
      "detail-type": ["SageMaker Model Package State Change"],
      detail: { ModelApprovalStatus: ["Approved"] },
    },
  },
  {
    pattern: {
      source: ["aws.sagemaker"],
      "detail-type": ["SageMaker Training Job State Change"],
      detail: {
        TrainingJobStatus: ["Completed"],
        TrainingJobName: [{ "anything-but": { prefix: ownNames } }],
      },
    },
  },
  {
    pattern: {
      source: ["aws.sagemaker"],
      "detail-type": ["SageMaker Processing Job State Change"],
      detail: { ProcessingJobStatus: ["Completed"] },
    },
  },
  {
    pattern: {
      source: ["aws.sagemaker"],
      "detail-type": ["SageMaker Model Building Pipeline Execution Status Change"],
      detail: { currentPipelineExecutionStatus: ["Succeeded"] },
    },
  },
  {
    pattern: {
      source: ["aws.ecr"],
      "detail-type": ["ECR Image Action"],
      detail: {
        "action-type": ["PUSH"],
        result: ["SUCCESS"],
        "repository-name": [{ wildcard: namedRepositories }],
      },
    },
  },
];

export const deployedSchedules: readonly DeployedSchedule[] = [
  { function: "reapLeases", rate: "rate(10 minutes)", input: { sweep: "schedule" } },
  { function: "fetchPrices", rate: "rate(1 day)", input: { fetch: "schedule" } },
  { function: "watchLoad", rate: "rate(5 minutes)", input: { watch: "schedule" } },
  { function: "watchQuality", rate: "rate(1 hour)", input: { quality: "schedule" } },
  { function: "rehearseSpike", rate: "rate(5 minutes)", input: { spike: "schedule" } },
  { function: "tellDigest", rate: digestAt, input: { digest: "schedule" } },
];
