/**
 * Invokes a step as Lambda would: JSON in and out, a context that knows the time left, a time-out that ends the
 * sandbox, crashes, response limits. A sandbox that is gone neither sets timers nor hears from the wire again;
 * the effects of calls it had made stay.
 */
import type { VirtualClock } from "./clock.ts";
import type { InFlight } from "./driver.ts";
import { type Invocation, runInFrame, runOutsideFrames } from "./frames.ts";
import type { Randomness } from "./randomness.ts";
import { createSandboxes, type Sandboxes } from "./sandboxes.ts";
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
  /** The event, or what makes it of the invocation's id. */
  readonly event: unknown;
  readonly eventBy?: ((id: string) => unknown) | undefined;
  readonly execution: string;
  readonly state: string;
  readonly stage: number | undefined;
  readonly ordinal: number;
  /** The stack whose function it is, where that is not the one rehearsed. */
  readonly neighbour?: string | undefined;
  readonly functionArn: string;
  readonly timeoutSeconds: number;
}

export interface LambdaOptions {
  readonly clock: VirtualClock;
  readonly inFlight: InFlight;
  readonly randomness: Randomness;
  readonly faultOf?: (invocation: Invocation) => InvocationFault | undefined;
  /** Told of what an invocation has left at work when it answered. */
  readonly onLeftOver?: ((leftOver: LeftOver) => void) | undefined;
}

/** Work of an invocation that its answer did not end. */
export interface LeftOver {
  readonly invocation: Invocation;
  readonly atMs: number;
  /** One sentence. */
  readonly what: string;
}

/** Source: Lambda quotas, "Invocation payload (request and response)": 6 MB synchronous. */
const longestResponseBytes = 6_291_556;

export interface Lambda {
  /** Resolves with the parsed result, or rejects with the `TaskFailure` that Step Functions would see. */
  invoke(request: InvokeRequest): Promise<unknown>;
  readonly invocations: number;
}

export function createLambda(given: LambdaOptions): Lambda {
  const options = { ...given, sandboxes: createSandboxes() };
  let invocations = 0;
  return {
    invoke: (request) => {
      invocations += 1;
      return invoke(request, options);
    },
    get invocations() {
      return invocations;
    },
  };
}

type Options = LambdaOptions & { readonly sandboxes: Sandboxes };

function invoke(request: InvokeRequest, options: Options): Promise<unknown> {
  const { clock, inFlight, faultOf } = options;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const timeoutMs = request.timeoutSeconds * 1000;
  const deadlineMs = clock.nowMs() + timeoutMs;
  const end = (settle: () => void) => {
    clock.clearTimeout(deadline);
    inFlight.invocations.delete(invocation);
    inFlight.activity += 1;
    settle();
  };
  const die = (failure: TaskFailure) => {
    if (!inFlight.invocations.has(invocation)) return;
    for (const gone of [...invocation.sandbox.left, invocation]) {
      gone.dead = true;
      for (const timer of [...gone.timers.keys()]) clock.clearTimeout(timer);
    }
    end(() => reject(failure));
  };
  const invocation = invocationOf(request, options, die);
  const timedOut = () => die(sandboxTimedOut(invocation.id, request.timeoutSeconds));
  const deadline = runOutsideFrames(() => clock.setTimeout(timedOut, timeoutMs));
  inFlight.invocations.add(invocation);
  inFlight.activity += 1;

  const fault = faultOf?.(invocation);
  const answer = (settle: () => void) => {
    if (invocation.dead) return;
    if (fault === "crash-after") invocation.crash();
    else if (fault === "lambda-time-out") invocation.dead = true;
    else {
      freeze(request, invocation, options);
      end(settle);
    }
  };
  if (fault === "crash-before") invocation.crash();
  else {
    const context = contextOf(request, invocation, () => Math.max(0, deadlineMs - clock.nowMs()));
    runInFrame({ execution: request.execution, invocation }, () => handle(request, context)).then(
      (result) => answer(() => resolve(result)),
      (failure: TaskFailure) => answer(() => reject(failure)),
    );
  }
  return promise;
}

/** The handler has answered: tells what it has left at work, and freezes its sandbox. */
function freeze({ functionArn }: InvokeRequest, invocation: Invocation, options: Options): void {
  const { sandbox, open, timers } = invocation;
  invocation.answered = true;
  const waits = [...timers.values()].includes("code");
  const left = open.size === 0 && waits ? ["a timer"] : [...open.values()];
  if (left.length > 0) {
    sandbox.left.add(invocation);
    const what = `${invocation.state} had answered with ${left.join(", ")} under way`;
    options.onLeftOver?.({ invocation, atMs: options.clock.nowMs(), what });
  }
  options.sandboxes.giveBack(functionArn, sandbox);
}

function invocationOf(
  { execution, state, stage, ordinal, neighbour, functionArn }: InvokeRequest,
  { randomness, sandboxes }: Options,
  die: (failure: TaskFailure) => void,
): Invocation {
  const id = randomness.uuidOf(`${neighbour ?? ""}${execution}/${state}`, ordinal);
  const crash = () => die(runtimeExited(id));
  return {
    id,
    neighbour,
    execution,
    state,
    stage,
    ordinal,
    calls: 0,
    timers: new Map(),
    open: new Map(),
    sandbox: sandboxes.take(functionArn),
    answered: false,
    dead: false,
    crash,
  };
}

/** Runs the step on a copy of its event and turns what it returns or throws into what Lambda answers. */
async function handle(request: InvokeRequest, context: LambdaContextLike): Promise<unknown> {
  let text: string;
  try {
    text = serialised(
      await request.step(JSON.parse(JSON.stringify(eventOf(request, context) ?? null)), context as never),
    );
  } catch (error) {
    throw thrown(error);
  }
  if (Buffer.byteLength(text) > longestResponseBytes) throw responseTooLarge();
  return JSON.parse(text);
}

const eventOf = ({ event, eventBy }: InvokeRequest, { awsRequestId }: LambdaContextLike): unknown =>
  eventBy === undefined ? event : eventBy(awsRequestId);

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
