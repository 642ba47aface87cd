/**
 * The twin: AWS services behind one door. A request goes in, an HTTP response comes out, in process; whoever
 * drives the twin may stand between the door and the services to watch, delay or break calls.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { accessKeyIn } from "./callers.ts";
import type { Call, RawAnswer, Service } from "./service.ts";
import { NOT_MODELLED, notModelled } from "./service.ts";
import { type Decoded, type Dialect, decode, dialectOf } from "./wire.ts";
import { encodeAnswer, encodeError } from "./wire-answer.ts";
import type { WireRequest, WireResponse } from "./wire-message.ts";

export interface Twin {
  /** Rejects only with ConnectionLost, or with a defect of the twin itself: whatever AWS would answer is an answer. */
  handle(request: WireRequest): Promise<WireResponse>;
  readonly services: readonly Service[];
  /** What was asked of the twin that it does not model, in order: a rehearsal with any of these proves nothing. */
  readonly refusals: readonly string[];
}

export type Answer = Json | RawAnswer;

/**
 * Stands between the wire and the services for every decoded call, also those not modelled. `next` lets the call
 * take effect and gives its answer, or rejects with the AwsError that the service answers with.
 * To throttle or fail before the effect, throw an AwsError without calling `next`; to time out before the effect,
 * throw ConnectionLost; to lose the response, call `next` first and throw ConnectionLost after; to be slow, wait.
 */
export type Intercept = (call: Call, next: () => Promise<Answer>) => Promise<Answer>;

export interface TwinOptions {
  readonly intercept?: Intercept;
}

/** No response came: the SDKs see a broken connection, which they retry (@smithy/service-error-classification). */
export class ConnectionLost extends Error {
  override readonly name = "TimeoutError";
  readonly code: "ECONNRESET" | "ETIMEDOUT";
  constructor(message: string, code: "ECONNRESET" | "ETIMEDOUT" = "ECONNRESET") {
    super(message);
    this.code = code;
  }
}

/** `now` gives the twin's time in epoch milliseconds; it becomes each call's `at`. */
export function createTwin(services: readonly Service[], now: () => number, options: TwinOptions = {}): Twin {
  const intercept: Intercept = options.intercept ?? ((_call, next) => next());
  const refusals: string[] = [];
  let calls = 0;

  async function answer(request: WireRequest, dialect: Dialect, requestId: string): Promise<WireResponse> {
    try {
      const decoded = decode(request, dialect, services);
      const accessKey = accessKeyIn(request.headers.authorization);
      const call = {
        service: decoded.service.name,
        operation: decoded.operation,
        input: decoded.input,
        at: now(),
        ...(accessKey !== undefined && { accessKey }),
      };
      const given = await intercept(call, async () => run(decoded, call));
      return encodeAnswer(given, decoded.dialect, requestId);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.message.includes(NOT_MODELLED)) refusals.push(error.message);
      return encodeError(error, dialect, requestId);
    }
  }

  return {
    services,
    refusals,
    handle(request) {
      calls += 1;
      return answer(request, dialectOf(request), requestIdOf(calls));
    },
  };
}

function run({ run: operation, service }: Decoded, call: Call): Answer | Promise<Answer> {
  if (!operation) throw notModelled(`${service.title ?? service.name}.${call.operation}`);
  return operation(call.input, call);
}

/** Shaped as AWS's request ids, a version 4 UUID, but counted. */
function requestIdOf(ordinal: number): string {
  return `00000000-0000-4000-8000-${ordinal.toString(16).padStart(12, "0")}`;
}
