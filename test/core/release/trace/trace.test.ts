/** A release as a trace: in OTLP's own form, with ids that follow from the release's, each span within its parent. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outcomes } from "../../../../src/core/release/closing.ts";
import type { JournalEntry } from "../../../../src/core/release/journal.ts";
import type { OtlpSpan, OtlpTraceRequest } from "../../../../src/core/release/trace/otlp.ts";
import { traceIdOf, traceOf } from "../../../../src/core/release/trace/trace.ts";
import { holds } from "../../../property.ts";
import { at, closed, digest, look, news, rolledBack } from "./example.ts";

const spansIn = (request: OtlpTraceRequest): readonly OtlpSpan[] =>
  request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
const traced = (...told: Parameters<typeof closed>) => spansIn(traceOf(closed(...told), digest));
const attributeOf = ({ attributes }: Pick<OtlpSpan, "attributes">, name: string) => {
  const value = attributes.find(({ key }) => key === name)?.value;
  return value === undefined ? undefined : Object.values(value)[0];
};
/** `prepare 1–10 success` */
const outline = (spans: readonly OtlpSpan[]) => {
  const minute = (nanos: string) => (Number(BigInt(nanos) / 1_000_000n) - Date.parse(at(0))) / 60_000;
  return spans.map((span) => {
    const result =
      attributeOf(span, "cicd.pipeline.result") ?? attributeOf(span, "cicd.pipeline.task.run.result");
    return `${span.name} ${minute(span.startTimeUnixNano)}–${minute(span.endTimeUnixNano)} ${result}`;
  });
};
const root = "RUN slipway-prod-release";

describe("what is sent", () => {
  test("is OTLP's request in JSON: hex ids, integers for enums, strings for what takes 64 bits", () => {
    const request = traceOf(closed(rolledBack), digest);

    const identity = "123456789012/eu-west-1/slipway-prod/chat-assistant-v7-production";
    const schemaUrl = "https://opentelemetry.io/schemas/1.37.0";
    const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    expect(request).toEqual({
      resourceSpans: [
        {
          resource: {
            attributes: [
              text("service.name", "slipway-prod"),
              text("cloud.provider", "aws"),
              text("cloud.account.id", "123456789012"),
              text("cloud.region", "eu-west-1"),
              text("cicd.pipeline.name", "slipway-prod-release"),
              text("cicd.pipeline.run.id", "chat-assistant-v7-production"),
            ],
          },
          scopeSpans: [{ scope: { name: "slipway" }, spans: expect.any(Array), schemaUrl }],
          schemaUrl,
        },
      ],
    });
    const [release, , , , stage] = spansIn(request);
    expect(release).toEqual({
      traceId: digest(identity).slice(0, 32),
      spanId: digest(`${identity}/`).slice(0, 16),
      name: root,
      kind: 2,
      startTimeUnixNano: `${Date.parse(at(0))}000000`,
      endTimeUnixNano: `${Date.parse(at(30))}000000`,
      attributes: [
        text("cicd.pipeline.action.name", "RUN"),
        text("cicd.pipeline.result", "failure"),
        text("deployment.id", "chat-assistant-v7-production"),
        text("deployment.name", "chat-assistant"),
        text("deployment.status", "failed"),
        text("deployment.environment.name", "production"),
        text("slipway.outcome", "rolled-back"),
        text("slipway.reason", "errors: too many"),
        text("slipway.model", "chat-assistant"),
        { key: "slipway.version", value: { intValue: "7" } },
        text("slipway.milestone", "production"),
        text("slipway.release_type", "minor"),
        { key: "slipway.attempt", value: { intValue: "1" } },
        text("slipway.subject", "endpoint/chat-assistant"),
        text("slipway.execution", "arn:aws:states:eu-west-1:123456789012:execution:slipway-prod-release:one"),
        text("error.type", "rolled-back"),
      ],
      events: [],
      status: { code: 2, message: "errors: too many" },
    });
    expect(stage).toEqual({
      traceId: digest(identity).slice(0, 32),
      spanId: digest(`${identity}/stage-0`).slice(0, 16),
      parentSpanId: digest(`${identity}/roll-out`).slice(0, 16),
      name: "stage 1",
      kind: 1,
      startTimeUnixNano: `${Date.parse(at(10))}000000`,
      endTimeUnixNano: `${Date.parse(at(22))}000000`,
      attributes: [
        text("cicd.pipeline.task.name", "stage 1"),
        text("cicd.pipeline.task.run.id", "stage-0"),
        text("cicd.pipeline.task.run.result", "success"),
        { key: "slipway.stage.index", value: { intValue: "0" } },
        { key: "slipway.traffic_percent", value: { doubleValue: 5 } },
        text("slipway.stage.end", "passed"),
      ],
      events: [
        {
          timeUnixNano: `${Date.parse(at(10))}000000`,
          name: "slipway.shifted",
          attributes: [
            { key: "slipway.stage.index", value: { intValue: "0" } },
            { key: "slipway.traffic_percent", value: { doubleValue: 5 } },
          ],
        },
        expect.objectContaining({ timeUnixNano: `${Date.parse(at(12))}000000` }),
        {
          timeUnixNano: `${Date.parse(at(20))}000000`,
          name: "slipway.verdict",
          attributes: [
            { key: "slipway.stage.index", value: { intValue: "0" } },
            { key: "slipway.traffic_percent", value: { doubleValue: 5 } },
            text("slipway.verdict", "pass"),
            text("slipway.decision", "advance"),
            text("slipway.reason", ""),
          ],
        },
      ],
    });
  });

  test("has the same ids each time, others of another release, and says which trace it is", () => {
    const again = traceOf(closed(rolledBack), digest);
    const other = traced(rolledBack, { id: "chat-assistant-v8-production" });

    expect(traceOf(closed(rolledBack), digest)).toEqual(again);
    expect(spansIn(again)[0]?.traceId).toBe(traceIdOf(closed(rolledBack), digest));
    expect(other[0]?.traceId).not.toBe(spansIn(again)[0]?.traceId);
    expect(other[1]?.spanId).not.toBe(spansIn(again)[1]?.spanId);
  });
});

describe("a release's phases", () => {
  test("of one that goes back", () => {
    expect(outline(traced(rolledBack))).toEqual([
      `${root} 0–30 failure`,
      "open 0–1 success",
      "prepare 1–10 success",
      "roll-out 10–26 failure",
      "stage 1 10–22 success",
      "stage 2 22–26 failure",
      "roll-back 26–30 success",
    ]);
  });

  test("of one that is promoted, of which stable held something back", () => {
    const journal = [
      news(0, "opened"),
      news(10, "shifted", { stage: 0, trafficPercent: 5 }),
      news(20, "shifted", { stage: 1, trafficPercent: 95 }),
      news(30, "shifted", { stage: 2, trafficPercent: 100 }),
      news(31, "promoted"),
      news(40, "closed", { outcome: "promoted" }),
    ];

    const spans = traced(journal, { outcome: "promoted", until: 40 });

    expect(outline(spans)).toEqual([
      `${root} 0–40 success`,
      "prepare 0–10 success",
      "roll-out 10–31 success",
      "stage 1 10–20 success",
      "stage 2 20–30 success",
      "held-back 30–31 success",
      "scale-down 31–40 success",
    ]);
    expect(spans.some(({ status }) => status !== undefined)).toBe(false);
    expect(spans.map((span) => attributeOf(span, "error.type")).filter((type) => type !== undefined)).toEqual(
      [],
    );
  });

  test("a stage whose share was eased and restored is there once for each share, one told twice once", () => {
    const journal = [
      news(10, "shifted", { stage: 0, trafficPercent: 5 }),
      news(20, "shifted", { stage: 1, trafficPercent: 25 }),
      news(20.5, "shifted", { stage: 1, trafficPercent: 25 }),
      news(22, "shifted", { stage: 1, trafficPercent: 5 }),
      news(25, "shifted", { stage: 1, trafficPercent: 25 }),
      news(29, "rolling-back"),
    ];

    const stages = traced(journal).filter(({ name }) => name.startsWith("stage"));

    expect(outline(stages)).toEqual([
      "stage 1 10–20 success",
      "stage 2 20–22 cancellation",
      "stage 2 22–25 success",
      "stage 2 25–29 failure",
    ]);
    expect(stages.map((span) => attributeOf(span, "cicd.pipeline.task.run.id"))).toEqual([
      "stage-0",
      "stage-1",
      "stage-1-2",
      "stage-1-3",
    ]);
  });

  test("of a pool: it closes as it is there, and again once it is given back", () => {
    const journal = [
      news(1, "opened"),
      news(8, "closed", { outcome: "done" }),
      news(60, "closed", { outcome: "done" }),
    ];

    const spans = traced(journal, { outcome: "done", subject: "pool/chat-assistant/training", until: 60 });

    expect(outline(spans)).toEqual([
      `${root} 0–60 success`,
      "open 0–1 success",
      "prepare 1–8 success",
      "hold 8–60 success",
    ]);
    expect(spans.flatMap(({ attributes }) => attributes.map(({ key }) => key))).not.toContain(
      "deployment.id",
    );
  });

  test("one that was refused is skipped, and there was no deployment of it", () => {
    const [release, open, prepare] = traced([news(1, "opened")], { outcome: "refused", until: 2 });

    expect(outline([release, open, prepare].filter((span) => span !== undefined))).toEqual([
      `${root} 0–2 skip`,
      "open 0–1 success",
      "prepare 1–2 skip",
    ]);
    expect(release && attributeOf(release, "deployment.status")).toBeUndefined();
  });
});

describe("events", () => {
  const eventsOf = (spans: readonly OtlpSpan[]) =>
    spans.flatMap(({ name, events }) => events.map((event) => `${name}: ${event.name}`));

  test("are in the innermost span of their moment; a verdict is told where it comes to something else", () => {
    expect(eventsOf(traced(rolledBack))).toEqual([
      "prepare: slipway.opened",
      "prepare: slipway.change",
      "stage 1: slipway.shifted",
      "stage 1: slipway.verdict",
      "stage 1: slipway.verdict",
      "stage 2: slipway.shifted",
      "stage 2: slipway.verdict",
      "roll-back: slipway.rolling-back",
      "roll-back: slipway.closed",
    ]);
  });

  test("are at most as many a span as an SDK keeps, the newest; it says how many there were besides", () => {
    const verdicts = Array.from({ length: 200 }, (_, nth) => look(10 + nth / 100, `verdict ${nth}`));
    const journal = [news(10, "shifted", { stage: 0, trafficPercent: 5 }), ...verdicts];

    const stage = traced(journal).find(({ name }) => name === "stage 1");

    expect([stage?.events.length, stage?.droppedEventsCount]).toEqual([128, 73]);
    expect(stage?.events.at(-1)?.attributes).toContainEqual({
      key: "slipway.verdict",
      value: { stringValue: "verdict 199" },
    });
  });
});

const start = (span: OtlpSpan) => BigInt(span.startTimeUnixNano);
const end = (span: OtlpSpan) => BigInt(span.endTimeUnixNano);

/** What is wrong with where a span is, of one whose parent is the root or a phase. */
function misplaced(span: OtlpSpan, parent: OtlpSpan | undefined): string[] {
  const { name, events } = span;
  if (parent === undefined) return [`${name} has no parent`];
  const isWithin = start(parent) <= start(span) && end(span) <= end(parent);
  const strays = events.filter(
    ({ timeUnixNano: nanos }) => BigInt(nanos) < start(span) || BigInt(nanos) > end(span),
  );
  return [
    ...(isWithin ? [] : [`${name} is not within ${parent.name}`]),
    ...(start(span) <= end(span) ? [] : [`${name} ends before it starts`]),
    ...strays.map((event) => `${event.name} is not within ${name}`),
  ];
}

/** Of spans of one parent, in their order, those that begin before the one before them is over. */
const overlaps = (siblings: readonly OtlpSpan[]): string[] =>
  siblings.flatMap((span, nth) => {
    const before = siblings[nth - 1];
    return before === undefined || end(before) <= start(span) ? [] : [`${span.name} overlaps ${before.name}`];
  });

test("spans nest in their parents, phases and stages do not overlap, and ids are unique, whatever the journal", () => {
  const minute = fc.integer({ min: -5, max: 65 });
  const entry: fc.Arbitrary<JournalEntry> = fc.oneof(
    fc
      .tuple(minute, fc.constantFrom("opened", "promoted", "rolling-back", "judged", "remainder"))
      .map(([when, state]) => news(when, state)),
    fc
      .tuple(minute, fc.integer({ min: 0, max: 3 }), fc.constantFrom(5, 25, 50))
      .map(([when, stage, trafficPercent]) => news(when, "shifted", { stage, trafficPercent })),
    fc
      .tuple(minute, fc.constantFrom(...outcomes))
      .map(([when, outcome]) => news(when, "closed", { outcome })),
    fc.tuple(minute, fc.constantFrom("pass", "fail")).map(([when, verdict]) => look(when, verdict)),
  );
  const journals = fc
    .array(entry, { maxLength: 20 })
    .map((entries) => entries.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)));

  void holds(
    fc.property(journals, fc.constantFrom(...outcomes), (journal, outcome) => {
      const spans = traced(journal, { outcome, until: 60 });
      const byId = new Map(spans.map((span) => [span.spanId, span]));
      const parentOf = (span: OtlpSpan) =>
        span.parentSpanId === undefined ? span : byId.get(span.parentSpanId);
      const families = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId);

      expect(spans.flatMap((span) => misplaced(span, parentOf(span)))).toEqual([]);
      expect([...families.values()].flatMap(overlaps)).toEqual([]);
      expect(families.get(undefined)).toHaveLength(1);
      expect(byId.size).toBe(spans.length);
      expect(spans.filter(({ traceId, spanId }) => !/^[0-9a-f]{48}$/.test(traceId + spanId))).toEqual([]);
      const told = spans.reduce((sum, { events }) => sum + events.length, 0);
      expect(told).toBeGreaterThanOrEqual(journal.filter(({ kind }) => kind === "news").length);
      expect(traced(journal, { outcome, until: 60 })).toEqual(spans);
    }),
  );
});
