/** How a test reaches the twin with a real AWS SDK client: a request handler that calls it in process. */
import { sdkBody, type Twin, type WireRequest } from "#twin/services";

type SdkRequest = Omit<WireRequest, "body"> & { body?: unknown };

/** The part of an SDK client's configuration that points it to the twin; one attempt, so that errors show. */
export function reaching(twin: Pick<Twin, "handle">) {
  return {
    region: "eu-west-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: {
      async handle(request: SdkRequest) {
        const body =
          typeof request.body === "string" || request.body instanceof Uint8Array ? request.body : undefined;
        const answer = await twin.handle({ ...request, body });
        return { response: { ...answer, body: sdkBody(request, answer.body) } };
      },
    },
  };
}
