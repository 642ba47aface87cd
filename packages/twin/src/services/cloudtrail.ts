/**
 * CloudTrail's event history in the twin: LookupEvents of the calls that the account has taken, and of those that Application Auto
 * Scaling makes by itself, for 90 days, each some minutes late.
 *
 * Source: service model 2013-11-01; the user guide for records ("CloudTrail record contents for management events"), for 90 days, and
 * for how late they are: about five minutes on average, which is not guaranteed. The twin takes two to fifteen. Unconfirmed: that
 * parameters of all services have small letters first there, which they have in the guide's examples; Application Auto Scaling's
 * `eventSource`; and how its own calls are told, here as of its service-linked role. Resources are left out: the guide does not say
 * which of these services name any. The rate of two requests a second is not held, since time stands still between requests.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { Clock } from "../world/clock.ts";
import type { Chance } from "../world/random.ts";
import type { VisibleState } from "../world/state.ts";
import { callerBy } from "./callers.ts";
import { instantMs, integer, knowing, text } from "./protocol-input.ts";
import { page } from "./protocol-paging.ts";
import { type Call, type Input, NOT_MODELLED, type Operation, type Service } from "./service.ts";

/** What an account's history has of a call. */
interface TrailEntry {
  readonly id: string;
  readonly atMs: number;
  readonly shownMs: number;
  readonly source: string;
  readonly operation: string;
  readonly arn: string;
  readonly invokedBy?: string;
  readonly parameters: unknown;
  readonly error?: AwsError;
}

export interface CloudTrailOptions {
  readonly world: Clock & Chance & VisibleState;
  readonly region: string;
  readonly account: string;
  /** Whose call it is, an ARN; absent: whoever's key it was signed with. */
  readonly callerOf?: ((call: Call) => string) | undefined;
}

export interface CloudTrail extends Service {
  /** The same services, each of whose changes is kept. */
  recording(services: readonly Service[]): readonly Service[];
}

const day = 86_400_000;
const keptDays = 90;
const minute = 60_000;

/** Services whose changes are told, and as whose. */
const sources: Readonly<Record<string, string>> = {
  sagemaker: "sagemaker.amazonaws.com",
  "application-autoscaling": "autoscaling.amazonaws.com",
  ecs: "ecs.amazonaws.com",
  scheduler: "scheduler.amazonaws.com",
};
const reads = /^(Describe|Get|List|BatchGet|Search)/;

export function cloudTrail({ world, region, account, callerOf }: CloudTrailOptions): CloudTrail {
  const entries: TrailEntry[] = [];
  const lateMs = (nth: number): number => {
    const share = world.streams("cloudtrail", nth).uniform();
    return (2 + 13 * share * share) * minute;
  };
  const note = (call: Call, source: string, error?: AwsError): void => {
    const nth = entries.length;
    entries.push({
      id: idOf("call", nth),
      atMs: call.at,
      shownMs: call.at + lateMs(nth),
      source,
      operation: call.operation,
      arn: callerOf?.(call) ?? callerBy(call.accessKey ?? "twin", account).arn,
      parameters: smallLetters(call.input),
      ...(error !== undefined && { error }),
    });
  };
  const refused = (call: Call, source: string, error: unknown): never => {
    if (error instanceof AwsError) note(call, source, error);
    throw error;
  };
  // What answers at once still does.
  const recorded =
    (source: string, run: Operation): Operation =>
    (input, call) => {
      try {
        const answer = run(input, call);
        if (!(answer instanceof Promise)) note(call, source);
        else
          answer.then(
            () => note(call, source),
            (error) => error instanceof AwsError && note(call, source, error),
          );
        return answer;
      } catch (error) {
        return refused(call, source, error);
      }
    };
  const all = () => [...entries, ...ownCalls(world, account)];
  return {
    name: "cloudtrail",
    title: "CloudTrail",
    protocol: {
      kind: "json",
      version: "1.1",
      targetPrefix: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
    },
    operations: knowing("CloudTrail", known, {
      LookupEvents: (input, { at: nowMs }) => {
        const match = matching(input);
        const [fromMs = 0, toMs = nowMs] = [instantMs(input, "StartTime"), instantMs(input, "EndTime")];
        if (fromMs > toMs)
          throw new AwsError("InvalidTimeRangeException", "The start time must be before the end time.");
        const shown = all()
          .filter(({ shownMs, atMs }) => shownMs <= nowMs && atMs > nowMs - keptDays * day)
          .filter((one) => secondOf(one.atMs) >= fromMs && secondOf(one.atMs) <= toMs && match(one))
          .toSorted((one, other) => other.atMs - one.atMs);
        const limit = integer(input, "MaxResults", { min: 1, max: 50 }) ?? 50;
        const token = text(input, "NextToken");
        const { items, nextToken } = page(shown, { limit, token, invalidToken });
        return { Events: items.map((one) => eventOf(one, { region, account })), NextToken: nextToken };
      },
    }),
    recording: (services) =>
      services.map((service) => {
        const source = sources[service.name];
        if (source === undefined) return service;
        const operations = Object.entries(service.operations).map(([name, run]): [string, Operation] => [
          name,
          reads.test(name) ? run : recorded(source, run),
        ]);
        return { ...service, operations: Object.fromEntries(operations) };
      }),
  };
}

const known = {
  LookupEvents: ["LookupAttributes", "StartTime", "EndTime", "MaxResults", "NextToken"],
};

const idOf = (kind: "call" | "scaling", nth: number): string =>
  `${kind === "call" ? "c0" : "a5"}000000-0000-4000-8000-${nth.toString(16).padStart(12, "0")}`;

const secondOf = (atMs: number): number => Math.floor(atMs / 1000) * 1000;

/** `EndpointName` → `endpointName`, also within. */
function smallLetters(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(smallLetters);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      smallLetters(each),
    ]),
  );
}

const linkedRole = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint";

/** What Application Auto Scaling asks of endpoints, by its activities; what it was refused with it. */
function ownCalls({ state }: VisibleState, account: string): TrailEntry[] {
  return state.scalingActivities.flatMap(({ target, description, startMs, statusCode }, nth) => {
    const [, endpointName, , variantName] = target.resourceId.split("/");
    const count = Number(/ to (\d+)\.$/.exec(description)?.[1]);
    if (target.namespace !== "sagemaker" || variantName === undefined) return [];
    const session = "AutoScaling-UpdateDesiredInstanceCount";
    return {
      id: idOf("scaling", nth),
      atMs: startMs,
      shownMs: startMs + 5 * minute,
      source: "sagemaker.amazonaws.com",
      operation: "UpdateEndpointWeightsAndCapacities",
      arn: `arn:aws:sts::${account}:assumed-role/${linkedRole}/${session}`,
      invokedBy: "application-autoscaling.amazonaws.com",
      parameters: {
        endpointName,
        desiredWeightsAndCapacities: [{ variantName, desiredInstanceCount: count }],
      },
      ...(statusCode === "Failed" && { error: new AwsError("ValidationException", "it was refused") }),
    };
  });
}

function matching({ LookupAttributes = [] }: Input): (entry: TrailEntry) => boolean {
  const attributes = LookupAttributes as readonly { AttributeKey: string; AttributeValue: string }[];
  if (attributes.length > 1)
    throw new AwsError("InvalidLookupAttributesException", "You can specify only one lookup attribute.");
  const [attribute] = attributes;
  if (attribute === undefined) return () => true;
  const { AttributeKey: key, AttributeValue: value } = attribute;
  const of: Readonly<Record<string, (entry: TrailEntry) => string>> = {
    EventId: ({ id }) => id,
    EventName: ({ operation }) => operation,
    EventSource: ({ source }) => source,
    Username: ({ arn }) => nameIn(arn),
  };
  const read = of[key];
  if (read === undefined) throw new AwsError("ValidationException", `${NOT_MODELLED} LookupEvents by ${key}`);
  return (entry) => read(entry) === value;
}

const nameIn = (arn: string): string => arn.split("/").at(-1) ?? arn;

function eventOf(entry: TrailEntry, { region, account }: { region: string; account: string }): Json {
  const { id, atMs, source, operation, arn, invokedBy, parameters, error } = entry;
  const isRole = arn.includes(":assumed-role/");
  const record = {
    eventVersion: "1.11",
    userIdentity: {
      type: isRole ? "AssumedRole" : "IAMUser",
      arn,
      accountId: account,
      ...(invokedBy !== undefined && { invokedBy }),
    },
    eventTime: new Date(secondOf(atMs)).toISOString().replace(".000", ""),
    eventSource: source,
    eventName: operation,
    awsRegion: region,
    ...(error !== undefined && { errorCode: error.name, errorMessage: error.message }),
    requestParameters: parameters,
    eventID: id,
    readOnly: false,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: account,
  };
  return {
    EventId: id,
    EventName: operation,
    ReadOnly: "false",
    EventTime: secondOf(atMs) / 1000,
    EventSource: source,
    Username: nameIn(arn),
    Resources: [],
    CloudTrailEvent: JSON.stringify(record),
  };
}

const invalidToken = (): AwsError => new AwsError("InvalidNextTokenException", "The token is invalid.");
