/** From when on a candidate's requests are traffic, and not the release's own test. */
import { expect, test } from "vitest";
import type { Change } from "../../../src/core/release/change.ts";
import { isWithOwn, spikesSentTo, trafficFrom } from "../../../src/core/release/own-load.ts";

const at = "2026-11-23T09:00:00.000Z";
const change = (kind: "weights" | "routing", id: string, moment = at) =>
  ({
    id,
    seq: 1,
    resource: { kind, name: "chat" },
    before: null,
    after: null,
    state: "applied",
    at: moment,
  }) as Change;
const chat = (weight: number) => ({
  name: "chat",
  status: "InService",
  variants: [
    { name: "v6", currentWeight: 100 - weight },
    { name: "v7", currentWeight: weight },
  ] as never,
});

test("they are once weights were first set", () => {
  const later = change("weights", "second", "2026-11-23T10:00:00.000Z");

  expect(trafficFrom([change("routing", "join"), change("weights", "first"), later], "v7", chat(5))).toEqual({
    v7: Date.parse(at),
  });
});

test("before that none of them is", () => {
  expect(trafficFrom([change("routing", "join")], "v7", chat(0))).toEqual({ v7: Number.POSITIVE_INFINITY });
});

test("where somebody else has given it traffic, all of them are", () => {
  expect(trafficFrom([change("routing", "join")], "v7", chat(20))).toEqual({});
});

test("spikes are ours from their first request on until nothing of them is under way, whatever became of them", () => {
  const sent = [{ at: "2026-11-23T03:00:30.000Z", until: "2026-11-23T03:04:00.000Z" }];
  const sending = { at: "2026-11-24T03:00:00.000Z", until: "2026-11-24T03:04:00.000Z", hourEnds: "" };
  const chat = "endpoint/chat";
  const spikes = [
    { subject: chat, sent },
    {
      subject: "endpoint/another",
      sent: [{ at: "2026-11-20T03:00:00.000Z", until: "2026-11-20T03:04:00.000Z" }],
    },
    { subject: chat, sending },
    { subject: chat },
  ];
  const own = spikesSentTo(chat, spikes);
  const minute = (time: string) => isWithOwn(own, Date.parse(time) / 1000, 60);

  expect(own).toHaveLength(2);
  expect(minute("2026-11-23T02:59:00.000Z")).toBe(false);
  expect(minute("2026-11-23T03:00:00.000Z")).toBe(true);
  expect(minute("2026-11-23T03:03:00.000Z")).toBe(true);
  expect(minute("2026-11-23T03:04:00.000Z")).toBe(false);
  expect(minute("2026-11-24T03:02:00.000Z")).toBe(true);
  expect(minute("2026-11-20T03:02:00.000Z")).toBe(false);
});
