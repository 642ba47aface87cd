/** What all rates together say of the knee: on fleets whose law is known, and on such as are slow by turns. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { chanceOf } from "../../../src/core/load/arrivals.ts";
import { kneeOf } from "../../../src/core/load/knee.ts";
import { type KneeBelief, kneeBelief } from "../../../src/core/load/knee-belief.ts";
import type { LoadAsk } from "../../../src/core/load/step.ts";
import { type SeenAt, tallyOf } from "../../../src/core/load/tally.ts";

const ask: LoadAsk = { allowed: { late: 0.01, failed: 0.05 }, leastSeconds: 50, limitSeconds: 0.5 };

interface Looked {
  readonly rate: number;
  readonly seconds: number;
  /** When queues are longer than the limit, seconds: all that come then are late. */
  readonly queues: readonly (readonly [from: number, to: number])[];
  readonly failed?: number;
  /** How long requests wait at other times, milliseconds. */
  readonly waits?: (at: number) => number;
}

function looked({ rate, seconds, queues, failed = 0, waits = () => 0 }: Looked, seed = "looked"): SeenAt {
  const chance = chanceOf(`${seed} ${rate}`);
  const requests = Math.round(seconds * rate);
  const sent = Array.from({ length: requests }, (_, nth) => {
    const at = (seconds * nth) / requests;
    const isQueued = queues.some(([from, to]) => at >= from && at < to);
    const milliseconds = isQueued ? 1_000 : 100 + 100 * chance() + waits(at);
    return { at, milliseconds, isFailed: chance() < failed };
  });
  return { requestsPerSecond: rate, tally: tallyOf(sent, { seconds, lateMs: 500, lostMs: 5_000 }) };
}

/** A minute of each rate, whose waits are exponential, and drawn each half a second: the longer the nearer the knee. */
function fleet(knee: number, rates: readonly number[], seed: string): SeenAt[] {
  const chance = chanceOf(`queues ${seed}`);
  return rates.map((rate) => {
    const share = Math.min(0.3, 0.01 * Math.exp(60 * (rate / knee - 1)));
    const drawn = Array.from({ length: 120 }, () => (-350 * Math.log(1 - chance())) / -Math.log(share));
    return looked({ rate, seconds: 60, queues: [], waits: (at) => drawn[Math.floor(2 * at)] ?? 0 }, seed);
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

  test("requests that come in crowds tell less of a knee than those by chance: lateness grows less steeply", () => {
    const rates = [160, 180, 195, 200, 205];
    const queuesAt = (rate: number) =>
      Array.from({ length: Math.max(0, rate - 190) / 2.5 }, (_, nth) => [7 * nth, 7 * nth + 0.4] as const);
    const even = rates.map((rate) => looked({ rate, seconds: 60, queues: queuesAt(rate) }));
    // Blocks of three seconds have more and fewer by turns, far beyond chance.
    const crowded = rates.map((rate) => {
      const { requestsPerSecond, tally } = looked({ rate, seconds: 60, queues: queuesAt(rate) });
      const runs = tally.runs.map((run) =>
        run.map(([requests, late, pace], nth): (typeof run)[number] => [
          Math.max(late, Math.round(requests * (nth % 2 === 0 ? 1.15 : 0.85))),
          late,
          pace,
        ]),
      );
      return { requestsPerSecond, tally: { ...tally, runs } };
    });
    const width = ({ low, high }: KneeBelief) => (high - low) / (high + low);

    expect(width(believed(crowded))).toBeGreaterThan(1.3 * width(believed(even)));
  });

  test("one burst is one: a queue of six seconds says less of a rate than twelve of half a second each", () => {
    const rates = [160, 180, 220].map((rate) => looked({ rate, seconds: 60, queues: [] }));
    const apart = Array.from({ length: 12 }, (_, nth) => [5 * nth, 5 * nth + 0.5] as const);
    const burst = [...rates, looked({ rate: 200, seconds: 60, queues: [[20, 26]] })];
    const often = [...rates, looked({ rate: 200, seconds: 60, queues: apart })];

    expect(believed(often).high).toBeLessThan(believed(burst).high);
  });

  test("one queue that lasts is one: twelve seconds of it say less of a rate than four times three", () => {
    const waits = (at: number) => 120 + 60 * Math.sin(at);
    const lower = [160, 180].map((rate) => looked({ rate, seconds: 60, queues: [] }));
    const apart = [6, 18, 30, 42].map((at) => [at, at + 3] as const);
    const often = believed([...lower, looked({ rate: 200, seconds: 60, queues: apart, waits })]);
    const lasts = believed([...lower, looked({ rate: 200, seconds: 60, queues: [[12, 24]], waits })]);

    expect([often.isByTurns, lasts.isByTurns]).toEqual([false, false]);
    expect(lasts.high).toBeGreaterThan(often.high * 1.002);
  });

  test("of a fleet that is slow by turns a rate that has met none says nothing, however long it took", () => {
    const queueing = (at: number) => 60 + 30 * Math.sin(at);
    const turn = { queues: [[10, 30]] as const };
    // As quick as at low rates but for a turn; and a queue that all wait in, from time to time too long.
    const steady = [
      ...[160, 180, 200].map((rate) => looked({ rate, seconds: 60, queues: [], waits: queueing })),
      looked({ rate: 220, seconds: 60, ...turn, waits: (at) => 2 * queueing(at) }),
    ];
    const turned = [
      ...[160, 180, 200].map((rate) => looked({ rate, seconds: 60, queues: [] })),
      looked({ rate: 220, seconds: 60, ...turn }),
    ];

    expect(believed(steady)).toMatchObject({ isByTurns: false });
    expect(believed(steady).low).toBeGreaterThan(185);
    expect(believed(turned)).toMatchObject({ isByTurns: true });
    expect(believed(turned).low).toBeLessThan(120);
    expect(believed(turned).high).toBeLessThan(225);
  });

  test("of such a fleet a rate that has met a turn and kept to the limit is below the knee", () => {
    const slow = (at: number) => (at >= 10 && at < 30 ? 150 : 0);
    const rates = [100, 120, 140].map((rate) => looked({ rate, seconds: 60, queues: [] }));
    const kept = [...rates, looked({ rate: 180, seconds: 60, queues: [], waits: slow })];
    const late = looked({ rate: 220, seconds: 60, queues: [[10, 30]] });
    const unmet = [...rates, looked({ rate: 180, seconds: 60, queues: [] })];

    expect(believed([...kept, late]).low).toBeGreaterThan(165);
    // What a turn leaves behind is in no law, so that less is told than is believed.
    expect(kneeOf([...kept, late], ask).from).toBeLessThanOrEqual(0.97 * believed([...kept, late]).low);
    expect(believed([...unmet, late]).low).toBeLessThan(120);
  });
});
