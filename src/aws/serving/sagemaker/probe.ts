/** SageMaker runtime: requests that reach one variant whatever the weights are. */
import { InvokeEndpointCommand, ModelError } from "@aws-sdk/client-sagemaker-runtime";
import { type Probe, type ProbeTarget, unanswered } from "../../../core/release/serving-platform.ts";
import type { Aws } from "../../clients.ts";

/** Sends one request to a variant; a refusal, a failure or no answer is an answer too, never an exception. */
export async function probe({ runtime, runtimeOnce }: Aws, { now, ...target }: ProbeTarget): Promise<Probe> {
  const started = now();
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), target.patienceMs);
  const client = target.isLoad === true ? runtimeOnce : runtime;
  try {
    await client.send(
      new InvokeEndpointCommand({
        EndpointName: target.endpoint,
        TargetVariant: target.variant,
        ContentType: target.body.contentType,
        Body: target.body.payload,
      }),
      { abortSignal: patience.signal },
    );
    return { answered: true, milliseconds: now() - started };
  } catch (error) {
    const name = error instanceof Error ? error.name : String(error);
    const milliseconds = now() - started;
    if (patience.signal.aborted) return { answered: false, milliseconds, error: unanswered };
    const refusal = refusalIn(error);
    if (refusal !== undefined) return { answered: false, milliseconds, error: refusal, isRefused: true };
    return { answered: false, milliseconds, error: name };
  } finally {
    clearTimeout(timer);
  }
}

/** No variant has it: such a request is refused before it is passed on. */
const noVariant = "reaches-no-variant-only-times-the-way";

/**
 * A request to a variant that there is none of is refused by SageMaker as what is wrong with it (ValidationError, as of an endpoint
 * that there is none of: API reference), so that it takes what the way takes. Whatever else comes back says nothing.
 */
export async function way(
  aws: Aws,
  target: Pick<ProbeTarget, "endpoint" | "now" | "patienceMs">,
): Promise<number | undefined> {
  const body = { payload: "{}", contentType: "application/json" };
  const { error, milliseconds } = await probe(aws, { ...target, variant: noVariant, body, isLoad: true });
  return error === "ValidationError" ? milliseconds : undefined;
}

/** Failures of whoever serves, or of the way there (errors of InvokeEndpoint, API reference). */
const failures: ReadonlySet<string> = new Set([
  "InternalDependencyException",
  "InternalFailure",
  "ModelNotReadyException",
  "ServiceUnavailable",
  "ThrottlingException",
  "TimeoutError",
]);
/** A container says by these that it is too busy, or was too slow (HTTP semantics, RFC 9110 and RFC 6585). */
const busy: ReadonlySet<number> = new Set([408, 429]);

/** What the caller could not do better by asking less: no right, no such variant, a body that the model does not take. */
function refusalIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof ModelError) {
    const { OriginalStatusCode: status = 500 } = error;
    return status >= 400 && status < 500 && !busy.has(status) ? `${error.name} ${status}` : undefined;
  }
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 500;
  return status >= 500 || failures.has(error.name) ? undefined : error.name;
}
