/** The load of the next slots: it goes on from the last one, by the shape of the day, as far as past days say that it does. */
import { describe, expect, test } from "vitest";
import { streams } from "#twin/world";
import { forecastDay, type LoadDay } from "../../../src/core/forecast/forecast.ts";
import { loadSoon } from "../../../src/core/forecast/load-soon.ts";

const length = 48;
/** A curve of the day with its highest slot at noon. */
const curve = Array.from({ length }, (_, slot) => 1 + 2 * Math.exp(-((slot - 24) ** 2) / 60));
const dayOf = (level: number): number[] => curve.map((part) => part * level);
const alike = (count: number): LoadDay[] => Array.from({ length: count }, () => dayOf(100));

const next3 = { share: 0.9, slots: 3 };

describe("what the next slots bring", () => {
  test("is the curve's highest, where every day is alike", () => {
    const { peak } = loadSoon(alike(20));
    for (const slots of [1, 3, 10])
      expect(peak(dayOf(100).slice(0, 20), { share: 0.9, slots })).toBeCloseTo(
        Math.max(...dayOf(100).slice(20, 20 + slots)),
        3,
      );
  });

  test("goes on from a level that nobody had seen before, which a forecast of the day does not", () => {
    const today = dayOf(400).slice(0, 20);
    const came = Math.max(...dayOf(400).slice(20, 23));

    expect(loadSoon(alike(20)).peak(today, next3)).toBeCloseTo(came, 3);
    expect(forecastDay(alike(20)).peak(0.9, 20, 23)).toBeLessThan(0.5 * came);
  });

  test("is multiplied where something begins that is known to bring more, and not again once it is there", () => {
    const times = Array.from({ length: 2 * length }, (_, slot) => (slot >= 22 ? 3 : 1));
    const { peak } = loadSoon(alike(20), times);
    const usual = loadSoon(alike(20)).peak(dayOf(100).slice(0, 20), next3);
    expect(peak(dayOf(100).slice(0, 20), next3)).toBeCloseTo(3 * (100 * (curve[22] ?? 0)), 3);
    expect(usual).toBeLessThan(3 * (100 * (curve[22] ?? 0)));
    const during = dayOf(100).map((load, slot) => load * (times[slot] ?? 1));
    expect(peak(during.slice(0, 24), next3)).toBeCloseTo(3 * 100 * (curve[24] ?? 0), 3);
  });

  test("begins a day from the end of the one before", () => {
    const days = [...alike(19), dayOf(150)];
    expect(loadSoon(days).peak([], { share: 0.9, slots: 2 })).toBeCloseTo(150 * (curve[1] ?? 0), 0);
  });

  test("goes on past midnight", () => {
    const evening = dayOf(100).slice(0, length - 1);
    expect(loadSoon(alike(20)).peak(evening, { share: 0.9, slots: 20 })).toBeCloseTo(
      Math.max(...dayOf(100).slice(0, 19)),
      3,
    );
  });
});

test("past midnight it knows what weekday comes", () => {
  const days = Array.from({ length: 41 }, (_, nth) => dayOf(nth % 7 === 6 ? 20 : 100));
  const evening = dayOf(100).slice(0, length - 4);
  // Of the day before such a day, and of one before another.
  const isLow = loadSoon(days.slice(0, 33)).peak(evening, { share: 0.5, slots: 28 });
  const isNot = loadSoon(days.slice(0, 31)).peak(evening, { share: 0.5, slots: 28 });
  expect(isLow).toBeLessThan(0.7 * isNot);
});

describe("how sure that is", () => {
  /** Noise that lasts, on days of unlike levels. */
  const noisy = (count: number, seed: number): number[][] => {
    const random = streams(seed)("noise", 0);
    let noise = 0;
    return Array.from({ length: count }, () => {
      const level = 100 * Math.exp(0.5 * random.normal());
      return curve.map((part) => {
        noise = 0.8 * noise + 0.05 * random.normal();
        return level * part * Math.exp(noise);
      });
    });
  };

  test.each([0.8, 0.95])("stays below on a share of %d of all times", (share) => {
    const isBelow = [1, 2, 3].flatMap((seed) => {
      const days = noisy(40, seed);
      return days.slice(25).flatMap((day, nth) => {
        const { peak } = loadSoon(days.slice(0, 25 + nth));
        const times = Array.from({ length: length - 5 }, (_, slot) => slot + 2);
        return times.map(
          (slot) => Math.max(...day.slice(slot, slot + 3)) <= peak(day.slice(0, slot), { share, slots: 3 }),
        );
      });
    });
    expect(Math.abs(isBelow.filter(Boolean).length / isBelow.length - share)).toBeLessThan(0.04);
  });

  test("goes by the newest days more than by older ones", () => {
    const [calm, wild] = [alike(10), noisy(10, 5)];
    const widthOf = (days: readonly LoadDay[]) => {
      const { peak } = loadSoon(days);
      const today = dayOf(100).slice(0, 20);
      return Math.log(peak(today, { share: 0.7, slots: 3 }) / peak(today, { share: 0.3, slots: 3 }));
    };
    expect(widthOf([...calm, ...wild])).toBeGreaterThan(1.5 * widthOf([...wild, ...calm]));
  });

  test("is less the further it looks", () => {
    const days = noisy(30, 4);
    const { peak } = loadSoon(days.slice(0, 29));
    const today = (days[29] ?? []).slice(0, 10);
    const spread = (slots: number) =>
      Math.log(peak(today, { share: 0.95, slots }) / peak(today, { share: 0.5, slots }));
    expect(spread(1)).toBeLessThan(spread(12));
  });
});

describe("what is not known", () => {
  test.each([
    ["nothing came", [...dayOf(100).slice(0, 19), 0]],
    ["the last hours were not recorded", [...dayOf(300).slice(0, 10), ...new Array<null>(10).fill(null)]],
  ])("%s: it is as the day was forecast", (_, today) => {
    const days = alike(20);
    expect(loadSoon(days).peak(today, next3)).toBeCloseTo(forecastDay(days).peak(0.9, 20, 23), 6);
  });

  test("of a last slot that was not recorded the one before is gone on from", () => {
    const today = [...dayOf(300).slice(0, 19), null];
    expect(loadSoon(alike(20)).peak(today, next3)).toBeCloseTo(Math.max(...dayOf(300).slice(20, 23)), 3);
  });

  test("of one day the spread is what is believed", () => {
    const peakAt = (share: number) => loadSoon(alike(1)).peak(dayOf(100).slice(0, 20), { share, slots: 3 });
    expect(peakAt(0.95)).toBeGreaterThan(1.4 * peakAt(0.5));
  });

  test("without a day there is nothing to go by", () => {
    expect(() => loadSoon([])).toThrow(RangeError);
  });
});
