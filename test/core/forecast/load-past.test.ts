/** What was asked of an endpoint, by what its variants reported. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addedUp,
  type CountedRow,
  demandOf,
  sinceUsers,
  type VariantCounts,
} from "../../../src/core/forecast/load-past.ts";

const first = Date.UTC(2026, 10, 2) / 1000;
const minutes = (count: number, from = 0) =>
  Array.from({ length: count }, (_, nth) => first + (from + nth) * 60);
const counts = (times: readonly number[], value: number) => new Map(times.map((at) => [at, value]));

function variant(
  times: readonly number[],
  requests: number,
  { failed = 0, silent = [] as readonly number[] } = {},
) {
  const answered = times.filter((at) => !silent.includes(at));
  return {
    requests: counts(answered, requests),
    failed: counts(answered, failed),
    alive: counts(times, 4),
  } satisfies VariantCounts;
}

describe("variants added up", () => {
  test("are all that came, while one takes over from another", () => {
    const rows = addedUp([variant(minutes(20), 30), variant(minutes(20, 10), 12)], 60);
    expect(rows.map(({ requests }) => requests)).toEqual([150, 150, 210, 210, 60, 60]);
    expect(rows.map(({ atMs }) => atMs / 1000)).toEqual(
      Array.from({ length: 6 }, (_, nth) => first + nth * 300),
    );
  });

  test("have no requests where instances reported and nobody asked, and are not known where nothing was reported", () => {
    const times = minutes(30);
    const lull = times.slice(5, 10);
    const rows = addedUp([variant([...times.slice(0, 15), ...times.slice(20)], 30, { silent: lull })], 60);
    expect(rows.map(({ requests }) => requests)).toEqual([150, 0, 150, 150, 150]);
    expect(rows.map(({ atMs }) => (atMs / 1000 - first) / 60)).toEqual([0, 5, 10, 20, 25]);
  });

  test("are not known where one of two that serve has reported nothing for a while", () => {
    const times = minutes(30);
    const rows = addedUp([variant(times, 30), variant([...times.slice(0, 10), ...times.slice(15)], 12)], 60);
    expect(rows.map(({ atMs }) => (atMs / 1000 - first) / 60)).toEqual([0, 5, 15, 20, 25]);
    expect(new Set(rows.map(({ requests }) => requests))).toEqual(new Set([210]));
  });

  test("are what is left once one has gone for long", () => {
    const rows = addedUp([variant(minutes(200), 30), variant([...minutes(10), ...minutes(10, 190)], 12)], 60);
    expect(rows).toHaveLength(40);
    expect(rows[20]?.requests).toBe(150);
  });

  test("of five minutes are known by most of them, and scaled to all", () => {
    const times = minutes(10);
    const three = [...times.slice(0, 3), ...times.slice(5, 7)];
    expect(addedUp([variant(three, 30)], 60).map(({ requests }) => requests)).toEqual([150]);
  });

  test("come in periods of five minutes as they are", () => {
    const times = [first, first + 300, first + 600];
    expect(addedUp([variant(times, 70, { failed: 3 })], 300)).toEqual(
      times.map((at) => ({ atMs: at * 1000, requests: 70, failed: 3 })),
    );
  });

  test("are as much whichever way the requests are split between variants", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), fc.nat(100)), { minLength: 5, maxLength: 60 }), (loads) => {
        const times = minutes(loads.length);
        const part = (which: (load: number, percent: number) => number): VariantCounts => ({
          requests: new Map(
            loads.map(([load, percent], nth) => [times[nth] ?? 0, which(load, percent)] as const),
          ),
          failed: new Map(),
          alive: counts(times, 4),
        });
        const split = [
          part((load, percent) => Math.floor((load * percent) / 100)),
          part((load, percent) => load - Math.floor((load * percent) / 100)),
        ];
        expect(addedUp(split, 60)).toEqual(addedUp([part((load) => load)], 60));
      }),
    );
  });
});

test("of a candidate, what came before its users did is nothing, and it was there", () => {
  const tested = variant(minutes(20), 600, { failed: 3 });
  const seen = sinceUsers(tested, (first + 10 * 60) * 1000);

  expect(addedUp([seen], 60).map(({ requests }) => requests)).toEqual([0, 0, 3_000, 3_000]);
  expect(addedUp([seen], 60).map(({ failed }) => failed)).toEqual([0, 0, 15, 15]);
  expect(sinceUsers(tested, Number.NEGATIVE_INFINITY)).toEqual(tested);
  expect(addedUp([sinceUsers(tested, Number.POSITIVE_INFINITY)], 60)).toHaveLength(4);
});

describe("what was asked for", () => {
  const row = (day: number, requests: number, failed = 0): CountedRow => ({
    atMs: first * 1000 + day * 86_400_000,
    requests,
    failed,
  });
  const usual = [row(0, 100), row(1, 110, 11), row(2, 90, 2)];

  test("is what came, failures and all", () => {
    expect(demandOf(usual)).toEqual({ rows: usual, overwhelmed: { counted: 0, unknown: 0 } });
  });

  test("is at least what came where much of it failed", () => {
    const [more, less] = [row(3, 300, 200), row(4, 40, 30)];
    expect(demandOf([...usual, more, less])).toEqual({
      rows: [...usual, more],
      overwhelmed: { counted: 1, unknown: 1 },
    });
  });

  test("is what came, too, where a model always fails much", () => {
    const failing = [row(0, 100, 30), row(1, 50, 20)];
    expect(demandOf(failing)).toEqual({ rows: failing, overwhelmed: { counted: 2, unknown: 0 } });
  });

  test("is compared by the time of day", () => {
    const night = { atMs: row(3, 0).atMs + 3_600_000, requests: 10, failed: 5 };
    expect(demandOf([...usual, night]).overwhelmed).toEqual({ counted: 1, unknown: 0 });
  });
});
