/**
 * Invokes a step as Lambda would: JSON in and out, a context that knows the time left, a time-out that ends the
 * sandbox, crashes, response limits. A sandbox that is gone neither sets timers nor hears from the wire again;
 * the effects of calls it had made stay.
 */
import type { VirtualClock } from "./clock.ts";
import type { InFlight } from "./driver.ts";
import { type Invocation, runInFrame, runOutsideFrames } from "./frames.ts";
import type { Randomness } from "./randomness.ts";
import {
  responseTooLarge,
  runtimeExited,
  sandboxTimedOut,
  type TaskFailure,
  thrown,
} from "./task-failure.ts";

/** What a handler is told of its invocation: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export interface LambdaContextLike {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  /** Milliseconds until Lambda ends this invocation. */
  getRemainingTimeInMillis(): number;
}

/** The code behind one Task state; it is given a `LambdaContextLike`. */
export type Step = (event: unknown, context: never) => Promise<unknown>;
export type Steps = Readonly<Record<string, Step>>;

/** What is to happen to an invocation beyond what its code does; a time-out lets the code end, and answers nothing. */
export type InvocationFault = "crash-before" | "crash-after" | "lambda-time-out";

export interface InvokeRequest {
  readonly step: Step;
  readonly event: unknown;
  readonly execution: string;
  readonly state: string;
  readonly stage: number | undefined;
  readonly ordinal: number;
  readonly functionArn: string;
  readonly timeoutSeconds: number;
}

export interface LambdaOptions {
  readonly clock: VirtualClock;
  readonly inFlight: InFlight;
  readonly randomness: Randomness;
  readonly faultOf?: (invocation: Invocation) => InvocationFault | undefined;
}

/** Source: Lambda quotas, "Invocation payload (request and response)": 6 MB synchronous. */
const longestResponseBytes = 6_291_556;

export interface Lambda {
  /** Resolves with the parsed result, or rejects with the `TaskFailure` that Step Functions would see. */
  invoke(request: InvokeRequest): Promise<unknown>;
  readonly invocations: number;
}

export function createLambda({ clock, inFlight, randomness, faultOf }: LambdaOptions): Lambda {
  let invocations = 0;

  function invoke(request: InvokeRequest): Promise<unknown> {
    invocations += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const { execution, state, stage, ordinal, timeoutSeconds } = request;
    const die = (failure: TaskFailure) => {
      if (!inFlight.invocations.has(invocation)) return;
      invocation.dead = true;
      for (const timer of [...invocation.timers]) clock.clearTimeout(timer);
      end(() => reject(failure));
    };
    const invocation: Invocation = {
      id: randomness.uuidOf(`${execution}/${state}`, ordinal),
      ...{ execution, state, stage, ordinal, calls: 0, timers: new Set(), dead: false },
      crash: () => die(runtimeExited(invocation.id)),
    };
    const deadlineMs = clock.nowMs() + timeoutSeconds * 1000;
    const deadline = runOutsideFrames(() =>
      clock.setTimeout(() => die(sandboxTimedOut(invocation.id, timeoutSeconds)), timeoutSeconds * 1000),
    );
    const end = (settle: () => void) => {
      clock.clearTimeout(deadline);
      inFlight.invocations.delete(invocation);
      inFlight.activity += 1;
      settle();
    };

    inFlight.invocations.add(invocation);
    inFlight.activity += 1;
    const fault = faultOf?.(invocation);
    if (fault === "crash-before") invocation.crash();
    else
      runInFrame({ execution, invocation }, () =>
        handle(
          request,
          contextOf(request, invocation, () => Math.max(0, deadlineMs - clock.nowMs())),
        ),
      ).then(
        (result) => {
          if (invocation.dead) return;
          if (fault === "crash-after") invocation.crash();
          else if (fault === "lambda-time-out") invocation.dead = true;
          else end(() => resolve(result));
        },
        (failure: TaskFailure) => {
          if (!invocation.dead) end(() => reject(failure));
        },
      );
    return promise;
  }

  return {
    invoke,
    get invocations() {
      return invocations;
    },
  };
}

/** Runs the step on a copy of its event and turns what it returns or throws into what Lambda answers. */
async function handle(request: InvokeRequest, context: LambdaContextLike): Promise<unknown> {
  let text: string;
  try {
    text = serialised(
      await request.step(JSON.parse(JSON.stringify(request.event ?? null)), context as never),
    );
  } catch (error) {
    throw thrown(error);
  }
  if (Buffer.byteLength(text) > longestResponseBytes) throw responseTooLarge();
  return JSON.parse(text);
}

/** Source: aws-lambda-nodejs-runtime-interface-client, `_trySerializeResponse`. */
function serialised(result: unknown): string {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

function contextOf(
  request: InvokeRequest,
  invocation: Invocation,
  remainingMs: () => number,
): LambdaContextLike {
  const functionName = request.functionArn.split(":").at(-1) ?? request.state;
  return {
    awsRequestId: invocation.id,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: request.functionArn,
    memoryLimitInMB: "512",
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `[$LATEST]${invocation.id.replaceAll("-", "")}`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: remainingMs,
  };
}
