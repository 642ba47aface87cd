/** SageMaker runtime: probes that reach one variant whatever the weights are. */
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import type { Probe, ProbeTarget } from "../../../core/release/serving-platform.ts";
import type { Aws } from "../../clients.ts";

/** Sends one request to a variant; a refusal, a failure or no answer is an answer too, never an exception. */
export async function probe({ runtime }: Aws, { now, ...target }: ProbeTarget): Promise<Probe> {
  const started = now();
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), target.patienceMs);
  try {
    await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: target.endpoint,
        TargetVariant: target.variant,
        ContentType: target.warmth.contentType,
        Body: target.warmth.payload,
      }),
      { abortSignal: patience.signal },
    );
    return { answered: true, milliseconds: now() - started };
  } catch (error) {
    const name = error instanceof Error ? error.name : String(error);
    const unanswered = patience.signal.aborted ? "no answer" : name;
    return { answered: false, milliseconds: now() - started, error: unanswered };
  } finally {
    clearTimeout(timer);
  }
}
