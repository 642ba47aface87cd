/**
 * The seam: every AWS client of the project is built here. In AWS they reach AWS; a rehearsal passes a wire that
 * takes the serialised request and answers in process, so that both run the same code down to the bytes.
 */
import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SFNClient } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type Environment, environment } from "./environment.ts";

/** What stands in for the network: a request as the SDK serialised it, and the HTTP answer. */
export interface Wire {
  handle(
    request: never,
  ): Promise<{ response: { statusCode: number; headers: Record<string, string>; body?: unknown } }>;
}

/** All that a step can reach in AWS. */
export interface Aws {
  readonly environment: Environment;
  readonly sagemaker: SageMakerClient;
  readonly runtime: SageMakerRuntimeClient;
  readonly scaling: ApplicationAutoScalingClient;
  readonly cloudwatch: CloudWatchClient;
  readonly events: EventBridgeClient;
  readonly scheduler: SchedulerClient;
  readonly quotas: ServiceQuotasClient;
  readonly states: SFNClient;
  readonly table: DynamoDBDocumentClient;
}

/** Requests on a wire never leave the process: nobody looks at their signatures, which take a tenth of a call's time. */
const unsigned = {
  credentials: { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" },
  signer: { sign: async <T>(request: T): Promise<T> => request },
};

/** Builds the clients. On a wire, nothing of the machine's own environment or AWS profile has a say. */
export function connect(wire?: Wire): Aws {
  const own = wire === undefined ? environment() : environment({});
  const config = {
    region: own.region,
    maxAttempts: 3,
    retryMode: "standard",
    ...(wire === undefined ? {} : { requestHandler: wire as never, ...unsigned }),
  };
  return {
    environment: own,
    sagemaker: new SageMakerClient(config),
    runtime: new SageMakerRuntimeClient(config),
    scaling: new ApplicationAutoScalingClient(config),
    cloudwatch: new CloudWatchClient(config),
    events: new EventBridgeClient(config),
    scheduler: new SchedulerClient(config),
    quotas: new ServiceQuotasClient(config),
    states: new SFNClient(config),
    table: DynamoDBDocumentClient.from(new DynamoDBClient(config), {
      marshallOptions: { removeUndefinedValues: true },
    }),
  };
}
