/**
 * The seam: every AWS client of the project is built here. In AWS they reach AWS; a rehearsal passes a wire that
 * takes the serialised request and answers in process, so that both run the same code down to the bytes.
 */
import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { PricingClient } from "@aws-sdk/client-pricing";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { STSClient } from "@aws-sdk/client-sts";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { rehearsedDeployment } from "../core/deployment.ts";
import { mostSenders } from "../core/plan/load-test.ts";
import { priceListRegion } from "../core/plan/price-products.ts";
import { type Environment, environment } from "./environment.ts";
import { type ReadRole, readingRoles } from "./iam.ts";
import { mostUnderWay } from "./load-sending.ts";
import { type OrderDoor, orderDoor } from "./order-door.ts";
import { type Calling, obeyInvocation } from "./outgoing.ts";
import { exactPacing, type Pacing, virtualPacing } from "./pacing.ts";
import { type Post, posting, postNowhere } from "./posting.ts";
import { type ReadSecret, readingSecret } from "./secrets.ts";
import { type Announce, announcing } from "./sns.ts";

/** What stands in for the network: a request as the SDK serialised it, and the HTTP answer. */
export interface Wire {
  handle(
    request: never,
  ): Promise<{ response: { statusCode: number; headers: Record<string, string>; body?: unknown } }>;
}

/** All that a step can reach: AWS, and what a plan names beside it. */
export interface Aws {
  readonly environment: Environment;
  readonly sagemaker: SageMakerClient;
  readonly runtime: SageMakerRuntimeClient;
  /** The same for requests by the hundred: none is tried again, and none waits for another's connection. */
  readonly runtimeOnce: SageMakerRuntimeClient;
  readonly scaling: ApplicationAutoScalingClient;
  readonly cloudwatch: CloudWatchClient;
  readonly events: EventBridgeClient;
  readonly scheduler: SchedulerClient;
  readonly quotas: ServiceQuotasClient;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly kms: KMSClient;
  readonly lambda: LambdaClient;
  readonly states: SFNClient;
  readonly s3: S3Client;
  readonly pricing: PricingClient;
  readonly table: DynamoDBDocumentClient;
  readonly post: Post;
  /** How people are told; absent in every function but the one that does. */
  readonly announce?: Announce;
  /** What webhooks are signed with; absent in every function but the one that takes them. */
  readonly secret?: ReadSecret;
  /** How a role is read in IAM; absent in every function but the sweep. */
  readonly readRole?: ReadRole;
  /** Where a person's orders go; absent in a function, and of a stack that has none yet. */
  readonly door?: OrderDoor;
  /** By which requests of a load test are sent at their moments. */
  readonly pacing: Pacing;
}

/** What a person's command tells the clients beside where to go. */
export interface ClientSettings {
  readonly profile?: string;
  readonly credentials?: STSClient["config"]["credentials"];
  /** Where requests go instead of to AWS. */
  readonly endpoint?: string | undefined;
}

/**
 * How long an answer is waited for, milliseconds: the SDK's own default is for ever, and only a warning when it is late
 * (@smithy/node-http-handler). Three tries fit into a step's time. A rehearsal's clients are as patient.
 */
export const patience = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };
/** "A model container must respond to requests within 60 seconds" (InvokeEndpoint, API reference). */
const invocationPatience = { ...patience, requestTimeout: 60_000 };
/** The SDK has 50 connections at a time by default, and whoever wants one more waits (@smithy/node-http-handler). */
const manyInvocations = {
  ...invocationPatience,
  httpsAgent: { keepAlive: true, maxSockets: mostSenders * mostUnderWay },
};

/** Chosen: whoever takes traces answers within a second, and nothing waits for one that does not. Milliseconds. */
const postPatience = 2_500;

/** The function that takes orders may wait for AWS as long as a step. */
const orderPatience = { ...patience, requestTimeout: 100_000 };

/** Requests on a wire never leave the process: nobody looks at who signed them, or at what sent them. */
const noAuth = { schemeId: "smithy.api#noAuth" };
const onWire = {
  credentials: { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" },
  httpAuthSchemeProvider: () => [{ ...noAuth }],
  httpAuthSchemes: [
    {
      ...noAuth,
      identityProvider: () => async () => ({}),
      signer: { sign: async <T>(request: T): Promise<T> => request },
    },
  ],
};
const s3OnWire = (region: string) => ({
  forcePathStyle: true,
  endpoint: `https://s3.${region}.amazonaws.com`,
});
const unseenMiddleware = ["getUserAgentMiddleware", "recursionDetectionMiddleware", "loggerMiddleware"];

/**
 * Builds the clients of a deployment: of the one that the environment names, or on a wire of the rehearsed one; there
 * nothing of the machine's own environment or AWS profile has a say.
 */
export function connect(
  wire?: Wire,
  own: Environment = wire === undefined ? environment() : rehearsedDeployment,
  settings: ClientSettings = {},
): Aws {
  const { endpoint, ...identity } = settings;
  const shared = {
    ...identity,
    requestHandler: patience,
    region: own.region,
    maxAttempts: 3,
    retryMode: "standard",
  };
  const item = wire === undefined ? shared : { ...shared, requestHandler: wire as never, ...onWire };
  // On a wire, middleware is put together once for each command, not for each call. The document client cannot do
  // with that: its commands wrap others, and would send the first one's input for ever.
  const config = wire === undefined ? item : { ...item, cacheMiddleware: true };
  const lean = <C extends Stacked>(client: C): C => {
    obeyInvocation(client as unknown as Calling);
    if (wire !== undefined) for (const name of unseenMiddleware) client.middlewareStack.remove(name);
    // V8 keeps a configuration of so many members as a dictionary, and the SDK copies it three times a call. What has
    // served as a prototype V8 lays out as a record, which copies at once: half of a call's time.
    void Object.create(client.config).region;
    return client;
  };
  const events = lean(new EventBridgeClient(config));
  const { credentials } = events.config;
  const signed = { region: own.region, credentials, endpoint, wire, patience };
  return {
    environment: own,
    sagemaker: lean(new SageMakerClient(config)),
    runtime: lean(
      new SageMakerRuntimeClient(
        wire === undefined ? { ...config, requestHandler: invocationPatience } : config,
      ),
    ),
    runtimeOnce: lean(
      new SageMakerRuntimeClient({
        ...config,
        maxAttempts: 1,
        ...(wire === undefined && { requestHandler: manyInvocations }),
      }),
    ),
    scaling: lean(new ApplicationAutoScalingClient(config)),
    cloudwatch: lean(new CloudWatchClient(config)),
    events,
    scheduler: lean(new SchedulerClient(config)),
    quotas: lean(new ServiceQuotasClient(config)),
    ecr: lean(new ECRClient(config)),
    ecs: lean(new ECSClient(config)),
    kms: lean(new KMSClient(config)),
    lambda: lean(new LambdaClient(config)),
    states: lean(new SFNClient(config)),
    // On a wire there are no names of hosts to tell buckets by, and no signature: whom a request is for, its own host says.
    s3: lean(new S3Client(wire === undefined ? config : { ...config, ...s3OnWire(own.region) })),
    // The price list has few endpoints, each of which tells of all Regions.
    pricing: lean(new PricingClient({ ...config, region: priceListRegion(own.region) ?? own.region })),
    table: DynamoDBDocumentClient.from(lean(new DynamoDBClient(item)), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    ...doorOf(own, { wire, settings }),
    ...(own.noticesTopic !== undefined && { announce: announcing(signed) }),
    ...(own.webhookSecret !== undefined && { secret: readingSecret(signed) }),
    ...(own.roleParameters !== undefined && { readRole: readingRoles(signed) }),
    post: wire === undefined ? posting(postPatience) : postNowhere,
    pacing: wire === undefined ? exactPacing : virtualPacing,
  };
}

/** Whoever orders signs with credentials of their own, on a wire too. */
function doorOf(
  { ordersUrl: url, region }: Environment,
  { wire, settings: { credentials, endpoint } }: { wire: Wire | undefined; settings: ClientSettings },
): Pick<Aws, "door"> {
  if (url === undefined || credentials === undefined) return {};
  return { door: orderDoor({ url, region, credentials, endpoint, wire, patience: orderPatience }) };
}

interface Stacked {
  readonly middlewareStack: { remove(name: string): boolean };
  readonly config: object;
}
