/** One invocation of a load test: what it sends is seeded, ends once its step is answered, and is not all refused. */
import { expect, test } from "vitest";
import { sendSlice } from "../../src/aws/load-slice.ts";
import type { Pacing } from "../../src/aws/pacing.ts";
import { type Arriving, byChance } from "../../src/core/load/arrivals.ts";
import { begun, nextSlice } from "../../src/core/load/load-test.ts";
import type { Probe } from "../../src/core/release/serving-platform.ts";
import { brieflyTested, plan } from "../core/example.ts";

const question = {
  plan,
  loadTest: { ...brieflyTested, maxRequests: 100_000 },
  fleet: {
    instanceType: "ml.g5.xlarge",
    instances: 8,
    finalInstances: 8,
    requestsPerSecondPerInstance: 12,
    designRequestsPerSecond: 60,
  },
};

/** At the moments that it is told, in no time of its own. */
async function round(seed: string, answer: Probe, rounds = 0, arriving: Arriving = byChance) {
  let nowMs = 0;
  const pacing: Pacing = {
    nowMs: () => nowMs,
    until: async (atMs) => {
      nowMs = Math.max(nowMs, atMs);
    },
  };
  const moments: number[] = [];
  const send = async () => {
    moments.push(nowMs);
    return answer;
  };
  const proof = { ...begun(question, "2026-01-05T08:00:00.000Z"), rounds };
  const slice = nextSlice(question, proof, 0);
  if (slice === undefined) throw new Error("expected something to send");
  const sent = await sendSlice({ question, proof, slice, seed, arriving, send, wayMs: 0, pacing });
  return { moments, sent, slice };
}
const well: Probe = { answered: true, milliseconds: 1 };

test("requests leave as they are said to come", async () => {
  const eachSecond: Arriving = function* () {
    for (let at = 0; ; at++) for (let nth = 0; nth < 10; nth++) yield at;
  };
  const { moments } = await round("v7", well, 0, eachSecond);

  expect(moments.length).toBeGreaterThan(100);
  expect(moments.every((at) => at % 1000 === 0)).toBe(true);
});

test("the same round of the same seed sends at the same moments, and another at others", async () => {
  const { moments, sent, slice } = await round("v7", well);

  expect(sent.sent).toBe(moments.length);
  expect(sent.tally.requests).toBeLessThan(moments.length);
  expect(moments.at(-1)).toBeLessThan(slice.seconds * 1000);
  expect((await round("v7", well)).moments).toEqual(moments);
  expect((await round("v8", well)).moments).not.toEqual(moments);
  expect((await round("v7", well, 1)).moments).not.toEqual(moments);
});

test("what is refused whatever the capacity is no measurement", async () => {
  const refused: Probe = { answered: false, milliseconds: 1, error: "ValidationError", isRefused: true };

  await expect(round("v7", refused)).rejects.toMatchObject({
    name: "AwsRefused",
    message: expect.stringContaining("ValidationError"),
  });
});
