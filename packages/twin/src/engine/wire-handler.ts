/**
 * The `requestHandler` that SDK clients are given in a rehearsal: each serialised request travels to the twin in
 * virtual time and its answer travels back.
 */

import type { FunctionUrls } from "../services/function-urls.ts";
import { latencyHeader } from "../services/sagemaker-runtime.ts";
import { sdkBody } from "../services/sdk-body.ts";
import { ConnectionLost, type Twin } from "../services/twin.ts";
import type { VirtualClock } from "./clock.ts";
import type { InFlight } from "./driver.ts";
import { currentFrame, type Invocation, runInFrame, runOutsideFrames } from "./frames.ts";
import type { LeftOver } from "./lambda.ts";

/** A request as the SDK hands it over: https://github.com/smithy-lang/smithy-typescript, `HttpRequest`. */
export interface SdkRequest {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
export interface SdkResponse {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Record<string, string>;
    readonly body: ReturnType<typeof sdkBody>;
  };
}
/** What the SDK hands over beside a request. */
export interface SdkOptions {
  readonly abortSignal?: AbortSignal | undefined;
}
export interface WireHandler {
  handle(request: SdkRequest, options?: SdkOptions): Promise<SdkResponse>;
}

export interface WireOptions {
  readonly twin: Pick<Twin, "handle">;
  /** What is no service of AWS, but a function of the account's own. */
  readonly urls?: FunctionUrls | undefined;
  readonly clock: VirtualClock;
  readonly inFlight: InFlight;
  /** One way, milliseconds: 0 there, 1 back. */
  readonly travelMs: (invocation: Invocation | undefined, leg: 0 | 1) => number;
  /** Told of what the twin throws that AWS would not: the step must not be blamed for it. */
  readonly onDefect: (defect: unknown) => void;
  /** Told of each request that leaves after its invocation has answered. */
  readonly onLeftOver: (leftOver: LeftOver) => void;
}

/** Asked anew after every wait: a sandbox may die in between. */
const isDead = (invocation: Invocation | undefined): boolean => invocation?.dead === true;
const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** A call made by a sandbox that is gone, or that goes while it is under way, never settles. */
export function createWireHandler(options: WireOptions): WireHandler {
  const { twin, urls, clock, inFlight, travelMs, onDefect, onLeftOver } = options;

  async function answerOf(request: SdkRequest): Promise<SdkResponse> {
    if (urls?.isFor(request) === true) {
      // Its function takes virtual time, so that this is nothing that time must wait for.
      const answer = await runOutsideFrames(() => urls.handle(wireRequest(request)));
      return { response: { ...answer, body: sdkBody(request, answer.body) } };
    }
    const frame = currentFrame();
    const ordinal = frame?.invocation?.calls ?? 0;
    const answer = await inFlight.serve(() =>
      runInFrame({ ...frame, call: { ordinal } }, () => twin.handle(wireRequest(request))),
    );
    return { response: { ...answer, body: sdkBody(request, answer.body) } };
  }

  /** What has left the sandbox arrives, frozen or not; its answer is heard by whoever still listens. */
  async function travel(request: SdkRequest, invocation: Invocation | undefined): Promise<SdkResponse> {
    await clock.wait(travelMs(invocation, 0), "request");
    const [answer] = await Promise.allSettled([answerOf(request)]);
    if (answer.status === "rejected" && !(answer.reason instanceof ConnectionLost)) onDefect(answer.reason);
    if (isDead(invocation)) return never();
    if (answer.status === "rejected") throw answer.reason;
    const servedMs = Math.round(Number(answer.value.response.headers[latencyHeader] ?? 0));
    await clock.wait(travelMs(invocation, 1) + servedMs, "answer");
    return answer.value;
  }

  /** Counts a request as under way until it settles for its invocation. */
  async function sent(
    request: SdkRequest,
    invocation: Invocation,
    options: SdkOptions,
  ): Promise<SdkResponse> {
    const asked = askedFor(request);
    if (invocation.answered)
      onLeftOver({
        invocation,
        atMs: clock.nowMs(),
        what: `${asked} left after ${invocation.state} had answered`,
      });
    invocation.calls += 1;
    const call = {};
    invocation.open.set(call, asked);
    try {
      return await abortable(travel(request, invocation), options.abortSignal);
    } finally {
      invocation.open.delete(call);
    }
  }

  return {
    async handle(request, given = {}) {
      const invocation = currentFrame()?.invocation;
      if (isDead(invocation)) return never();
      if (given.abortSignal?.aborted === true) throw aborted();
      return invocation === undefined ? travel(request, undefined) : sent(request, invocation, given);
    },
  };
}

/** Settles as the answer does, or when the caller wants it no more. */
async function abortable<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return answer;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(aborted());
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** As @smithy/node-http-handler has it, `buildAbortError`. */
const aborted = () => Object.assign(new Error("Request aborted"), { name: "AbortError" });

/** The operation, where the protocol names it in a header; else the request's line. */
function askedFor({ method, hostname, path, headers }: SdkRequest): string {
  const target = headers["x-amz-target"] ?? headers["X-Amz-Target"];
  return target ?? `${method} ${hostname.split(".")[0]}${path}`;
}

function wireRequest(request: SdkRequest): Parameters<Twin["handle"]>[0] {
  const { method, hostname, path, headers, body } = request;
  if (body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array))
    throw new TypeError(`expected a body of text or bytes, found ${typeof body}`);
  return { method, hostname, path, query: request.query ?? {}, headers, body };
}
