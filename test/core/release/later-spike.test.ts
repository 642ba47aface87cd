/** A spike that is to come at low hours: whenever it is looked at and whatever its senders come to, it comes at most once an hour, and ends. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AfterPromotion, type LowHour } from "../../../src/core/plan/low-hours.ts";
import {
  chanceNow,
  hoursLeft,
  type LaterSpike,
  putOff,
  type SeenForSpike,
  sendingFrom,
  spikeTurn,
} from "../../../src/core/release/later-spike.ts";
import { brieflyTested, plan as sample } from "../example.ts";

const minuteMs = 60_000;
const since = "2026-03-27T09:20:00.000Z";
const begun = (more: object = {}, minutes = 2): LaterSpike => ({
  releaseId: "chat-v7-production",
  model: "chat",
  version: 7,
  subject: "endpoint/chat",
  milestone: "production",
  spike: { times: 2, minutes, afterPromotion: AfterPromotion.parse({ at: "03:00", withinDays: 3, ...more }) },
  requestsPerSecond: 60,
  since,
  written: 0,
});

/** What becomes of each look in an hour: not now, sent and told, sent and ended for something else, or nobody knows. */
type Fate = "not-now" | "answered" | "stopped" | "died";
const fates = fc.array(fc.constantFrom<Fate>("not-now", "answered", "stopped", "died"), { maxLength: 12 });

/** What is kept once an hour's look has come to something. */
function after(fate: Fate, spike: LaterSpike, { hour, nowMs }: { hour: LowHour; nowMs: number }): LaterSpike {
  const at = new Date(nowMs).toISOString();
  if (fate === "not-now") return putOff(spike, { at, reason: "no" });
  const sending = sendingFrom(spike, { hour, nowMs });
  const spentMs = (30 + 60 * spike.spike.minutes) * 1000;
  expect(nowMs + spentMs).toBeLessThan(hour.toMs);
  expect(spikeTurn(sending, nowMs + spentMs)).toEqual({ do: "leave" });
  if (fate === "died") return sending;
  const notBefore = new Date(hour.toMs).toISOString();
  if (fate === "stopped") return putOff(sending, { at, reason: "stopped", notBefore });
  return { ...putOff(sending, { at, reason: "" }), end: { at, outcome: "taken", reason: "" } };
}

/** Looks at it until it has ended; in which of its hours something was sent, and what the looks in them came to. */
function lived(first: LaterSpike, { all, gaps }: { all: readonly Fate[]; gaps: readonly number[] }) {
  const hours = hoursLeft(first, Date.parse(since));
  const untilMs = (hours.at(-1)?.toMs ?? 0) + 120 * minuteMs;
  let [spike, nowMs, looks] = [first, Date.parse(since), 0];
  const [sentIn, came]: [number[], Fate[]] = [[], []];
  while (spike.end === undefined && nowMs < untilMs) {
    nowMs += (gaps[looks++ % gaps.length] ?? 1) * minuteMs;
    const turn = spikeTurn(spike, nowMs);
    if (turn.do === "end") spike = { ...spike, end: turn.end };
    if (turn.do === "settle") spike = turn.kept;
    if (turn.do !== "see") continue;
    const nth = hours.findIndex(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
    expect(hours[nth]).toEqual(turn.hour);
    const fate = all[came.length] ?? "not-now";
    came.push(fate);
    if (fate !== "not-now") sentIn.push(nth);
    spike = after(fate, spike, { hour: turn.hour, nowMs });
  }
  return { spike, sentIn, came };
}

const later = fc.record({
  at: fc.constantFrom("00:05", "02:30", "23:59"),
  timeZone: fc.constantFrom("UTC", "Europe/Amsterdam"),
  withinDays: fc.integer({ min: 1, max: 4 }),
});
const minutesBetween = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

test("it is sent at most once an hour and a day, only within its hours and so that it ends in them, and is over after the last", () => {
  fc.assert(
    fc.property(later, fc.integer({ min: 1, max: 10 }), fates, minutesBetween, (own, minutes, all, gaps) => {
      const { spike, sentIn, came } = lived(begun(own, minutes), { all, gaps });
      expect(spike.end?.outcome).toBe(came.includes("answered") ? "taken" : "given-up");
      expect(sentIn).toEqual([...new Set(sentIn)].toSorted((one, other) => one - other));
    }),
    { numRuns: 150 },
  );
});

test("what is given up says what it was; one that nobody looked at says that", () => {
  const over = Date.parse("2026-04-09T00:00:00Z");
  const told = { at: since, reason: "a release has the endpoint" };
  expect(spikeTurn(putOff(begun(), told), over)).toMatchObject({
    end: { outcome: "given-up", reason: "in 3 low hours it could not be sent: a release has the endpoint" },
  });
  expect(spikeTurn(begun({ withinDays: 1 }), over)).toMatchObject({
    end: { reason: "in the one low hour it could not be sent: nobody looked in any of them" },
  });
});

describe("whether it may be sent", () => {
  const afterPromotion = AfterPromotion.parse({ at: "03:00" });
  const loadTest = { ...brieflyTested, spike: { times: 2, minutes: 2, afterPromotion } };
  const variant = {
    name: "v7",
    currentWeight: 1,
    desiredWeight: 1,
    currentInstances: 4,
    desiredInstances: 4,
  };
  const seen = (more: Partial<SeenForSpike> = {}): SeenForSpike => ({
    spike: begun(),
    plan: { ...sample, loadTest },
    lock: { fence: 3 },
    frozen: undefined,
    endpoint: { name: "chat", status: "InService", variants: [variant] },
    versions: [7],
    ringing: [],
    load: 12,
    mostPerSecond: 500,
    nowMs: Date.parse("2026-03-28T03:00:00Z"),
    ...more,
  });
  const waiting = { releaseId: "other", execution: "arn:other", since };

  test("says how much: what users send already is a part of it", () => {
    expect(chanceNow(seen())).toEqual({ is: "now", requestsPerSecond: 108, variant: "v7" });
    expect(chanceNow(seen({ load: 30 }))).toMatchObject({ is: "now", requestsPerSecond: 90 });
    expect(chanceNow(seen({ load: 0 }))).toMatchObject({ requestsPerSecond: 120 });
  });

  test.each<[string, Partial<SeenForSpike>, string]>([
    ["a release at work", { lock: { fence: 3, holder: waiting } }, "the release other has the endpoint"],
    ["a release that waits", { lock: { fence: 3, queue: [waiting] } }, "the release other has the endpoint"],
    ["a freeze", { frozen: { reason: "frozen by me", untilMs: 1 } }, "frozen by me"],
    ["no endpoint", { endpoint: undefined }, "the endpoint is not there"],
    [
      "one that moves",
      { endpoint: { name: "c", status: "Updating", variants: [variant] } },
      "the endpoint is Updating",
    ],
    [
      "two variants",
      { endpoint: { name: "c", status: "InService", variants: [variant, variant] } },
      "several variants",
    ],
    ["a version that is not known", { versions: [] }, "it is not known which version serves"],
    ["an alarm", { ringing: ["team is in ALARM"] }, "team is in ALARM"],
    ["nothing published", { load: undefined }, "is not known"],
    ["many users", { load: 30.1 }, "more than half of the 60"],
    [
      "more than one sender sends",
      { mostPerSecond: 100 },
      "108 requests/s are to be sent, and one invocation is trusted with 100",
    ],
  ])("not with %s", (_, more, told) => {
    expect(chanceNow(seen(more))).toEqual({ is: "not-now", reason: expect.stringContaining(told) });
  });

  test.each<[string, Partial<SeenForSpike>, string]>([
    ["another version serves", { versions: [6] }, "superseded"],
    ["several versions serve", { versions: [6, 7] }, "superseded"],
    ["the plan in force has no test", { plan: sample }, "withdrawn"],
    ["no plan is in force", { plan: undefined }, "withdrawn"],
  ])("never again where %s", (_, more, outcome) => {
    expect(chanceNow(seen(more))).toMatchObject({ is: "over", outcome });
  });
});
