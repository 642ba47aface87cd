import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import { type BusEvent, createTwin, eventBridge } from "#twin/services";
import { reaching } from "./twin-handler.ts";

const nowMs = Date.UTC(2026, 0, 5, 9, 0, 0, 250);
const entry = { Source: "slipway", DetailType: "Stage Changed", Detail: '{"stage":1}' };

function openBus() {
  const heard: BusEvent[] = [];
  const bus = eventBridge({ listener: (event) => heard.push(event) });
  const client = new EventBridgeClient(reaching(createTwin([bus], () => nowMs)));
  const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));
  return { bus, heard, client, put };
}

describe("EventBridge of the twin", () => {
  it("keeps each event in the envelope that targets receive, and tells the listener", async () => {
    const { bus, heard, put } = openBus();

    const answer = await put({
      ...entry,
      Resources: ["arn:aws:sagemaker:eu-west-1:123456789012:endpoint/chat"],
    });

    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: bus.events[0]?.id }] });
    expect(bus.events).toEqual([
      {
        version: "0",
        id: "00000000-0000-4000-a000-000000000001",
        "detail-type": "Stage Changed",
        source: "slipway",
        account: "123456789012",
        time: "2026-01-05T09:00:00Z",
        region: "eu-west-1",
        resources: ["arn:aws:sagemaker:eu-west-1:123456789012:endpoint/chat"],
        detail: { stage: 1 },
      },
    ]);
    expect(heard).toEqual(bus.events);
  });

  it("gives an event the time that its entry claims", async () => {
    const { bus, put } = openBus();

    await put({ ...entry, Time: new Date(Date.UTC(2025, 11, 31, 23)) });

    expect(bus.events[0]?.time).toBe("2025-12-31T23:00:00Z");
  });

  it("fails bad entries one by one and keeps the good ones", async () => {
    const { bus, put } = openBus();

    const answer = await put(
      entry,
      { Source: "slipway", DetailType: "Stage Changed" },
      { ...entry, Detail: "[1]" },
      { ...entry, Source: "aws.states" },
    );

    expect(answer.FailedEntryCount).toBe(3);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      "InvalidArgument",
      "MalformedDetail",
      "NotAuthorizedForSourceException",
    ]);
    expect(bus.events).toHaveLength(1);
  });

  it("refuses no entry, more than ten, and more than 256 KB at once", async () => {
    const { bus, put } = openBus();
    const long = { ...entry, Detail: JSON.stringify({ text: "x".repeat(256 * 1024) }) };

    const outcomes = await Promise.allSettled([
      put(),
      put(...Array.from({ length: 11 }, () => entry)),
      put(long),
    ]);

    expect(outcomes).toMatchObject(
      Array.from({ length: 3 }, () => ({ reason: { name: "ValidationException" } })),
    );
    expect(bus.events).toHaveLength(0);
  });

  it("refuses by name another bus and another operation", async () => {
    const { client, put } = openBus();

    await expect(put({ ...entry, EventBusName: "audit" })).rejects.toThrow(
      "the twin does not model the event bus audit",
    );
    await expect(client.send(new PutRuleCommand({ Name: "rule" }))).rejects.toThrow(
      "the twin does not model EventBridge.PutRule",
    );
  });
});
