/**
 * Amazon SageMaker Runtime in the twin: requests that a caller sends itself. They meet the same fleet, load and
 * faults as the trace, count in the same metrics, and say in a header how long they would have taken.
 */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Endpoint, Variant } from "../world/endpoint-state.ts";
import { seriesOf } from "../world/metrics.ts";
import { joinQueue } from "../world/queues.ts";
import type { World } from "../world/region.ts";
import { slowdown } from "../world/service-model.ts";
import { account, arn, region } from "../world/state.ts";
import { serviceOf, tickMs } from "../world/ticks.ts";
import { endpointArn } from "../world/updates.ts";
import { ignored, members } from "./members.ts";
import { onTime } from "./on-time.ts";
import type { RawAnswer, Service } from "./service.ts";

/** How long the model takes to answer, milliseconds: the engine lets so much virtual time go by. */
export const latencyHeader = "x-twin-latency-ms";

/** REST JSON (service model 2017-05-13). */
export function sagemakerRuntime(world: World): Service {
  return {
    name: "sagemaker-runtime",
    title: "SageMakerRuntime",
    protocol: {
      kind: "rest",
      routes: [
        {
          method: "POST",
          path: "/endpoints/{EndpointName}/invocations",
          operation: "InvokeEndpoint",
          headers: {
            "content-type": "ContentType",
            accept: "Accept",
            "x-amzn-sagemaker-custom-attributes": "CustomAttributes",
            "x-amzn-sagemaker-target-model": "TargetModel",
            "x-amzn-sagemaker-target-variant": "TargetVariant",
            "x-amzn-sagemaker-target-container-hostname": "TargetContainerHostname",
            "x-amzn-sagemaker-inference-id": "InferenceId",
            "x-amzn-sagemaker-enable-explanations": "EnableExplanations",
            "x-amzn-sagemaker-inference-component": "InferenceComponentName",
            "x-amzn-sagemaker-session-id": "SessionId",
          },
          payload: "Body",
        },
      ],
    },
    operations: onTime(world, {
      InvokeEndpoint: (input) =>
        invoke(
          world,
          members({ operation: "InvokeEndpoint", schema: invocation, errorName: "ValidationError" }, input),
        ),
    }),
  };
}

/** BodyBlob (service model, botocore 1.43). */
const mostInvocationBytes = 6_291_456;

const invocation = z.strictObject({
  EndpointName: z.string().max(63),
  Body: z.custom<Uint8Array | undefined>().refine((body) => (body?.byteLength ?? 0) <= mostInvocationBytes, {
    message: `Member must have length less than or equal to ${mostInvocationBytes}`,
  }),
  ContentType: ignored,
  Accept: ignored,
  CustomAttributes: ignored,
  InferenceId: ignored,
  TargetVariant: z.string().max(63).optional(),
});

function invoke(world: World, input: z.output<typeof invocation>): RawAnswer {
  const endpoint = world.state.endpoints.get(input.EndpointName);
  const missing = new AwsError(
    "ValidationError",
    `Endpoint ${input.EndpointName} of account ${account} not found.`,
  );
  if (endpoint === undefined || endpoint.status === "Creating" || endpoint.status === "Failed") throw missing;
  const nth = world.nextOrdinal(`invocations/${endpoint.name}`);
  const variant = pick(world, endpoint, { target: input.TargetVariant, nth });
  return answer(world, endpoint, { variant, nth });
}

function pick(world: World, endpoint: Endpoint, call: { target: string | undefined; nth: number }): Variant {
  const { target, nth } = call;
  if (target !== undefined) {
    const found = endpoint.variants.find((variant) => variant.name === target);
    if (found !== undefined) return found;
    throw new AwsError(
      "ValidationError",
      `Variant ${target} was not found for endpoint ${endpointArn(endpoint.name)}.`,
    );
  }
  const total = endpoint.variants.reduce((sum, variant) => sum + variant.currentWeight, 0);
  let left = world.streams(`route/${endpoint.name}`, nth).uniform() * total;
  const found = endpoint.variants.find((variant) => {
    left -= variant.currentWeight;
    return left < 0;
  });
  if (found === undefined)
    throw new AwsError("ServiceUnavailable", "No variant of the endpoint takes traffic.", {
      statusCode: 503,
    });
  return found;
}

/** A cold instance fails the request, a full fleet turns it away, a model answers it well or with an error. */
function answer(world: World, endpoint: Endpoint, call: { variant: Variant; nth: number }): RawAnswer {
  const { variant, nth } = call;
  const key = `${endpoint.name}/${variant.name}`;
  const service = serviceOf(world, endpoint, variant, { atMs: world.nowMs, seconds: tickMs / 1000 });
  const random = world.streams(`invoke/${key}`, nth);
  const probes = world.probes(key);
  const perTick = service.warm * service.throughput * service.seconds;
  const last = seriesOf(world, endpoint.name, variant).samples.at(-1);
  const taken = perTick === 0 ? 0 : (last?.traced ?? last?.requests ?? 0) / perTick;
  const joined = joinQueue(world.queue(key), { ...service, taken }, world.nowMs);
  const { load, isTurnedAway } = joined;
  const waitMs = joined.waitMs + (service.sharedWaitMs ?? 0);
  probes.requests++;
  probes.load += perTick === 0 ? 0 : 1 / perTick;
  probes.waitMs += waitMs;
  if (isTurnedAway) probes.turnedAway++;
  const cold =
    service.warm === 0 || (service.coldTakesRequests && random.uniform() >= service.warm / service.ready);
  if (cold || isTurnedAway) {
    probes.errors5xx++;
    probes.late++;
    throw modelError(
      cold ? 503 : 429,
      cold ? "the model is not loaded" : "the container takes no more requests",
      endpoint,
    );
  }
  probes.answered++;
  const mean = service.latencyMs * slowdown(load, service);
  probes.latencyMs += waitMs + mean;
  const latencyMs = waitMs + drawLatencyMs(mean, { cv: service.latencyCv, z: random.normal() });
  probes.latencySumMs += latencyMs;
  if (latencyMs > world.account.latencyMsP99) probes.late++;
  const fate = random.uniform();
  if (fate < service.errorShare) {
    probes.errors5xx++;
    throw modelError(500, "Internal Server Error", endpoint);
  }
  const headers = {
    "content-type": "application/json",
    "x-amzn-invoked-production-variant": variant.name,
    [latencyHeader]: latencyMs.toFixed(1),
  };
  return {
    raw: {
      statusCode: 200,
      headers,
      body: JSON.stringify({ model: variant.modelName, variant: variant.name }),
    },
  };
}

/** Log-normal with the given mean and coefficient of variation. */
function drawLatencyMs(meanMs: number, options: { cv: number; z: number }): number {
  const variance = Math.log1p(options.cv * options.cv);
  return meanMs * Math.exp(Math.sqrt(variance) * options.z - variance / 2);
}

function modelError(status: number, message: string, endpoint: Endpoint): AwsError {
  const logs = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=/aws/sagemaker/Endpoints/${endpoint.name}`;
  return new AwsError(
    "ModelError",
    `Received server error (${status}) from primary with message "${message}". See ${logs} in account ${account} for more information.`,
    {
      statusCode: 424,
      detail: {
        OriginalStatusCode: status,
        OriginalMessage: message,
        LogStreamArn: arn("logs", `log-group:/aws/sagemaker/Endpoints/${endpoint.name}`),
      },
    },
  );
}
