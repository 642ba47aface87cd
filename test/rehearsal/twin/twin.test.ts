import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  GetPredictiveScalingForecastCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient, ListDashboardsCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeTableCommand, DynamoDBClient, ExecuteStatementCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { CreateClusterCommand, DescribeEndpointCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import {
  InvokeEndpointAsyncCommand,
  InvokeEndpointCommand,
  SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";
import { GetScheduleCommand, ListTagsForResourceCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  GetServiceQuotaCommand,
  ListServicesCommand,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { DescribeExecutionCommand, ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import {
  applicationAutoScaling,
  cloudwatch,
  createTwin,
  dynamodb,
  type Executions,
  eventBridge,
  sagemaker,
  sagemakerRuntime,
  scheduler,
  serviceQuotas,
  stepFunctions,
} from "#twin/services";
import { AwsError } from "#twin/vocabulary";
import { rehearsedDeployment } from "../../../src/core/deployment.ts";
import { exampleWorld, startMs } from "../world/example.ts";
import { reaching } from "./twin-handler.ts";

const missing = (arn: string) => new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
const noExecutions: Executions = {
  start: ({ name = "" }) => {
    throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
  },
  stop: (arn) => {
    throw missing(arn);
  },
  describe: (arn) => {
    throw missing(arn);
  },
  list: () => [],
  history: (arn) => {
    throw missing(arn);
  },
};

function openTwin() {
  const tables = [{ name: rehearsedDeployment.table, partitionKey: "pk", sortKey: "sk" }];
  const world = exampleWorld();
  const machine = { arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:slipway", name: "slipway" };
  const shown = { roleArn: "arn:aws:iam::123456789012:role/slipway", definition: "{}", createdMs: startMs };
  const services = [
    sagemaker(world),
    sagemakerRuntime(world),
    applicationAutoScaling(world),
    cloudwatch(world),
    serviceQuotas({ quotas: () => world.quotas }),
    dynamodb({ startMs, tables }),
    eventBridge(),
    scheduler(),
    stepFunctions({ machine: { ...machine, ...shown }, executions: noExecutions }),
  ];
  return createTwin(services, () => startMs);
}
type Config = ReturnType<typeof reaching>;

const executionArn = "arn:aws:states:eu-west-1:123456789012:execution:slipway:nobody";
const scalable = {
  ServiceNamespace: "sagemaker",
  ResourceId: "endpoint/nowhere/variant/v1",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;

describe("the twin, asked for what it does not hold", () => {
  const asks: [name: string, status: number, ask: (config: Config) => Promise<unknown>][] = [
    [
      "ValidationException",
      400,
      (to) => new SageMakerClient(to).send(new DescribeEndpointCommand({ EndpointName: "nowhere" })),
    ],
    [
      "ValidationError",
      400,
      (to) =>
        new SageMakerRuntimeClient(to).send(
          new InvokeEndpointCommand({ EndpointName: "nowhere", Body: "{}" }),
        ),
    ],
    [
      "ObjectNotFoundException",
      400,
      (to) => new ApplicationAutoScalingClient(to).send(new DeregisterScalableTargetCommand(scalable)),
    ],
    [
      "ResourceNotFound",
      404,
      (to) =>
        new CloudWatchClient(to).send(
          new SetAlarmStateCommand({ AlarmName: "none", StateValue: "OK", StateReason: "test" }),
        ),
    ],
    [
      "NoSuchResourceException",
      400,
      (to) =>
        new ServiceQuotasClient(to).send(
          new GetServiceQuotaCommand({ ServiceCode: "sagemaker", QuotaCode: "L-NONE" }),
        ),
    ],
    [
      "ResourceNotFoundException",
      400,
      (to) => new DynamoDBClient(to).send(new DescribeTableCommand({ TableName: "none" })),
    ],
    [
      "ValidationException",
      400,
      (to) => new EventBridgeClient(to).send(new PutEventsCommand({ Entries: [] })),
    ],
    [
      "ResourceNotFoundException",
      404,
      (to) => new SchedulerClient(to).send(new GetScheduleCommand({ Name: "none" })),
    ],
    [
      "ExecutionDoesNotExist",
      400,
      (to) => new SFNClient(to).send(new DescribeExecutionCommand({ executionArn })),
    ],
  ];

  it.each(asks)("answers %s with status %i", async (name, httpStatusCode, ask) => {
    const twin = openTwin();

    const answer = ask(reaching(twin));

    await expect(answer).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(twin.refusals).toEqual([]);
  });
});

describe("the twin, asked for an operation that it does not model", () => {
  const cluster = new CreateClusterCommand({ ClusterName: "pool" });
  const forecast = new GetPredictiveScalingForecastCommand({
    ...scalable,
    PolicyName: "forecast",
    StartTime: new Date(startMs),
    EndTime: new Date(startMs),
  });
  const inference = new InvokeEndpointAsyncCommand({
    EndpointName: "chat",
    InputLocation: "s3://bucket/key",
  });
  const asks: [named: string, ask: (config: Config) => Promise<unknown>][] = [
    ["SageMaker.CreateCluster", (to) => new SageMakerClient(to).send(cluster)],
    ["/endpoints/chat/async-invocations", (to) => new SageMakerRuntimeClient(to).send(inference)],
    ["GetPredictiveScalingForecast", (to) => new ApplicationAutoScalingClient(to).send(forecast)],
    ["CloudWatch.ListDashboards", (to) => new CloudWatchClient(to).send(new ListDashboardsCommand({}))],
    ["ServiceQuotas.ListServices", (to) => new ServiceQuotasClient(to).send(new ListServicesCommand({}))],
    [
      "DynamoDB.ExecuteStatement",
      (to) => new DynamoDBClient(to).send(new ExecuteStatementCommand({ Statement: "SELECT" })),
    ],
    ["EventBridge.ListRules", (to) => new EventBridgeClient(to).send(new ListRulesCommand({}))],
    [
      "Scheduler.ListTagsForResource",
      (to) => new SchedulerClient(to).send(new ListTagsForResourceCommand({ ResourceArn: "arn" })),
    ],
    ["StepFunctions.ListStateMachines", (to) => new SFNClient(to).send(new ListStateMachinesCommand({}))],
  ];

  it.each(asks)("refuses %s by name, once, though the client would retry", async (named, ask) => {
    const twin = openTwin();

    const answer = ask({ ...reaching(twin), maxAttempts: 3 });

    await expect(answer).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringContaining(named),
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
    expect(twin.refusals).toEqual([expect.stringContaining(named)]);
  });
});
