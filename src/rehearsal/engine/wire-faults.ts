/**
 * Stands between the door of the twin and its services: counts every call, and does to it what the fault that is
 * due at its point says.
 */
import { AwsError, type Call } from "../twin/service.ts";
import { type Answer, ConnectionLost, type Intercept } from "../twin/twin.ts";
import type { VirtualClock } from "./clock.ts";
import type { InFlight } from "./driver.ts";
import type { FaultInjector, WireFault } from "./faults.ts";
import { currentFrame, type Invocation } from "./frames.ts";

export interface InterceptOptions {
  readonly clock: VirtualClock;
  readonly inFlight: InFlight;
  readonly injector: FaultInjector;
  /** Told of every call that reaches the twin, before its fault and its effect. */
  readonly onCall: (call: Call, operation: string) => void;
  /** Told of every call that had its chance to take effect, with what the service answered. */
  readonly onEffect?: ((effect: Effect) => void) | undefined;
  /** How long a client waits for an answer before it gives up, milliseconds. */
  readonly patienceMs?: number | undefined;
  /** What a slow answer takes longer, milliseconds. */
  readonly slowMs?: number | undefined;
}

/** What a call came to, and on whose behalf it was made. */
export interface Effect {
  readonly call: Call;
  readonly invocation: Invocation | undefined;
  readonly result: { readonly answer: Answer } | { readonly error: unknown };
}

/** Long enough to be felt, shorter than any step's time-out. */
const defaults = { patienceMs: 10_000, slowMs: 8_000 };

export function interceptWith(options: InterceptOptions): Intercept {
  const { clock, inFlight, injector, onCall, onEffect } = options;
  const wait = (ms: number) =>
    inFlight.waiting(new Promise<void>((resolve) => void clock.setTimeout(resolve, ms)));

  async function observed(call: Call, next: () => Promise<Answer>): Promise<Answer> {
    const invocation = currentFrame()?.invocation;
    try {
      const answer = await next();
      onEffect?.({ call, invocation, result: { answer } });
      return answer;
    } catch (error) {
      onEffect?.({ call, invocation, result: { error } });
      throw error;
    }
  }

  return async (call, effect) => {
    const operation = `${call.service}.${call.operation}`;
    const next = () => observed(call, effect);
    onCall(call, operation);
    const frame = currentFrame();
    if (frame?.invocation === undefined || frame.call === undefined) return next();
    const { invocation } = frame;
    const { state, stage } = invocation;
    const place = { at: "call", state, stage, operation, ordinal: frame.call.ordinal } as const;
    switch (injector.reach(place) as WireFault | undefined) {
      case undefined:
        return next();
      case "throttled":
        throw new AwsError("ThrottlingException", "Rate exceeded");
      case "server-error":
        throw new AwsError(
          "InternalFailure",
          "The request processing has failed because of an unknown error.",
          {
            statusCode: 500,
          },
        );
      case "time-out-before":
        await wait(options.patienceMs ?? defaults.patienceMs);
        throw new ConnectionLost("the request was not answered in time", "ETIMEDOUT");
      case "response-lost":
        await next();
        throw new ConnectionLost("socket hang up", "ECONNRESET");
      case "slow": {
        const answer = await next();
        await wait(options.slowMs ?? defaults.slowMs);
        return answer;
      }
      case "crash-before-call":
        invocation.crash();
        throw new ConnectionLost("the sandbox died");
      case "crash-after-call":
        await next();
        invocation.crash();
        throw new ConnectionLost("the sandbox died");
    }
  };
}
