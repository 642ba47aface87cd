/** A plan's consent to a smaller stable: what it must say, and when its window is open. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatMistake } from "../../../src/core/input/bad-input.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { windowAt } from "../../../src/core/plan/in-place.ts";
import { revertingPlan } from "../../../src/core/plan/reverting.ts";
import { holds } from "../../property.ts";
import { inPlace, plan } from "../example.ts";

const text = readFileSync(new URL("../../data/plans/in-place.yml", import.meta.url), "utf8");
const mistakesIn = (changed: string): string[] => {
  const parsed = parsePlan(changed, "in-place.yml");
  return parsed.ok ? [] : parsed.mistakes.map(formatMistake);
};
const consent = /\n {2}inPlace:\n.*\n.*mostRequests.*\n/;

describe("a plan", () => {
  test("that would shrink stable without saying when and for which load is refused", () => {
    expect(mistakesIn(text.replace(consent, "\n"))).toEqual([
      expect.stringContaining(
        "expected the window and the most load in which stable may be shrunk, as rollout.strategy is in-place",
      ),
    ]);
    expect(mistakesIn(text.replace(consent, "\n").replace("in-place\n", "upfront\n"))).toEqual([]);
  });

  test.each([
    ["a window that never opens", '"13:00"', '"07:00"', "another time than 07:00"],
    ["an hour that no clock shows", '"13:00"', '"24:00"', "01:30"],
    [
      "no load",
      "mostRequestsPerSecond: 42",
      "mostRequestsPerSecond: 0",
      "rollout.inPlace.mostRequestsPerSecond",
    ],
  ])("with %s is told so", (_, from, to, said) => {
    expect(mistakesIn(text.replace(from, to))).toEqual([expect.stringContaining(said)]);
  });

  test("that names other types to fall back to is refused: each try would shrink stable anew", () => {
    const inference = "requestsPerSecondPerInstance: 12 }\n\nmilestones";
    const other =
      "requestsPerSecondPerInstance: 12, fallback: [{ instanceType: ml.g5.2xlarge, requestsPerSecondPerInstance: 16 }] }\n\nmilestones";
    expect(mistakesIn(text.replace(inference, other))).toEqual([
      expect.stringContaining(
        "releaseTypes.minor.inference.fallback: expected no other types, as rollout.strategy is in-place",
      ),
    ]);
  });

  test("goes back to a version of before in place too, since nothing else would fit", () => {
    expect(revertingPlan(inPlace).rollout.strategy).toBe("in-place");
    expect(revertingPlan(plan).rollout.strategy).toBe("upfront");
  });
});

describe("a window", () => {
  const at = (iso: string) => Date.parse(iso);
  const window = { from: "23:00", to: "04:00", timeZone: "Europe/Amsterdam" };

  test("may go over midnight, and is of the day on which it opens", () => {
    const open = { opensMs: at("2026-01-05T22:00:00Z"), closesMs: at("2026-01-06T03:00:00Z") };
    for (const now of ["2026-01-05T10:00:00Z", "2026-01-05T22:00:00Z", "2026-01-06T02:59:59Z"])
      expect(windowAt(window, at(now))).toEqual(open);
    expect(windowAt(window, open.closesMs).opensMs).toBe(at("2026-01-06T22:00:00Z"));
    // The fifth is a Monday.
    const ofMonday = { ...window, days: ["MON" as const] };
    expect(windowAt(ofMonday, at("2026-01-06T02:00:00Z"))).toEqual(open);
    expect(windowAt(ofMonday, at("2026-01-06T04:00:00Z")).opensMs).toBe(at("2026-01-12T22:00:00Z"));
  });

  test("keeps to the clock on the wall when that is put forward", () => {
    // On 29 March at two o'clock it is three.
    expect(windowAt(window, at("2026-03-28T20:00:00Z"))).toEqual({
      opensMs: at("2026-03-28T22:00:00Z"),
      closesMs: at("2026-03-29T02:00:00Z"),
    });
  });

  test("is the one that is open or the next, and closes after it opens", () => {
    const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;
    const clock = fc.integer({ min: 0, max: 1439 }).map((minute) => {
      const two = (n: number) => String(n).padStart(2, "0");
      return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
    });
    const windows = fc.record({
      from: clock,
      to: clock,
      days: fc.option(fc.subarray([...days], { minLength: 1 }), { nil: undefined }),
      timeZone: fc.constantFrom("UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"),
    });
    const moments = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-12-31T00:00:00Z") });
    holds(
      fc.property(windows, moments, (each, nowMs) => {
        fc.pre(each.from !== each.to);
        const { opensMs, closesMs } = windowAt(each, nowMs);
        expect(closesMs).toBeGreaterThan(Math.max(opensMs, nowMs));
        expect(opensMs - nowMs).toBeLessThan(8 * 86_400_000 + 7_200_000);
        // Nothing opens before it: from its opening on it is the same one, and so it is just before.
        expect(windowAt(each, Math.max(opensMs, nowMs))).toEqual({ opensMs, closesMs });
      }),
    );
  });
});
