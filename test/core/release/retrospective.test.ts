/** What a release is looked back at with as it closes, and what nobody knows of it. */
import { describe, expect, test } from "vitest";
import type { Launch } from "../../../src/core/learning/launch.ts";
import { emptyTally } from "../../../src/core/load/tally.ts";
import type { JournalEntry, LookEntry } from "../../../src/core/release/journal.ts";
import { loadTold } from "../../../src/core/release/load-told.ts";
import { type LookedBack, Retrospective, retrospectiveOf } from "../../../src/core/release/retrospective.ts";
import { needs, plan } from "../example.ts";

const startMs = Date.UTC(2026, 10, 23, 9);
const at = (minutes: number) => new Date(startMs + 60_000 * minutes).toISOString();
const release = {
  ...{ id: "chat-v7-production", model: "chat", subject: "endpoint/chat", execution: "x", attempt: 1 },
  openedAt: at(0),
};
const look = (minute: number, more: Partial<LookEntry>): JournalEntry => ({
  ...{ kind: "look", at: at(minute), stage: 0, trafficPercent: 50, verdict: "pass", decision: "continue" },
  ...{ reason: "", logE: 0, logThreshold: 1, kpis: [], intervals: [] },
  fleets: { candidate: { variant: "v7", desired: 8, provisioned: 8, warm: 5 } },
  ...more,
});
/** Requests of a minute by both sides, and the candidate's 99th percentile. */
const minute = (nth: number, candidate: number, stable: number, p99: number): LookEntry["intervals"] => {
  const of = { at: startMs / 1000 + 60 * nth, seconds: 60 };
  const side = (requests: number) => ({ requests, bad: 0 });
  return [
    { kpi: "errors", ...of, candidate: side(candidate), stable: side(stable) },
    { kpi: "latency", ...of, candidate: { mean: 100, count: candidate - 1 }, stable: null },
    { kpi: "latency-ceiling", ...of, candidate: { value: p99 }, stable: { value: 100 } },
  ];
};
const looks = [
  look(20, { spentUsd: 5, intervals: minute(18, 600, 1200, 900) }),
  look(21, {
    spentUsd: 6,
    intervals: [
      ...minute(18, 600, 1200, 900),
      ...minute(19, 1800, 1200, 1501),
      ...minute(20, 900, 900, 1500),
    ],
  }),
];
const launch: Launch = {
  of: "endpoint",
  instances: { "ml.g5.xlarge": 16 },
  askedAt: at(1),
  missingAt: at(9),
  thereAt: at(9),
};
const back = (more: Partial<LookedBack> = {}): LookedBack => ({
  record: { release, plan: plan as never, planning: { needs } as never, changes: [] },
  closedAt: at(90),
  journal: looks,
  ...more,
});

test("the load is told by both sides, and by what the candidate carried while it was quick enough", () => {
  expect(loadTold(looks, plan)).toEqual([
    { at: startMs / 1000 + 18 * 60, requestsPerSecond: 30, carriedPerInstance: 2 },
    { at: startMs / 1000 + 19 * 60, requestsPerSecond: 50 },
    { at: startMs / 1000 + 20 * 60, requestsPerSecond: 30, carriedPerInstance: 3 },
  ]);
  expect(loadTold([], plan)).toEqual([]);
});

describe("what was planned and what happened", () => {
  test("of a release onto an endpoint", () => {
    const found = retrospectiveOf(back({ launch }));

    expect(found).toEqual({
      schema: 1,
      raises: [{ instanceType: "ml.g5.xlarge", of: "endpoint", came: true, at: at(1) }],
      minutes: { planned: expect.closeTo(98.5, 0), happened: 90 },
      instances: { instanceType: "ml.g5.xlarge", planned: 8, most: 8 },
      load: {
        before: needs.measuredRequestsPerSecond,
        readyFor: needs.designRequestsPerSecond,
        highest: 50,
        last: expect.closeTo(36.67, 2),
      },
      usd: { planned: expect.any(Number), p95: expect.any(Number), happened: 6, inAll: 0 },
      throughput: { planned: 12, seen: [{ instanceType: "ml.g5.xlarge", moreThan: 3, by: "traffic" }] },
      usdPerHour: { "ml.g5.xlarge": 1.4084 },
    });
    expect(Retrospective.parse(found)).toEqual(found);
  });

  test("of its date, of how long it took to be found bad, and of its forecast", () => {
    const expected = { requestsPerSecond: 40, percent: 99, minutes: 100, knownDays: 20 };
    const dated = { ...release, dueAt: at(60) };
    const shift = { id: "shift-0", seq: 1, state: "applied", at: at(15), before: null, after: null } as const;
    const changes = [{ ...shift, resource: { kind: "weights", name: "chat" } }] as const;
    const record = { release: dated, plan, planning: { needs: { ...needs, expected } }, changes } as never;

    expect(retrospectiveOf(back({ record, thereAt: at(66), backSince: at(25.5) }))).toMatchObject({
      leadMinutes: { planned: 60, happened: 66 },
      minutesToDetect: 10.5,
      load: { forecast: { requestsPerSecond: 40, percent: 99 } },
    });
    expect(retrospectiveOf(back({ record, backSince: at(5) }))?.minutesToDetect).toBeUndefined();
  });

  test.each([
    ["that answered in time at last", { coldAt: at(11), warmAt: at(12) }, { moreThan: 120, atMost: 180 }],
    ["that answered at once", { warmAt: at(9.5) }, { moreThan: 0, atMost: 30 }],
    ["that never answered", { coldAt: at(40) }, { moreThan: 1860 }],
  ])("of a model %s", (_, seen, expected) => {
    const probed = {
      status: "warm",
      reason: "",
      waitSeconds: 1,
      since: at(9),
      rounds: 2,
      proven: 5,
      ...seen,
    };

    expect(retrospectiveOf(back({ launch, warmth: probed }))?.modelLoad).toEqual({
      plannedSeconds: 300,
      ...expected,
    });
  });

  const tested = (status: string, steps: readonly [string, number, number][], knee?: object) => ({
    ...{ status, reason: "", waitSeconds: 1, since: at(10), rounds: 3, sent: 1, instances: 8, knee },
    steps: steps.map(([name, requestsPerSecond, answered]) => ({
      name,
      requestsPerSecond,
      tally: { ...emptyTally, seconds: 120, requests: 9000, answered, blocks: 40 },
    })),
  });

  test.each([
    [
      "was enough: so much at least",
      tested("enough", [
        ["peak", 60, 7200],
        ["full", 85.7, 10284],
      ]),
      [{ moreThan: 10.71 }],
    ],
    [
      "was not enough at full load: what it served",
      tested("not-enough", [
        ["peak", 60, 7200],
        ["full", 85.7, 6720],
      ]),
      [{ moreThan: 6.79, atMost: 7.21 }],
    ],
    [
      "was not enough at the peak: less than that",
      tested("not-enough", [["peak", 60, 7200]]),
      [{ moreThan: 0, atMost: 7.5 }],
    ],
    ["was not answered: nothing", tested("open", [["peak", 60, 100]]), []],
    ["was stopped before it sent anything: nothing", tested("not-enough", []), []],
    [
      "found where the requirements end: what has it run there at the plan's utilisation at most",
      tested("not-enough", [["peak", 60, 7200]], { from: 48, to: 52 }),
      [{ moreThan: 6, atMost: 9.286 }],
    ],
    [
      "was enough at full load, above where the requirements end: as much",
      tested("enough", [["full", 86, 10284]], { from: 70, to: 78 }),
      [{ moreThan: 10.75, atMost: 13.93 }],
    ],
    [
      "was enough at full load, far above where the requirements end: what that allows",
      tested("enough", [["full", 86, 10284]], { from: 50, to: 56 }),
      [{ moreThan: 8.929, atMost: 10 }],
    ],
    ["kept to nothing that was tried, and ended: nothing", tested("open", [], { from: 0 }), []],
    ["found no end: so much at least", tested("enough", [], { from: 96 }), [{ moreThan: 12 }]],
    ["is of another version: nothing", { status: "enough", instances: "many" }, []],
  ])("of a test under load that %s", (_, loadTest, expected) => {
    const found = retrospectiveOf(back({ journal: [], loadTest }))?.throughput?.seen ?? [];

    expect(
      found.map(({ moreThan, atMost }) => ({ moreThan, ...(atMost !== undefined && { atMost }) })),
    ).toEqual(expected);
  });

  test("of instance types that could not be had, and of a pool", () => {
    const tried = [{ instanceType: "ml.p4d.24xlarge", reason: "no", since: at(0), until: at(8), usd: 0 }];
    const planning = { needs, tried } as never;
    const unlaunched = retrospectiveOf(back({ record: { ...back().record, planning }, launch }));
    const pool = {
      ...launch,
      of: "training" as const,
      thereAt: undefined,
      instances: { "ml.g5.12xlarge": 2 },
    };

    expect(unlaunched?.raises?.map(({ instanceType, came }) => [instanceType, came])).toEqual([
      ["ml.p4d.24xlarge", false],
      ["ml.g5.xlarge", true],
    ]);
    expect(
      retrospectiveOf(back({ record: { ...back().record, planning: {} }, launch: pool, journal: [] })),
    ).toEqual({
      schema: 1,
      raises: [{ instanceType: "ml.g5.12xlarge", of: "training", came: false, at: at(1) }],
    });
  });

  test("of one of which nothing was planned, or whose plan nobody can read, is not known", () => {
    const { record } = back();

    expect(retrospectiveOf(back({ record: { ...record, planning: undefined } }))).toBeUndefined();
    expect(retrospectiveOf(back({ record: { ...record, plan: { model: "chat" } } }))).toBeUndefined();
  });
});
