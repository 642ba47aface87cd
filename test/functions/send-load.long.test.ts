/** A load that several send at once: what one sends and says of it, and what ProveCapacity makes of what all have counted. */
import { describe, expect, test } from "vitest";
import { proveCapacity } from "../../functions/prove-capacity.ts";
import { sendLoad } from "../../functions/send-load.ts";
import type { LoadProof } from "../../src/core/load/load-test.ts";
import { type LoadPart, type PartCounted, PartSent } from "../../src/core/load/senders.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { Joined } from "../../src/core/release/document/document.ts";
import { brieflyTested, crowded, plan } from "../core/example.ts";
import { Run } from "./run.ts";

/** A peak that takes three senders; what it begins with takes two. */
const busy: Plan = {
  ...crowded(plan, 22),
  loadTest: { ...brieflyTested, maxMinutes: 60, maxUsd: 100, maxRequests: 2_000_000 },
};
const soon = { service: { latencyPercent: 10 } };
const warm = () => Run.warm({ plan: busy, spec: soon });

const partOf = (nowMs: number, more: Partial<LoadPart> = {}): LoadPart => ({
  ...{ nth: 1, of: 2, round: 3, name: "peak", requestsPerSecond: 20, seconds: 25, rampSeconds: 5 },
  ...{ startAt: new Date(nowMs + 6_000).toISOString(), mostRequests: 1_000 },
  ...more,
});

/** One sender, on a clock that goes by as requests are meant to leave; some seconds after its part was made. */
async function sent({ account, tools, doc }: Run, more: Partial<LoadPart> = {}, afterSeconds = 1) {
  const part = partOf(account.now(), more);
  account.wait(afterSeconds / 60);
  let ahead = 0;
  const nowMs = () => account.now() + ahead;
  const moments: number[] = [];
  const until = async (atMs: number) => {
    ahead = Math.max(ahead, atMs - account.now());
    moments.push(atMs - Date.parse(part.startAt));
  };
  const calls = account.calls.length;
  const aws = { ...tools.aws, pacing: { nowMs, until } };
  const answer = await sendLoad({ ...Joined.parse(doc), part }, { ...tools, aws });
  const requests = account.calls.slice(calls).filter(({ operation }) => operation === "InvokeEndpoint");
  return { answer: PartSent.parse(answer), requests, moments };
}

describe("a sender", () => {
  test("sends its part of the load from the moment on that it was told, and counts after the ramp", async () => {
    const { answer, requests, moments } = await sent(await warm());

    expect(answer.spoilt).toBeUndefined();
    expect(requests).toHaveLength(answer.sent);
    expect(new Set(requests.map(({ input }) => input.TargetVariant))).toEqual(new Set(["v7"]));
    // 10 a second, half of that on average in the ramp.
    expect(answer.sent).toBeGreaterThan(160);
    expect(answer.sent).toBeLessThan(290);
    const counted = answer.counts.blocks.reduce((sum, [, all]) => sum + all, 0);
    expect(counted).toBe(moments.filter((at) => at >= 5_000).length);
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...moments)).toBeLessThan(25_000);
  });

  test("has the same moments when it is tried again, and others than its neighbours and than in another round", async () => {
    const run = await warm();
    const momentsOf = async (more: Partial<LoadPart> = {}) => (await sent(run, more)).moments;
    const first = await momentsOf();

    expect(await momentsOf()).toEqual(first);
    expect(await momentsOf({ nth: 2 })).not.toEqual(first);
    expect(await momentsOf({ round: 4 })).not.toEqual(first);
  });

  test("that comes too late sends nothing, and says so", async () => {
    const { answer, requests } = await sent(await warm(), {}, 8);

    expect(requests).toEqual([]);
    expect(answer).toMatchObject({ sent: 0, spoilt: "began 2.0 s after the others were to begin" });
  });

  test("that may send no more than it has to says so", async () => {
    const { answer, requests } = await sent(await warm(), { mostRequests: 50 });

    expect(requests).toHaveLength(50);
    expect(answer.spoilt).toBe("had no more than 50 requests to send");
  });

  test("falls with the spike into the load after it, by windows", async () => {
    const spike = { seconds: 10, windows: 2, windowSeconds: 5, requestsPerSecond: 10 };
    const { answer, moments } = await sent(await warm(), {
      ...{ name: "spike", requestsPerSecond: 60, rampSeconds: 0, seconds: 20, spike },
    });
    const countOf = ({ blocks }: PartSent["counts"]) => blocks.reduce((sum, [, all]) => sum + all, 0);

    expect(countOf(answer.counts)).toBe(moments.filter((at) => at < 10_000).length);
    expect(countOf(answer.counts)).toBeGreaterThan(220);
    expect(answer.after.map(countOf)).toEqual([
      moments.filter((at) => at >= 10_000 && at < 15_000).length,
      moments.filter((at) => at >= 15_000).length,
    ]);
    expect(Math.max(...answer.after.map(countOf))).toBeLessThan(50);
  });
});

const well = ({ requestsPerSecond, of, seconds, rampSeconds }: LoadPart): PartSent => {
  const blocks = Array.from(
    { length: Math.ceil((seconds - rampSeconds) / 3) },
    (_, nth): [number, number, number, number, number] => [
      nth,
      Math.round((3 * requestsPerSecond) / of),
      0,
      0,
      0,
    ],
  );
  const paces = blocks.map(([nth, count]): [number, number, number] => [nth, count, 310 * count]);
  const all = blocks.reduce((sum, [, count]) => sum + count, 0);
  return { sent: all, counts: { blocks, paces, answered: all, latencies: [[310, all]] }, after: [] };
};

describe("ProveCapacity", () => {
  /** Asks until it is answered; parts are counted by the given. */
  async function proven(
    run: Run,
    counted: (parts: readonly LoadPart[], nth: number) => readonly PartCounted[],
  ) {
    const { account, tools, doc } = run;
    const rounds: (readonly LoadPart[])[] = [];
    let loadTest: LoadProof | undefined;
    let calls = account.calls.length;
    for (let round = 0; round < 60; round++) {
      loadTest = await proveCapacity(Joined.parse({ ...doc, loadTest }), tools);
      const { parts } = loadTest;
      if (parts === undefined && loadTest.status !== "testing") return { loadTest, rounds };
      if (parts === undefined) account.wait(loadTest.waitSeconds / 60);
      else {
        rounds.push(parts);
        account.wait(1);
        loadTest = { ...loadTest, counted: counted(parts, rounds.length) };
      }
      const sentByIt = account.calls.slice(calls).filter(({ operation }) => operation === "InvokeEndpoint");
      expect(parts === undefined ? [] : sentByIt).toEqual([]);
      calls = account.calls.length;
    }
    throw new Error(`expected an end, found ${loadTest?.reason}`);
  }

  /** From where on a load takes several: what comes before is seen already. */
  const settled: Plan = { ...busy, ...crowded(plan, 30), loadTest: busy.loadTest };
  const settledRun = () => Run.warm({ plan: settled, spec: soon });

  test("has a load sent by as many as it takes, again and again, and says what it came to", async () => {
    const { loadTest, rounds } = await proven(await settledRun(), (parts) => parts.map(well));

    expect(loadTest.status).toBe("enough");
    expect(loadTest.parts).toBeUndefined();
    expect(loadTest.counted).toBeUndefined();
    expect(rounds.map((parts) => parts[0]?.round)).toEqual(rounds.map((_, nth) => nth));
    for (const parts of rounds)
      expect(parts).toHaveLength(Math.ceil((parts[0]?.requestsPerSecond ?? 0) / 500));
    expect(Math.max(...rounds.map((parts) => parts.length))).toBeGreaterThanOrEqual(4);
    expect(loadTest.sent).toBe(rounds.flat().reduce((sum, part) => sum + well(part).sent, 0));
  });

  test("goes on past a lost sender, and is open after three rounds of that", async () => {
    const lost = { lost: "Runtime.ExitError" };
    const once = await proven(await settledRun(), (parts, nth) =>
      parts.map((part, index) => (nth === 2 && index === 0 ? lost : well(part))),
    );
    const always = await proven(await settledRun(), (parts) => [lost, ...parts.slice(1).map(well)]);

    expect(once.loadTest.status).toBe("enough");
    expect(always.loadTest).toMatchObject({ status: "open", steps: [] });
    expect(always.loadTest.reason).toContain(
      "3 rounds in a row that count for nothing (sender 1 of 2 was lost",
    );
    expect(always.rounds).toHaveLength(3);
  });

  test("says not enough where what all counted together is", async () => {
    const { loadTest } = await proven(await settledRun(), (parts) =>
      parts.map((part) => {
        const counted = well(part);
        if (part.requestsPerSecond < 900) return counted;
        const { blocks } = counted.counts;
        const late = blocks.map(([nth, all]): (typeof blocks)[number] => [
          nth,
          all,
          Math.round(all / 3),
          0,
          0,
        ]);
        return { ...counted, counts: { ...counted.counts, blocks: late } };
      }),
    );

    expect(loadTest.status).toBe("not-enough");
    expect(loadTest.knee?.to).toBeLessThan(1_100);
  });

  test("fails by name where the requests of all are refused", async () => {
    const refused = { name: "ModelError 400", times: 10_000 };

    await expect(
      proven(await settledRun(), (parts) => parts.map((part) => ({ ...well(part), refused }))),
    ).rejects.toMatchObject({ name: "AwsRefused", message: expect.stringContaining("ModelError 400") });
  });
});
