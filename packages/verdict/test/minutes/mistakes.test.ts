/** What is wrong with a table or its settings is told all at once: where, what was expected, what was found. */
import { expect, test } from "vitest";
import { BadMinutes, judgeCsv, type MinutesSettings } from "../../src/index.ts";
import { checkedSettings, kpiSettings } from "../../src/minutes/settings.ts";

const header = "time,stable_requests,stable_bad,candidate_requests,candidate_bad";

function mistakesIn(call: () => unknown): string[] {
  try {
    call();
    return [];
  } catch (error) {
    if (error instanceof BadMinutes) return error.message.split("\n");
    throw error;
  }
}

test("every mistake of a table, with line and column", () => {
  const table = [
    header,
    "2026-03-01T12:00:00Z,100,1,10,0",
    "2026-03-01T12:01:00Z,100,many,10,-1",
    "2026-03-01T12:01:30Z,100,1,10,0",
    "2026-03-01 12:03,100,1,10,0",
    "1772366640000,100,1,10,0",
    "2026-03-01T12:05:00Z,100,101,10,0,7",
    "2026-03-01T12:06:00Z,100,101,10,0",
  ].join("\r\n");

  expect(mistakesIn(() => judgeCsv(table))).toEqual([
    'line 3, column 26: stable_bad: expected a number of 0 or more, or nothing, found "many"',
    'line 3, column 34: candidate_bad: expected a number of 0 or more, or nothing, found "-1"',
    'line 4, column 1: time: expected an interval of 60 s after that of line 3, found "2026-03-01T12:01:30Z"',
    'line 5, column 1: time: expected epoch seconds, or a time with its offset such as 2026-03-01T12:00:00Z, found "2026-03-01 12:03"',
    'line 6, column 1: time: expected epoch seconds, or a time with its offset such as 2026-03-01T12:00:00Z, found "1772366640000"',
    "line 7, column 35: this row: expected 5 cells, as the header has, found 6",
    "line 8, column 26: stable_bad: expected at most the 100 of stable_requests, found 101",
  ]);
});

test.each<[string, string, MinutesSettings, string]>([
  ["no text", "", {}, "the table: expected a header and a row for each minute, found no text"],
  ["no rows", header, {}, "line 1: the table: expected a row for each minute, found a header alone"],
  [
    "no column of time",
    "stable_bad,candidate_bad,stable_requests,candidate_requests\n1,1,1,1",
    {},
    "line 1: the header: expected a column time, found stable_bad, candidate_bad, stable_requests, candidate_requests",
  ],
  [
    "one side only",
    "time,stable_requests,stable_bad,candidate_requests\n1,1,1,1",
    {},
    "line 1: the header: expected a column candidate_bad, found time, stable_requests, stable_bad, candidate_requests",
  ],
  [
    "nothing to judge by",
    "time,pods\n1,1",
    {},
    "line 1: the header: expected columns stable_bad and candidate_bad, stable_latency_sum and candidate_latency_sum, or kpis in the settings, found time, pods",
  ],
  [
    "a column twice",
    `${header},stable_bad\n1772366400,1,1,1,1,1`,
    {},
    "line 1, column 66: stable_bad: expected a name that no column before has, found it again",
  ],
  [
    "another separator",
    "time;stable_bad",
    {},
    "line 1: the header: expected a column time, found time;stable_bad: commas separate columns\nline 1: the header: expected columns stable_bad and candidate_bad, stable_latency_sum and candidate_latency_sum, or kpis in the settings, found time;stable_bad: commas separate columns",
  ],
  [
    "stages without their column",
    `${header}\n1772366400,1,1,1,1`,
    { shares: [5, 50] },
    "line 1: the header: expected a column stage, found time, stable_requests, stable_bad, candidate_requests, candidate_bad",
  ],
  [
    "a stage left out",
    `${header},stage\n1772366400,1,1,1,1,1\n1772366460,1,1,1,1,3`,
    { shares: [5, 50, 90] },
    'line 3, column 20: stage: expected 1 or 2, of 3, found "3"',
  ],
  [
    "a stage that comes again",
    `${header},stage\n1772366400,1,1,1,1,1\n1772366460,1,1,1,1,2\n1772366520,1,1,1,1,1`,
    { shares: [5, 50] },
    'line 4, column 20: stage: expected 2, of 2, found "1"',
  ],
])("a table with %s", (_, table, settings, said) => {
  expect(mistakesIn(() => judgeCsv(table, settings)).join("\n")).toBe(said);
});

test("every mistake of settings, by its path", () => {
  const settings = {
    alpha: 1,
    beta: "0.01",
    minimumRequests: 0.5,
    bakeMinuts: 3,
    shares: [5, 120],
    kpis: [
      { kind: "latency" },
      { kind: "availability", weight: 0, ceiling: 3 },
      { kind: "guardrail", name: "p 99" },
      "errors",
    ],
  };

  expect(mistakesIn(() => checkedSettings(settings))).toEqual([
    "bakeMinuts: expected one of alpha, beta, tolerance, safetyTolerance, minimumRequests, intervalSeconds, bakeMinutes, settleMinutes, candidateInstances, stableInstances, kpis, shares, found another key",
    "alpha: expected a number between 0 and 1, found 1",
    'beta: expected a number between 0 and 1, found "0.01"',
    "minimumRequests: expected a whole number of 1 or more, found 0.5",
    "shares[1]: expected a percent above 0, up to 100, found 120",
    'kpis[0].kind: expected one of availability, latency-threshold, custom, latency-mean, guardrail, found "latency"',
    "kpis[1].ceiling: expected one of kind, name, columns, tolerance, safetyTolerance, weight, requests, found another key",
    "kpis[1].weight: expected a number above 0, found 0",
    'kpis[2].name: expected letters, digits, _ and -, found "p 99"',
    "kpis[2].ceiling: expected a number above 0, found nothing",
    'kpis[3]: expected a map of keys, found "errors"',
  ]);
});

test.each<[string, unknown, string]>([
  ["no map", [], "the settings: expected a map of keys, found an empty list"],
  ["no KPIs", { kpis: [] }, "kpis: expected a list of one or more, found an empty list"],
  [
    "two KPIs of one name",
    { kpis: [{ kind: "availability" }, { kind: "custom", name: "errors" }] },
    'kpis[1].name: expected a name that no KPI before has, found "errors"',
  ],
  [
    "more breaches than minutes",
    { kpis: [{ kind: "guardrail", name: "p99", ceiling: 1, breaching: 6 }] },
    "kpis[0].breaching: expected at most outOf, 5, found 6",
  ],
  ["shares that are none", { shares: [] }, "shares: expected a list of percents, found an empty list"],
])("settings with %s", (_, settings, said) => {
  expect(mistakesIn(() => checkedSettings(settings)).join("\n")).toBe(said);
});

test("each kind of KPI is judged by its shape, and by what all of them have", () => {
  const settings = checkedSettings({ tolerance: 0.1, safetyTolerance: 2 });
  const common = { weight: 1, tolerance: 0.1, safetyTolerance: 2 };

  expect(
    (["availability", "latency-threshold", "custom", "latency-mean"] as const).map((kind) =>
      kpiSettings({ kind }, settings),
    ),
  ).toEqual([
    { shape: "count", verb: "fails", name: "errors", ...common },
    { shape: "count", verb: "is slow", followsLoad: true, name: "slow", ...common },
    { shape: "count", name: "bad", ...common },
    { shape: "mean", name: "latency", ...common },
  ]);
  expect(kpiSettings({ kind: "guardrail", name: "p99", ceiling: 9 }, settings)).toEqual({
    shape: "value",
    name: "p99",
    ceiling: 9,
    breaching: 3,
    outOf: 5,
  });
});
