/** One invocation of a spike: the load falls with no pause, what is late is found at once, and a queue is waited out. */
import { expect, test } from "vitest";
import { sendSlice } from "../../src/aws/load-slice.ts";
import type { Pacing } from "../../src/aws/pacing.ts";
import { byChance } from "../../src/core/load/arrivals.ts";
import { type LoadQuestion, ratesOf } from "../../src/core/load/course.ts";
import { begun } from "../../src/core/load/load-test.ts";
import type { LoadSlice } from "../../src/core/load/slice.ts";
import { spikeAskOf } from "../../src/core/load/spike.ts";
import type { Probe } from "../../src/core/release/serving-platform.ts";
import { brieflyTested, plan } from "../core/example.ts";

const spike = { times: 2, minutes: 1 };
const question: LoadQuestion = {
  plan,
  loadTest: { ...brieflyTested, spike, maxRequests: 100_000 },
  fleet: {
    instanceType: "ml.g5.xlarge",
    instances: 8,
    finalInstances: 8,
    requestsPerSecondPerInstance: 12,
    designRequestsPerSecond: 60,
  },
};

const well: Probe = { answered: true, milliseconds: 1 };

/** Against a fleet that serves so many a second, one after the other. */
async function round(servedPerSecond: number, { isLast = true, mostRequests = 100_000 } = {}) {
  let nowMs = 0;
  let freeMs = 0;
  let idleTurns = 0;
  const waiting: { readonly atMs: number; readonly wake: () => void }[] = [];
  const pacing: Pacing = {
    nowMs: () => nowMs,
    until: async (atMs) => {
      waiting.sort((a, b) => a.atMs - b.atMs);
      for (let next = waiting[0]; next !== undefined && next.atMs <= atMs; next = waiting[0]) {
        idleTurns = 0;
        answer(next.atMs);
        await new Promise<void>((resolve) => void setImmediate(resolve));
      }
      idleTurns = 0;
      nowMs = Math.max(nowMs, atMs);
    },
  };
  const answer = (atMs: number) => {
    nowMs = Math.max(nowMs, atMs);
    waiting.shift()?.wake();
  };
  const moments: number[] = [];
  const send = () => {
    moments.push(nowMs / 1000);
    freeMs = Math.max(freeMs, nowMs) + 1_000 / servedPerSecond;
    const atMs = freeMs;
    return new Promise<Probe>((resolve) => void waiting.push({ atMs, wake: () => resolve(well) }));
  };
  const step = {
    name: "spike" as const,
    requestsPerSecond: 120,
    ask: spikeAskOf(plan, spike),
  };
  const slice: LoadSlice = {
    step,
    seconds: 50,
    rampSeconds: 0,
    mostRequests,
    spike: {
      seconds: 20,
      isLast,
      after: { requestsPerSecond: ratesOf(question).peak, windowSeconds: 15 },
    },
  };
  const proof = begun(question, "2026-01-05T08:00:00.000Z");
  const sending = sendSlice({
    question,
    proof,
    slice,
    seed: "v7",
    arriving: byChance,
    send,
    wayMs: 0,
    pacing,
  });
  let isDone = false;
  void sending.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    const next = waiting[0];
    idleTurns += 1;
    // All were sent, and what is under way is answered with nobody asking for the time.
    if (next !== undefined && idleTurns > 20) answer(next.atMs);
  }
  return { ...(await sending), moments };
}

/** Requests a second, from one second to another. */
const rate = (moments: readonly number[], from: number, to: number) =>
  moments.filter((at) => at >= from && at < to).length / (to - from);

test("the rate falls from the spike's to the load's at once, and each window of that is counted by itself", async () => {
  const { moments, tally, after = [] } = await round(1_000);

  expect(rate(moments, 0, 20)).toBeGreaterThan(105);
  expect(rate(moments, 20, 50)).toBeLessThan(75);
  expect(rate(moments, 20, 25)).toBeGreaterThan(45);
  expect(tally.seconds).toBe(20);
  expect(tally.requests).toBe(moments.filter((at) => at < 20).length);
  expect(after.map(({ seconds }) => seconds)).toEqual([15, 15]);
  expect(after[0]?.requests).toBe(moments.filter((at) => at >= 20 && at < 35).length);
});

test("a spike that more is to come of ends with its part", async () => {
  const { moments, after } = await round(1_000, { isLast: false });

  expect(after).toEqual([]);
  expect(moments.at(-1)).toBeLessThan(21.5);
});

test("one that is too much ends as soon as that is shown, and what it left is worked off under the load", async () => {
  const { moments, tally, after = [] } = await round(80);

  expect(tally.seconds).toBeLessThan(15);
  expect(tally.late.bad).toBeGreaterThan(0);
  expect(rate(moments, tally.seconds + 1, 45)).toBeLessThan(75);
  expect(after.length).toBe(2);
  expect(after[0]?.late.bad).toBeGreaterThan(0);
});

test("what the plan's requests cut short is counted for as long as it lasted", async () => {
  const { sent, tally, after } = await round(1_000, { mostRequests: 600 });

  expect(sent).toBe(600);
  expect(tally.seconds).toBeLessThan(7);
  expect(after).toEqual([]);
});
