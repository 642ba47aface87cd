/** What waits at a variant of the requests that are sent to it one by one. */
import { describe, expect, it } from "vitest";
import { createQueues, joinQueue } from "#twin/world";

const fleet = { warm: 8, throughput: 12, latencyMs: 450, taken: 0 };

/** Requests at an even rate for some time: each with its wait, load and whether it was turned away. */
function run(perSecond: number, seconds: number, of: Partial<typeof fleet> = {}) {
  const queue = createQueues().queue("chat/v7");
  return Array.from({ length: perSecond * seconds }, (_, i) =>
    joinQueue(queue, { ...fleet, ...of }, 1e6 + (i * 1000) / perSecond),
  );
}

describe("requests", () => {
  it("do not wait as long as they come more slowly than the fleet serves", () => {
    const all = run(85, 60);

    expect(all.every(({ waitMs, isTurnedAway }) => waitMs === 0 && !isTurnedAway)).toBe(true);
    expect(all.at(-1)?.load).toBeCloseTo(85 / 96, 1);
  });

  it("wait for as long as they came too fast, and are turned away beyond ten seconds of it", () => {
    const all = run(120, 120);
    const waitAt = (second: number) => all[second * 120]?.waitMs ?? 0;

    // Beyond the 80 that are worked on, 24 more a second at 96 a second.
    expect(waitAt(10)).toBeCloseTo((1000 * (240 - 80)) / 96, -2);
    expect(waitAt(30)).toBeGreaterThan(waitAt(10) * 3);
    expect(Math.max(...all.map(({ waitMs }) => waitMs))).toBeLessThan(10_000);
    const late = all.slice(60 * 120);
    expect(late.filter(({ isTurnedAway }) => isTurnedAway).length / late.length).toBeCloseTo(0.2, 1);
  });

  it("have no more of the fleet than the traffic leaves", () => {
    const all = run(60, 60, { taken: 0.5 });

    expect(all.at(-1)?.load).toBeGreaterThan(1);
    expect(all.at(-1)?.waitMs).toBeGreaterThan(1000);
    expect(run(1, 3, { taken: 1 }).every(({ isTurnedAway }) => isTurnedAway)).toBe(true);
  });

  it("do not wait any more once some time has gone by", () => {
    const queue = createQueues().queue("chat/v7");
    for (let i = 0; i < 900; i++) joinQueue(queue, fleet, 1e6);

    expect(joinQueue(queue, fleet, 1e6).waitMs).toBeGreaterThan(8000);
    expect(joinQueue(queue, fleet, 1e6 + 10_000)).toMatchObject({ waitMs: 0, isTurnedAway: false });
  });

  it("are turned away where nothing is warm", () => {
    expect(run(1, 1, { warm: 0 })[0]).toMatchObject({ isTurnedAway: true, load: 0 });
  });
});
