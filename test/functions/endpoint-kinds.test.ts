/** What a release does on endpoints of other kinds: a test for each row of the table in docs/ENDPOINT-KINDS.md. */
import { readFileSync } from "node:fs";
import { PutCompositeAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "vitest";
import { type Endpoint, type EndpointConfig, modelPackageArn, type WorldState } from "#twin/world";
import { readScaling } from "../../src/aws/application-auto-scaling.ts";
import { readConfig, readModel } from "../../src/aws/serving/sagemaker/models.ts";
import { adopted, Scaling } from "../../src/core/capacity/scaling.ts";
import { unsupportedKinds } from "../../src/core/capacity/unsupported.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { plan } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { accountWith, manual, Run } from "./run.ts";

const rows = readFileSync(new URL("../../docs/ENDPOINT-KINDS.md", import.meta.url), "utf8")
  .split("\n")
  .flatMap((line) => /^\| ([^|]+) \| (refused by name|carried over) \|/.exec(line)?.slice(1) ?? [])
  .flatMap((cell, i, cells) => (i % 2 === 0 ? [{ kind: cell, answer: cells[i + 1] }] : []));
const kindsThatAre = (answer: string) => rows.filter((row) => row.answer === answer).map(({ kind }) => kind);

const approved = (): unknown =>
  JSON.parse(readFileSync(new URL("../../events/registry-approved.json", import.meta.url), "utf8"));

const endpointName = "chat-assistant";
const target = `endpoint/${endpointName}/variant/v6`;

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("expected the world to have it");
  return value;
}
const endpointOf = (state: WorldState): Endpoint => found(state.endpoints.get(endpointName));

/** The endpoint's description has more members. */
const showing = (shown: NonNullable<Endpoint["shown"]>) => (state: WorldState) => {
  endpointOf(state).shown = shown;
};

/** Its configuration is another. */
function configured(change: (config: EndpointConfig) => Partial<EndpointConfig>) {
  return (state: WorldState) => {
    const config = found(state.endpointConfigs.get("chat-assistant-config-v6"));
    state.endpointConfigs.set(config.name, { ...config, ...change(config) });
  };
}

/** The variant in it has more members, or other ones. */
const variantWith = (
  rest: Record<string, unknown>,
  other: Partial<EndpointConfig["variants"][number]> = {},
) => configured(({ variants }) => ({ variants: variants.map((each) => ({ ...each, ...other, rest })) }));

/** The model that serves is another. */
function modelled(change: Record<string, unknown>, container: Record<string, unknown> = {}) {
  return (state: WorldState) => {
    const model = found(state.models.get("chat-assistant-v6"));
    const PrimaryContainer = { ...(model.definition["PrimaryContainer"] as object), ...container };
    state.models.set(model.name, {
      ...model,
      definition: { ...model.definition, PrimaryContainer, ...change },
    });
  };
}

const packaged = (shown: Record<string, unknown>) => (state: WorldState) => {
  const each = found(state.modelPackages.get(modelPackageArn("chat-assistant", 7)));
  each.shown = shown;
};

/** The variant scales by another policy. */
function scaled(configuration: Record<string, unknown>, type?: "StepScaling" | "PredictiveScaling") {
  return (state: WorldState) => {
    const { policies } = found(state.scalableTargets.get(target));
    const [name, policy] = found([...policies][0]);
    policies.set(name, { ...policy, configuration, ...(type === undefined ? {} : { type }) });
  };
}
const custom = (rest: object) => ({ TargetValue: 5, CustomizedMetricSpecification: rest });
const guardrails = {
  BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: "CANARY", WaitIntervalInSeconds: 300 } },
  AutoRollbackConfiguration: { Alarms: [{ AlarmName: "pager" }] },
};

interface Refused {
  readonly given: (state: WorldState) => void;
  readonly reason: string;
  readonly plan?: Plan;
}

const trainingPlan = (name: string) => `arn:aws:sagemaker:eu-west-1:123456789012:training-plan/${name}`;
const reservedOn = (MlReservationArn: string) => ({
  CapacityReservationConfig: {
    CapacityReservationPreference: "capacity-reservations-only",
    MlReservationArn,
  },
});
/** Whose minor releases run on one. */
const onTrainingPlan: Plan = {
  ...plan,
  releaseTypes: {
    minor: {
      inference: {
        instanceType: "ml.g5.xlarge",
        requestsPerSecondPerInstance: 12,
        reserved: { trainingPlan: trainingPlan("autumn") },
      },
    },
  },
};

const container = { ModelPackageName: modelPackageArn("chat-assistant", 6) };
const refused: Readonly<Record<string, Refused | readonly Refused[]>> = {
  "inference components": [
    {
      given: variantWith({}, { ModelName: "" }),
      reason: "it serves inference components, between which no weights shift traffic",
    },
    {
      given: (state) => {
        endpointOf(state).configName = "";
      },
      reason: "it serves inference components, between which no weights shift traffic",
    },
  ],
  serverless: {
    given: variantWith(
      { ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } },
      { InstanceType: "", InitialInstanceCount: 0 },
    ),
    reason: "it is serverless, which has no instances to raise and takes no second variant",
  },
  asynchronous: {
    given: configured(() => ({
      rest: { AsyncInferenceConfig: { OutputConfig: { S3OutputPath: "s3://answers" } } },
    })),
    reason: "it is asynchronous, so that a variant can neither be probed nor judged by its answers",
  },
  "configuration deleted": {
    given: (state) => void state.endpointConfigs.clear(),
    reason:
      "its configuration chat-assistant-config-v6 has been deleted, so that the next cannot be made like it; update the endpoint to one that exists",
  },
  "model deleted": {
    given: (state) => void state.models.clear(),
    reason: "its model chat-assistant-v6 has been deleted, so that the candidate's cannot be made like it",
  },
  "shadow variants": {
    given: showing({ ShadowProductionVariants: [{ VariantName: "shadow" }] }),
    reason: "it has shadow variants, beside which SageMaker takes one production variant only",
  },
  "instance pools": {
    given: variantWith(
      { InstancePools: [{ InstanceType: "ml.g5.xlarge", Priority: 1 }] },
      { InstanceType: "" },
    ),
    reason: "its variant has instance pools, so that no single type says what an instance serves",
  },
  "capacity reservation": [
    {
      given: variantWith({
        CapacityReservationConfig: { CapacityReservationPreference: "capacity-reservations-only" },
      }),
      reason:
        "its variant runs on a capacity reservation that is no training plan, of which nothing tells what room it has",
    },
    {
      given: variantWith(
        reservedOn("arn:aws:sagemaker:eu-west-1:123456789012:ml-reservation/0123456789abcdef"),
      ),
      reason:
        "its variant runs on a capacity reservation that is no training plan, of which nothing tells what room it has",
    },
  ],
  "two training plans": {
    given: variantWith(reservedOn(trainingPlan("spring"))),
    plan: onTrainingPlan,
    reason:
      "its variant runs on training plan spring and the candidate would on autumn, and an endpoint has one at most; release to instances on demand first",
  },
  "managed instance scaling": {
    given: variantWith({ ManagedInstanceScaling: { Status: "ENABLED", MinInstanceCount: 1 } }),
    reason: "its variant has managed instance scaling, whose scale-in cannot be held",
  },
  "multi-model": {
    given: modelled({}, { Mode: "MultiModel" }),
    reason: "its container serves many models, and a package is one",
  },
  "several containers": {
    given: modelled({
      PrimaryContainer: undefined,
      Containers: [container, container],
      InferenceExecutionConfig: { Mode: "Direct" },
    }),
    reason: "its model has 2 containers, and the candidate's would have the package's only",
  },
  "image from a private registry": {
    given: modelled({}, { ImageConfig: { RepositoryAccessMode: "Vpc" } }),
    reason: "its container's image comes through a VPC, which a model made from a package cannot say",
  },
  "additional model data": {
    given: modelled({}, { AdditionalModelDataSources: [{ ChannelName: "adapters" }] }),
    reason: "its container has additional model data, which a model made from a package would lose",
  },
  "package that cannot serve": [
    { given: packaged({ ModelPackageStatus: "Failed" }), reason: "the version's package is Failed" },
    {
      given: packaged({ InferenceSpecification: { Containers: [{}, {}] } }),
      reason:
        "the version's package has 2 containers in its inference specification, the serving model has one",
    },
    {
      given: modelled({}, { InferenceSpecificationName: "gpu" }),
      reason: "the version's package has no inference specification gpu",
    },
  ],
  "environment that is not clear": [
    {
      given: modelled({}, { Environment: { HF_MODEL_ID: "org/chat-v6", ADAPTERS: "s3://v6/a" } }),
      reason:
        "environment variable HF_MODEL_ID of the serving model says what it serves; say it in the plan, endpoint.environment; endpoint chat-assistant: environment variable ADAPTERS of the serving model says what it serves; say it in the plan, endpoint.environment",
    },
    {
      given: (state) => {
        modelled({}, { Environment: { WORKERS: "4" } })(state);
        packaged({ InferenceSpecification: { Containers: [{ Environment: { WORKERS: "1" } }] } })(state);
      },
      reason:
        "environment variable WORKERS is set otherwise in the serving model than in the package; say it in the plan, endpoint.environment",
    },
  ],
  "deployment guardrails that the plan does not name": {
    given: showing({ LastDeploymentConfig: guardrails }),
    reason:
      "its deployment config rolls back on alarm pager, which a release cannot keep; name it under alarms in the plan",
  },
  "step or predictive scaling": {
    given: scaled({ AdjustmentType: "ChangeInCapacity", StepAdjustments: [] }, "StepScaling"),
    reason:
      "its scaling policy chat-assistant-invocations is no target tracking: the alarms that drive it name its own ARN and would not drive the candidate's",
  },
  "metric math in a scaling policy": {
    given: scaled(custom({ Metrics: [{ Id: "m1", Expression: "m2 / 2", ReturnData: true }] })),
    reason:
      "its scaling policy chat-assistant-invocations follows metric math, of which it is not known what it means for another variant",
  },
  "scaling by a metric of something else": {
    given: scaled(custom({ MetricName: "Depth", Namespace: "Queue", Dimensions: [], Statistic: "Average" })),
    reason:
      "its scaling policy chat-assistant-invocations follows a metric without the dimension VariantName of the variant that it scales",
  },
  "instances of a type that the plan does not name": {
    given: variantWith({}, { InstanceType: "ml.c5.large" }),
    reason:
      "it runs on ml.c5.large, of which the plan does not say what an instance serves; name it as its endpoint's",
  },
  "volume size or key with local storage": {
    given: (state) => {
      variantWith({ VolumeSizeInGB: 100 }, { InstanceType: "ml.m5.xlarge" })(state);
      configured(() => ({ rest: { KmsKeyId: "alias/volumes" } }))(state);
    },
    plan: { ...plan, endpoint: { ...plan.endpoint, instanceType: "ml.m5.xlarge" } },
    reason:
      "its configuration has a volume key, which ml.g5.xlarge does not take: its local storage is encrypted by itself; endpoint chat-assistant: its variant has a volume size, which ml.g5.xlarge does not take: it has local storage",
  },
  "scaling by cores on instances of another type": {
    given: scaled(
      custom({
        MetricName: "CPUUtilization",
        Namespace: "/aws/sagemaker/Endpoints",
        Statistic: "Average",
        Dimensions: [{ Name: "VariantName", Value: "v6" }],
      }),
    ),
    plan: { ...plan, defaultReleaseType: "major", releaseTypes: { major: plan.releaseTypes.major } },
    reason:
      "its scaling policy chat-assistant-invocations follows a metric that counts cores, whose target for ml.g5.xlarge is none for ml.g5.2xlarge",
  },
  "burstable instances with auto scaling": {
    given: () => {},
    plan: {
      ...plan,
      releaseTypes: {
        minor: { inference: { instanceType: "ml.t2.large", requestsPerSecondPerInstance: 4 } },
      },
    },
    reason: "it is scaled automatically, which ml.t2.large cannot be",
  },
};

describe.each(
  Object.entries(refused).flatMap(([kind, cases]) => [cases].flat().map((one) => ({ kind, ...one }))),
)("an endpoint with $kind", ({ given, reason, plan: own = plan }) => {
  test("is refused by name, from a registry's event too, before anything is changed", async () => {
    const account = await accountWith({ plan: own });
    given(account.world.state);
    const run = await Run.begin({ account, plan: own, event: approved() });

    const planning = await run.plan();

    expect(planning).toMatchObject({ status: "refused", reason: `endpoint chat-assistant: ${reason}` });
    expect(account.writes()).toEqual(["PutEvents"]);
  });
});

async function joined(options: {
  spec?: SpecInput;
  plan?: Plan;
  given?: (state: WorldState) => void;
}): Promise<Run> {
  const account = await accountWith(options);
  options.given?.(account.world.state);
  return Run.warm({ ...options, account });
}
const candidateModel = (run: Run) => readModel(run.account.aws, run.needs.candidate.modelName);

const carried: Readonly<Record<string, () => Promise<void>>> = {
  "environment given at CreateModel": async () => {
    const run = await joined({
      spec: { serving: { environment: { SM_NUM_GPUS: "4", LOG: "info" } } },
      plan: { ...plan, endpoint: { ...plan.endpoint, environment: { LOG: "debug" } } },
      given: packaged({ InferenceSpecification: { Containers: [{ Environment: { PROGRAM: "serve.py" } }] } }),
    });

    expect(await candidateModel(run)).toMatchObject({
      PrimaryContainer: {
        ModelPackageName: modelPackageArn("chat-assistant", 7),
        Environment: { PROGRAM: "serve.py", SM_NUM_GPUS: "4", LOG: "debug" },
      },
    });
  },
  "metrics endpoint of the container": async () => {
    const ContainerMetricsConfig = { MetricsEndpoints: [{ MetricsEndpointPath: "/own" }] };
    const run = await joined({ given: modelled({}, { ContainerMetricsConfig }) });

    expect(await candidateModel(run)).toMatchObject({ PrimaryContainer: { ContainerMetricsConfig } });
  },
  "inference specification by name": async () => {
    const run = await joined({
      given: (state) => {
        modelled({}, { InferenceSpecificationName: "gpu" })(state);
        packaged({ AdditionalInferenceSpecifications: [{ Name: "gpu", Containers: [{ Image: "i" }] }] })(
          state,
        );
      },
    });

    expect(await candidateModel(run)).toMatchObject({
      PrimaryContainer: { InferenceSpecificationName: "gpu" },
    });
  },
  "network, role, isolation, volume key, data capture, explainer, enhanced metrics": async () => {
    const VpcConfig = { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-1"] };
    const rest = {
      KmsKeyId: "alias/volumes",
      DataCaptureConfig: { DestinationS3Uri: "s3://captured", InitialSamplingPercentage: 10 },
      ExplainerConfig: { ClarifyExplainerConfig: { EnableExplanations: "`false`" } },
    };
    const ExecutionRoleArn = "arn:aws:iam::123456789012:role/own/serving";
    const plain = { instanceType: "ml.m5.xlarge", requestsPerSecondPerInstance: 12 };
    const run = await joined({
      spec: { metrics: { enhancedSeconds: 30 } },
      plan: {
        ...plan,
        endpoint: { ...plan.endpoint, ...plain },
        releaseTypes: { minor: { inference: plain } },
      },
      given: (state) => {
        modelled({ VpcConfig, ExecutionRoleArn, EnableNetworkIsolation: true })(state);
        configured(() => ({ rest }))(state);
      },
    });

    expect(await candidateModel(run)).toMatchObject({
      VpcConfig,
      ExecutionRoleArn,
      EnableNetworkIsolation: true,
    });
    expect(await readConfig(run.account.aws, run.needs.joinConfig)).toMatchObject({
      ...rest,
      MetricsConfig: { EnableEnhancedMetrics: true, MetricPublishFrequencyInSeconds: 30 },
    });
  },
  "training plan": async () => {
    const run = await joined({ plan: onTrainingPlan, spec: { trainingPlans: { serving: true } } });
    const reservation = reservedOn(trainingPlan("autumn"));

    expect(await readConfig(run.account.aws, run.needs.joinConfig)).toMatchObject({
      ProductionVariants: [
        { VariantName: "v6", ...reservation },
        { VariantName: "v7", ...reservation },
      ],
    });
  },
  "registry in another account": async () => {
    const theirs = modelPackageArn("chat-assistant", 7, "999999999999");
    const own = {
      ...plan,
      modelPackageGroupArn: "arn:aws:sagemaker:eu-west-1:999999999999:model-package-group/chat-assistant",
    };
    for (const event of [manual, { milestone: { model: "chat-assistant", kind: "production" } }]) {
      const run = await Run.begin({ plan: own, event });
      await run.plan();
      await run.prewarm();

      expect(await candidateModel(run)).toMatchObject({ PrimaryContainer: { ModelPackageName: theirs } });
    }
  },
  "deployment guardrails whose alarms the plan names": async () => {
    const account = await accountWith({ plan: { ...plan, alarms: ["pager"] } });
    showing({ LastDeploymentConfig: guardrails })(account.world.state);
    const pager = { AlarmName: "pager", AlarmRule: "FALSE" };
    await account.aws.cloudwatch.send(new PutCompositeAlarmCommand(pager));
    const run = await Run.begin({ account });

    expect(await run.plan()).toMatchObject({ status: "fits" });
  },
  "target tracking by requests": async () => {
    expect(await targetsOfShifted({ event: { ...manual, releaseType: "major" } })).toEqual([
      { before: 504, after: 504 * (16 / 12) },
    ]);
  },
  "target tracking by a metric of the variant": async () => {
    const run = await Run.shifted({ spec: { scaling: { follows: "cpu", minPercent: 100 } } });
    const own = await readScaling(run.account.aws, `endpoint/${endpointName}/variant/v7`);

    expect(own?.policies).toMatchObject([
      {
        targetTracking: {
          CustomizedMetricSpecification: {
            MetricName: "CPUUtilization",
            Dimensions: [
              { Name: "EndpointName", Value: endpointName },
              { Name: "VariantName", Value: "v7" },
            ],
          },
        },
      },
    ]);
  },
  "target tracking by another predefined metric": async () => {
    const account = await accountWith();
    const PredefinedMetricType = "SageMakerVariantConcurrentRequestsPerModelHighResolution";
    scaled({ TargetValue: 5, PredefinedMetricSpecification: { PredefinedMetricType } })(account.world.state);
    const run = await Run.begin({ account, event: { ...manual, releaseType: "major" } });

    expect(await run.plan()).toMatchObject({ status: "fits" });
    const stables = await readScaling(account.aws, target);
    const own = adopted(Scaling.parse(stables), {
      stable: { variant: "v6", perInstance: 12 },
      candidate: { variant: "v7", perInstance: 16, instances: 6 },
    });
    expect(own.policies).toEqual(stables?.policies);
  },
  "scheduled scaling": async () => {
    const run = await Run.begin({ event: { ...manual, releaseType: "major" } });
    const { scheduledActions } = found(run.account.world.state.scalableTargets.get(target));
    const morning = {
      name: "morning",
      arn: "arn",
      creationMs: 0,
      schedule: "cron(0 7 * * ? *)",
      timeZone: "UTC",
    };
    scheduledActions.set("morning", { ...morning, minCapacity: 8, maxCapacity: 16 });
    await run.plan();
    await run.prewarm();
    run.account.settle();
    await run.capacity();
    await run.warmth();
    await run.shift();
    const own = await readScaling(run.account.aws, `endpoint/${endpointName}/variant/v7`);

    expect(own?.scheduledActions).toMatchObject([
      { name: "morning", action: { MinCapacity: 6, MaxCapacity: 12 } },
    ]);
  },
};

async function targetsOfShifted(options: { event: unknown }) {
  const run = await Run.shifted(options);
  const { state } = run.account.world;
  const policiesOf = (id: string) => [...found(state.scalableTargets.get(id)).policies.values()];
  const [before, after] = ["v6", "v7"].map((name) => policiesOf(`endpoint/${endpointName}/variant/${name}`));
  return (before ?? []).map(({ targetValue }, i) => ({
    before: targetValue,
    after: after?.[i]?.targetValue,
  }));
}

test.each(Object.entries(carried))("%s: carried over", (_, shows) => shows());

/** What is no kind of endpoint, and refused by name as well. */
const elsewhere: Readonly<Record<string, () => Promise<void>>> = {
  "several variants": async () => {
    const run = await Run.warm();

    expect(await run.plan()).toMatchObject({
      status: "refused",
      reason:
        "endpoint chat-assistant: expected one variant, InService; found 2 variants of slipway-dev-chat-assistant-v7-production-join-uv5qtsh2 and status InService",
    });
  },
  "no endpoint of that name": async () => {
    const account = await accountWith();
    account.world.state.endpoints.clear();
    const run = await Run.begin({ account, event: approved() });

    expect(await run.plan()).toMatchObject({
      status: "refused",
      reason: "endpoint chat-assistant does not exist; a release begins on one that serves",
    });
    expect(account.writes()).toEqual(["PutEvents"]);
  },
};

test.each(Object.entries(elsewhere))("%s: refused by name", (_, shows) => shows());

test("the table has a row for each kind that is refused or carried over, and each row is tested", () => {
  expect(rows.length).toBeGreaterThan(25);
  expect(kindsThatAre("refused by name").sort()).toEqual(
    [...Object.keys(refused), ...Object.keys(elsewhere)].sort(),
  );
  expect(kindsThatAre("refused by name").sort()).toEqual(
    [...unsupportedKinds, ...Object.keys(elsewhere)].sort(),
  );
  expect(kindsThatAre("carried over").sort()).toEqual(Object.keys(carried).sort());
});
