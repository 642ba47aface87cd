/**
 * The `requestHandler` that SDK clients are given in a rehearsal: each serialised request travels to the twin in
 * virtual time and its answer travels back.
 */
import { ConnectionLost, type Twin } from "../twin/twin.ts";
import type { VirtualClock } from "./clock.ts";
import type { InFlight } from "./driver.ts";
import { currentFrame, type Invocation, runInFrame } from "./frames.ts";

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
    /** Bytes: SDK clients read them as they are, without a stream's many ticks. */
    readonly body: Uint8Array;
  };
}
export interface WireHandler {
  handle(request: SdkRequest): Promise<SdkResponse>;
}

export interface WireOptions {
  readonly twin: Pick<Twin, "handle">;
  readonly clock: VirtualClock;
  readonly inFlight: InFlight;
  /** One way, milliseconds: 0 there, 1 back. */
  readonly travelMs: (invocation: Invocation | undefined, leg: 0 | 1) => number;
  /** Told of what the twin throws that AWS would not: the step must not be blamed for it. */
  readonly onDefect: (defect: unknown) => void;
}

/** Asked anew after every wait: a sandbox may die in between. */
const isDead = (invocation: Invocation | undefined): boolean => invocation?.dead === true;
const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** A call made by a sandbox that is gone, or that goes while it is under way, never settles. */
export function createWireHandler({ twin, clock, inFlight, travelMs, onDefect }: WireOptions): WireHandler {
  async function answerOf(request: SdkRequest): Promise<SdkResponse> {
    const frame = currentFrame();
    const ordinal = frame?.invocation?.calls ?? 0;
    const answer = await inFlight.serve(() =>
      runInFrame({ ...frame, call: { ordinal } }, () => twin.handle(wireRequest(request))),
    );
    return { response: answer };
  }

  return {
    async handle(request) {
      const invocation = currentFrame()?.invocation;
      if (isDead(invocation)) return never();
      if (invocation !== undefined) invocation.calls += 1;
      await clock.wait(travelMs(invocation, 0));
      const [answer] = await Promise.allSettled([answerOf(request)]);
      if (answer.status === "rejected" && !(answer.reason instanceof ConnectionLost)) onDefect(answer.reason);
      if (isDead(invocation)) return never();
      if (answer.status === "rejected") throw answer.reason;
      await clock.wait(travelMs(invocation, 1));
      return answer.value;
    },
  };
}

function wireRequest(request: SdkRequest): Parameters<Twin["handle"]>[0] {
  const { method, hostname, path, headers, body } = request;
  if (body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array))
    throw new TypeError(`expected a body of text or bytes, found ${typeof body}`);
  return { method, hostname, path, query: request.query ?? {}, headers, body };
}
