/** An open loop: requests leave when they are meant to, whatever becomes of those before. */
import { describe, expect, it, vi } from "vitest";
import { mostUnderWay, type Sending, sendLoad } from "../../src/aws/load-sending.ts";
import type { Pacing } from "../../src/aws/pacing.ts";
import type { SentRequest } from "../../src/core/load/tally.ts";
import type { Probe } from "../../src/core/release/serving-platform.ts";
import { unanswered } from "../../src/core/release/serving-platform.ts";

/** A clock that goes to whatever is waited for next. */
function clock() {
  let nowMs = 1_000_000;
  const waits: { atMs: number; go: () => void }[] = [];
  const until = (atMs: number) =>
    atMs <= nowMs ? Promise.resolve() : new Promise<void>((go) => void waits.push({ atMs, go }));
  const pacing: Pacing = { nowMs: () => nowMs, until };
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let isDone = false;
    void work.finally(() => {
      isDone = true;
    });
    while (true) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      if (isDone) return work;
      waits.sort((a, b) => a.atMs - b.atMs);
      const next = waits.shift();
      if (next === undefined) throw new Error("expected something to wait for");
      nowMs = next.atMs;
      next.go();
    }
  };
  const jump = (ms: number) => {
    nowMs += ms;
  };
  return { pacing, run, jump };
}

const answeredAfter = (pacing: Pacing, ms: number) => async (): Promise<Probe> => {
  await pacing.until(pacing.nowMs() + ms);
  return { answered: true, milliseconds: ms };
};

const every = (ms: number, seconds: number) =>
  Array.from({ length: Math.floor((seconds * 1000) / ms) }, (_, i) => (i * ms) / 1000);

/** With what was counted. */
async function sentBy(given: Sending) {
  const counted: SentRequest[] = [];
  const count = (request: SentRequest) => {
    counted.push(request);
    given.count(request);
  };
  return { ...(await sendLoad({ ...given, count })), counted };
}

function sending(pacing: Pacing, more: Partial<Sending>): Sending {
  return {
    count: () => undefined,
    at: every(100, 10),
    countedFrom: 0,
    mostRequests: 1e6,
    send: answeredAfter(pacing, 50),
    wayMs: 0,
    pacing,
    isOver: () => false,
    ...more,
  };
}

describe("a load", () => {
  it("leaves on time while nothing is answered for long", async () => {
    const { pacing, run } = clock();
    const load = await run(sentBy(sending(pacing, { send: answeredAfter(pacing, 4_000) })));

    expect(load.sent).toBe(100);
    expect(Math.max(...load.lateness)).toBeLessThan(1e-6);
    expect(load.counted.map(({ milliseconds = 0 }) => Math.round(milliseconds))).toEqual(
      Array.from({ length: 100 }, () => 4_000),
    );
  });

  it("leaves the way there and back out of latency, and is never answered before it was sent", async () => {
    const { pacing, run } = clock();
    const taken = async (wayMs: number) => {
      const { counted } = await run(sentBy(sending(pacing, { wayMs })));
      return new Set(counted.map(({ milliseconds = -1 }) => Math.round(milliseconds)));
    };

    expect(await taken(19)).toEqual(new Set([31]));
    expect(await taken(60)).toEqual(new Set([0]));
  });

  it("counts latency from the moment that was meant, where the sender itself was late", async () => {
    const { pacing, run, jump } = clock();
    let stalled = false;
    const send = async () => {
      if (!stalled) jump(1_000);
      stalled = true;
      return answeredAfter(pacing, 50)();
    };
    const { counted, lateness } = await run(sentBy(sending(pacing, { send })));

    const slow = counted.filter(({ milliseconds = 0 }) => milliseconds > 51);
    expect(slow).toHaveLength(10);
    expect(Math.max(...lateness)).toBeGreaterThan(890);
  });

  it("counts as late, and does not send, what comes while too many are under way", async () => {
    const { pacing, run } = clock();
    const load = await run(sentBy(sending(pacing, { at: every(2, 2), send: answeredAfter(pacing, 60_000) })));

    expect(load.sent).toBe(mostUnderWay);
    expect(load.counted).toHaveLength(1_000);
    expect(load.counted.filter(({ milliseconds }) => milliseconds === undefined)).toHaveLength(200);
  });

  it("does not count what it sends before it counts, and counts for as long as it does", async () => {
    const { pacing, run } = clock();
    const load = await run(sentBy(sending(pacing, { countedFrom: 8 })));

    expect(load.sent).toBe(100);
    expect(load.counted).toHaveLength(20);
    expect(load.counted[0]?.at).toBeCloseTo(0);
    expect(load.seconds).toBeCloseTo(1.9);
  });

  it("ends at as many requests as it may send, and as soon as it is told that it is over", async () => {
    const { pacing, run } = clock();
    const few = await run(sentBy(sending(pacing, { mostRequests: 7 })));
    const count = vi.fn();
    const isOver = vi.fn((_: number) => count.mock.calls.length >= 30);
    const early = await run(sentBy(sending(pacing, { count, isOver })));

    expect(few.sent).toBe(7);
    expect(early.sent).toBeGreaterThanOrEqual(30);
    expect(early.sent).toBeLessThanOrEqual(41);
    expect(isOver.mock.calls.length).toBeLessThan(6);
  });

  it("tells failures, what nobody answered, and what was refused apart", async () => {
    const { pacing, run } = clock();
    const answers: Probe[] = [
      { answered: true, milliseconds: 1 },
      { answered: false, milliseconds: 1, error: "ModelError" },
      { answered: false, milliseconds: 1, error: unanswered },
      { answered: false, milliseconds: 1, error: "AccessDenied", isRefused: true },
    ];
    const send = async () => answers.shift() ?? { answered: true, milliseconds: 1 };
    const { counted, refused } = await run(sentBy(sending(pacing, { at: every(100, 0.4), send })));

    expect(counted.map(({ isFailed, milliseconds }) => [isFailed, milliseconds !== undefined])).toEqual([
      [false, true],
      [true, true],
      [false, false],
      [true, true],
    ]);
    expect([...refused]).toEqual([["AccessDenied", 1]]);
  });
});
