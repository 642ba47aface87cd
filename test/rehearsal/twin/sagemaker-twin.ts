/** A world with its four services behind real SDK clients, and a clock that a test turns by minutes. */
import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { type DescribeEndpointOutput, SageMaker } from "@aws-sdk/client-sagemaker";
import { SageMakerRuntime } from "@aws-sdk/client-sagemaker-runtime";
import { applicationAutoScaling, cloudwatch, createTwin, sagemaker, sagemakerRuntime } from "#twin/services";
import { exampleWorld, minuteMs, type SpecInput, startMs } from "../world/example.ts";
import { reaching } from "./twin-handler.ts";

export function sagemakerTwin(spec: SpecInput = {}, seed = 1) {
  const world = exampleWorld(spec, seed);
  const clock = { ms: startMs };
  const twin = createTwin(
    [sagemaker(world), sagemakerRuntime(world), applicationAutoScaling(world), cloudwatch(world)],
    () => clock.ms,
  );
  const config = reaching(twin);
  const client = new SageMaker(config);
  const describe = () => client.describeEndpoint({ EndpointName: "chat" });

  return {
    world,
    sagemaker: client,
    runtime: new SageMakerRuntime(config),
    scaling: new ApplicationAutoScaling(config),
    cloudwatch: new CloudWatch(config),
    describe,
    now: () => new Date(clock.ms),
    /** Time goes by. */
    wait(minutes: number): void {
      clock.ms += minutes * minuteMs;
      world.advanceTo(clock.ms);
    },
    /** Waits, ten seconds at a time, until the endpoint takes updates again; how long that took, minutes. */
    async settled(): Promise<{ minutes: number; endpoint: DescribeEndpointOutput }> {
      for (let tenths = 0; tenths < 6 * 120; tenths++) {
        const endpoint = await describe();
        if (endpoint.EndpointStatus === "InService") return { minutes: tenths / 6, endpoint };
        this.wait(1 / 6);
      }
      throw new Error("expected the endpoint to be InService within two hours");
    },
    /** The model and the configuration of a release: v6 as it is, v7 with four instances at weight 0. */
    async prepareCandidate(): Promise<void> {
      await client.createModel({
        ModelName: "chat-v7",
        PrimaryContainer: { ModelPackageName: packageArn(7) },
        ExecutionRoleArn: "arn:aws:iam::123456789012:role/chat-serving",
      });
      await client.createEndpointConfig({
        EndpointConfigName: "both",
        ProductionVariants: [
          { ...variant("v6"), InitialInstanceCount: 8, InitialVariantWeight: 1 },
          { ...variant("v7"), InitialInstanceCount: 4, InitialVariantWeight: 0 },
        ],
      });
    },
    async joinCandidate(): Promise<void> {
      await this.prepareCandidate();
      await client.updateEndpoint({
        EndpointName: "chat",
        EndpointConfigName: "both",
        RetainAllVariantProperties: true,
      });
      await this.settled();
    },
    shift: (v6: number, v7: number) =>
      client.updateEndpointWeightsAndCapacities({
        EndpointName: "chat",
        DesiredWeightsAndCapacities: [
          { VariantName: "v6", DesiredWeight: v6 },
          { VariantName: "v7", DesiredWeight: v7 },
        ],
      }),
    resize: (VariantName: string, DesiredInstanceCount: number) =>
      client.updateEndpointWeightsAndCapacities({
        EndpointName: "chat",
        DesiredWeightsAndCapacities: [{ VariantName, DesiredInstanceCount }],
      }),
  };
}

export const packageArn = (version: number) =>
  `arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat/${version}`;

export const variant = (name: string) =>
  ({ VariantName: name, ModelName: `chat-${name}`, InstanceType: "ml.g5.xlarge" }) as const;

export const stableTarget = {
  ServiceNamespace: "sagemaker",
  ResourceId: "endpoint/chat/variant/v6",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;

/** The counts and weights of an answer, by variant. */
export function fleetOf(endpoint: DescribeEndpointOutput) {
  return Object.fromEntries(
    (endpoint.ProductionVariants ?? []).map((each) => [
      each.VariantName,
      {
        instances: each.CurrentInstanceCount,
        desired: each.DesiredInstanceCount,
        weight: each.CurrentWeight,
      },
    ]),
  );
}
