/** A spike that is rehearsed: how long it goes on, in which parts it is sent, and when a fleet answers as before. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  aftermathOf,
  isSpikeOver,
  recoveryOf,
  recoveryWindow,
  spikeAskOf,
  spikePart,
} from "../../../src/core/load/spike.ts";
import { tallyOf } from "../../../src/core/load/tally.ts";
import { plan } from "../example.ts";

const ask = spikeAskOf(plan, { times: 2, minutes: 2 });

/** So many seconds at sixty requests a second, of whose answers each takes up to half as much again or as little as half. */
const seen = (seconds: number, milliseconds: number) =>
  tallyOf(
    Array.from({ length: 60 * seconds }, (_, i) => ({
      at: i / 60,
      milliseconds: milliseconds * (0.5 + (i % 10) / 10),
      isFailed: false,
    })),
    { seconds, lateMs: 1_500, lostMs: 15_000 },
  );
const before = seen(60, 400).latencies;
const spiked = (...windows: number[]) => ({
  tally: seen(120, 400),
  windows: windows.map((ms) => seen(15, ms)),
  before,
});

test("a spike is kept to once all of its minutes are over, is broken at once, and ends where neither can be shown", () => {
  expect(isSpikeOver(ask, seen(119, 400))).toBe(false);
  expect(isSpikeOver(ask, seen(120, 400))).toBe(true);
  expect(isSpikeOver(ask, seen(10, 4_000))).toBe(true);
  const open = { ...seen(120, 400), late: { bad: 72, squares: 44 } };
  expect(isSpikeOver(ask, open)).toBe(false);
  expect(isSpikeOver(ask, { ...open, seconds: 360 })).toBe(true);
});

test("its parts fill an invocation at most, leave room for a window, and come to its minutes", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 15, noNaN: true }),
      fc.double({ min: 28, max: 60, noNaN: true }),
      fc.double({ min: 0.2, max: 400, noNaN: true }),
      (minutes, longest, rate) => {
        const window = recoveryWindow(rate, longest);
        const own = spikeAskOf(plan, { times: 2, minutes });
        let seconds = 0;
        for (let parts = 1; ; parts++) {
          const part = spikePart(own, { seconds }, { longest, window });
          expect(part.seconds).toBeGreaterThan(0);
          expect(part.seconds + window).toBeLessThanOrEqual(longest + 1e-6);
          seconds += part.seconds;
          if (part.isLast) break;
          expect(parts).toBeLessThan(1_000);
        }
        expect(seconds).toBeCloseTo(60 * minutes, 6);
      },
    ),
  );
});

describe("a fleet", () => {
  it("has recovered with the first window that answers as before the spike", () => {
    expect(recoveryOf(spiked())).toEqual({ seconds: 0, isRecovered: false, isOver: false });
    expect(recoveryOf(spiked(4_000, 900))).toEqual({ seconds: 30, isRecovered: false, isOver: false });
    expect(recoveryOf(spiked(4_000, 900, 410, 4_000))).toEqual({
      seconds: 45,
      isRecovered: true,
      isOver: true,
    });
    expect(recoveryOf(spiked(...Array<number>(12).fill(900)))).toEqual({
      seconds: 180,
      isRecovered: false,
      isOver: true,
    });
  });

  it("that answers as fast as before, and half of its requests with errors, has not", () => {
    const window = { ...seen(15, 400), failed: { bad: 450, squares: 0 } };

    expect(recoveryOf({ ...spiked(), windows: [window] }).isRecovered).toBe(false);
  });

  it("is held to the requirements again a minute later, and not before", () => {
    expect(aftermathOf(plan, spiked(4_000, 4_000, 4_000, 4_000)).finding.answer).toBe("open");
    expect(aftermathOf(plan, spiked(4_000, 4_000, 4_000, 4_000, 400)).tally.seconds).toBe(15);
    expect(aftermathOf(plan, spiked(400, 400, 400, 400, 4_000)).finding.answer).toBe("exceeds");
  });
});
