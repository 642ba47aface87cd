/**
 * Stands between the door of the twin and its services: counts every call, and does to it what the fault that is
 * due at its point says.
 */
import type { Call } from "../services/service.ts";
import { type Answer, ConnectionLost, type Intercept } from "../services/twin.ts";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { VirtualClock } from "./clock.ts";
import type { InFlight } from "./driver.ts";
import type { FaultInjector, FaultKind, WireFault } from "./faults.ts";
import { currentFrame, type Invocation } from "./frames.ts";
import { type Hands, isHand } from "./hands.ts";
import { isLasting, type Lasting } from "./lasting-faults.ts";

export interface InterceptOptions {
  readonly clock: VirtualClock;
  readonly inFlight: InFlight;
  readonly injector: FaultInjector;
  readonly lasting: Lasting;
  readonly hands?: Hands | undefined;
  /** Told of every call that reaches the twin, before its fault and its effect. */
  readonly onCall: (call: Call, operation: string) => void;
  /** Throws the AwsError with which AWS refuses a call that its caller may not make. */
  readonly authorise?: ((call: Call, invocation: Invocation | undefined) => void) | undefined;
  /** Told of every call that had its chance to take effect, with what the service answered. */
  readonly onEffect?: ((effect: Effect) => void) | undefined;
  /** Stops an execution by its name, as StopExecution does. */
  readonly stop: (execution: string, cause: string) => void;
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
  const { clock, inFlight, injector, lasting, hands, onCall, authorise, onEffect, stop } = options;
  const wait = (ms: number) => inFlight.waiting(clock.wait(ms, "answer"));

  async function observed(call: Call, next: () => Promise<Answer>): Promise<Answer> {
    const invocation = currentFrame()?.invocation;
    try {
      authorise?.(call, invocation);
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
    onCall(call, operation);
    const { invocation, call: frame } = currentFrame() ?? {};
    if (invocation === undefined || frame === undefined || invocation.neighbour !== undefined)
      return observed(call, effect);
    const { state, stage } = invocation;
    const due = injector.reach({ at: "call", state, stage, operation, ordinal: frame.ordinal });
    const fault = await handsFirst(due, { injector, hands });
    const begins = fault !== undefined && isLasting(fault);
    if (begins) lasting.begin(fault, call, invocation);
    const next = () => lasting.through(call, invocation, () => observed(call, effect));
    if (fault === undefined || begins) return next();
    return suffer(fault as WireFault, {
      next,
      wait,
      stop,
      invocation,
      patienceMs: options.patienceMs ?? defaults.patienceMs,
      slowMs: options.slowMs ?? defaults.slowMs,
    });
  };
}

/** What is due at a point just reached; where that is somebody else's hand, it acts before the call does. */
async function handsFirst(
  due: FaultKind | undefined,
  { injector, hands }: Pick<InterceptOptions, "injector" | "hands">,
): Promise<FaultKind | undefined> {
  const point = injector.points.at(-1);
  if (point !== undefined) hands?.offer(point);
  if (due === undefined || !isHand(due)) return due;
  await hands?.lay(due);
  return undefined;
}

interface Sufferer {
  readonly next: () => Promise<Answer>;
  readonly wait: (ms: number) => Promise<void>;
  readonly invocation: Invocation;
  readonly stop: InterceptOptions["stop"];
  readonly patienceMs: number;
  readonly slowMs: number;
}

/** Does to one call what the fault says. */
async function suffer(fault: WireFault, call: Sufferer): Promise<Answer> {
  const { next, wait, invocation } = call;
  switch (fault) {
    case "throttled":
      throw new AwsError("ThrottlingException", "Rate exceeded");
    case "server-error": {
      const message = "The request processing has failed because of an unknown error.";
      throw new AwsError("InternalFailure", message, { statusCode: 500 });
    }
    case "time-out-before":
      await wait(call.patienceMs);
      throw new ConnectionLost("the request was not answered in time", "ETIMEDOUT");
    case "response-lost":
      await unheard(next);
      throw new ConnectionLost("socket hang up", "ECONNRESET");
    case "slow":
      try {
        return await next();
      } finally {
        await wait(call.slowMs);
      }
    case "stopped-meanwhile":
      try {
        return await next();
      } finally {
        stopOwner(call);
        await wait(call.slowMs);
      }
    case "crash-before-call":
      invocation.crash();
      throw new ConnectionLost("the sandbox died");
    case "crash-after-call":
      await unheard(next);
      invocation.crash();
      throw new ConnectionLost("the sandbox died");
  }
}

/** A function that no execution has invoked goes on in any case. */
function stopOwner({ invocation, stop }: Sufferer): void {
  const { execution, state } = invocation;
  if (execution !== "") stop(execution, `fault: stopped while ${state} was at work`);
}

/** The effect without its answer, be it a refusal. */
async function unheard(next: () => Promise<Answer>): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}
