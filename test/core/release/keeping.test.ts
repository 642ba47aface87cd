/** When a pool is primed again: in time, never for a lease that is over, and never while somebody has it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Completion } from "../../../src/core/plan/completion.ts";
import type { Change } from "../../../src/core/release/change.ts";
import {
  extensionOf,
  type HeldPool,
  keepBy,
  leaseEndOf,
  nextKeeping,
  nextPrimer,
  renewalMinutes,
} from "../../../src/core/release/keeping.ts";
import { holds } from "../../property.ts";

const nowMs = Date.UTC(2026, 10, 23, 10);
const minuteMs = 60_000;
const sweepMinutes = 10;
const inMinutes = (minutes: number) => new Date(nowMs + minutes * minuteMs).toISOString();
const available = (minutes: number): HeldPool => ({
  status: "available",
  reason: "it is there",
  keptUntil: inMinutes(minutes),
});
const kept = (pool: HeldPool, untilMinutes: number) => nextKeeping(pool, inMinutes(untilMinutes), nowMs);

describe("what is done about a pool", () => {
  test("one that lasts for longer than a sweep may take is left", () => {
    expect(kept(available(renewalMinutes + 1), 120)).toBe("leave");
    expect(kept(available(renewalMinutes), 120)).toBe("prime");
  });

  test("one that lasts as long as its lease is left, however short that is", () => {
    expect(kept(available(10), 10)).toBe("leave");
    expect(kept(available(9), 10)).toBe("prime");
  });

  test("one that a job has is left, one that is being primed is waited for, one that is gone is primed", () => {
    const pool = (status: HeldPool["status"]): HeldPool => ({ status, reason: "" });
    expect(kept(pool("used"), 120)).toBe("leave");
    expect(kept(pool("priming"), 120)).toBe("wait");
    expect(kept(pool("over"), 120)).toBe("prime");
    expect(kept(pool("failed"), 120)).toBe("prime");
  });

  test("nothing is primed that would come when the lease is over", () => {
    expect(kept({ status: "over", reason: "" }, 5)).toBe("leave");
    expect(kept({ status: "over", reason: "" }, 6)).toBe("prime");
    expect(kept({ status: "over", reason: "" }, -1)).toBe("leave");
  });

  test("one that is looked at when it says so, by sweeps every ten minutes, is primed while it lasts", () => {
    const keepAlive = fc.integer({ min: 20, max: 60 });
    holds(
      fc.property(keepAlive, fc.double({ min: 0, max: 9.99, noNaN: true }), (minutes, sweepAt) => {
        const pool = available(minutes);
        const byMs = Date.parse(keepBy(pool.keptUntil, nowMs));
        // The first sweep from then on.
        const firstMs = nowMs + sweepAt * minuteMs;
        const sweeps = Math.max(0, Math.ceil((byMs - firstMs) / (sweepMinutes * minuteMs)));
        const atMs = firstMs + sweeps * sweepMinutes * minuteMs;
        expect(nextKeeping(pool, inMinutes(600), atMs)).toBe("prime");
        expect(Date.parse(pool.keptUntil ?? "") - atMs).toBeGreaterThan(5 * minuteMs - 1);
      }),
    );
  });

  test("one of which nobody knows how long it lasts is looked at by the next sweep", () => {
    expect(keepBy(undefined, nowMs)).toBe(inMinutes(0));
    expect(keepBy(inMinutes(3), nowMs)).toBe(inMinutes(0));
  });
});

test("jobs that prime the same pool are counted", () => {
  expect([nextPrimer("primer"), nextPrimer("primer-2"), nextPrimer("primer-19")]).toEqual([
    "primer-2",
    "primer-3",
    "primer-20",
  ]);
});

const leaseEnd = (state: "applied" | "undone"): Change => ({
  id: "lease-end",
  seq: 1,
  resource: { kind: "schedule", name: "slipway-dev/end" },
  before: null,
  after: { at: "2026-11-23T12:00:00", input: "{}" },
  state,
  at: inMinutes(0),
});

test("a lease ends when its schedule says, unless that was taken away", () => {
  expect(leaseEndOf([leaseEnd("applied")])).toBe("2026-11-23T12:00:00Z");
  expect(leaseEndOf([leaseEnd("undone")])).toBeUndefined();
  expect(leaseEndOf([])).toBeUndefined();
});

describe("a lease that has come to its end before what completes it", () => {
  const completion: Completion = {
    completedBy: { trainingJob: "chat-train-*" },
    late: { extendMinutes: 60, laterDates: "keep" },
  };
  const end = leaseEnd("applied");
  const endMs = Date.UTC(2026, 10, 23, 12);

  test("is extended by what the plan says, while five minutes of that are left", () => {
    expect(extensionOf(completion, [end], endMs)).toBe(60);
    expect(extensionOf(completion, [end], endMs + 55 * minuteMs)).toBe(60);
    expect(extensionOf(completion, [end], endMs + 55 * minuteMs + 1)).toBeUndefined();
  });

  test("is extended once, and only where the plan says by how much, and what is waited for", () => {
    expect(extensionOf(completion, [end, { ...end, id: "lease-extension" }], endMs)).toBeUndefined();
    expect(extensionOf({ ...completion, late: undefined }, [end], endMs)).toBeUndefined();
    expect(extensionOf({ ...completion, completedBy: undefined }, [end], endMs)).toBeUndefined();
    expect(extensionOf(completion, [leaseEnd("undone")], endMs)).toBeUndefined();
  });
});
