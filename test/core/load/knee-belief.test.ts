/** What all rates together say of the knee: on fleets whose law is known, and on such as are slow by turns. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { chanceOf } from "../../../src/core/load/arrivals.ts";
import { type KneeBelief, kneeBelief, type SeenAt } from "../../../src/core/load/knee-belief.ts";
import type { LoadAsk } from "../../../src/core/load/step.ts";
import { tallyOf } from "../../../src/core/load/tally.ts";

const ask: LoadAsk = { allowed: { late: 0.01, failed: 0.05 }, leastSeconds: 50, limitSeconds: 0.5 };

interface Looked {
  readonly rate: number;
  readonly seconds: number;
  /** When queues are longer than the limit, seconds: all that come then are late. */
  readonly queues: readonly (readonly [from: number, to: number])[];
  readonly failed?: number;
}

function looked({ rate, seconds, queues, failed = 0 }: Looked, seed = "looked"): SeenAt {
  const chance = chanceOf(`${seed} ${rate}`);
  const requests = Math.round(seconds * rate);
  const sent = Array.from({ length: requests }, (_, nth) => {
    const at = (seconds * nth) / requests;
    const isQueued = queues.some(([from, to]) => at >= from && at < to);
    return { at, milliseconds: isQueued ? 1_000 : 100 + 100 * chance(), isFailed: chance() < failed };
  });
  return { requestsPerSecond: rate, tally: tallyOf(sent, { seconds, lateMs: 500, lostMs: 5_000 }) };
}

/** A minute of each rate, in which queues come by chance: as often as a fleet of that knee has them. */
function fleet(knee: number, rates: readonly number[], seed: string): SeenAt[] {
  const chance = chanceOf(`queues ${seed}`);
  return rates.map((rate) => {
    const share = Math.min(0.3, 0.01 * Math.exp(60 * (rate / knee - 1)));
    const queues: [number, number][] = [];
    for (let at = 0; at < 60; at += 0.5) if (chance() < share) queues.push([at, at + 0.5]);
    return looked({ rate, seconds: 60, queues }, seed);
  });
}

const believed = (seen: readonly SeenAt[]): KneeBelief => {
  const belief = kneeBelief(seen, ask);
  if (belief === undefined) throw new Error("expected a belief, found none");
  return belief;
};

describe("what is believed of the knee", () => {
  it("is between its ends for nineteen fleets of twenty, each looked at for a minute at five rates", () => {
    const found = Array.from({ length: 80 }, (_, nth) => {
      const knee = 180 + nth;
      const rates = [0.7, 0.9, 0.97, 1.02, 1.06].map((part) => part * knee);
      return { knee, ...believed(fleet(knee, rates, `fleet ${nth}`)) };
    });
    const within = found.filter(({ knee, low, high }) => low <= knee && knee <= high);
    expect(within.length).toBeGreaterThanOrEqual(76);
    // And says something.
    const narrow = found.filter(({ low, high }) => (high - low) / (high + low) < 0.07);
    expect(narrow.length).toBeGreaterThanOrEqual(72);
  });

  it("is nothing where nothing was sent", () => {
    expect(kneeBelief([], ask)).toBeUndefined();
    expect(kneeBelief([looked({ rate: 100, seconds: 0, queues: [] })], ask)).toBeUndefined();
  });

  it("is in order, within and about what was tried, and the same in any order", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 20, max: 400 }), { minLength: 1, maxLength: 5 }),
        fc.array(
          fc.tuple(fc.double({ min: 0, max: 50, noNaN: true }), fc.double({ min: 0, max: 9, noNaN: true })),
          {
            maxLength: 4,
          },
        ),
        (rates, queues) => {
          const spans = queues.map(([from, long]) => [from, from + long] as const);
          const seen = rates.map((rate) => looked({ rate, seconds: 60, queues: rate > 150 ? spans : [] }));
          const belief = believed(seen);

          expect(belief.low).toBeLessThanOrEqual(belief.likelyBelow);
          expect(belief.likelyBelow).toBeLessThanOrEqual(belief.high);
          expect(belief.low).toBeGreaterThan(0);
          expect(Number.isFinite(belief.high)).toBe(true);
          expect(believed(seen.toReversed())).toEqual(belief);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("goes by the kind of bad requests that comes first", () => {
    const good = [150, 180, 200].map((rate) => looked({ rate, seconds: 60, queues: [] }));
    const failing = [...good, looked({ rate: 220, seconds: 60, queues: [], failed: 0.4 })];

    expect(believed(failing).high).toBeLessThan(believed(good).high);
    expect(believed(failing).high).toBeLessThan(225);
    expect(believed(failing).low).toBeGreaterThan(180);
  });

  test("one burst is one: a queue of six seconds says less of a rate than twelve of half a second each", () => {
    const rates = [160, 180, 220].map((rate) => looked({ rate, seconds: 60, queues: [] }));
    const apart = Array.from({ length: 12 }, (_, nth) => [5 * nth, 5 * nth + 0.5] as const);
    const burst = [...rates, looked({ rate: 200, seconds: 60, queues: [[20, 26]] })];
    const often = [...rates, looked({ rate: 200, seconds: 60, queues: apart })];

    expect(believed(often).high).toBeLessThan(believed(burst).high);
  });

  test("of a fleet that is slow by turns, whose turns are met at low rates and not at high ones, less is sure", () => {
    const steady = [
      ...[160, 180, 200].map((rate) => looked({ rate, seconds: 60, queues: [] })),
      looked({ rate: 220, seconds: 60, queues: [[10, 30]] }),
    ];
    const turned = [
      ...steady.filter(({ requestsPerSecond: rate }) => rate !== 180),
      looked({ rate: 180, seconds: 60, queues: [[10, 20]] }),
    ];

    expect(believed(steady).low).toBeGreaterThan(185);
    expect(believed(turned).low).toBeLessThan(170);
  });
});
