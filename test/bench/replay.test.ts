/** What all contenders of the capacity bench are held to, each by a load that is easy to follow. */
import { describe, expect, test } from "vitest";
import { type Contender, replay, type Scene } from "../../bench/capacity/replay.ts";
import { reactive } from "../../bench/capacity/rivals.ts";
import type { Rules } from "../../bench/capacity/rules.ts";

const rules: Rules = {
  serves: (instances) => 100 * instances,
  needs: (requests) => Math.max(1, Math.ceil(requests / 100)),
  launchMinutes: () => 8,
  drainMinutes: 2,
  switchMinutes: 2,
  proofMinutes: 5,
  stages: [
    { share: 0.1, minutes: 10 },
    { share: 0.5, minutes: 10 },
    { share: 1, minutes: 2 },
  ],
};
const sceneOf = (loads: readonly number[], releases: readonly number[] = []): Scene => ({
  rules,
  windowMinutes: 10,
  loads,
  from: 0,
  to: loads.length,
  releases,
});
const steady = (load: number, minutes: number) => new Array<number>(minutes).fill(load);
const held = (size: number): Contender => ({ floor: () => size });
const runsOf = (values: Float64Array): [number, number][] => {
  const runs: [number, number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last?.[0] === value) last[1] += 1;
    else runs.push([value, 1]);
  }
  return runs;
};

describe("a change of size", () => {
  test("is paid from its launch, serves once it is through, and drains before it is gone", () => {
    const sizes = [1, 3, 1, 1];
    const { paid, violating } = replay(sceneOf(steady(200, 40)), {
      floor: (minute) => sizes[Math.floor(minute / 10)] ?? 1,
    });

    expect(runsOf(paid)).toEqual([
      [1, 10],
      [3, 12],
      [1, 18],
    ]);
    // Half of the load is beyond one instance until the launch is through, and again once it has gone.
    expect(runsOf(violating)).toEqual([
      [100, 18],
      [0, 2],
      [100, 20],
    ]);
  });

  test("waits for the one before it", () => {
    const slow = { ...rules, launchMinutes: () => 15 };
    const { paid } = replay(
      { ...sceneOf(steady(100, 40)), rules: slow },
      {
        floor: (minute) => 1 + Math.floor(minute / 10),
      },
    );

    expect(runsOf(paid)).toEqual([
      [1, 10],
      [2, 20],
      [4, 10],
    ]);
  });
});

describe("target tracking", () => {
  test("goes out after three minutes above its target, once they are seen", () => {
    const { paid } = replay(sceneOf([...steady(100, 20), ...steady(250, 20)]), reactive(100, 1));
    // Minutes 20 to 22, the last of which is seen three minutes after it began.
    expect(runsOf(paid)).toEqual([
      [1, 25],
      [3, 15],
    ]);
  });

  test("goes in after fifteen below nine tenths of it, and not far above", () => {
    const { paid } = replay(sceneOf([...steady(300, 20), ...steady(100, 30)]), reactive(100, 1));
    expect(runsOf(paid)[0]).toEqual([3, 20 + 15 + 2 + 2]);
    const above = replay(sceneOf([...steady(300, 20), ...steady(280, 30)]), reactive(100, 1));
    expect(runsOf(above.paid)).toEqual([[3, 50]]);
  });
});

describe("a release", () => {
  test("by blue/green stands twice from its launch until the old fleet has drained", () => {
    const { paid, violating } = replay(sceneOf(steady(200, 60), [10]), held(2));
    expect(runsOf(paid)).toEqual([
      [2, 10],
      [4, 8 + 22 + 2],
      [2, 18],
    ]);
    expect(runsOf(violating)).toEqual([[0, 60]]);
  });

  test("of two variants builds both beside stable, and the candidate once more as it leaves stable behind", () => {
    const fleet = { instances: 3 };
    const { paid } = replay(sceneOf(steady(200, 80), [10]), {
      floor: (minute) => (minute < 20 ? 2 : 3),
      release: () => ({ fleet, leadMinutes: 0 }),
    });
    expect(runsOf(paid)).toEqual([
      [2, 10],
      [7, 10],
      [5, 5 + 22],
      [8, 10],
      [3, 23],
    ]);
  });

  test("gives no share that is more than its candidate serves: it is raised first, as often as it may be", () => {
    const release = (maxRaises: number) => () => ({
      fleet: { instances: 1 },
      leadMinutes: 0,
      wanted: (_: number, share: number) => rules.needs(200 * share),
      maxRaises,
      timeoutMinutes: 20,
    });
    const violatingBy = (maxRaises: number) =>
      replay(sceneOf(steady(200, 120), [10]), {
        floor: (minute) => (minute < 20 ? 2 : 1),
        release: release(maxRaises),
      }).violating.slice(0, 70);

    expect(runsOf(violatingBy(1))).toEqual([[0, 70]]);
    // Nobody raises it: after its time-out the last share comes to one instance all the same.
    expect(Math.max(...violatingBy(0))).toBe(100);
  });
});
