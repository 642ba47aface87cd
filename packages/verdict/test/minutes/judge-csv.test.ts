/** A table of minutes is judged as if each had been looked at as it came. */
import { expect, test } from "vitest";
import {
  judge,
  judgeCsv,
  type MinutesSettings,
  measurePast,
  startStage,
  startVerdict,
} from "../../src/index.ts";
import { tableOf } from "./tables.ts";

const errors = "stable_requests,stable_bad,candidate_requests,candidate_bad";

/** So many minutes of 3,000 to 300 requests, of which so many are bad a minute. */
const minutesOf = (
  count: number,
  { stable = 12, candidate = 1 }: { stable?: number; candidate?: number | "" },
) => Array.from({ length: count }, () => [3000, stable, candidate === "" ? "" : 300, candidate].join(","));
const past = minutesOf(30, { candidate: "" });

test("a candidate that fails as often as stable passes, once that is proved", () => {
  const judgement = judgeCsv(tableOf(errors, [...past, ...minutesOf(90, { candidate: 1 })]));

  expect(judgement).toMatchObject({ conclusion: "pass", kpis: ["errors"], minutes: 90, pastMinutes: 30 });
  expect(judgement.sentence).toContain("surely less than 2.0×");
});

test("the first look that finds harm is the conclusion, whatever comes later", () => {
  const bad = [...past, ...minutesOf(20, { candidate: 6 })];
  const found = judgeCsv(tableOf(errors, bad));
  const later = judgeCsv(tableOf(errors, [...bad, ...minutesOf(400, { candidate: 0 })]));

  expect(found).toMatchObject({ conclusion: "fail", kpis: ["errors"], stage: 0 });
  expect(found.minutes).toBeLessThan(20);
  expect(later).toEqual(found);
});

test("it is what looks by hand come to", () => {
  const rows = [...past, ...minutesOf(7, { candidate: 3 })];
  const settings = {
    alpha: 0.01,
    beta: 0.01,
    minimumRequests: 100,
    intervalSeconds: 60,
    stages: 1,
    kpis: [{ shape: "count", verb: "fails", name: "errors", weight: 1, tolerance: 0 } as const],
  };
  const began = 1_772_366_400 + 60 * 30;
  const seconds = 60;
  const intervals = past.map((_, nth) => ({
    at: 1_772_366_400 + 60 * nth,
    stable: { requests: 3000, bad: 12 },
    instances: [],
  }));
  const measured = measurePast(settings, { errors: { seconds, inHalf: [], intervals } });
  let state = startStage(startVerdict(settings, measured), settings, {
    stage: 0,
    at: began,
    settledAt: began,
  });
  const logEs = Array.from({ length: 7 }, (_, minute) => {
    const at = began + 60 * minute;
    const sides = { candidate: { requests: 300, bad: 3 }, stable: { requests: 3000, bad: 12 } };
    const look = {
      at: at + 60,
      stageEndsAt: began + 420,
      observations: [{ kpi: "errors", at, seconds, ...sides }],
    };
    const judged = judge(state, settings, look);
    state = judged.state;
    return judged.verdict.evidence.logE;
  });

  expect(judgeCsv(tableOf(errors, rows)).evidence.logE).toBe(logEs.at(-1));
});

test.each<[string, MinutesSettings, string]>([
  ["a bake that goes on", { bakeMinutes: 30 }, "undecided"],
  ["a bake that has ended", { bakeMinutes: 4 }, "inconclusive"],
  ["a table that has ended", {}, "inconclusive"],
  ["too few requests", { minimumRequests: 5000 }, "no-data"],
])("minutes that show nothing, in %s", (_, settings, conclusion) => {
  expect(judgeCsv(tableOf(errors, [...past, ...minutesOf(4, {})]), settings).conclusion).toBe(conclusion);
});

test("a table without the candidate has no data yet, or for good", () => {
  const table = tableOf(errors, past);

  expect(judgeCsv(table)).toMatchObject({ conclusion: "no-data", minutes: 0, stage: null });
  expect(judgeCsv(table, { bakeMinutes: 30 }).conclusion).toBe("undecided");
});

test("an empty cell is missing evidence, never a zero", () => {
  const gaps = minutesOf(20, { candidate: 6 }).map((row) => row.replace(/,6$/, ","));

  expect(judgeCsv(tableOf(errors, [...past, ...gaps]))).toMatchObject({ conclusion: "no-data" });
});

test("tolerance is what a candidate may be worse by, for each KPI or for all", () => {
  const table = tableOf(errors, [...past, ...minutesOf(60, { candidate: 4 })]);

  expect(judgeCsv(table).conclusion).toBe("fail");
  expect(judgeCsv(table, { tolerance: 3 }).conclusion).not.toBe("fail");
  expect(judgeCsv(table, { tolerance: 3, kpis: [{ kind: "availability", tolerance: 0 }] }).conclusion).toBe(
    "fail",
  );
});

test("means and ceilings are judged by columns of their own", () => {
  const header =
    "stable_requests,stable_latency_sum,stable_p99,candidate_requests,candidate_latency_sum,candidate_p99";
  const rows = (latency: number, p99: number) =>
    Array.from({ length: 20 }, () => `3000,240000,900,300,${300 * latency},${p99}`);
  const kpis = [
    { kind: "latency-mean" },
    { kind: "guardrail", name: "p99", ceiling: 1000, breaching: 2, outOf: 3 },
  ] as const;

  expect(judgeCsv(tableOf(header, rows(160, 900)), { kpis })).toMatchObject({
    conclusion: "fail",
    kpis: ["latency"],
  });
  expect(judgeCsv(tableOf(header, rows(80, 1200)), { kpis })).toMatchObject({
    conclusion: "fail",
    kpis: ["p99"],
    minutes: 2,
  });
  expect(judgeCsv(tableOf(header, rows(80, 900)), { kpis }).conclusion).not.toBe("fail");
});

test("a stage begins where the column says so, with its share", () => {
  const rows = [
    ...past.map((row) => `${row},`),
    ...minutesOf(5, {}).map((row) => `${row},1`),
    ...minutesOf(30, { candidate: 8 }).map((row) => `${row},2`),
  ];
  const judgement = judgeCsv(tableOf(`${errors},stage`, rows), { shares: [10, 50] });

  expect(judgement).toMatchObject({ conclusion: "fail", stage: 1 });
});

test("with all traffic the candidate's nothing is left to compare: ceilings judge", () => {
  const rows = minutesOf(10, { candidate: 200 }).map((row) => row.replace(/^3000,12/, ","));

  expect(judgeCsv(tableOf(errors, rows), { shares: [100] })).toMatchObject({ conclusion: "pass" });
});

test("a stage that begins unseen has begun: the next one is the second", () => {
  const rows = [
    ...past.map((row) => `${row},`),
    ...minutesOf(5, { candidate: "" }).map((row) => `${row},1`),
    ...minutesOf(3, { candidate: 1 }).map((row) => `${row},2`),
  ];

  expect(judgeCsv(tableOf(`${errors},stage`, rows), { shares: [10, 50] })).toMatchObject({
    stage: 1,
    minutes: 8,
    pastMinutes: 30,
  });
});

test("while a stage settles only what is far worse counts", () => {
  const rows = [...past, ...minutesOf(12, { candidate: 4 })];

  expect(judgeCsv(tableOf(errors, rows)).conclusion).toBe("fail");
  expect(judgeCsv(tableOf(errors, rows), { settleMinutes: 12 }).conclusion).not.toBe("fail");
  expect(
    judgeCsv(tableOf(errors, [...past, ...minutesOf(12, { candidate: 40 })]), { settleMinutes: 12 })
      .conclusion,
  ).toBe("fail");
});

test("few instances may differ for good", () => {
  const rows = [
    ...Array.from({ length: 60 }, () => "30000,300,,"),
    ...Array.from({ length: 60 }, () => "30000,300,30000,400"),
  ];
  const few = { candidateInstances: 2, stableInstances: 2 };

  expect(judgeCsv(tableOf(errors, rows)).conclusion).toBe("fail");
  expect(judgeCsv(tableOf(errors, rows), few).conclusion).not.toBe("fail");
});

test("bad events without their requests are missing evidence", () => {
  const rows = minutesOf(20, { candidate: 6 }).map((row) => row.replace(/,300,6$/, ",,6"));

  expect(judgeCsv(tableOf(errors, [...past, ...rows]))).toMatchObject({ conclusion: "no-data" });
});

test("upper and lower case are alike in names of columns", () => {
  const rows = [...past, ...minutesOf(20, { candidate: 6 })];
  const kpis = [{ kind: "availability", columns: "Bad", requests: "Requests" }] as const;

  expect(judgeCsv(tableOf(errors.toUpperCase(), rows), { kpis })).toEqual(judgeCsv(tableOf(errors, rows)));
});

test("columns that are not read are told", () => {
  expect(
    judgeCsv(
      tableOf(
        `${errors},pods`,
        past.map((row) => `${row},3`),
      ),
    ).unusedColumns,
  ).toEqual(["pods"]);
});
