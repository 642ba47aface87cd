/** A ceiling's readings are worse than before once they are so beyond their noise, and almost never while they are as they were. */
import { describe, expect, test } from "vitest";
import { streams } from "#twin/world";
import {
  type CeilingEvidence,
  isShown,
  noEvidence,
  withMinute,
} from "../../../src/core/kpis/ceiling-since.ts";

const watch = { alpha: 0.01 / 3, minutes: 7 * 1440, breaching: 3 };

/** At which minute it is shown, and what is known then; undefined where it never is. */
function shownAt(
  minutes: number,
  read: (minute: number) => { now: number; before: number },
  begin: CeilingEvidence = noEvidence,
) {
  let evidence = begin;
  for (let minute = 0; minute < minutes; minute++) {
    evidence = withMinute(evidence, { at: minute * 60, ...read(minute) }, watch);
    if (isShown(evidence, watch)) return minute + 1;
  }
  return undefined;
}

/** Readings about a level, by a log-normal noise. */
function noisy(seed: number, noise: number) {
  const draw = streams(seed);
  return (side: string, minute: number, level: number) =>
    level * Math.exp(noise * draw(side, minute).normal());
}

describe("readings of a ceiling", () => {
  test.each([0.02, 0.07, 0.3, 0.4])(
    "that are as before by a noise of %s are worse in none of twenty weeks",
    (noise) => {
      const weeks = Array.from({ length: 20 }, (_, seed) => {
        const read = noisy(seed, noise);
        return shownAt(watch.minutes, (at) => ({
          now: read("now", at, 980),
          before: read("before", at, 980),
        }));
      });
      expect(weeks.filter((at) => at !== undefined)).toEqual([]);
    },
  );

  test.each([
    ["a half more", 1.5, 3],
    ["a fifth more", 1.2, 15],
  ])("that turn worse by %s after days are shown within minutes", (_, times, most) => {
    for (let seed = 0; seed < 10; seed++) {
      const read = noisy(seed, 0.05);
      const turns = 3000;
      const at = shownAt(turns + 60, (minute) => ({
        now: read("now", minute, minute < turns ? 800 : 800 * times),
        before: read("before", minute, 800),
      }));
      expect((at ?? Number.NaN) - turns).toBeGreaterThan(0);
      expect((at ?? Number.NaN) - turns).toBeLessThanOrEqual(most);
    }
  });

  test("are never shown by fewer minutes than break the ceiling, however far they are off", () => {
    const steady = { now: 800, before: 800 };
    for (const breaching of [1, 2, 3, 5]) {
      let evidence = noEvidence;
      const own = { ...watch, breaching };
      for (let at = 0; at < 600; at += 60) evidence = withMinute(evidence, { at, ...steady }, own);
      const shown: boolean[] = [];
      for (let nth = 0; nth < breaching; nth++) {
        evidence = withMinute(evidence, { at: 600 + 60 * nth, now: 1e6, before: 800 }, own);
        shown.push(isShown(evidence, own));
      }
      expect(shown).toEqual([...Array.from({ length: breaching - 1 }, () => false), true]);
    }
  });

  test("that are worse by a third of the noise never add up", () => {
    const at = shownAt(watch.minutes, (minute) => ({
      before: 800 * (minute % 2 === 0 ? 1 : 1.1),
      now: 1.03 * 800 * (minute % 2 === 0 ? 1 : 1.1),
    }));
    expect(at).toBeUndefined();
  });

  /** Evidence of a noise that is known for certain: readings of the same differ by a tenth. */
  const known = (sums: readonly number[]): CeilingEvidence => ({ pairs: 1e9, squares: 1e7, sums, before: 1 });
  /** Readings that are worse by so many noises. */
  const worseBy = (noises: number) => ({ before: 1, now: (1 + 0.05 * noises) / (1 - 0.05 * noises) });

  test("that are as before gain nothing by any bet on average, and no bet is like another", () => {
    const [step, means] = [0.01, [0, 0, 0, 0]];
    for (let z = -8; z < 9; z += step) {
      const density = (step * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
      // What a minute may weigh at most takes nothing off, where one minute breaks the ceiling of a watch that is as long as that.
      const own = { ...watch, breaching: 1, minutes: 1e12 };
      const { sums } = withMinute(known([]), { at: 0, ...worseBy(z) }, own);
      for (const [nth, sum] of sums.entries()) means[nth] = (means[nth] ?? 0) + density * sum;
    }
    for (const mean of means) expect(mean).toBeCloseTo(1, 3);
    const at = (noises: number) =>
      withMinute(known([]), { at: 0, ...worseBy(noises) }, watch).sums.map(Math.log);
    for (const [nth, bet] of [0.5, 1, 2, 4].entries())
      expect((at(0.6)[nth] ?? 0) - (at(0.1)[nth] ?? 0)).toBeCloseTo(bet * 0.5, 2);
    expect(at(-1.1)).toEqual(at(-5));
    expect(at(-0.9)).not.toEqual(at(-1.1));
  });

  test("are judged by all beginnings, of which a minute forgets 14 %", () => {
    const [one] = withMinute(known([]), { at: 0, ...worseBy(0.3) }, watch).sums;
    const [more] = withMinute(known([7, 7, 7, 7]), { at: 0, ...worseBy(0.3) }, watch).sums;
    expect((more ?? 0) / (one ?? 1)).toBeCloseTo(1 + 7 * Math.exp(-0.15), 6);
  });

  test("are shown to be worse from the error rate on, divided among all minutes and bets", () => {
    const limit = (4 * watch.minutes) / watch.alpha;
    expect(isShown(known([limit * 1.000001]), watch)).toBe(true);
    expect(isShown(known([limit * 0.999999]), watch)).toBe(false);
    expect(isShown(known([limit / 4, limit / 4, limit / 4, limit / 3.9]), watch)).toBe(true);
    expect(isShown(noEvidence, watch)).toBe(false);
  });

  test("have a noise of three tenths at first, of five pairs' weight", () => {
    const weight = (evidence: CeilingEvidence) =>
      Math.log(withMinute(evidence, { at: 9, ...worseBy(1) }, watch).sums[1] ?? 0);
    const asIf = (noise: number) => ({ pairs: 1e9, squares: 1e9 * noise ** 2, sums: [], before: 1 });
    expect(weight({ ...noEvidence, before: 1 })).toBeCloseTo(weight(asIf(Math.sqrt((10 * 0.09) / 6))), 6);
    expect(weight({ ...noEvidence, before: 1, pairs: 19, squares: 0.2 })).toBeCloseTo(
      weight(asIf(Math.sqrt((0.2 + 10 * 0.09) / 25))),
      6,
    );
    // A minute of before that follows none makes no pair.
    expect(withMinute(noEvidence, { at: 0, now: 1, before: 1 }, watch)).toMatchObject({
      pairs: 0,
      squares: 0,
    });
    expect(withMinute(known([]), { at: 0, now: 1, before: 1.1 }, watch)).toMatchObject({
      pairs: 1e9 + 1,
      squares: 1e7 + (0.1 / 1.05) ** 2,
    });
  });

  test("count once, whatever comes again or late", () => {
    const one = withMinute(noEvidence, { at: 600, now: 900, before: 800 }, watch);
    expect(withMinute(one, { at: 600, now: 9000, before: 800 }, watch)).toBe(one);
    expect(withMinute(one, { at: 540, now: 9000, before: 800 }, watch)).toBe(one);
    expect(withMinute(one, { at: 660, now: 900, before: 800 }, watch)).not.toBe(one);
  });

  test("of nothing at all are as before, and of something where nothing was are worse", () => {
    expect(shownAt(100, () => ({ now: 0, before: 0 }))).toBeUndefined();
    expect(shownAt(100, () => ({ now: 3, before: 0 }))).toBeDefined();
    expect(withMinute({ ...noEvidence, before: 0 }, { at: 0, now: 0, before: 0 }, watch).squares).toBe(0);
  });

  test("are held against noise that was seen before, and not against what they do now", () => {
    const jumps = (minute: number) => (minute % 2 === 0 ? 400 : 1200);
    const loud = shownAt(200, (minute) => ({
      before: minute < 100 ? jumps(minute) : 800,
      now: minute < 100 ? 800 : 1000,
    }));
    const quiet = shownAt(200, (minute) => ({ before: 800, now: minute < 100 ? jumps(minute) / 2 : 1000 }));
    expect(loud).toBeUndefined();
    expect(quiet).toBeGreaterThan(100);
  });

  test("leave a memory that stays small and finite", () => {
    let evidence = noEvidence;
    for (let at = 0; at < 60_000; at += 60)
      evidence = withMinute(evidence, { at, now: 9e9, before: 1 }, watch);
    expect(evidence.sums).toHaveLength(4);
    expect(evidence.sums.every(Number.isSafeInteger) || evidence.sums.every(Number.isFinite)).toBe(true);
    expect(JSON.stringify(evidence).length).toBeLessThan(250);
  });
});
