/** What the releases of a month come to: which belong to it, what is known of each, and sums that leave nothing out. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outcomes } from "../../../src/core/release/closing.ts";
import {
  type MonthSeen,
  monthCosts,
  monthOf,
  monthSpan,
  type PoolOfRelease,
} from "../../../src/core/release/month-costs.ts";
import type { PastRelease } from "../../../src/core/release/past.ts";
import { fraud, plan } from "../example.ts";

const month = "2026-11";
const span = monthSpan(month) ?? { fromMs: 0, toMs: 0 };
const nowMs = Date.UTC(2026, 10, 20, 12);
const at = (day: number, hour = 9) => new Date(Date.UTC(2026, 10, day, hour)).toISOString();
const past = (day: number, more: Partial<PastRelease> = {}): PastRelease => ({
  ...{ releaseId: `chat-v${day}`, model: "chat-assistant", attempt: 1, left: 0, reason: "" },
  ...{ openedAt: at(day), closedAt: at(day, 11), outcome: "promoted" },
  ...more,
});
const spent = (planned: number | null, p95: number | null, more: object): Partial<PastRelease> => ({
  retrospective: { schema: 1, usd: { planned, p95, ...more } },
});
const seen = (more: Partial<MonthSeen>): MonthSeen => ({
  ...{ month, span, nowMs, past: [], pools: new Map(), underWay: [], plans: [] },
  ...more,
});
const pool: PoolOfRelease = { instanceType: "ml.p4d.24xlarge", instances: 2, usdPerHour: 10, plannedUsd: 90 };

describe("a month", () => {
  test("is one of the calendar, in UTC", () => {
    expect(monthSpan("2026-12")).toEqual({ fromMs: Date.UTC(2026, 11), toMs: Date.UTC(2027, 0) });
    expect(["2026-13", "2026-1", "2026", "11-2026", "2026-11-01", ""].map(monthSpan)).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
    expect(monthOf(Date.UTC(2026, 10, 30, 23, 59))).toBe("2026-11");
  });

  test("has the releases that were opened in it, and is told until now", () => {
    const others = [
      past(1, { openedAt: "2026-10-31T23:59:59.999Z" }),
      past(2, { openedAt: "2026-12-01T00:00:00.000Z" }),
    ];
    const costs = monthCosts(
      seen({ past: [...others, past(20), past(1, { openedAt: "2026-11-01T00:00:00.000Z" })] }),
    );

    expect(costs.releases.map(({ releaseId }) => releaseId)).toEqual(["chat-v1", "chat-v20"]);
    expect(costs.until).toBe(at(20, 12));
    expect(monthCosts(seen({ nowMs: Date.UTC(2027, 5) })).until).toBe("2026-12-01T00:00:00.000Z");
  });
});

describe("what a release has raised", () => {
  test.each([
    ["in all", past(3, spent(22, 24, { happened: 18, inAll: 23 })), { raisedUsd: 23, isAtLeast: false }],
    [
      "by its last look, of before it was kept",
      past(3, spent(22, 24, { happened: 18 })),
      { raisedUsd: 18, isAtLeast: true },
    ],
    ["nothing, where it was refused", past(3, { outcome: "refused" }), { raisedUsd: 0, plannedUsd: null }],
    [
      "nobody knows, where nobody has looked",
      past(3, { outcome: "failed" }),
      { raisedUsd: null, isAtLeast: false },
    ],
    [
      "nobody knows, of what never came",
      past(3, { outcome: "rolled-back", ...spent(22, 24, {}) }),
      { raisedUsd: null, plannedUsd: 22 },
    ],
  ])("%s", (_, one, expected) => {
    expect(monthCosts(seen({ past: [one] })).releases[0]).toMatchObject(expected);
  });

  test("as a pool: from its launch until it was given back", () => {
    const launch = { of: "training" as const, instances: {}, askedAt: at(5, 6), thereAt: at(5, 7) };
    const one = past(5, { outcome: "done", launch, closedAt: at(5, 10) });

    expect(monthCosts(seen({ past: [one], pools: new Map([["chat-v5", pool]]) })).releases[0]).toMatchObject({
      ...{ state: "done", plannedUsd: 90, p95Usd: 90, raisedUsd: 80, toComeUsd: 0 },
    });
  });

  test("as a pool that is held: until now, and what it will have cost by its end", () => {
    const launch = { of: "training" as const, instances: {}, askedAt: at(20, 10), thereAt: at(20, 11) };
    const one = past(20, { outcome: "done", launch, closedAt: at(20, 11) });
    const held = { ...pool, until: at(20, 18) };
    const found = monthCosts(seen({ past: [one], pools: new Map([["chat-v20", held]]) })).releases[0];

    expect(found).toMatchObject({ state: "held", raisedUsd: 40, toComeUsd: 120, until: at(20, 18) });
    const unpriced = { ...held, usdPerHour: null, plannedUsd: null };
    expect(
      monthCosts(seen({ past: [one], pools: new Map([["chat-v20", unpriced]]) })).releases[0],
    ).toMatchObject({ raisedUsd: null, toComeUsd: 0, plannedUsd: null });
  });

  test("under way: by its last look, and as planned from there", () => {
    const one = {
      ...{ releaseId: "chat-v20", model: "chat-assistant", openedAt: at(20) },
      ...{ plannedUsd: 22, p95Usd: 24, raisedUsd: 9 },
    };
    const costs = monthCosts(seen({ past: [past(20)], underWay: [one] }));

    expect(costs.releases).toHaveLength(1);
    expect(costs.releases[0]).toMatchObject({ state: "under-way", raisedUsd: 9, toComeUsd: 13 });
    expect(monthCosts(seen({ underWay: [{ ...one, raisedUsd: 30 }] })).total.toComeUsd).toBe(0);
  });
});

test("a plan's releases against its budget of the month, a plan without any, and one that is not in force", () => {
  const budget = { ...plan.budget, usdPerMonth: 50 };
  const plans = [{ ...plan, budget }, fraud];
  const chats = [past(3, spent(22, 24, { inAll: 23 })), past(4, spent(22, 25, { inAll: 28 }))];
  const old = past(6, { model: "gone", outcome: "refused" });
  const costs = monthCosts(seen({ past: [...chats, old], plans }));

  expect(costs.plans.map(({ model }) => model)).toEqual(["chat-assistant", fraud.model, "gone"].sort());
  expect(costs.plans.find(({ model }) => model === "chat-assistant")).toMatchObject({
    ...{ releases: 2, states: { promoted: 2 }, plannedUsd: 44, raisedUsd: 51, budgetUsd: 50, isBeyond: true },
    p95Usd: Math.round(100 * (44 + Math.hypot(2, 3))) / 100,
  });
  expect(costs.plans.find(({ model }) => model === fraud.model)).toMatchObject({
    ...{ releases: 0, raisedUsd: 0, budgetUsd: fraud.budget.usdPerMonth ?? null, isBeyond: false },
  });
  expect(costs.total).toMatchObject({ releases: 3, states: { promoted: 2, refused: 1 }, unplanned: 1 });
});

const cents = fc.integer({ min: 0, max: 100_000 }).map((value) => value / 100);
const pasts = fc.array(
  fc.record({
    model: fc.constantFrom("a", "b", "c"),
    day: fc.integer({ min: -40, max: 60 }),
    outcome: fc.constantFrom(...outcomes),
    usd: fc.option(fc.record({ planned: fc.option(cents), p95: fc.option(cents) }), { nil: undefined }),
    happened: fc.option(cents, { nil: undefined }),
    inAll: fc.option(cents, { nil: undefined }),
  }),
  { maxLength: 30 },
);

test("each release is in one month, and the plans' sums are those of all", () => {
  fc.assert(
    fc.property(pasts, (drawn) => {
      const all = drawn.map(({ model, day, outcome, usd, happened, inAll }, nth) =>
        past(day, {
          ...{ releaseId: `r${nth}`, model, outcome },
          ...(usd !== undefined && spent(usd.planned, usd.p95, { happened, inAll })),
        }),
      );
      const months = ["2026-09", "2026-10", "2026-11", "2026-12"].map((name) =>
        monthCosts(seen({ month: name, span: monthSpan(name) ?? span, past: all })),
      );
      const ids = months.flatMap(({ releases }) => releases.map(({ releaseId }) => releaseId));
      const within = all.filter(({ openedAt }) => openedAt >= "2026-09" && openedAt < "2027");
      expect(ids.sort()).toEqual(within.map(({ releaseId }) => releaseId).sort());
      for (const { plans, total, releases } of months) {
        for (const key of ["releases", "plannedUsd", "raisedUsd", "unknown", "unplanned", "atLeast"] as const)
          expect(plans.reduce((sum, one) => sum + one[key], 0)).toBeCloseTo(total[key], 6);
        expect(Object.values(total.states).reduce((sum, one) => sum + one, 0)).toBe(releases.length);
        expect(total.p95Usd).toBeGreaterThanOrEqual(total.plannedUsd);
      }
    }),
    { numRuns: 60 },
  );
});
