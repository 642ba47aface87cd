/** From KPIs to CloudWatch series and back to observations: nothing that is missing is ever taken for a zero. */
import { describe, expect, test } from "vitest";
import { metrics } from "../../../src/aws/serving/sagemaker/metrics.ts";
import type { Side } from "../../../src/core/kpis/kinds/kind.ts";
import { observationsFrom, verdictSettings } from "../../../src/core/kpis/metrics.ts";
import { type Series, type SeriesAddress, seriesBook, seriesQueries } from "../../../src/core/kpis/series.ts";
import { Kpis } from "../../../src/core/plan/kpis.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { plan, planWith } from "../example.ts";

const sides = { endpoint: "chat-assistant", stable: "v6", candidate: "v7", metrics };
const minute = 1_780_000_020;

/** A plan judged by one KPI beside the availability that every plan needs. */
const judgedBy = (kpi: object): Plan =>
  planWith({ kpis: Kpis.parse([kpi, { kind: "availability", name: "all" }]) });

/** The queries of the first KPI, candidate's side, in a few words. */
const asked = (own: Plan) =>
  seriesQueries(own, sides, ["candidate"])
    .filter(({ of }) => of.kpi === own.kpis[0]?.name)
    .map(({ namespace, metric, statistic }) => `${namespace} ${metric} ${statistic}`);

/** A series as it comes back: of the plan's first KPI, where it names none. */
interface Read {
  readonly of: Omit<SeriesAddress, "kpi"> & { readonly kpi?: string };
  readonly values: Series;
}

/** Series of one side: `part: value`. */
const read = (side: Side, parts: Record<string, number>, at = minute): Read[] =>
  Object.entries(parts).map(([part, value]) => ({ of: { side, part }, values: new Map([[at, value]]) }));
const of = (kpi: string, all: readonly Read[]): Read[] =>
  all.map((one) => ({ ...one, of: { ...one.of, kpi } }));

const booked = (own: Plan, series: readonly Read[]) =>
  seriesBook(series.map(({ of, values }) => [{ of: { kpi: own.kpis[0]?.name ?? "", ...of } }, values]));
const seen = (own: Plan, ...series: Read[][]) => observationsFrom(own, booked(own, series.flat()));

const availability = { kind: "availability", name: "errors" };
const kinds: [string, object, string[]][] = [
  ["availability", availability, ["AWS/SageMaker Invocations Sum", "AWS/SageMaker Invocation5XXErrors Sum"]],
  [
    "availability with 4XX",
    { ...availability, count4xx: true },
    [
      "AWS/SageMaker Invocations Sum",
      "AWS/SageMaker Invocation5XXErrors Sum",
      "AWS/SageMaker Invocation4XXErrors Sum",
    ],
  ],
  [
    "errors of the model",
    { kind: "model-errors", name: "model" },
    ["AWS/SageMaker Invocations Sum", "AWS/SageMaker InvocationModelErrors Sum"],
  ],
  [
    "mean latency",
    { kind: "latency-mean", name: "mean" },
    ["AWS/SageMaker ModelLatency Average", "AWS/SageMaker ModelLatency SampleCount"],
  ],
  [
    "requests over a threshold",
    { kind: "latency-threshold", name: "slow", thresholdMs: 800 },
    ["AWS/SageMaker ModelLatency SampleCount", "AWS/SageMaker ModelLatency PR(:800000)"],
  ],
  [
    "a custom ratio",
    {
      kind: "custom",
      name: "refusals",
      bad: { namespace: "Chat", metric: "Refused" },
      total: { namespace: "Chat", metric: "Answered" },
    },
    ["Chat Answered Sum", "Chat Refused Sum"],
  ],
  ["the p99 ceiling", ceiling("latency-p99-ms"), ["AWS/SageMaker ModelLatency p99"]],
  [
    "the error ceiling",
    ceiling("error-rate-percent"),
    ["AWS/SageMaker Invocations Sum", "AWS/SageMaker Invocation5XXErrors Sum"],
  ],
  ["the CPU ceiling", ceiling("cpu-percent"), ["/aws/sagemaker/Endpoints CPUUtilization Average"]],
  ["the GPU ceiling", ceiling("gpu-percent"), ["/aws/sagemaker/Endpoints GPUUtilization Average"]],
  ["the memory ceiling", ceiling("memory-percent"), ["/aws/sagemaker/Endpoints MemoryUtilization Average"]],
];

function ceiling(of: string) {
  return { kind: "guardrail", name: "ceiling", of, ceiling: 50, minutes: { breaching: 2, outOf: 3 } };
}

test("a ceiling of the error rate is unknown where its failures are, and where nothing was asked", () => {
  const own = judgedBy(ceiling("error-rate-percent"));
  const [one] = seen(own, read("candidate", { total: 200 }), read("stable", { total: 0, bad5xx: 0 }));
  const [both] = seen(own, read("candidate", { total: 200, bad5xx: 3 }), read("stable", { bad5xx: 1 }));

  expect(one ?? { candidate: null, stable: null }).toMatchObject({ candidate: null, stable: null });
  expect(both).toMatchObject({ candidate: { value: 1.5 }, stable: null });
});

test("an interval counts from its end on", () => {
  const own = judgedBy(availability);
  const book = booked(own, read("candidate", { total: 200, bad5xx: 1 }));
  const at = (nowSeconds: number) => observationsFrom(own, book, { nowSeconds });

  expect(at(minute + 60).length).toBeGreaterThan(0);
  expect(at(minute + 59)).toEqual([]);
});

test("what the plan requires is read and judged as a ceiling, by requests enough to say so", () => {
  const own = { ...judgedBy(availability), requirements: { ...plan.requirements, errorRatePercent: 2 } };
  const asked = (kpi: string, side: Side) =>
    seriesQueries(own, sides).filter((query) => query.of.kpi === kpi && query.of.side === side);
  const [latency, rate] = ["latency-requirement", "error-requirement"];
  const values = seen(
    own,
    of(latency, read("candidate", { micros: 2_000_000, count: 40 })),
    of(latency, read("stable", { micros: 900_000, count: 40 })),
  );
  const rates = seen(
    own,
    of(rate, read("candidate", { total: 20, bad5xx: 1 })),
    of(rate, read("stable", { total: 2000, bad5xx: 100 })),
  );
  const unknown = seen(
    own,
    of(latency, read("candidate", { count: 400 })),
    of(latency, read("stable", { micros: 2_000_000, count: 400 })),
  );

  expect(unknown).toMatchObject([{ candidate: null, stable: { value: 2000 } }]);
  expect(asked(latency, "candidate").map(({ metric, statistic }) => [metric, statistic])).toEqual([
    ["ModelLatency", "p99"],
    ["ModelLatency", "SampleCount"],
  ]);
  expect(asked(rate, "stable").map(({ metric }) => metric)).toEqual(["Invocations", "Invocation5XXErrors"]);
  expect(seriesQueries(own, sides, ["stable"]).some((query) => query.of.kpi === latency)).toBe(false);
  expect(values).toMatchObject([{ kpi: "latency-requirement", candidate: { value: 1500 }, stable: null }]);
  expect(rates).toMatchObject([{ kpi: "error-requirement", stable: { value: expect.closeTo(4.3, 0) } }]);
  const [{ candidate } = { candidate: null }] = rates;
  expect(candidate !== null && "value" in candidate && candidate.value).toBeLessThan(2);
  expect(verdictSettings(own).kpis.slice(2)).toMatchObject([
    { shape: "value", name: "latency-requirement", ceiling: 1500, breaching: 3, outOf: 5 },
    { shape: "value", name: "error-requirement", ceiling: 2, breaching: 3, outOf: 5 },
  ]);
});

describe("the series of", () => {
  test.each(kinds)("%s", (_, kpi, expected) => {
    expect(asked(judgedBy(kpi))).toEqual(expected);
  });

  test("a plan are asked for both variants, each under an address of its own", () => {
    const queries = seriesQueries(plan, sides);

    expect(new Set(queries.map((query) => JSON.stringify(query.of))).size).toBe(queries.length);
    expect(new Set(queries.map(({ dimensions }) => dimensions.VariantName))).toEqual(new Set(["v6", "v7"]));
    expect(queries.every(({ dimensions }) => dimensions.EndpointName === "chat-assistant")).toBe(true);
  });

  test("stable's past are those of stable alone", () => {
    const queries = seriesQueries(plan, sides, ["stable"]);

    expect(queries.every(({ dimensions }) => dimensions.VariantName === "v6")).toBe(true);
  });

  test("a custom metric keep the dimensions that the plan gives it", () => {
    const metric = (name: string) => ({
      namespace: "Chat",
      metric: name,
      dimensions: { VariantName: "all" },
    });
    const own = judgedBy({
      kind: "custom",
      name: "refusals",
      bad: metric("Refused"),
      total: metric("Answered"),
    });

    expect(seriesQueries(own, sides, ["candidate"])[0]?.dimensions).toEqual({
      EndpointName: "chat-assistant",
      VariantName: "all",
    });
  });
});

describe("an observation", () => {
  test("of availability counts failed requests of all requests", () => {
    const [observation] = seen(
      judgedBy(availability),
      read("candidate", { total: 300, bad5xx: 3 }),
      read("stable", { total: 2700, bad5xx: 12 }),
    );

    expect(observation).toEqual({
      kpi: "errors",
      at: minute,
      seconds: 60,
      candidate: { requests: 300, bad: 3 },
      stable: { requests: 2700, bad: 12 },
    });
  });

  test("adds 4XX answers where the plan counts them", () => {
    const own = judgedBy({ ...availability, count4xx: true });

    const [observation] = seen(own, read("candidate", { total: 300, bad5xx: 3, bad4xx: 4 }));

    expect(observation?.candidate).toEqual({ requests: 300, bad: 7 });
  });

  test("of the model's errors counts what its container answered wrong", () => {
    const own = judgedBy({ kind: "model-errors", name: "model" });

    const [observation] = seen(own, read("candidate", { total: 300, bad: 5 }));

    expect(observation?.candidate).toEqual({ requests: 300, bad: 5 });
    expect(verdictSettings(own).kpis[0]).toMatchObject({ shape: "count", verb: "errs" });
  });

  test("of latency is in milliseconds, from CloudWatch's microseconds", () => {
    const mean = seen(
      judgedBy({ kind: "latency-mean", name: "mean" }),
      read("candidate", { mean: 450_000, count: 300 }),
    );
    const p99 = seen(judgedBy(ceiling("latency-p99-ms")), read("candidate", { micros: 1_200_000 }));

    expect(mean[0]?.candidate).toEqual({ mean: 450, count: 300 });
    expect(p99[0]?.candidate).toEqual({ value: 1200 });
  });

  test("of a threshold counts the requests above it", () => {
    const own = judgedBy({ kind: "latency-threshold", name: "slow", thresholdMs: 800 });

    const [observation] = seen(own, read("candidate", { count: 300, fast: 99 }));

    expect(observation?.candidate).toEqual({ requests: 300, bad: 3 });
  });

  test("of the error ceiling is a percentage, and none where there were no requests", () => {
    const own = judgedBy(ceiling("error-rate-percent"));

    const [observation] = seen(
      own,
      read("candidate", { total: 200, bad5xx: 5 }),
      read("stable", { total: 0, bad5xx: 0 }),
    );

    expect(observation).toMatchObject({ candidate: { value: 2.5 }, stable: null });
  });

  test.each([
    ["requests without their errors", availability, { total: 300 }],
    ["errors without their requests", availability, { bad5xx: 3 }],
    ["a mean without its count", { kind: "latency-mean", name: "mean" }, { mean: 450_000 }],
    ["a count without its rank", { kind: "latency-threshold", name: "slow", thresholdMs: 800 }, { count: 3 }],
  ])("is missing for %s", (_, kpi, parts) => {
    expect(seen(judgedBy(kpi), read("candidate", parts as Record<string, number>))).toEqual([]);
  });

  test("keeps the other side where one is missing", () => {
    const [observation] = seen(judgedBy(availability), read("stable", { total: 2700, bad5xx: 12 }));

    expect(observation).toMatchObject({ candidate: null, stable: { requests: 2700, bad: 12 } });
  });

  test("comes for each interval in the order of time, as long as the plan's interval", () => {
    const own = { ...judgedBy(availability), rollout: { ...plan.rollout, intervalSeconds: 30 as const } };
    const both = ["total", "bad5xx"].map(
      (part): Read => ({
        of: { side: "candidate", part },
        values: new Map([
          [minute + 30, 1],
          [minute, 0],
        ]),
      }),
    );

    const observations = seen(own, both);

    expect(observations.map(({ at, seconds }) => [at, seconds])).toEqual([
      [minute, 30],
      [minute + 30, 30],
    ]);
  });
});

test("the verdict engine gets each KPI with its weight, its tolerance, or its ceiling and its minutes", () => {
  const settings = verdictSettings(plan);

  expect(settings).toMatchObject({ minimumRequests: 100, intervalSeconds: 60, stages: 4 });
  expect(settings.kpis).toEqual([
    { shape: "count", verb: "fails", name: "errors", weight: 0.6, tolerance: 0, hostSpread: 0.15 },
    { shape: "mean", name: "latency", weight: 0.4, tolerance: 0.1, hostSpread: 0.15 },
    { shape: "value", name: "latency-ceiling", ceiling: 1500, breaching: 3, outOf: 5 },
    { shape: "value", name: "error-ceiling", ceiling: 5, breaching: 3, outOf: 5 },
  ]);
});

test.each([
  [10, 18, 30],
  [30, 6, 10],
] as const)(
  "a ceiling's minutes are minutes at intervals of %d s, too",
  (intervalSeconds, breaching, outOf) => {
    const settings = verdictSettings(planWith({ rollout: { intervalSeconds } }));

    expect(settings.kpis.filter(({ shape }) => shape === "value")).toMatchObject([
      { breaching, outOf },
      { breaching, outOf },
    ]);
  },
);
