/**
 * A release that is over as one trace: the release its root, phases below it, stages below the rollout. Its ids follow from
 * the release's, so that whoever knows that can link to it, and sent twice it is one trace.
 */
import { isError, names, schemaUrl } from "./conventions.ts";
import { type EventTold, eventsIn } from "./events.ts";
import { attributesOf, nanosOf, type OtlpSpan, type OtlpTraceRequest, text } from "./otlp.ts";
import { momentIn } from "./phases.ts";
import { type ClosedRelease, pipelineOf, type SpanTold, spansOf } from "./spans.ts";

/** The SHA-256 of a text, as hex digits. */
export type Digest = (text: string) => string;

/** What the trace's id is made of: two deployments, or two releases of one, have two. */
const identityOf = ({ record, deployment: { account, region, stack } }: ClosedRelease): string =>
  `${account}/${region}/${stack}/${record.release.id}`;

/** The first 16 bytes of the identity's SHA-256. */
export const traceIdOf = (closed: ClosedRelease, digest: Digest): string =>
  digest(identityOf(closed)).slice(0, 32);

/** As many as an SDK keeps of a span by default (OpenTelemetry specification, span limits). */
const mostEvents = 128;

export function traceOf(closed: ClosedRelease, digest: Digest): OtlpTraceRequest {
  const { record, deployment } = closed;
  const { outcome, reason } = record.closing;
  const identity = identityOf(closed);
  const traceId = traceIdOf(closed, digest);
  const idOf = (part: string): string => digest(`${identity}/${part}`).slice(0, 16);
  const spans = spansOf(closed);
  const homes = Map.groupBy(eventsIn(closed.journal), (event) => homeOf(event, spans));
  const written = spans.map((span): OtlpSpan => {
    const { part, parent, name, kind, startMs, endMs, attributes, result } = span;
    const events = homes.get(span) ?? [];
    const dropped = Math.max(0, events.length - mostEvents);
    return {
      traceId,
      spanId: idOf(part),
      ...(parent !== undefined && { parentSpanId: idOf(parent) }),
      name,
      kind,
      startTimeUnixNano: nanosOf(startMs),
      endTimeUnixNano: nanosOf(endMs),
      attributes: attributesOf({
        ...attributes,
        [names.errorType]: text(isError(result) ? outcome : undefined),
      }),
      // What came last says more of how it ended.
      events: events.slice(dropped).map((event) => ({
        timeUnixNano: nanosOf(momentIn(span, event.at)),
        name: event.name,
        attributes: attributesOf(event.attributes),
      })),
      ...(dropped > 0 && { droppedEventsCount: dropped }),
      ...(isError(result) && { status: { code: 2, message: reason } }),
    };
  });
  const resource = attributesOf({
    [names.service]: text(deployment.stack),
    [names.cloud]: text("aws"),
    [names.account]: text(deployment.account),
    [names.region]: text(deployment.region),
    [names.pipeline]: text(pipelineOf(closed)),
    [names.run]: text(record.release.id),
  });
  const scopeSpans = [{ scope: { name: "slipway" }, spans: written, schemaUrl }];
  return { resourceSpans: [{ resource: { attributes: resource }, scopeSpans, schemaUrl }] };
}

/** The innermost span of a moment; of two that meet in it, the later one. */
const homeOf = ({ at }: EventTold, spans: readonly SpanTold[]): SpanTold | undefined => {
  const [root] = spans;
  const ms = root === undefined ? Number.NaN : momentIn(root, at);
  return spans.findLast(({ startMs, endMs }) => startMs <= ms && ms <= endMs);
};
