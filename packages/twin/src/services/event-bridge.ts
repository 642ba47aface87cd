/**
 * EventBridge's PutEvents: entries are checked as AWS checks them, one by one, and kept as the events that rules
 * would see. Who reacts to them is the listener's matter.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { instantMs, requireKnown, text, validation } from "./protocol-input.ts";
import type { Call, Input, Service } from "./service.ts";
import { notModelled } from "./service.ts";

/** An event as targets receive it: the envelope of EventBridge's event structure. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: { readonly [key: string]: Json };
}

export interface EventBridgeOptions {
  readonly account?: string;
  readonly region?: string;
  /** Told of each accepted event, in order, before PutEvents answers. */
  readonly listener?: (event: BusEvent) => void;
}

/** What an AWS service says of itself on the default bus. */
export type ServiceEvent = Pick<BusEvent, "source" | "detail-type" | "resources" | "detail"> & {
  readonly atMs: number;
};
/** Puts a service's own event on the bus; PutEvents takes none whose source is AWS's. */
export type Publish = (event: ServiceEvent) => void;

export interface EventBridge extends Service {
  readonly publish: Publish;
  /** All events accepted so far, oldest first. */
  readonly events: readonly BusEvent[];
}

/** Entries of one request, and their size in bytes together (PutEvents, botocore 1.43). */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;

export function eventBridge(options: EventBridgeOptions = {}): EventBridge {
  const { account = "123456789012", region = "eu-west-1", listener } = options;
  const events: BusEvent[] = [];

  function publish({ atMs, ...said }: ServiceEvent): BusEvent {
    const id = `00000000-0000-4000-a000-${(events.length + 1).toString(16).padStart(12, "0")}`;
    const time = `${new Date(atMs).toISOString().slice(0, 19)}Z`;
    const event: BusEvent = { version: "0", id, account, time, region, ...said };
    events.push(event);
    listener?.(event);
    return event;
  }

  function accept(entry: Input, call: Call): Json {
    const refused = refusal(entry);
    if (refused) return { ErrorCode: refused.code, ErrorMessage: refused.message };
    const { id } = publish({
      "detail-type": text(entry, "DetailType") ?? "",
      source: text(entry, "Source") ?? "",
      atMs: instantMs(entry, "Time") ?? call.at,
      resources: Array.isArray(entry.Resources) ? entry.Resources.map(String) : [],
      detail: parseDetail(text(entry, "Detail")) ?? {},
    });
    return { EventId: id };
  }

  return {
    name: "eventbridge",
    title: "EventBridge",
    protocol: { kind: "json", version: "1.1", targetPrefix: "AWSEvents" },
    events,
    publish,
    operations: {
      PutEvents(input, call) {
        const answers = entriesOf(input).map((entry) => accept(entry, call));
        const failed = answers.filter(
          (answer) => answer !== null && typeof answer === "object" && "ErrorCode" in answer,
        );
        return { FailedEntryCount: failed.length, Entries: answers };
      },
    },
  };
}

function entriesOf(input: Input): readonly Input[] {
  if (text(input, "EndpointId") !== undefined) throw notModelled("EventBridge.PutEvents with EndpointId");
  requireKnown("EventBridge.PutEvents", input, ["Entries", "EndpointId"]);
  const entries: unknown = input.Entries;
  if (!Array.isArray(entries)) throw validation("entries", "null", "Member must not be null");
  if (entries.length < 1)
    throw validation("entries", "[]", "Member must have length greater than or equal to 1");
  if (entries.length > MOST_ENTRIES) {
    throw validation(
      "entries",
      `${entries.length} entries`,
      `Member must have length less than or equal to ${MOST_ENTRIES}`,
    );
  }
  const inputs = entries.map((entry: unknown) =>
    typeof entry === "object" && entry !== null ? (entry as Input) : {},
  );
  for (const entry of inputs) requireKnown("EventBridge.PutEvents", entry, entryMembers);
  const otherBus = inputs
    .map((entry) => text(entry, "EventBusName"))
    .find((name) => name !== undefined && !isDefaultBus(name));
  if (otherBus !== undefined) throw notModelled(`the event bus ${otherBus} (EventBridge.PutEvents)`);
  if (inputs.reduce((total, entry) => total + sizeOf(entry), 0) > MOST_BYTES) {
    throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");
  }
  return inputs;
}

/** A TraceHeader goes nowhere: nothing is traced here. */
const entryMembers = [
  ...["Time", "Source", "Resources", "DetailType", "Detail", "EventBusName", "TraceHeader"],
];

function isDefaultBus(name: string): boolean {
  return name === "default" || name.endsWith(":event-bus/default");
}

/** What PutEvents answers for one bad entry (PutEventsResultEntry, API reference: ErrorCode). */
function refusal(entry: Input): { code: string; message: string } | undefined {
  const missing = ["Source", "DetailType", "Detail"].find((member) => !text(entry, member));
  if (missing) {
    return {
      code: "InvalidArgument",
      message: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  }
  if (text(entry, "Source")?.startsWith("aws.")) {
    return { code: "NotAuthorizedForSourceException", message: "Not authorized for the source." };
  }
  if (!parseDetail(text(entry, "Detail")))
    return { code: "MalformedDetail", message: "Detail is malformed." };
  return undefined;
}

/** The detail must be a JSON object. */
function parseDetail(detail: string | undefined): { readonly [key: string]: Json } | undefined {
  try {
    const value: unknown = JSON.parse(detail ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as { [key: string]: Json })
      : undefined;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return undefined;
  }
}

/** Bytes of an entry: 14 for a time, and UTF-8 of source, detail type, detail and resources (user guide, entry size). */
function sizeOf(entry: Input): number {
  const resources = Array.isArray(entry.Resources) ? entry.Resources.map(String) : [];
  const texts = [text(entry, "Source"), text(entry, "DetailType"), text(entry, "Detail"), ...resources];
  return (
    (entry.Time === undefined ? 0 : 14) +
    texts.reduce((bytes, part) => bytes + Buffer.byteLength(part ?? ""), 0)
  );
}
