/** A load in parts: how many send it, what each is told, and that what they counted adds up to what one would have. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type LoadQuestion, ratesOf, type SeenStep } from "../../../src/core/load/course.ts";
import { afterRound, begun, type LoadProof, nextSlice } from "../../../src/core/load/load-test.ts";
import {
  hasRoom,
  type LoadPart,
  type PartCounted,
  type PartSent,
  partsOf,
  roundOf,
  sendersFor,
} from "../../../src/core/load/senders.ts";
import type { LoadSlice } from "../../../src/core/load/slice.ts";
import { counting, dispersionOf, mergedCounts, talliedOf, tallyOf } from "../../../src/core/load/tally.ts";
import { LoadTest, mostPerSender, mostSenders } from "../../../src/core/plan/load-test.ts";
import { epochMs } from "../../../src/core/units.ts";
import { holds } from "../../property.ts";
import { loadTested } from "../example.ts";

const limits = { lateMs: 500, lostMs: 5_000 };
const since = "2026-01-05T08:00:00.000Z";
const nowMs = epochMs(since);
const loadTest = LoadTest.parse({ ...loadTested.loadTest, maxRequests: 10_000_000, maxUsd: 1000 });
const question: LoadQuestion = {
  plan: { ...loadTested, requirements: { ...loadTested.requirements, latencyMsP99: 500 } },
  loadTest,
  fleet: {
    instanceType: "ml.g5.xlarge",
    instances: 8,
    finalInstances: 8,
    requestsPerSecondPerInstance: 240,
    designRequestsPerSecond: 1200,
  },
};
const proof = begun(question, since);

const request = fc.record(
  {
    at: fc.double({ min: 0, max: 42, noNaN: true }),
    milliseconds: fc.double({ min: 0.2, max: 60_000, noNaN: true }),
    isFailed: fc.boolean(),
  },
  { requiredKeys: ["at", "isFailed"] },
);
const countsOf = (requests: Parameters<typeof tallyOf>[0]) => {
  const counter = counting(limits);
  for (const each of requests) counter.add(each);
  return counter.counts();
};

test("what any senders have counted of the same time is what one counts who has sent it all", () => {
  holds(
    fc.property(
      fc.array(fc.array(request, { maxLength: 60 }), { minLength: 1, maxLength: 10 }),
      (senders) => {
        const merged = talliedOf(mergedCounts(senders.map(countsOf)), 42);

        expect(merged).toEqual(tallyOf(senders.flat(), { seconds: 42, ...limits }));
      },
    ),
  );
});

test("bad requests that all senders see at once are one cluster, and no more evidence for there being many", () => {
  // Every fifth block of ten is all late, at each of five senders.
  const one = Array.from({ length: 300 }, (_, nth) => ({
    at: nth / 10,
    milliseconds: Math.floor(nth / 30) % 5 === 0 ? 900 : 100,
    isFailed: false,
  }));
  const senders = Array.from({ length: 5 }, () => one);
  const merged = talliedOf(mergedCounts(senders.map(countsOf)), 30);
  const apart = senders.map((each) => talliedOf(countsOf(each), 30));
  const taken = apart.reduce((sum, { late }) => sum + late.squares, 0);

  expect(merged.blocks).toBe(10);
  expect(merged.late.squares).toBeCloseTo(taken, 6);
  expect(dispersionOf(merged, merged.late)).toBeCloseTo(
    dispersionOf({ ...merged, blocks: 50 }, merged.late) * (54 / 14),
    0,
  );
});

const sliceAt = (requestsPerSecond: number, more: Partial<LoadSlice> = {}): LoadSlice => ({
  step: {
    name: "knee",
    requestsPerSecond,
    ask: { allowed: { failed: 0.05 }, leastSeconds: 50, limitSeconds: 0.5 },
  },
  seconds: 60,
  rampSeconds: 5,
  mostRequests: 10_000_000,
  ...more,
});

describe("parts of a load", () => {
  it("are as few as each is trusted with, and together what is to be sent", () => {
    holds(
      fc.property(fc.double({ min: 501, max: mostPerSender * mostSenders, noNaN: true }), (rate) => {
        const slice = sliceAt(rate);
        const parts = partsOf(question, proof, { slice, nowMs });

        expect(parts).toHaveLength(Math.ceil(rate / mostPerSender - 1e-9));
        expect(parts.length).toBeLessThanOrEqual(mostSenders);
        expect(parts.map(({ nth }) => nth)).toEqual(parts.map((_, index) => index + 1));
        for (const part of parts) {
          // The first looks after what serves as well.
          const { beside, ...first } = parts[0] ?? {};
          expect(beside).toEqual({ requests: 0, bad: 0, latencies: [] });
          expect(part).toEqual(part.nth === 1 ? parts[0] : { ...first, nth: part.nth });
          expect(part.requestsPerSecond / part.of).toBeLessThanOrEqual(mostPerSender + 1e-6);
          expect(Date.parse(part.startAt) - nowMs).toBe(6_000);
        }
      }),
    );
  });

  it("are none where one can send it", () => {
    expect(sendersFor(sliceAt(500))).toBe(1);
    expect(sendersFor(sliceAt(500.5))).toBe(2);
  });

  it("never take more than the plan has left, and are none where that says nothing", () => {
    holds(
      fc.property(
        fc.double({ min: 501, max: 5000, noNaN: true }),
        fc.integer({ min: 1, max: 400_000 }),
        (rate, mostRequests) => {
          const slice = sliceAt(rate, { mostRequests });
          const parts = partsOf(question, proof, { slice, nowMs });

          expect(parts.length > 0).toBe(hasRoom(question, [], slice));
          expect(parts.reduce((sum, part) => sum + part.mostRequests, 0)).toBeLessThanOrEqual(mostRequests);
          for (const { seconds, rampSeconds } of parts) {
            expect(seconds).toBeGreaterThanOrEqual(rampSeconds + 3);
            expect(rate * (seconds - rampSeconds / 2)).toBeLessThan(mostRequests);
          }
        },
      ),
    );
  });

  it("are short near the knee, and as long as is missing of what the release goes by", () => {
    const secondsOf = (name: SeenStep["name"], steps: readonly SeenStep[] = []) =>
      partsOf(
        question,
        { ...proof, steps },
        {
          slice: { ...sliceAt(1200), step: { ...sliceAt(1200).step, name } },
          nowMs,
        },
      )[0]?.seconds;

    expect([secondsOf("knee"), secondsOf("peak"), secondsOf("ramp")]).toEqual([25, 56, 60]);
    const tally = { ...tallyOf([], { seconds: 25, ...limits }) };
    expect(secondsOf("peak", [{ name: "peak", requestsPerSecond: 1200, tally }])).toBe(31);
  });
});

/** What a part's sender says that has sent so many, all well. */
const well = ({ seconds, rampSeconds, requestsPerSecond, of }: LoadPart): PartSent => {
  const requests = Math.round(((seconds - rampSeconds) * requestsPerSecond) / of);
  const counts = countsOf(
    Array.from({ length: requests }, (_, nth) => ({
      at: ((seconds - rampSeconds) * nth) / requests,
      milliseconds: 100,
      isFailed: false,
    })),
  );
  return { sent: requests, counts, after: [] };
};

describe("a round", () => {
  const parts = partsOf(question, proof, { slice: sliceAt(1400), nowMs });
  const [first, ...others] = parts.map(well);
  if (first === undefined) throw new Error("expected parts");

  it("is what all of them counted, over the time that they sent", () => {
    const round = roundOf(parts, [first, ...others]);

    expect(round).toMatchObject({ slice: { step: { name: "knee", requestsPerSecond: 1400 } } });
    if (!("slice" in round)) return;
    expect(round.slice.tally.requests).toBe(28_000 - 1);
    expect(round.slice.tally.seconds).toBe(20);
    expect(round.slice.sent).toBe(28_000 - 1);
  });

  it.each<[string, PartCounted[], string]>([
    [
      "a sender was lost",
      [{ lost: "Runtime.ExitError" }, ...others],
      "sender 1 of 3 was lost to Runtime.ExitError",
    ],
    [
      "a sender was late",
      [...others, { ...first, spoilt: "began 2.0 s late" }],
      "sender 3 of 3 began 2.0 s late",
    ],
    ["nobody was heard of", [], "of 3 senders 0 have answered"],
    ["one was not heard of", others, "of 3 senders 2 have answered"],
  ])("counts for nothing where %s", (_, counted, why) => {
    expect(roundOf(parts, counted)).toMatchObject({ spoilt: why });
  });

  it("counts what a lost sender may have sent as sent", () => {
    const { sent } = roundOf(parts, [{ lost: "Sandbox.Timedout" }, ...others]) as { sent: number };

    expect(sent).toBeGreaterThanOrEqual(28_000);
  });

  it("is refused where half of all is, whoever sent it, and where there is nothing to send", () => {
    const refused = (times: number) => ({ ...first, refused: { name: "ValidationError", times } });

    expect(roundOf(parts, [refused(13_000), ...others])).toHaveProperty("slice");
    expect(roundOf(parts, [refused(9_333), refused(9_333), ...others.slice(1)])).toMatchObject({
      refused: expect.stringContaining("18666 of 27999: ValidationError"),
    });
    expect(
      roundOf(parts, [{ ...first, lacks: "loadTest.payloads: s3://a/b has no line in it" }, ...others]),
    ).toEqual({
      refused: "loadTest.payloads: s3://a/b has no line in it",
    });
  });

  it("of a spike falls into windows, each of all senders", () => {
    const spike = { seconds: 30, windows: 2, windowSeconds: 15, requestsPerSecond: 700 };
    const spiked = parts.map((part) => ({
      ...part,
      name: "spike" as const,
      rampSeconds: 0,
      seconds: 60,
      spike,
    }));
    const window = countsOf([{ at: 1, milliseconds: 900, isFailed: false }]);
    const counted = spiked.map((part) => ({ ...well({ ...part, seconds: 30 }), after: [window, window] }));

    expect(roundOf(spiked, counted)).toMatchObject({
      slice: {
        tally: { seconds: 30 },
        after: [1, 2].map(() => ({ seconds: 15, requests: 3, late: { bad: 3 } })),
      },
    });
  });
});

describe("rounds that count for nothing", () => {
  const spoilt = { spoilt: "sender 1 of 3 was lost to Sandbox.Timedout", sent: 1000 };
  const spoiltAfter = (from: LoadProof, times: number): LoadProof =>
    times === 0 ? from : spoiltAfter(afterRound(question, { proof: from, spoilt }, 60_000), times - 1);
  const seen = { name: "settle", requestsPerSecond: ratesOf(question).start } as const;

  it("are told, and asked again", () => {
    const twice = spoiltAfter(proof, 2);

    expect(twice).toMatchObject({ status: "testing", rounds: 2, sent: 2000, steps: [] });
    expect(twice.reason).toContain("the last round counts for nothing: sender 1 of 3 was lost");
    expect(nextSlice(question, twice, 60_000)?.step.name).toBe("settle");
  });

  it("end the test as open after three in a row, and neither as enough nor as not enough", () => {
    const thrice = spoiltAfter(proof, 3);

    expect(thrice).toMatchObject({ status: "testing", answeredAt: expect.any(String) });
    expect(afterRound(question, { proof: thrice }, 400_000)).toMatchObject({
      status: "open",
      reason: expect.stringContaining("3 rounds in a row that count for nothing (sender 1 of 3 was lost"),
    });
  });

  it("are forgotten once one counts", () => {
    const tally = tallyOf([{ at: 1, milliseconds: 9, isFailed: false }], { seconds: 15, ...limits });
    const good = afterRound(
      question,
      { proof: spoiltAfter(proof, 2), slice: { step: seen, sent: 1, tally } },
      60_000,
    );

    expect(good.spoilt).toBeUndefined();
    expect(spoiltAfter(good, 2).status).toBe("testing");
  });
});
