/**
 * A release with nothing in it: one machine and its steps on the real twin and world, enough to see what a
 * rehearsal does around any release. It is also the entry of a thread.
 */
import { DescribeEndpointCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import type { WireHandler } from "#twin/engine";
import { WorldSpec } from "#twin/world";
import { Plan } from "../../../src/core/plan/plan.ts";
import type { RehearsalParts, RehearsalRequest } from "../../../src/rehearsal/release/request.ts";
import { serveRehearsals } from "../../../src/rehearsal/release/thread.ts";
import { machine, task } from "./tiny.ts";

const definition = machine("Look", {
  Look: task({
    ResultPath: "$.looked",
    Catch: [{ ErrorEquals: ["States.ALL"], Next: "Blind" }],
    Next: "How",
  }),
  How: {
    Type: "Choice",
    Choices: [{ Variable: "$.goal", StringEquals: "promote", Next: "Shift" }],
    Default: "RolledBack",
  },
  Shift: task({ ResultPath: "$.stage", Next: "Bake" }),
  Bake: { Type: "Wait", Seconds: 600, Next: "Promoted" },
  Promoted: { Type: "Pass", Parameters: { outcome: "promoted", "reason.$": "$.looked" }, End: true },
  RolledBack: { Type: "Fail", Error: "RolledBack", CausePath: "$.looked" },
  Blind: { Type: "Fail", Error: "Blind", Cause: "no endpoint was seen" },
});

function stepsOn(wire: WireHandler) {
  const config = {
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    requestHandler: wire as never,
  };
  const sagemaker = new SageMakerClient(config);
  const scheduler = new SchedulerClient(config);
  return {
    Look: async () => {
      const found = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: "tiny" }));
      return `${found.EndpointName} is ${found.EndpointStatus}`;
    },
    /** Leaves a second execution behind, to be started by a schedule after this one has ended. */
    Shift: async () => {
      const Target = {
        Arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:slipway-dev-release",
        RoleArn: "arn:aws:iam::123456789012:role/scheduler",
        Input: JSON.stringify({ goal: "roll back" }),
      };
      const ScheduleExpression = `at(${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)})`;
      const FlexibleTimeWindow = { Mode: "OFF" } as const;
      await scheduler.send(
        new CreateScheduleCommand({
          Name: "later",
          ScheduleExpression,
          FlexibleTimeWindow,
          Target,
          ActionAfterCompletion: "DELETE",
        }),
      );
      return { index: 0, trafficPercent: 100 };
    },
  };
}

export const parts: RehearsalParts = { definition, stepsOn };

const plan = Plan.parse({
  model: "tiny",
  endpoint: { name: "tiny", instanceType: "ml.g5.xlarge", requestsPerSecondPerInstance: 2, instances: 2 },
  requirements: { latencyMsP99: 2000, errorRatePercent: 2, peakRequestsPerSecond: 2, utilisationPercent: 70 },
  defaultReleaseType: "minor",
  releaseTypes: { minor: { inference: { instanceType: "ml.g5.xlarge", requestsPerSecondPerInstance: 2 } } },
  milestones: { production: { when: { event: "model-approved" } } },
  rollout: {
    stages: [{ trafficPercent: 100, bakeMinutes: 10 }],
    onInconclusive: { action: "roll-back" },
    onNoData: { waitMinutes: 5, then: "roll-back" },
  },
  kpis: [{ kind: "availability", name: "errors" }],
  budget: { usdPerRelease: 100 },
});

export const request: RehearsalRequest = {
  plan,
  world: WorldSpec.parse({ description: "nothing special" }),
  event: { goal: "promote" },
  seed: 1,
};

serveRehearsals(parts);
