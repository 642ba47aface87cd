/** A version that is watched for its quality: which days are read when, and how the watch ends. */
import { describe, expect, test } from "vitest";
import { Quality } from "../../../src/core/plan/quality.ts";
import { endOfWatch, standingsOf } from "../../../src/core/release/quality-end.ts";
import {
  beginWatch,
  type DaysRead,
  daysAsked,
  historyDays,
  lastDueMs,
  type QualityWatch,
  withDays,
} from "../../../src/core/release/quality-watch.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const metric = { namespace: "Team/Quality", metric: "Accuracy" };
const accuracy = { kind: "value", name: "accuracy", metric, better: "higher", delayHours: 24 };
const declined = {
  kind: "custom",
  name: "declined",
  bad: { namespace: "Team/Quality", metric: "Declined" },
  total: { namespace: "Team/Quality", metric: "Payments" },
};

const watching = (...kpis: unknown[]): QualityWatch =>
  beginWatch({
    releaseId: "chat-v7-production",
    model: "chat",
    version: 7,
    subject: "endpoint/chat",
    milestone: "production",
    quality: Quality.parse({ kpis }),
    openedAt: "2026-06-01T07:00:00.000Z",
    closedAt: "2026-06-01T09:20:00.000Z",
  });
const begun = Date.parse("2026-06-01T10:00:00.000Z");

/** Values oriented as the KPI's are: larger is worse. */
const readOf = (name: string, valueOn: (day: number) => number | null, hours = 24): DaysRead => {
  const all = Array.from({ length: historyDays + 28 }, (_, i) => i - historyDays);
  return new Map([[name, new Map(all.map((day) => [day, { value: valueOn(day), hours }]))]]);
};
/** Two thousandths of noise. */
const noisy = (day: number) => 0.002 * Math.sin(2.3 * day * day + day);

function lookedAt(watch: QualityWatch, nowMs: number, read: DaysRead): QualityWatch {
  return withDays(watch, { asked: daysAsked(watch, nowMs), read });
}

describe("days", () => {
  test("begin with the whole hour after the close, and are due once what comes late has come and can be read", () => {
    const watch = watching(accuracy, declined);

    expect(Date.parse(watch.since)).toBe(begun);
    // Two days, since points of a day ago may take as long to be shown.
    expect(daysAsked(watch, begun + 24 * hourMs + 1 * hourMs - 1)).toEqual([]);
    expect(
      daysAsked(watch, begun + 25 * hourMs).map(({ kpi, from, until }) => [kpi.name, from, until]),
    ).toEqual([["declined", -historyDays, 1]]);
    expect(daysAsked(watch, begun + 4 * dayMs).map(({ kpi, until }) => [kpi.name, until])).toEqual([
      ["accuracy", 1],
      ["declined", 3],
    ]);
    expect(lastDueMs(watch)).toBe(begun + 10 * dayMs);
  });

  test("that are known are not read again; one that was missing is", () => {
    const first = lookedAt(
      watching(declined),
      begun + 3.5 * dayMs,
      readOf("declined", (day) => (day === 1 ? null : -4)),
    );
    expect(first.kpis[0]?.days.slice(0, 4)).toEqual([-4, null, -4, null]);
    const second = lookedAt(
      first,
      begun + 3.5 * dayMs,
      readOf("declined", () => -9),
    );
    expect(second.kpis[0]?.days.slice(0, 4)).toEqual([-4, -9, -4, null]);
    expect(second.kpis[0]?.history).toEqual(first.kpis[0]?.history);
    expect(daysAsked(second, begun + 3.5 * dayMs)).toEqual([]);
  });

  test("of which half is not published are not known, nor is the one in which the release was", () => {
    const { kpis } = lookedAt(
      watching(declined),
      begun + 8 * dayMs,
      readOf("declined", () => -4),
    );
    expect(kpis[0]?.history?.at(-1)).toBeNull();
    expect(kpis[0]?.history?.at(-2)).toBe(-4);
    const halved = new Map([...(readOf("declined", () => -4).get("declined") ?? [])]);
    halved.set(2, { value: -4, hours: 11 });
    const watch = lookedAt(watching(declined), begun + 8 * dayMs, new Map([["declined", halved]]));
    expect(watch.kpis[0]?.days).toEqual([-4, -4, null, -4, -4, -4, -4]);
  });

  test("that another release had a part of are nobody's", () => {
    const watch = watching(declined);
    const asked = daysAsked(watch, begun + 8 * dayMs);
    const disturbed = [{ fromMs: begun + 1.9 * dayMs, toMs: begun + 2.1 * dayMs }];
    const { kpis } = withDays(watch, { asked, read: readOf("declined", () => -4), disturbed });
    expect(kpis[0]?.days).toEqual([-4, null, null, -4, -4, -4, -4]);
  });
});

describe("the end", () => {
  const over = begun + 11 * dayMs;
  const ended = (valueOn: (day: number) => number | null, nowMs = over) =>
    endOfWatch(lookedAt(watching(accuracy), nowMs, readOf("accuracy", valueOn)), { nowMs });

  test("is harm as soon as it is shown, and says by how much", () => {
    const worse = (day: number) => noisy(day) + (day >= 0 ? 0.05 : 0);
    expect(ended(worse, begun + 2 * dayMs)).toBeUndefined();
    expect(ended(worse, begun + 5 * dayMs)).toMatchObject({
      outcome: "harm",
      reason: expect.stringMatching(/^accuracy is 4\.\d % lower on 2 days since than in the 55 days before$/),
    });
  });

  test("is none before the days are over; then they were kept, with what would have been seen", () => {
    expect(ended(noisy, lastDueMs(watching(accuracy)) - 1)).toBeUndefined();
    expect(ended(noisy, lastDueMs(watching(accuracy)))).toMatchObject({
      outcome: "kept",
      reason: expect.stringMatching(
        /no harm found in 7 of 7 days, where 0\.\d+ % lower would have been about every other time$/,
      ),
    });
    const better = (day: number) => noisy(day) - (day >= 0 ? 0.5 : 0);
    expect(ended(better)).toMatchObject({ outcome: "kept" });
  });

  test("is unknown where days or weeks are missing, and never kept", () => {
    expect(ended((day) => (day >= 3 ? null : noisy(day)))).toEqual({
      at: new Date(over).toISOString(),
      outcome: "unknown",
      reason: "accuracy: 3 of 7 days were published",
    });
    expect(ended((day) => (day < -10 ? null : noisy(day)))).toMatchObject({ outcome: "unknown" });
    const both = watching(accuracy, declined);
    const read = new Map([...readOf("accuracy", noisy), ...readOf("declined", () => null)]);
    expect(endOfWatch(lookedAt(both, over, read), { nowMs: over })).toMatchObject({
      outcome: "unknown",
      reason: expect.stringContaining("declined"),
    });
  });

  test("is that of another promotion, unless harm was shown before it", () => {
    const supersededBy = "chat-v8-production";
    const calm = lookedAt(watching(accuracy), over, readOf("accuracy", noisy));
    expect(endOfWatch(calm, { nowMs: begun, supersededBy })).toMatchObject({ outcome: "superseded" });
    const bad = lookedAt(
      watching(accuracy),
      over,
      readOf("accuracy", (day) => noisy(day) + (day < 0 ? 0 : 0.1)),
    );
    expect(endOfWatch(bad, { nowMs: over, supersededBy })).toMatchObject({ outcome: "harm" });
  });

  test("what is tolerated is no harm, and each KPI has a part of alpha", () => {
    const tolerant = watching({ ...accuracy, tolerance: 0.1 });
    const worse = (day: number) => noisy(day) + (day >= 0 ? 0.05 : 0);
    expect(endOfWatch(lookedAt(tolerant, over, readOf("accuracy", worse)), { nowMs: over })).toMatchObject({
      outcome: "kept",
    });
    expect(standingsOf(watching(accuracy))[0]?.logThreshold).toBeCloseTo(Math.log(100), 9);
    const two = standingsOf(watching({ ...accuracy, weight: 0.2 }, { ...declined, weight: 0.6 }));
    expect(two.map(({ logThreshold }) => Math.exp(-logThreshold))).toEqual([
      expect.closeTo(0.0025, 9),
      expect.closeTo(0.0075, 9),
    ]);
  });
});
