/** The services of the twin, and the wire on which they are reached. */
export { applicationAutoScaling } from "./application-auto-scaling.ts";
export { callerBy } from "./callers.ts";
export { cloudFormation, type Stack } from "./cloudformation.ts";
export { type CloudTrail, cloudTrail } from "./cloudtrail.ts";
export { cloudwatch } from "./cloudwatch.ts";
export { costExplorer } from "./cost-explorer.ts";
export { dynamodb } from "./dynamodb.ts";
export { ecr } from "./ecr.ts";
export { ecs } from "./ecs.ts";
export { type BusEvent, eventBridge } from "./event-bridge.ts";
export { compilePattern, type EventPattern } from "./event-pattern.ts";
export { type FunctionUrl, type FunctionUrls, functionUrls } from "./function-urls.ts";
export { type IamRole, iam } from "./iam.ts";
export { kms } from "./kms.ts";
export { lambda } from "./lambda.ts";
export { pricing } from "./pricing.ts";
export { s3 } from "./s3.ts";
export { sagemaker } from "./sagemaker.ts";
export { clusterArn } from "./sagemaker-cluster-shapes.ts";
export { latencyHeader, sagemakerRuntime } from "./sagemaker-runtime.ts";
export { scheduler } from "./scheduler.ts";
export { sdkBody } from "./sdk-body.ts";
export { secretsManager } from "./secrets.ts";
export { pacedClock, type ServeOptions, serveTwin, type TwinServer } from "./server.ts";
export type { Call, Input, Operation, Service } from "./service.ts";
export { type InstanceQuota, serviceQuotas } from "./service-quotas.ts";
export { sns } from "./sns.ts";
export {
  type ExecutionEvent,
  type ExecutionRecord,
  type ExecutionStatus,
  type Executions,
  stepFunctions,
} from "./step-functions.ts";
export { sts } from "./sts.ts";
export { type Answer, ConnectionLost, createTwin, type Intercept, type Twin } from "./twin.ts";
export type { WireRequest, WireResponse } from "./wire-message.ts";
