/** What a release writes into its journal: keys that keep entries apart and in order, and figures that a table can hold. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  evidenceSeen,
  expiresAt,
  fleetsSeen,
  intervalsSeen,
  JournalEntry,
  kpisSeen,
  sortKeyOf,
} from "../../../src/core/release/journal.ts";
import { needs } from "../example.ts";

const at = "2026-11-23T09:00:00.000Z";
const change = {
  kind: "change",
  at,
  id: "shift-0",
  resource: { kind: "weights", name: "chat" },
  state: "applied",
} as const;

describe("the key of an entry", () => {
  it("is the same for the same entry, so that one that is written twice is one", () => {
    expect(sortKeyOf({ ...change })).toBe(sortKeyOf({ ...change }));
  });

  it("keeps what happens at one moment apart", () => {
    const entries: JournalEntry[] = [
      change,
      { ...change, state: "undone" },
      { ...change, id: "shift-1" },
      { kind: "news", at, state: "shifted", stage: 0 },
      { kind: "news", at, state: "shifted", stage: 1 },
      { kind: "news", at, state: "promoted" },
      { kind: "fleets", at, fleets: {} },
    ];

    expect(new Set(entries.map(sortKeyOf)).size).toBe(entries.length);
  });

  it("sorts by time", () => {
    const later = { ...change, at: "2026-11-23T09:00:00.001Z", id: "a" };

    expect(sortKeyOf(change) < sortKeyOf(later)).toBe(true);
  });
});

test("an entry goes after 400 days, in epoch seconds", () => {
  expect(expiresAt(change)).toBe(Date.parse(at) / 1000 + 400 * 86_400);
});

test("evidence of any size is a number that DynamoDB holds, to four digits after the point", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (logE) => {
      const { logE: seen } = evidenceSeen({ evidence: { logE, logThreshold: 4.6, falling: true } });

      expect(Number.isFinite(seen)).toBe(true);
      expect(Math.abs(seen)).toBeLessThanOrEqual(10_000);
      expect(Math.round(seen * 1e4) / 1e4).toBe(seen);
    }),
  );
});

test("of a KPI is kept how it stood and what for; of a ceiling there is no evidence", () => {
  const details = [
    {
      name: "errors",
      shape: "count",
      standing: "unclear",
      logE: 1.23456,
      logThreshold: 4.6,
      logSafe: 0,
      logSafeThreshold: 3,
    },
    { name: "ceiling", shape: "value", standing: "clear" },
  ] as const;

  expect(kpisSeen({ details })).toEqual([
    { name: "errors", standing: "unclear", logE: 1.2346, logThreshold: 4.6, logSafe: 0, logSafeThreshold: 3 },
    { name: "ceiling", standing: "clear" },
  ]);
});

test("fleets are told by side; of one that is not there nothing is, and warm ones only where somebody looked", () => {
  const v6 = { name: "v6", currentInstances: 8, desiredInstances: 9, currentWeight: 1, desiredWeight: 1 };
  const endpoint = { name: "chat", status: "InService", variants: [v6] };

  expect(fleetsSeen(endpoint, { needs })).toEqual({ stable: { variant: "v6", desired: 9, provisioned: 8 } });
  expect(fleetsSeen(endpoint, { needs, warmInstances: { v6: 12 } })).toEqual({
    stable: { variant: "v6", desired: 9, provisioned: 8, warm: 8 },
  });
});

test("intervals are kept from a moment on, each sample by its shape and without single instances", () => {
  const seen = { kpi: "errors", seconds: 60, hosts: { i1: { requests: 1, bad: 0 } } };
  const observed = [
    { ...seen, at: 0, candidate: { requests: 10, bad: 1 }, stable: null },
    { ...seen, at: 60, candidate: { mean: 400, count: 9, sd: 12 }, stable: { value: 3 } },
  ];

  expect(intervalsSeen(observed, 60)).toEqual([
    { kpi: "errors", at: 60, seconds: 60, candidate: { mean: 400, count: 9 }, stable: { value: 3 } },
  ]);
  expect(intervalsSeen(observed, 0)).toHaveLength(2);
  expect(intervalsSeen(observed, 0)[0]).toMatchObject({ candidate: { requests: 10, bad: 1 }, stable: null });
});

test("an entry of another kind is none", () => {
  expect(JournalEntry.safeParse({ ...change, kind: "other" }).success).toBe(false);
});
