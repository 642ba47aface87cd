/**
 * Functions that events and schedules invoke, outside any execution: asynchronously, with Lambda's own retries.
 */
import type { VirtualClock } from "./clock.ts";
import { runOutsideFrames } from "./frames.ts";
import type { Lambda, Steps } from "./lambda.ts";

export interface AsyncFunctions {
  /** Invokes the function of a name some time soon; throws when there is none. */
  invoke(name: string, event: unknown): void;
  /** Invokes it at once, with an event made of the invocation's id; rejects as Lambda does, once, and where there is none. */
  call(name: string, eventBy: (id: string) => unknown): Promise<unknown>;
  /** Invocations that are to come, running, or to be retried. */
  readonly pending: number;
  /** Invocations given up after all retries, as `name: error`. */
  readonly dropped: readonly string[];
  /** Invocations that have ended, retries too, oldest first; `atMs` is when they began. */
  readonly calls: readonly FunctionCall[];
}

export interface FunctionCall {
  readonly name: string;
  readonly atMs: number;
  readonly failed: boolean;
  readonly answer: unknown;
}

/**
 * "By default, Lambda retries an asynchronous invocation up to two more times … one-minute wait between the first
 * two attempts, and two minutes between the second and third" (Lambda developer guide, error handling).
 */
const retryAfterMs = [60_000, 120_000];
/** From an event until what a rule names is started; EventBridge promises no figure. */
export const deliveryMs = 500;
/** The default of the project's functions. */
const defaultTimeoutSeconds = 60;

export interface AsyncFunctionsOptions {
  readonly clock: VirtualClock;
  readonly lambda: Lambda;
  /** The stack whose functions they are, where that is not the one rehearsed. */
  readonly neighbour?: string | undefined;
  readonly functions: Steps;
  readonly arnOf: (name: string) => string;
  readonly timeoutSeconds?: Readonly<Record<string, number>> | undefined;
}

export function createAsyncFunctions(options: AsyncFunctionsOptions): AsyncFunctions {
  const { clock, lambda, neighbour, functions, arnOf, timeoutSeconds } = options;
  const attempts = new Map<string, number>();
  const dropped: string[] = [];
  const calls: FunctionCall[] = [];
  let pending = 0;

  async function attempt(name: string, event: unknown, eventBy?: (id: string) => unknown): Promise<unknown> {
    const step = functions[name];
    if (step === undefined) throw new Error(`there is no function ${name}`);
    const ordinal = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, ordinal);
    return lambda.invoke({
      step,
      event,
      eventBy,
      execution: "",
      state: name,
      stage: undefined,
      ordinal,
      functionArn: arnOf(name),
      neighbour,
      timeoutSeconds: timeoutSeconds?.[name] ?? defaultTimeoutSeconds,
    });
  }

  function schedule(
    name: string,
    event: unknown,
    { afterMs, tries }: { afterMs: number; tries: number },
  ): void {
    pending += 1;
    const deliver = async () => {
      const atMs = clock.nowMs();
      try {
        calls.push({ name, atMs, failed: false, answer: await attempt(name, event) });
      } catch (error) {
        calls.push({ name, atMs, failed: true, answer: undefined });
        const next = retryAfterMs[tries];
        if (next === undefined) dropped.push(`${name}: ${(error as Error).name}`);
        else schedule(name, event, { afterMs: next, tries: tries + 1 });
      }
      pending -= 1;
    };
    // Whoever's call led to the event has nothing to do with its delivery.
    runOutsideFrames(() => clock.setTimeout(deliver, afterMs));
  }

  return {
    dropped,
    calls,
    get pending() {
      return pending;
    },
    call: (name, eventBy) => attempt(name, undefined, eventBy),
    invoke: (name, event) => {
      if (functions[name] === undefined) throw new Error(`there is no function ${name}`);
      schedule(name, event, { afterMs: deliveryMs, tries: 0 });
    },
  };
}
