/** What scripts get wrong is told as AWS tells it, and what only the twin lacks is never put down to AWS. */
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { ServiceQuotas } from "@aws-sdk/client-service-quotas";
import { SFN } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { createTwin, eventBridge, scheduler, serviceQuotas, stepFunctions } from "#twin/services";
import { sagemakerTwin } from "./sagemaker-twin.ts";
import { reaching } from "./twin-handler.ts";

type Twin = ReturnType<typeof sagemakerTwin>;
const target = {
  ServiceNamespace: "sagemaker",
  ResourceId: "endpoint/chat/variant/v6",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;
const tracking = (metric: string) => ({
  ...target,
  PolicyName: "p",
  PolicyType: "TargetTrackingScaling" as const,
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 1,
    PredefinedMetricSpecification: {
      PredefinedMetricType: metric as "SageMakerVariantInvocationsPerInstance",
    },
  },
});
const job = {
  TrainingJobName: "spot",
  AlgorithmSpecification: { TrainingImage: "image", TrainingInputMode: "File" as const },
  RoleArn: "arn:aws:iam::123456789012:role/training",
  OutputDataConfig: { S3OutputPath: "s3://bucket/out" },
  ResourceConfig: { InstanceType: "ml.g5.12xlarge" as const, InstanceCount: 1, VolumeSizeInGB: 10 },
  StoppingCondition: { MaxRuntimeInSeconds: 60 },
};
const query = (more: object) => ({
  StartTime: new Date(0),
  EndTime: new Date(60_000),
  MetricDataQueries: [
    {
      Id: "q",
      MetricStat: {
        Metric: { Namespace: "AWS/SageMaker", MetricName: "Invocations" },
        Period: 60,
        Stat: "Sum",
      },
      ...more,
    },
  ],
});

describe("what AWS allows and the twin does not model is refused by the twin's own name", () => {
  it.each<[string, (twin: Twin) => Promise<unknown>]>([
    [
      "PutScalingPolicy's TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType 'SageMakerVariantConcurrentRequestsPerModelHighResolution'",
      ({ scaling }) =>
        scaling.putScalingPolicy(tracking("SageMakerVariantConcurrentRequestsPerModelHighResolution")),
    ],
    [
      "CreateTrainingJob's EnableManagedSpotTraining 'true'",
      ({ sagemaker }) => sagemaker.createTrainingJob({ ...job, EnableManagedSpotTraining: true }),
    ],
    [
      "GetMetricData's MetricDataQueries.ReturnData 'false'",
      ({ cloudwatch }) => cloudwatch.getMetricData(query({ ReturnData: false })),
    ],
    [
      "DescribeScalingActivities's IncludeNotScaledActivities 'true'",
      ({ scaling }) =>
        scaling.describeScalingActivities({
          ServiceNamespace: "sagemaker",
          IncludeNotScaledActivities: true,
        }),
    ],
  ])("%s", async (what, call) => {
    await expect(call(sagemakerTwin())).rejects.toThrow(`the twin does not model ${what}`);
  });
});

describe("what AWS forbids is refused with AWS's own constraint", () => {
  it.each<[string, (twin: Twin) => Promise<unknown>]>([
    [
      "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType",
      ({ scaling }) => scaling.putScalingPolicy(tracking("SageMakerVariantInvocationsPerInstanc")),
    ],
    ["sortBy", ({ sagemaker }) => sagemaker.listModels({ SortBy: "Status" as "Name" })],
    ["sortBy", ({ sagemaker }) => sagemaker.listEndpoints({ SortBy: "Size" as "Name" })],
    [
      "statusEquals",
      ({ sagemaker }) => sagemaker.listEndpoints({ StatusEquals: "inservice" as "InService" }),
    ],
    ["statusEquals", ({ sagemaker }) => sagemaker.listTrainingJobs({ StatusEquals: "Done" as "Failed" })],
    [
      "warmPoolStatusEquals",
      ({ sagemaker }) => sagemaker.listTrainingJobs({ WarmPoolStatusEquals: "Warm" as "InUse" }),
    ],
    [
      "productionVariants.1.member.instanceType",
      ({ sagemaker }) =>
        sagemaker.createEndpointConfig({
          EndpointConfigName: "odd",
          ProductionVariants: [
            {
              VariantName: "v",
              ModelName: "m",
              InitialInstanceCount: 1,
              InstanceType: "ml.zz9.large" as "ml.m5.large",
            },
          ],
        }),
    ],
    [
      "resourceConfig.instanceType",
      ({ sagemaker }) =>
        sagemaker.createTrainingJob({
          ...job,
          // Hosted, but no type that trains.
          ResourceConfig: { ...job.ResourceConfig, InstanceType: "ml.inf2.xlarge" as "ml.m5.large" },
        }),
    ],
  ])("%s", async (member, call) => {
    await expect(call(sagemakerTwin())).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(
        `at '${member}' failed to satisfy constraint: Member must satisfy enum`,
      ),
    });
  });

  it("a token that Application Auto Scaling has not given", async () => {
    const { scaling } = sagemakerTwin();
    const listing = { ServiceNamespace: "sagemaker", NextToken: "bogus" } as const;

    for (const call of [
      scaling.describeScalableTargets(listing),
      scaling.describeScalingPolicies(listing),
      scaling.describeScheduledActions(listing),
      scaling.describeScalingActivities(listing),
    ])
      await expect(call).rejects.toMatchObject({ name: "InvalidNextTokenException" });
  });

  it("a token that CloudWatch has not given, by what each operation calls it", async () => {
    const { cloudwatch } = sagemakerTwin();
    const NextToken = "bogus";

    await expect(cloudwatch.listMetrics({ NextToken })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
    });
    await expect(cloudwatch.getMetricData({ ...query({}), NextToken })).rejects.toMatchObject({
      name: "InvalidNextToken",
    });
  });

  it("a variant named twice in one request", async () => {
    const { sagemaker } = sagemakerTwin();

    const twice = sagemaker.updateEndpointWeightsAndCapacities({
      EndpointName: "chat",
      DesiredWeightsAndCapacities: [
        { VariantName: "v6", DesiredWeight: 1 },
        { VariantName: "v6", DesiredWeight: 2 },
      ],
    });

    await expect(twice).rejects.toThrow('The variant name "v6" was non-unique within the request.');
  });

  it("a body that InvokeEndpoint does not take", async () => {
    const { runtime } = sagemakerTwin();
    const invoke = (bytes: number) =>
      runtime.invokeEndpoint({ EndpointName: "chat", Body: new Uint8Array(bytes) });

    await expect(invoke(6_291_457)).rejects.toThrow("less than or equal to 6291456");
    await expect(invoke(6_291_456)).resolves.toMatchObject({ InvokedProductionVariant: "v6" });
  });
});

describe("lists are ordered as each operation's reference says", () => {
  it("endpoints by status, and training jobs oldest first", async () => {
    const twin = sagemakerTwin();
    const { sagemaker } = twin;
    await sagemaker.createTrainingJob({ ...job, TrainingJobName: "first" });
    twin.wait(1);
    await sagemaker.createTrainingJob({ ...job, TrainingJobName: "second" });
    await sagemaker.createEndpoint({ EndpointName: "another", EndpointConfigName: "chat-config-v6" });

    const jobs = await sagemaker.listTrainingJobs({});
    const endpoints = await sagemaker.listEndpoints({ SortBy: "Status", SortOrder: "Ascending" });

    expect(jobs.TrainingJobSummaries?.map((each) => each.TrainingJobName)).toEqual(["first", "second"]);
    expect(endpoints.Endpoints?.map((each) => each.EndpointStatus)).toEqual(["Creating", "InService"]);
  });
});

describe("a member that the twin does not know is refused by its name", () => {
  const stateMachineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:m";
  const machine = { arn: stateMachineArn, name: "m", roleArn: "r", definition: "{}", createdMs: 0 };
  const never = () => {
    throw new Error("must not be reached");
  };
  const executions = { start: never, stop: never, describe: never, list: () => [], history: never };
  const open = () =>
    reaching(
      createTwin(
        [stepFunctions({ machine, executions }), scheduler(), serviceQuotas({ quotas: [] }), eventBridge()],
        () => 0,
      ),
    );
  const schedule = {
    Name: "s",
    ScheduleExpression: "rate(1 day)",
    FlexibleTimeWindow: { Mode: "OFF" as const },
    Target: { Arn: stateMachineArn, RoleArn: "arn:aws:iam::123456789012:role/r" },
  };

  it.each<[string, () => Promise<unknown>]>([
    [
      "StepFunctions.ListExecutions's redriveFilter",
      () => new SFN(open()).listExecutions({ stateMachineArn, redriveFilter: "REDRIVEN" }),
    ],
    [
      "StepFunctions.ListExecutions's mapRunArn",
      () => new SFN(open()).listExecutions({ stateMachineArn, mapRunArn: "arn:aws:states:x" }),
    ],
    [
      "ServiceQuotas.ListServiceQuotas's QuotaAppliedAtLevel",
      () =>
        new ServiceQuotas(open()).listServiceQuotas({ ServiceCode: "sagemaker", QuotaAppliedAtLevel: "ALL" }),
    ],
    [
      "Scheduler's Target's SqsParameters",
      () =>
        new Scheduler(open()).createSchedule({
          ...schedule,
          Target: { ...schedule.Target, SqsParameters: { MessageGroupId: "g" } },
        }),
    ],
    [
      "Scheduler.GetSchedule's Colour",
      () =>
        open()
          .requestHandler.handle({
            method: "GET",
            hostname: "h",
            path: "/schedules/s",
            query: { Colour: "red" },
            headers: {},
          })
          .then(({ response }) =>
            Promise.reject(new Error(new TextDecoder().decode(response.body as Uint8Array))),
          ),
    ],
    [
      "EventBridge.PutEvents's Colour",
      () => {
        const bridge = new EventBridge(open());
        bridge.middlewareStack.add(
          (next) => (args) => {
            const request = args.request as { body: string };
            request.body = request.body.replace('"Source"', '"Colour":"red","Source"');
            return next(args);
          },
          { step: "build" },
        );
        return bridge.putEvents({ Entries: [{ Source: "s", DetailType: "t", Detail: "{}" }] });
      },
    ],
  ])("%s", async (what, call) => {
    await expect(call()).rejects.toThrow(`the twin does not model ${what}`);
  });
});
