/** An account with an endpoint that nobody calls, and a plan whose test of it ends within seconds at its hundred requests. */
import { readFileSync } from "node:fs";
import { CreateEndpointCommand, CreateEndpointConfigCommand } from "@aws-sdk/client-sagemaker";
import { parse, stringify } from "yaml";
import type { Account } from "../aws/account.ts";
import { folderWith } from "./served-account.ts";

const payloads = "s3://payloads/bodies.jsonl";

/** The file of a plan by which an instance serves far more than any test may send. */
export function briefPlan(): string {
  const sample = parse(readFileSync("plans/chat-assistant.yml", "utf8"));
  const serves = (of: object) => ({ ...of, requestsPerSecondPerInstance: 2_000 });
  const { minor } = sample.releaseTypes;
  const text = stringify({
    ...sample,
    endpoint: serves(sample.endpoint),
    requirements: { ...sample.requirements, peakRequestsPerSecond: 300 },
    releaseTypes: { minor: { inference: serves(minor.inference) } },
    loadTest: { sideEffectFree: true, payloads: { s3: payloads }, maxRequests: 100 },
  });
  return `${folderWith({ "brief.yml": text })}/brief.yml`;
}

export async function withStaging(account: Account): Promise<void> {
  const { aws, world } = account;
  world.state.objects.set(payloads.replace("s3://", ""), '{"inputs":"one"}\n{"inputs":"two"}\n');
  const variant = {
    VariantName: "all",
    ModelName: "chat-assistant-v6",
    InstanceType: "ml.g5.xlarge" as const,
  };
  await aws.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: "staging-1",
      ProductionVariants: [{ ...variant, InitialInstanceCount: 1 }],
    }),
  );
  await aws.sagemaker.send(
    new CreateEndpointCommand({ EndpointName: "chat-staging", EndpointConfigName: "staging-1" }),
  );
  account.settle();
  // The model loads.
  account.wait(10);
}
