/**
 * What one AWS service of the twin is: its name on the wire and its operations by name. A service decides what
 * AWS would answer; decoding requests and encoding answers and errors is the wire's work.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
export type Input = { readonly [key: string]: unknown };

/** One request, decoded. `at` is the twin's time, epoch milliseconds. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: Input;
  readonly at: number;
}

/** A raw HTTP answer, for the few operations whose body is not JSON (InvokeEndpoint). */
export interface RawAnswer {
  readonly raw: { readonly statusCode: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };
}

/** Timestamps in answers are epoch seconds, as AWS JSON carries them. */
export type Operation = (input: Input, call: Call) => Json | RawAnswer | Promise<Json | RawAnswer>;

/** A route of a REST service: `/schedules/{Name}`; path and query parameters and the JSON body become one input. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
}

/** How requests of this service are told apart. `targetPrefix` is what X-Amz-Target carries before the dot. */
export type Protocol =
  | { readonly kind: "json"; readonly version: "1.0" | "1.1"; readonly targetPrefix: string }
  | { readonly kind: "rest"; readonly routes: readonly Route[] };

export interface Service {
  readonly name: string;
  readonly protocol: Protocol;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** An error that AWS would send: its exact name, message and HTTP status. */
export class AwsError extends Error {
  override readonly name: string;
  readonly statusCode: number;
  readonly detail: { readonly [key: string]: Json | undefined };
  constructor(name: string, message: string, options: { statusCode?: number; detail?: Record<string, Json> } = {}) {
    super(message);
    this.name = name;
    this.statusCode = options.statusCode ?? 400;
    this.detail = options.detail ?? {};
  }
}
