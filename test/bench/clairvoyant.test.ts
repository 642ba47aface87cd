/** The clairvoyant is optimal: on small cases no sizes that are tried, one by one, serve all for less. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { optimumOf } from "../../bench/capacity/clairvoyant.ts";
import { type Contender, type Replay, replay, type Scene } from "../../bench/capacity/replay.ts";
import type { Rules } from "../../bench/capacity/rules.ts";

const most = 3;
const windowMinutes = 3;

const rulesBy = (launches: readonly number[]): Rules => ({
  serves: (instances) => 10 * instances,
  needs: (requests) => Math.max(1, Math.ceil(requests / 10)),
  launchMinutes: (at) => launches[at % launches.length] ?? 1,
  drainMinutes: 1,
  switchMinutes: 1,
  proofMinutes: 1,
  stages: [
    { share: 0.3, minutes: 4 },
    { share: 0.6, minutes: 3 },
    { share: 1, minutes: 1 },
  ],
});

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
const paidOf = ({ paid, violating }: Replay) =>
  sum(violating) > 1e-9 ? Number.POSITIVE_INFINITY : sum(paid);

/** All sequences of so many sizes. */
const sequences = (length: number): number[][] =>
  length === 0
    ? [[]]
    : sequences(length - 1).flatMap((before) =>
        Array.from({ length: most }, (_, nth) => [...before, nth + 1]),
      );

/** Every candidate that joins with so many and is raised to as many or more before one of its shares, launched at any time before. */
const releases = [1, 2, 3].flatMap((joins) =>
  [1, 2, 3]
    .filter((size) => size >= joins)
    .flatMap((size) =>
      [1, 2].flatMap((share) =>
        [1, 2, 3, 4].map((leadMinutes) => ({
          fleet: {
            instances: joins,
            shares: [0, 1, 2].map((nth) => ({ percent: 0, instances: nth < share ? joins : size })),
          },
          leadMinutes,
        })),
      ),
    ),
);

/** Its raise is launched after the share before has begun, and through as its own begins: no share waits for it. */
function isInTime({ launchMinutes }: Rules, { fleet, leadMinutes }: (typeof releases)[number]): boolean {
  const raised = fleet.shares.findIndex(({ instances }) => instances > fleet.instances);
  if (raised < 0) return true;
  const begins = 3 + launchMinutes(3) + 1 + 1 + (raised === 1 ? 4 : 7);
  return leadMinutes <= (raised === 1 ? 4 : 3) && launchMinutes(begins - leadMinutes) <= leadMinutes;
}

const contenderOf = (sizes: readonly number[], release?: (typeof releases)[number]): Contender => ({
  floor: (minute) => sizes[Math.floor(minute / windowMinutes)] ?? 1,
  ...(release && { release: () => release }),
});

const loadsOf = (windows: number) =>
  fc.array(fc.integer({ min: 0, max: 10 * most }), {
    minLength: windows * windowMinutes,
    maxLength: windows * windowMinutes,
  });
const launches = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 7 });

test("between releases, against all sequences of sizes", () => {
  fc.assert(
    fc.property(loadsOf(6), launches, (loads, each) => {
      const scene: Scene = { rules: rulesBy(each), windowMinutes, loads, from: 0, to: 18, releases: [] };
      const optimum = optimumOf(scene, { most, maxRaises: 1 });
      const tried = sequences(6).map((sizes) => paidOf(replay(scene, contenderOf(sizes))));

      expect(optimum.instanceMinutes).toBe(Math.min(...tried));
      expect(paidOf(replay(scene, optimum))).toBe(optimum.instanceMinutes);
    }),
    { numRuns: 40 },
  );
});

test("around a release, against all sequences and all candidates that are raised once and in time", () => {
  fc.assert(
    fc.property(loadsOf(8), launches, (loads, each) => {
      const rules = rulesBy(each);
      const scene: Scene = { rules, windowMinutes, loads, from: 0, to: 24, releases: [3] };
      const optimum = optimumOf(scene, { most, maxRaises: 1 });
      const inTime = releases.filter((release) => isInTime(rules, release));
      // It is over by the fifth window at the earliest; the sizes of those under it are not asked for.
      const tried = sequences(4).flatMap(([first = 1, ...after]) =>
        inTime.map((release) =>
          paidOf(replay(scene, contenderOf([first, first, first, first, first, ...after], release))),
        ),
      );

      expect(optimum.instanceMinutes).toBe(Math.min(...tried));
      if (optimum.instanceMinutes < Number.POSITIVE_INFINITY)
        expect(paidOf(replay(scene, optimum))).toBe(optimum.instanceMinutes);
    }),
    { numRuns: 25 },
  );
});
