/** Whether a fleet is seen to be slow by turns: on such as are, and on such as queue, or get warm. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { chanceOf } from "../../../src/core/load/arrivals.ts";
import { type SeenAt, type SentRequest, tallyOf } from "../../../src/core/load/tally.ts";
import { turnsOf } from "../../../src/core/load/turns.ts";

const seconds = 48;
const limits = { seconds, lateMs: 400, lostMs: 5_000 };

/** By how much longer answers take at a time, seconds from the beginning of a rate. */
type Slower = (at: number, rate: number) => number;

/** Answers whose logarithm is spread as that of a log-normal is (a sum of twelve draws), of a mean of some 50 ms. */
function looked(rate: number, slower: Slower, seed: string): SeenAt {
  const chance = chanceOf(`${seed} ${rate}`);
  const requests = Math.round(seconds * rate);
  const sent = Array.from({ length: requests }, (_, nth): SentRequest => {
    const at = (seconds * nth) / requests;
    const z = Array.from({ length: 12 }, chance).reduce((sum, each) => sum + each, -6);
    return { at, milliseconds: 35 * slower(at, rate) * Math.exp(0.8 * z), isFailed: false };
  });
  return { requestsPerSecond: rate, tally: tallyOf(sent, limits) };
}

const rates = [100, 150, 200];
const at = (slower: Slower, seed = "turns") => rates.map((rate) => looked(rate, slower, seed));
/** Of a turn of twelve seconds at one of the rates. */
const once =
  (begins: number, ofRate: number): Slower =>
  (second, rate) =>
    rate === ofRate && second >= begins && second < begins + 12 ? 2 : 1;

describe("a fleet that is slow by turns", () => {
  it("is seen to be wherever a turn of twice as slow comes, but for one of fifty", () => {
    const begins = Array.from({ length: 34 }, (_, nth) => 3 + nth);
    const slow = begins.flatMap((from) =>
      rates.map((rate, nth) => {
        const seen = at(once(from, rate), `from ${from}`);
        return (
          turnsOf(seen)
            ?.slowAt(seen[nth] as SeenAt)
            .flat().length ?? 0
        );
      }),
    );

    // Four blocks of three seconds, where two others have a part of it. Of 600 others of these, one was not seen.
    const asItIs = slow.filter((blocks) => blocks >= 3 && blocks <= 6);
    expect(asItIs.length).toBeGreaterThanOrEqual(100);
  });

  it("is slow for the more of the time the more turns it has", () => {
    const often: Slower = (second) => (second % 24 < 6 ? 2 : 1);
    const [rare, many] = [turnsOf(at(once(12, 150))), turnsOf(at(often))];

    expect(rare?.part).toBeLessThan(0.19);
    expect(many?.part).toBeGreaterThan(0.23);
    expect(many?.part).toBeLessThan(0.3);
  });

  it("is seen to be at a rate that it has met them at all the time, by those above it", () => {
    const whole: Slower = (second, rate) => (rate === 150 || (rate === 200 && second < 12) ? 2 : 1);
    const seen = at(whole);

    expect(
      turnsOf(seen)
        ?.slowAt(seen[1] as SeenAt)
        .flat().length,
    ).toBe(seconds / 3);
  });
});

describe("a fleet is not taken to be slow by turns", () => {
  it("that answers alike at all times", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(turnsOf(at(() => 1, `steady ${seed}`))).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  it("that gets warm by and by, but for one of twenty", () => {
    const cold: Slower = (second, rate) => 1 + Math.exp(-(second * rate + 48 * (rate - 100)) / 3_000);
    const taken = Array.from({ length: 40 }, (_, seed) => turnsOf(at(cold, `cold ${seed}`)));

    expect(taken.filter((each) => each !== undefined).length).toBeLessThanOrEqual(2);
  });

  test("whose queues come and go: where some wait long, most wait", () => {
    // At the highest rate waits wander, and its quicker blocks wait by a fifth longer than others.
    const queued: Slower = (second, rate) =>
      rate < 200 ? 1 : 1.35 + 0.25 * Math.sin(second / 3) + (second > 20 && second < 27 ? 0.5 : 0);
    const turned: Slower = (second, rate) => (rate < 200 ? 1 : second > 20 && second < 29 ? 1.85 : 1);

    expect(turnsOf(at(queued))).toBeUndefined();
    expect(turnsOf(at(turned))).toBeDefined();
  });

  it("of which little was seen", () => {
    const [first] = at(once(12, 100));
    expect(turnsOf([])).toBeUndefined();
    expect(turnsOf([{ requestsPerSecond: 100, tally: tallyOf([], limits) }])).toBeUndefined();
    expect(
      turnsOf([{ requestsPerSecond: 100, tally: { ...(first as SeenAt).tally, runs: [] } }]),
    ).toBeUndefined();
  });
});
