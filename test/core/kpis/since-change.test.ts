/** What serves is judged since its fleet was changed: by the minutes of a week before, hour by hour and day by day. */
import { describe, expect, test } from "vitest";
import type { Observation } from "#verdict";
import { earlierOf, evidenceBefore, type Judged, judgedSince } from "../../../src/core/kpis/since-change.ts";
import { plan } from "../example.ts";

const since = 1_780_000_020;
const change = { sinceSeconds: since, days: 7, from: 8, to: 6 };
const [hour, day] = [3600, 86_400];

interface Of {
  readonly perThousand?: number;
  readonly meanMs?: number;
  readonly p99Ms?: number;
  readonly requests?: number;
}

const sampleOf = ({ perThousand = 5, meanMs = 450, p99Ms = 800, requests = 2400 }: Of) => ({
  errors: { requests, bad: Math.round((requests / 1000) * perThousand) },
  latency: { mean: meanMs, count: requests },
  "latency-ceiling": { value: p99Ms },
});

function minute(at: number, of: Of): Observation[] {
  return Object.entries(sampleOf(of)).map(([kpi, candidate]) => ({
    ...{ kpi, at, seconds: 60, candidate, stable: null },
  }));
}

/** Looks every five minutes for some time; the first that finds harm is the last. */
function judged(
  hours: number,
  of: (at: number) => Of,
  before: Of | null | ((at: number) => Of) = {},
): Judged {
  let found: Judged = { evidence: evidenceBefore(plan, {}), minutes: 0, worse: [] };
  for (let from = since; from < since + hours * hour && found.worse.length === 0; from += 300) {
    const seen = [0, 60, 120, 180, 240].flatMap((s) => minute(from + s, of(from + s)));
    const known = (at: number) => sampleOf((typeof before === "function" ? before(at) : before) ?? {});
    found = judgedSince(plan, change, {
      soFar: { ...found, untilSeconds: from },
      seen,
      before: (kpi, at) => (before === null ? undefined : known(at)[kpi as keyof ReturnType<typeof known>]),
    });
  }
  return found;
}

describe("what serves", () => {
  test("is no worse while it is as it was, and each minute counts once", () => {
    expect(judged(30, () => ({}))).toMatchObject({ worse: [], minutes: 30 * 60 });
  });

  test("is no worse where it was as bad before", () => {
    const bad = { perThousand: 80, p99Ms: 9000 };
    expect(judged(2, () => bad, bad).worse).toEqual([]);
  });

  test("is no worse where its latency is above the ceiling by chance, in three minutes of ten, as it was before in others", () => {
    const near = (at: number) => ({ p99Ms: (at / 60) % 10 < 3 ? 1560 : 1380 });
    expect(judged(30, near, (at) => near(at + 300))).toMatchObject({ worse: [], minutes: 30 * 60 });
    // The same readings after a quieter week are its own.
    expect(judged(30, near, { p99Ms: 900 }).worse).toEqual(["latency-ceiling"]);
  });

  test.each<[string, Of]>([
    ["errors", { perThousand: 60 }],
    ["latency", { meanMs: 1400 }],
    ["latency-ceiling", { p99Ms: 9000 }],
  ])("is worse by its %s within minutes, however long it was fine before", (kpi, worse) => {
    const turns = since + 50 * hour + 1200;
    const found = judged(60, (at) => (at >= turns ? worse : {}));

    expect(found.worse).toContain(kpi);
    expect((found.worseAt ?? 0) - turns).toBeLessThanOrEqual(600);
  });

  test("is worse where it was so for ten minutes alone, though they are over as they are looked at", () => {
    const [from, until] = [since + 5 * hour, since + 5 * hour + 600];
    const seen = Array.from({ length: 60 }, (_, nth) => from - 600 + nth * 60).flatMap((at) =>
      minute(at, at >= from && at < until ? { p99Ms: 9000 } : {}),
    );
    const known = sampleOf({});
    const found = judgedSince(plan, change, {
      soFar: { evidence: evidenceBefore(plan, {}), minutes: 0, untilSeconds: since },
      seen,
      before: (kpi) => known[kpi as keyof typeof known],
    });

    expect(found).toMatchObject({ worse: ["latency-ceiling"], worseAt: from + 120 });
  });

  test("that is worse by little is found by the day, where an hour says too little", () => {
    const little = { requests: 200 };
    const found = judged(24, () => ({ ...little, perThousand: 30 }), { ...little, perThousand: 20 });

    expect(found.worse).toEqual(["errors"]);
    expect(((found.worseAt ?? 0) - since) / hour).toBeGreaterThan(1);
  });

  test("says nothing where nobody knows what was before", () => {
    expect(judged(2, () => ({ p99Ms: 9000 }), null)).toMatchObject({ worse: [], minutes: 0 });
  });
});

test.each([
  [since, [7 * day, day]],
  [since + day - 1, [7 * day, day]],
  [since + day, [7 * day, 2 * day]],
  [since + 6 * day + 60, [7 * day]],
  [since + 7 * day, [14 * day, 8 * day]],
])("a minute is compared with one before the change, of a week ago first (%s)", (at, lags) => {
  expect(earlierOf(at, change)).toEqual(lags);
  for (const lag of lags) expect(at - lag).toBeLessThan(since);
});
