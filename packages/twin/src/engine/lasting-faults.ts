/**
 * Faults that last: from one call on, AWS refuses every call like it, or answers what it does not know yet, until an end
 * of its own. A retry does not heal these; what must hold is that nothing is lost, and that all is put right once they end.
 */
import type { Call } from "../services/service.ts";
import type { Answer } from "../services/twin.ts";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { Invocation } from "./frames.ts";

export const lastingFaults = [
  /** AWS denies the operation, whoever asks. */
  "denied",
  /** AWS denies the operation to this function, as where its role lacks a right. */
  "denied-to-it",
  /** AWS denies the operation on this resource. */
  "denied-there",
  /** AWS finds the operation's requests invalid. */
  "invalid",
  /** AWS finds the operation's requests on this resource invalid. */
  "invalid-there",
  /** The operation is throttled for an hour. */
  "throttled-hour",
  /** The service fails for an hour. */
  "down-hour",
  /** What this call makes is there, and is not found for some seconds. */
  "not-found-yet",
  /** ListEndpoints names an endpoint of somebody else's that DescribeEndpoint does not find. */
  "gone-elsewhere",
] as const;
export type LastingFault = (typeof lastingFaults)[number];

export const isLasting = (kind: string): kind is LastingFault =>
  (lastingFaults as readonly string[]).includes(kind);

const hourMs = 3_600_000;
/**
 * How long each lasts. A refusal outlasts an application's retries and its first compensations, and ends: somebody grants the
 * right. A new target of Application Auto Scaling, and a new execution, are eventually consistent (API references of
 * RegisterScalableTarget and DescribeExecution), for how long they do not say.
 */
const lastsMs: Readonly<Record<LastingFault, number>> = {
  denied: 4 * hourMs,
  "denied-to-it": 4 * hourMs,
  "denied-there": 4 * hourMs,
  invalid: 4 * hourMs,
  "invalid-there": 4 * hourMs,
  "throttled-hour": hourMs,
  "down-hour": hourMs,
  "not-found-yet": 5_000,
  "gone-elsewhere": 4 * hourMs,
};

/** Where the reads of what a call makes may not find it for a moment, and what they say then. */
const eventual: Readonly<Record<string, { readonly error: string; readonly operations: RegExp }>> = {
  "application-autoscaling.RegisterScalableTarget": {
    error: "ObjectNotFoundException",
    operations: /^application-autoscaling\.Put/,
  },
  "stepfunctions.StartExecution": {
    error: "ExecutionDoesNotExist",
    operations: /^stepfunctions\.(DescribeExecution|GetExecutionHistory|StopExecution)$/,
  },
};
const listing = "sagemaker.ListEndpoints";
const strangers = "somebody-elses";

/** Operations that name no resource. */
const broad =
  /\.(List\w+|Query|GetMetricData|DescribeAlarms|PutEvents|DescribeScal\w+|DescribeScheduledActions|PutScalingPolicy)$/;

/** The lasting faults that can begin at a call of an operation, `service.Operation`. */
export function lastingAt(operation: string): readonly LastingFault[] {
  return lastingFaults.filter((kind) => {
    if (kind === "not-found-yet") return operation in eventual;
    if (kind === "gone-elsewhere") return operation === listing;
    return !kind.endsWith("-there") || !broad.test(operation);
  });
}

interface Begun {
  readonly kind: LastingFault;
  readonly operation: string;
  readonly service: string;
  readonly resource: string;
  readonly state: string;
  readonly untilMs: number;
}

export interface Lasting {
  /** From this call on, and including it. */
  begin(kind: LastingFault, call: Call, invocation: Invocation): void;
  /** Makes a call as far as what has begun lets it. */
  through(call: Call, invocation: Invocation, next: () => Promise<Answer>): Promise<Answer>;
  /** When the last one that has begun ends, epoch milliseconds; 0 when none has. */
  readonly untilMs: number;
}

/** `keys` are the names that the keys of the account's tables have. */
export function createLasting(keys: readonly string[]): Lasting {
  const begun: Begun[] = [];
  return {
    begin(kind, call, { state }) {
      const { service, at } = call;
      const untilMs = at + lastsMs[kind];
      begun.push({
        kind,
        operation: nameOf(call),
        service,
        resource: resourceOf(call, keys),
        state,
        untilMs,
      });
    },
    async through(call, { state }, next) {
      const now = begun.filter(({ untilMs }) => call.at < untilMs);
      const resource = now.length > 0 ? resourceOf(call, keys) : "";
      for (const one of now) refuse(one, { call, resource, state });
      const answer = await next();
      return now.some(({ kind }) => kind === "gone-elsewhere") && nameOf(call) === listing
        ? withStranger(answer)
        : answer;
    },
    get untilMs() {
      return Math.max(0, ...begun.map(({ untilMs }) => untilMs));
    },
  };
}

const nameOf = ({ service, operation }: Call): string => `${service}.${operation}`;

/** A call, what it is about, and the state whose function makes it. */
interface Asked {
  readonly call: Call;
  readonly resource: string;
  readonly state: string;
}

/** Throws what AWS would answer, where this fault meets that call. */
function refuse(fault: Begun, { call, resource, state }: Asked): void {
  const same = nameOf(call) === fault.operation;
  const there = same && resource === fault.resource;
  const meets: Readonly<Record<LastingFault, boolean>> = {
    denied: same,
    "denied-to-it": same && state === fault.state,
    "denied-there": there,
    invalid: same,
    "invalid-there": there,
    "throttled-hour": same,
    "down-hour": call.service === fault.service,
    "not-found-yet": sees(fault, { call, resource, state }),
    "gone-elsewhere": nameOf(call) === "sagemaker.DescribeEndpoint" && call.input.EndpointName === strangers,
  };
  if (meets[fault.kind]) throw errorOf(fault, call, resource);
}

/** Whether a call would see what the fault's own call has made: it names the same thing. */
function sees({ operation, resource: made }: Begun, { call, resource }: Asked): boolean {
  return eventual[operation]?.operations.test(nameOf(call)) === true && resource.endsWith(made);
}

function errorOf({ kind, operation }: Begun, call: Call, resource: string): AwsError {
  switch (kind) {
    case "throttled-hour":
      return new AwsError("ThrottlingException", "Rate exceeded");
    case "down-hour":
      return new AwsError("InternalFailure", "The service is unavailable.", { statusCode: 500 });
    case "invalid":
    case "invalid-there":
      return new AwsError("ValidationException", "1 validation error detected: the request is refused.");
    case "not-found-yet":
      return new AwsError(eventual[operation]?.error ?? "", `${resource} is not known`);
    case "gone-elsewhere":
      return new AwsError("ValidationException", `Could not find endpoint "${strangers}".`);
    default:
      return new AwsError("AccessDeniedException", `not authorized to perform: ${nameOf(call)}`);
  }
}

/** What a request is about, as far as one member of it says. */
function resourceOf({ input, service }: Call, keys: readonly string[]): string {
  const members =
    service === "dynamodb"
      ? [input.Key ?? input.Item ?? input.TableName]
      : [
          ...[input.service, input.services && JSON.stringify(input.services), input.FunctionName],
          ...[input.ResourceId, input.EndpointName, input.EndpointConfigName, input.ModelName],
          ...[input.ModelPackageName, input.TrainingJobName, input.executionArn, input.name, input.Name],
        ];
  const found = members.find((one) => one !== undefined);
  if (typeof found === "string" || found === undefined) return found ?? "";
  const item = found as Readonly<Record<string, unknown>>;
  return JSON.stringify(keys.map((key) => item[key]));
}

function withStranger(answer: Answer): Answer {
  const { Endpoints = [], ...rest } = answer as { readonly Endpoints?: readonly Json[] };
  return { ...rest, Endpoints: [{ EndpointName: strangers, EndpointStatus: "InService" }, ...Endpoints] };
}
