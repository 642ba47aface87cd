/** A minimum follows the load within its limits, up soon and down slowly; what is not known lowers nothing. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BoundsQuestion,
  type LoadMinute,
  minutesLookedAt,
  steadyBounds,
} from "../../../src/core/capacity/steady-bounds.ts";
import { ScalingRule } from "../../../src/core/plan/scaling-rule.ts";
import { holds } from "../../property.ts";

const minuteMs = 60_000;
const nowMs = Date.UTC(2026, 10, 23, 12);
const rule = ScalingRule.parse({ minInstances: 4, maxInstances: 20, maxUsdPerHour: 50, headroomPercent: 0 });
const instancesFor = (requestsPerSecond: number) => Math.ceil(requestsPerSecond / 10);

/** Loads of the minutes that ended last, oldest first; null: not known. */
const lately = (loads: readonly (number | null)[], lateMinutes = 0, now = nowMs): LoadMinute[] =>
  loads.flatMap((requestsPerSecond, nth) =>
    requestsPerSecond === null
      ? []
      : [{ at: now / 1000 - (loads.length - nth + lateMinutes) * 60, requestsPerSecond }],
  );
const level = (requestsPerSecond: number, minutes = minutesLookedAt(rule)) =>
  Array.from({ length: minutes }, () => requestsPerSecond);

const asked = (more: Partial<BoundsQuestion> = {}): BoundsQuestion => ({
  rule,
  instancesFor,
  minutes: lately(level(40)),
  set: 4,
  own: 4,
  maximum: 30,
  affordable: 30,
  nowMs,
  ...more,
});

describe("up", () => {
  test("it is raised to what every one of the last minutes took, with the headroom", () => {
    const minutes = lately([...level(40), 70, 90, 80]);

    expect(steadyBounds(asked({ minutes }))).toMatchObject({ to: 7, why: "the load takes 7", needed: 7 });
    expect(steadyBounds(asked({ minutes, rule: { ...rule, headroomPercent: 50 } })).to).toBe(11);
  });

  test("a minute or two are no load that lasts", () => {
    expect(steadyBounds(asked({ minutes: lately([...level(40), 90, 90]) })).to).toBe(4);
  });

  test("minutes that nobody has reported for long raise nothing", () => {
    expect(steadyBounds(asked({ minutes: lately(level(90), 10) })).to).toBe(9);
    expect(steadyBounds(asked({ minutes: lately(level(90), 11) })).to).toBe(4);
    expect(steadyBounds(asked({ minutes: lately([90, 90]) })).to).toBe(4);
  });

  test.each([
    ["the plan's maxInstances", { rule: { ...rule, maxInstances: 8 } }, 8],
    ["the target's own maximum", { maximum: 7 }, 7],
    ["the plan's maxUsdPerHour", { affordable: 6 }, 6],
  ] as const)("not beyond %s, which is said", (bound, more, to) => {
    const next = steadyBounds(asked({ minutes: lately(level(300)), ...more }));

    expect(next).toMatchObject({ to, needed: 30, bound });
    expect(steadyBounds(asked({ minutes: lately(level(300)), set: to, ...more }))).toMatchObject({
      to,
      bound,
    });
    expect(steadyBounds(asked({ minutes: lately(level(50)), ...more })).bound).toBeUndefined();
  });

  test("one below the rule's least is raised to that at least, and only by load", () => {
    const below = { set: 2, own: 2 };

    expect(steadyBounds(asked({ ...below, minutes: lately(level(20)) })).to).toBe(2);
    expect(steadyBounds(asked({ ...below, minutes: lately(level(21)) })).to).toBe(4);
    expect(steadyBounds(asked({ ...below, maximum: 3, minutes: lately(level(21)) })).to).toBe(2);
  });
});

describe("down", () => {
  const high = { set: 12, own: 4 };

  test("by a part of it at a time, once the load has been lower for an hour", () => {
    expect(steadyBounds(asked({ ...high, minutes: lately(level(40)) })).to).toBe(9);
    expect(steadyBounds(asked({ ...high, set: 6, minutes: lately(level(40)) })).to).toBe(5);
    expect(steadyBounds(asked({ ...high, set: 5, minutes: lately(level(40)) })).to).toBe(5);
    expect(steadyBounds(asked({ ...high, set: 5, minutes: lately(level(36)) })).to).toBe(4);
  });

  test("not while one minute of that hour took it", () => {
    const peakAgo = (minutes: number) => lately([...level(40, 70 - minutes), 115, ...level(40, minutes - 1)]);

    expect(steadyBounds(asked({ ...high, minutes: peakAgo(60) })).to).toBe(12);
    expect(steadyBounds(asked({ ...high, minutes: peakAgo(61) })).to).toBe(9);
  });

  test("not a moment after a change", () => {
    const at = (minutes: number) => asked({ ...high, changedAtMs: nowMs - minutes * minuteMs });

    expect(steadyBounds(at(14))).toMatchObject({ to: 12, why: "it was changed a moment ago" });
    expect(steadyBounds(at(15)).to).toBe(9);
  });

  test("not where five minutes of the hour are not known; the last ten may be late", () => {
    const unknown = (from: number, to: number) =>
      lately(level(40).map((load, nth) => (nth >= from && nth < to ? null : load)));

    expect(steadyBounds(asked({ ...high, minutes: unknown(20, 24) })).to).toBe(9);
    expect(steadyBounds(asked({ ...high, minutes: unknown(20, 30) })).to).toBe(12);
    expect(steadyBounds(asked({ ...high, minutes: unknown(60, 70) })).to).toBe(9);
    expect(steadyBounds(asked({ ...high, minutes: unknown(54, 70) })).to).toBe(12);
    expect(steadyBounds(asked({ ...high, minutes: [] })).to).toBe(12);
  });

  test("a limit that was lowered is kept at once, yet never below what was there before", () => {
    const less = { ...high, minutes: lately(level(120)), rule: { ...rule, maxInstances: 8 } };

    expect(steadyBounds(asked(less))).toMatchObject({
      to: 8,
      why: "it may be 8 at most by the plan's maxInstances",
    });
    expect(steadyBounds(asked({ ...less, own: 10 })).to).toBe(10);
    expect(steadyBounds(asked({ ...less, own: 12 })).to).toBe(12);
  });
});

test("what is above is held until the load that took it is as long ago, and a while after a change", () => {
  const minutes = lately([...level(40, 50), 115, ...level(40, 19)]);
  const at = (minutesAhead: number) => nowMs + minutesAhead * minuteMs;

  expect(steadyBounds(asked({ set: 12, minutes })).untilMs).toBe(at(40));
  expect(steadyBounds(asked({ set: 12, minutes, changedAtMs: at(30) })).untilMs).toBe(at(45));
  expect(steadyBounds(asked({ set: 4, minutes })).untilMs).toBeUndefined();
  expect(steadyBounds(asked({ minutes: lately(level(90)) })).untilMs).toBe(at(59));
});

describe("under any load", () => {
  const anyRule = fc
    .record({
      minInstances: fc.integer({ min: 1, max: 10 }),
      more: fc.integer({ min: 0, max: 20 }),
      headroomPercent: fc.integer({ min: 0, max: 100 }),
      raiseAfterMinutes: fc.integer({ min: 1, max: 10 }),
      lowerAfterMinutes: fc.integer({ min: 15, max: 90 }),
      lowerEveryMinutes: fc.integer({ min: 5, max: 60 }),
      lowerPercent: fc.integer({ min: 1, max: 100 }),
    })
    .map(({ more, ...rest }) =>
      ScalingRule.parse({ ...rest, maxInstances: rest.minInstances + more, maxUsdPerHour: 50 }),
    );
  const loads = fc.array(fc.option(fc.integer({ min: 0, max: 400 }), { freq: 20 }), {
    minLength: 130,
    maxLength: 400,
  });
  const size = fc.integer({ min: 1, max: 30 });

  /** Looks every five minutes, each with what was set before; what was decided, in its order. */
  function followed(given: ScalingRule, trace: readonly (number | null)[], more: Partial<BoundsQuestion>) {
    let [set, changedAtMs]: [number, number | undefined] = [more.own ?? 4, undefined];
    const decided: { from: number; to: number; atMs: number; question: BoundsQuestion }[] = [];
    for (let minute = 5; minute <= trace.length; minute += 5) {
      const atMs = nowMs + minute * minuteMs;
      const minutes = lately(trace.slice(Math.max(0, minute - minutesLookedAt(given)), minute), 0, atMs);
      const question = asked({ ...more, rule: given, minutes, set, changedAtMs, nowMs: atMs });
      const { to } = steadyBounds(question);
      decided.push({ from: set, to, atMs, question });
      if (to !== set) [set, changedAtMs] = [to, atMs];
    }
    return decided;
  }

  test("what is set is within the limits, and nothing else is set", () => {
    holds(
      fc.property(anyRule, loads, size, size, size, (given, trace, own, maximum, affordable) => {
        const most = Math.min(given.maxInstances, Math.max(maximum, own), Math.max(affordable, own));
        for (const { from, to } of followed(given, trace, {
          own,
          maximum: Math.max(maximum, own),
          affordable: Math.max(affordable, own),
        }))
          if (to !== from) {
            expect(to).toBeGreaterThanOrEqual(Math.min(given.minInstances, own));
            expect(to).toBeLessThanOrEqual(Math.max(most, own));
            if (to > from) expect(to).toBeLessThanOrEqual(most);
          }
      }),
      { numRuns: 40 },
    );
  });

  test("nothing is raised that the load of the last minutes does not take, and without load nothing is", () => {
    holds(
      fc.property(anyRule, loads, size, (given, trace, own) => {
        for (const { from, to, question } of followed(given, trace, { own })) {
          if (to <= from) continue;
          const last = question.minutes.slice(-given.raiseAfterMinutes).map((one) => one.requestsPerSecond);
          const takes = instancesFor(Math.min(...last) * (1 + given.headroomPercent / 100));
          expect(takes).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(Math.max(takes, given.minInstances));
        }
        const silent = followed(
          given,
          trace.map(() => null),
          { own },
        );
        expect(silent.every(({ to }) => to === own)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("nothing is lowered below what any minute of the time took, sooner than that, or faster than a part at a time", () => {
    holds(
      fc.property(anyRule, loads, size, (given, trace, own) => {
        let changed = Number.NEGATIVE_INFINITY;
        for (const { from, to, atMs, question } of followed(given, trace, { own })) {
          if (to < from) {
            const since = atMs / 1000 - given.lowerAfterMinutes * 60;
            const all = question.minutes.filter(({ at }) => at >= since).map((one) => one.requestsPerSecond);
            expect(all.length).toBeGreaterThan(0);
            expect(to).toBeGreaterThanOrEqual(
              instancesFor(Math.max(...all) * (1 + given.headroomPercent / 100)),
            );
            expect(from - to).toBeLessThanOrEqual(Math.max(1, (from * given.lowerPercent) / 100));
            expect(atMs - changed).toBeGreaterThanOrEqual(given.lowerEveryMinutes * minuteMs);
          }
          if (to !== from) changed = atMs;
        }
      }),
      { numRuns: 40 },
    );
  });

  test("more load never leads to less", () => {
    const pairs = fc.array(
      fc.option(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 100 })), { freq: 30 }),
      { minLength: 60, maxLength: 110 },
    );
    holds(
      fc.property(anyRule, pairs, size, size, (given, trace, set, own) => {
        const of = (more: boolean) =>
          lately(trace.map((pair) => (pair === null ? null : pair[0] + (more ? pair[1] : 0))));
        const ask = { rule: given, set, own };

        expect(steadyBounds(asked({ ...ask, minutes: of(true) })).to).toBeGreaterThanOrEqual(
          steadyBounds(asked({ ...ask, minutes: of(false) })).to,
        );
      }),
      { numRuns: 150 },
    );
  });

  test("what gets lost on the way lowers nothing", () => {
    holds(
      fc.property(
        anyRule,
        loads,
        fc.integer({ min: 0, max: 100 }),
        size,
        size,
        (given, trace, from, set, own) => {
          const affordable = Math.max(set, 30);
          const rest = { set, own, affordable, maximum: affordable, rule: { ...given, maxInstances: 60 } };
          const lost = trace.map((load, nth) => (nth >= from && nth < from + 15 ? null : load)).slice(0, 100);
          const whole = steadyBounds(asked({ ...rest, minutes: lately(trace.slice(0, 100)) })).to;
          const { to } = steadyBounds(asked({ ...rest, minutes: lately(lost) }));

          expect(to).toBeGreaterThanOrEqual(Math.min(whole, set));
        },
      ),
      { numRuns: 150 },
    );
  });

  test("a load that goes to and fro within the time changes it once at most", () => {
    const swing = Array.from({ length: 600 }, (_, minute) => (Math.floor(minute / 20) % 2 === 0 ? 55 : 115));
    const changes = followed(rule, swing, { own: 4 }).filter(({ from, to }) => from !== to);

    expect(changes.map(({ from, to }) => [from, to])).toEqual([
      [4, 6],
      [6, 12],
    ]);
  });
});

describe("by what is foreseen", () => {
  const foreseen = { requestsPerSecond: 91.234, minutes: 30, percent: 98, instances: 10, isSeen: true };
  const predictive = { ...rule, mode: "predictive" as const };
  const ahead = (more: Partial<BoundsQuestion> = {}): BoundsQuestion =>
    asked({ rule: predictive, foreseen, ...more });

  test("it is raised to that, whatever comes now", () => {
    expect(steadyBounds(ahead({ minutes: [] }))).toMatchObject({
      to: 10,
      needed: 10,
      why: "the load of the next 30 minutes stays below 91.2 requests per second on 98 % of such times, which takes 10",
    });
    expect(steadyBounds(ahead({ rule: { ...predictive, maxInstances: 8 } }))).toMatchObject({
      to: 8,
      bound: "the plan's maxInstances",
    });
  });

  test("it is lowered to that at once, but not a moment after a change, nor below minInstances", () => {
    const changed = (minutes: number) => ({ set: 18, changedAtMs: nowMs - minutes * minuteMs });
    expect(steadyBounds(ahead(changed(16))).to).toBe(10);
    expect(steadyBounds(ahead(changed(14)))).toMatchObject({ to: 18, untilMs: nowMs + minuteMs });
    expect(steadyBounds(ahead({ ...changed(16), foreseen: { ...foreseen, instances: 1 } })).to).toBe(4);
  });

  test("it is not lowered where nobody has seen what comes, and raised all the same", () => {
    const blind = { ...foreseen, isSeen: false };
    expect(steadyBounds(ahead({ set: 18, foreseen: blind })).to).toBe(18);
    expect(steadyBounds(ahead({ set: 6, foreseen: blind })).to).toBe(10);
  });
});
