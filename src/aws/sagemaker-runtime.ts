/** SageMaker runtime: probes that reach one variant whatever the weights are. */
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import type { Warmth } from "../core/plan/warmth.ts";
import type { Aws } from "./clients.ts";

export interface Probe {
  readonly answered: boolean;
  readonly milliseconds: number;
  readonly error?: string;
}

/** Sends one request to a variant; a refusal or failure is an answer too, never an exception. */
export async function probe(
  { runtime }: Aws,
  target: { endpoint: string; variant: string; warmth: Warmth; now: () => number },
): Promise<Probe> {
  const started = target.now();
  try {
    await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: target.endpoint,
        TargetVariant: target.variant,
        ContentType: target.warmth.contentType,
        Body: target.warmth.payload,
      }),
    );
    return { answered: true, milliseconds: target.now() - started };
  } catch (error) {
    const name = error instanceof Error ? error.name : String(error);
    return { answered: false, milliseconds: target.now() - started, error: name };
  }
}
