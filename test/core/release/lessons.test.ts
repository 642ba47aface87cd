/** What releases that are over have taught, and how much it rests on. */
import { describe, expect, test } from "vitest";
import { lessonsOf } from "../../../src/core/release/lessons.ts";
import { launchesOf, PastRelease } from "../../../src/core/release/past.ts";
import type { QuantityLesson } from "../../../src/core/release/quantity-lessons.ts";
import type { Retrospective } from "../../../src/core/release/retrospective.ts";
import { lookedBack } from "./looked-back.ts";

const nowMs = Date.UTC(2026, 10, 29);
const day = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

function past(
  daysAgo: number,
  more: Partial<PastRelease> = {},
  back: Partial<Retrospective> = {},
): PastRelease {
  const openedMs = nowMs - daysAgo * day;
  return {
    releaseId: `chat-v${1000 - daysAgo}-production`,
    ...{ model: "chat", milestone: "production", releaseType: "minor", attempt: 1, left: 0 },
    ...{ openedAt: iso(openedMs), closedAt: iso(openedMs + 100 * 60_000) },
    ...{ outcome: "promoted", reason: "" },
    launch: {
      of: "endpoint",
      instances: { "ml.g5.xlarge": 16 },
      askedAt: iso(openedMs),
      missingAt: iso(openedMs + 10 * 60_000),
      thereAt: iso(openedMs + 10 * 60_000),
    },
    retrospective: { ...lookedBack, ...back },
    ...more,
  };
}
const taught = (all: readonly PastRelease[], model?: string) => lessonsOf(all, { nowMs, model });
const find = (all: readonly PastRelease[], what: QuantityLesson["what"]) =>
  taught(all).quantities.find((one) => one.what === what);

describe("what releases have taught", () => {
  test("of nothing is nothing", () => {
    expect(taught([])).toEqual({ releases: 0, quantities: [], raises: [], scalings: [] });
  });

  test("has a lesson of each kind, with how many it rests on", () => {
    const all = [past(30), past(20), past(10)];
    const { releases, quantities, raises } = taught(all);

    expect(releases).toBe(3);
    expect(quantities.map(({ what, of, posterior }) => [what, of, posterior.records])).toEqual([
      ["provisioning", "ml.g5.xlarge", 3],
      ["model load", "ml.g5.xlarge", 3],
      ["throughput", "ml.g5.xlarge", 3],
      ["utilisation", "ml.g5.xlarge", 3],
      ["traffic uplift", "minor", 3],
      ["forecast error", "99 %", 3],
      ["KPI noise", "errors", 3],
      ["KPI noise", "latency", 3],
      ["KPI noise that lasts", "errors", 3],
      ["host spread", "errors", 3],
      ["price", "ml.g5.xlarge", 2],
    ]);
    expect(raises).toMatchObject([{ of: "ml.g5.xlarge", by: "endpoint", chance: { records: 3 } }]);
    for (const { posterior } of quantities) {
      expect(posterior.n).toBeLessThan(posterior.records);
      expect(posterior.low).toBeLessThanOrEqual(posterior.median);
      expect(posterior.median).toBeLessThanOrEqual(posterior.high);
      expect(posterior.p05).toBeLessThan(posterior.p95);
      expect(posterior.shape.shares.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0.99, 1);
    }
  });

  test("is the same in whatever order the releases are handed in", () => {
    const all = [past(30), past(20, {}, { usdPerHour: { "ml.g5.xlarge": 1.6 } }), past(10)];

    expect(taught(all.toReversed())).toEqual(taught(all));
  });

  test("of an instance is what was measured, and nearer to it the more releases say so", () => {
    const medians = [1, 3, 8].map((count) =>
      find(
        Array.from({ length: count }, (_, nth) => past(nth + 1)),
        "throughput",
      ),
    );

    // Planned 12, and seen to serve 8.
    expect(medians[0]?.planned).toBe(12);
    for (const one of medians) expect(one?.posterior.median).toBeLessThan(9.5);
    expect(medians[2]?.posterior.median).toBeCloseTo(8, 0);
    const width = (one: QuantityLesson | undefined) => (one?.posterior.high ?? 0) / (one?.posterior.low ?? 1);
    expect(width(medians[2])).toBeLessThan(width(medians[0]));
  });

  test("of one that carried so much is that much at least", () => {
    const carried = (perInstance: number) =>
      find(
        [
          past(
            1,
            {},
            {
              throughput: {
                planned: 12,
                seen: [{ instanceType: "t", moreThan: perInstance, by: "traffic" }],
              },
            },
          ),
        ],
        "throughput",
      );

    expect(carried(14)?.posterior).toMatchObject({ bounds: 1, records: 1 });
    expect(carried(14)?.posterior.median).toBeGreaterThan(12);
    expect(carried(2)?.posterior.median).toBeCloseTo(12, 0);
  });

  test("of the utilisation at which latency breaks is what tests showed, at least where none was too much", () => {
    const broke = (instanceType: string, moreThan: number, atMost?: number): Partial<Retrospective> => ({
      utilisation: { instanceType, planned: 0.7, moreThan, ...(atMost !== undefined && { atMost }) },
    });
    const of = (all: readonly PastRelease[], instanceType: string) =>
      taught(all).quantities.find((one) => one.what === "utilisation" && one.of === instanceType)?.posterior;
    const early = [4, 3, 2, 1].map((days) => past(days, {}, broke("a", 0.48, 0.54)));
    const alone = past(1, {}, broke("b", 0.6, 0.99));

    expect(of(early, "a")?.median).toBeCloseTo(0.51, 1);
    expect(of(early, "a")?.high).toBeLessThan(0.6);
    // What one type shows is believed of another, until its own says otherwise.
    expect(of([alone, ...early], "b")?.median).toBeLessThan(of([alone], "b")?.median ?? 0);
    const late = of([past(1, {}, broke("a", 1.1))], "a");
    expect(late).toMatchObject({ bounds: 1 });
    expect(late?.p50).toBeGreaterThan(1.05);
  });

  test("of noise is what releases measured, and below where only that was seen", () => {
    const noise = (logSd: number) => ({
      noise: [
        {
          ...{ kpi: "errors", of: "counts" as const, intervals: 1440 },
          logSd: { moreThan: 0.9 * logSd, atMost: 1.1 * logSd },
        },
      ],
    });
    const learnt = (all: readonly PastRelease[]) => find(all, "KPI noise")?.posterior;
    const same = learnt([5, 4, 3, 2, 1].map((days) => past(days, {}, noise(0.4))));
    const quiet = learnt([
      past(
        1,
        {},
        { noise: [{ kpi: "errors", of: "counts", intervals: 9, logSd: { moreThan: 0, atMost: 0.05 } }] },
      ),
    ]);

    expect(same?.median).toBeCloseTo(0.4, 1);
    expect(same?.low).toBeGreaterThan(0.3);
    expect(quiet).toMatchObject({ bounds: 1 });
    expect(quiet?.p95).toBeLessThan(0.12);
  });

  test("counts half of what is ninety days old, and nothing of what is a year old", () => {
    expect(find([past(90)], "model load")?.posterior.n).toBeCloseTo(0.5, 2);
    expect(taught([past(365)])).toEqual({ releases: 0, quantities: [], raises: [], scalings: [] });
    expect(launchesOf([past(365), past(1)], nowMs)).toHaveLength(1);
  });

  test("counts a raise that never came as one that takes longer, and as one that failed", () => {
    const { launch } = past(1);
    if (launch === undefined) throw new Error("expected a launch");
    const { thereAt: _, ...never } = { ...launch, missingAt: iso(nowMs - day + 60 * 60_000) };
    const raised = {
      instanceType: "ml.g5.xlarge",
      of: "endpoint",
      came: false,
      at: iso(nowMs - day),
    } as const;
    const failed = past(1, { launch: never }, { raises: [raised] });
    const [some, more] = [
      [past(3), past(2)],
      [past(3), past(2), failed],
    ];

    expect(find(more, "provisioning")?.posterior.p95).toBeGreaterThan(
      find(some, "provisioning")?.posterior.p95 ?? 0,
    );
    expect(find(more, "provisioning")?.posterior.bounds).toBe(1);
    expect(taught(more).raises[0]?.chance.median).toBeLessThan(taught(some).raises[0]?.chance.median ?? 0);
  });

  test("of one model leaves out what another's releases say of it, but for what is an instance type's", () => {
    const other = past(2, { model: "fraud", releaseId: "fraud" });

    expect(
      taught([past(1), other], "chat").quantities.map(({ what, posterior }) => [what, posterior.records]),
    ).toEqual([
      ["provisioning", 2],
      ...["model load", "throughput", "utilisation", "traffic uplift", "forecast error"].map((what) => [
        what,
        1,
      ]),
      ...["KPI noise", "KPI noise", "KPI noise that lasts", "host spread"].map((what) => [what, 1]),
    ]);
  });

  test("of records of before is what their launches say, and what another version wrote is not known", () => {
    const { retrospective: _, ...old } = past(1);

    expect(taught([old]).quantities.map(({ what }) => what)).toEqual(["provisioning"]);
    expect(taught([old]).raises[0]?.chance.good).toBe(1 * (taught([old]).raises[0]?.chance.n ?? 0));
    expect(PastRelease.parse({ ...old, retrospective: { schema: 9 } }).retrospective).toBeUndefined();
  });

  test("begins anew where a model has changed", () => {
    const seen = (perInstance: number) => ({
      throughput: {
        planned: 12,
        seen: [
          {
            instanceType: "t",
            moreThan: 0.97 * perInstance,
            atMost: 1.03 * perInstance,
            by: "load-test" as const,
          },
        ],
      },
    });
    const all = [40, 35, 30, 25, 20].map((daysAgo) => past(daysAgo, {}, seen(12)));
    const found = find([...all, ...[6, 4, 2].map((daysAgo) => past(daysAgo, {}, seen(6)))], "throughput");

    expect(found?.changedAt?.slice(0, 10)).toBe("2026-11-23");
    expect(found?.posterior.records).toBe(3);
  });
});
