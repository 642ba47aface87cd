/**
 * What one AWS service of the twin is: its name on the wire and its operations by name. A service decides what
 * AWS would answer; decoding requests and encoding answers and errors is the wire's work.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";

export type Input = { readonly [key: string]: unknown };

/** One request, decoded. `at` is the twin's time, epoch milliseconds. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: Input;
  readonly at: number;
  /** The key that it was signed with, where it was. */
  readonly accessKey?: string;
}

/** A raw HTTP answer, for the few operations whose body is not JSON (InvokeEndpoint). */
export interface RawAnswer {
  readonly raw: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

/** Timestamps in answers are epoch seconds, as AWS JSON carries them. */
export type Operation = (input: Input, call: Call) => Json | RawAnswer | Promise<Json | RawAnswer>;

/**
 * A route of a REST service: `/schedules/{Name}`. Path labels, query parameters, headers and the body become one
 * input, whose keys are the members' names. A route may name an operation that `operations` does not hold: it is
 * then refused by its proper name.
 */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  /** A parameter that the query must have: what tells operations of one method and path apart. */
  readonly has?: string;
  /** Query parameters spelt differently from their member: name on the wire → member. Others keep their name. */
  readonly query?: Readonly<Record<string, string>>;
  /** Headers that carry members: lower-case name on the wire → member. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The member that is the body as it came, a Uint8Array; absent: the body is a JSON object of members. */
  readonly payload?: string;
}

/**
 * How requests of this service are told apart. `targetPrefix` is what X-Amz-Target carries before the dot, `version` the
 * API's, which a form carries beside its Action. Members of a form keep the names that they have there (`Tags.member.1`),
 * and timestamps in its XML answers are texts in ISO 8601.
 */
export type Protocol =
  | { readonly kind: "json"; readonly version: "1.0" | "1.1"; readonly targetPrefix: string }
  /** `xml`: the signing name of a service whose REST speaks XML; errors are then XML, and bodies as they come. */
  | { readonly kind: "rest"; readonly routes: readonly Route[]; readonly xml?: string }
  | { readonly kind: "query"; readonly version: string; readonly xmlNamespace: string };

export interface Service {
  /** Lower case, as AWS's command line spells it: `service-quotas`. Calls are counted under it. */
  readonly name: string;
  /** As AWS writes it, for messages; absent: the name. */
  readonly title?: string;
  readonly protocol: Protocol;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** How every message begins that tells of a gap in the twin, whatever its error is called. */
export const NOT_MODELLED = "the twin does not model";

/**
 * The answer to what the twin does not model: AWS's own name for an operation it does not know, with status 400 so
 * that no SDK retries it. `what` names it: `SageMaker.CreateCluster`.
 */
export function notModelled(what: string): AwsError {
  return new AwsError("UnknownOperationException", `${NOT_MODELLED} ${what}`);
}
