import type { GetMetricDataCommandInput, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { describe, expect, it } from "vitest";
import { hostFactor } from "#twin/world";
import { minuteMs, startMs } from "../world/example.ts";
import { sagemakerTwin } from "./sagemaker-twin.ts";

type Twin = ReturnType<typeof sagemakerTwin>;

const minute = (n: number) => new Date(startMs + n * minuteMs);

/** The instances of the fleet that serves. */
const servingIds = ({ world }: Twin): string[] =>
  (world.state.endpoints.get("chat")?.variants ?? []).flatMap(({ instances }) =>
    instances.map(({ id }) => id),
  );

function query(
  MetricName: string,
  Stat: string,
  options: { variant?: string; namespace?: string; period?: number; instance?: string } = {},
): MetricDataQuery {
  const { variant = "v6", namespace = "AWS/SageMaker", period = 60, instance } = options;
  const Dimensions = [
    { Name: "EndpointName", Value: "chat" },
    { Name: "VariantName", Value: variant },
    ...(instance === undefined ? [] : [{ Name: "InstanceId", Value: instance }]),
  ];
  return {
    Id: "q",
    MetricStat: { Metric: { Namespace: namespace, MetricName, Dimensions }, Period: period, Stat },
  };
}

/** One metric's points, oldest first, by minute since the start. */
async function read(twin: Twin, given: MetricDataQuery, span: [number, number]): Promise<[number, number][]> {
  const { MetricDataResults } = await twin.cloudwatch.getMetricData({
    MetricDataQueries: [given],
    StartTime: minute(span[0]),
    EndTime: minute(span[1]),
    ScanBy: "TimestampAscending",
  });
  const [result] = MetricDataResults ?? [];
  return (result?.Timestamps ?? []).map((at, i) => [
    (at.getTime() - startMs) / minuteMs,
    result?.Values?.[i] ?? Number.NaN,
  ]);
}
const values = async (...args: Parameters<typeof read>) => (await read(...args)).map(([, value]) => value);

describe("GetMetricData", () => {
  it("takes the start and leaves out the end", async () => {
    const twin = sagemakerTwin();
    twin.wait(20);

    const points = await read(twin, query("Invocations", "Sum"), [3, 6]);

    expect(points.map(([at]) => at)).toEqual([3, 4, 5]);
  });

  it("gives the newest first unless told otherwise", async () => {
    const twin = sagemakerTwin();
    twin.wait(20);

    const { MetricDataResults } = await twin.cloudwatch.getMetricData({
      MetricDataQueries: [query("Invocations", "Sum")],
      StartTime: minute(3),
      EndTime: minute(6),
    });

    expect(MetricDataResults?.[0]).toMatchObject({
      Label: "Invocations",
      StatusCode: "Complete",
      Timestamps: [minute(5), minute(4), minute(3)],
    });
  });

  it("shows a minute only once its lag is over", async () => {
    const twin = sagemakerTwin({ metrics: { lagSeconds: 75 } });
    const seen = async () => (await read(twin, query("Invocations", "Sum"), [0, 60])).length;

    twin.wait(2.2);
    const early = await seen();
    twin.wait(0.1);
    const late = await seen();

    expect([early, late]).toEqual([0, 1]);
  });

  it("agrees with what the world served", async () => {
    const twin = sagemakerTwin();
    twin.wait(20);
    const minutes = twin.world
      .timeline()
      .slice(2, 12)
      .map((each) => each.variants["v6"]);

    expect(await values(twin, query("Invocations", "Sum"), [2, 12])).toEqual(
      minutes.map((each) => each?.requests),
    );
    expect(await values(twin, query("Invocation5XXErrors", "Sum"), [2, 12])).toEqual(
      minutes.map((each) => each?.errors),
    );
    const latencies = await values(twin, query("ModelLatency", "Average"), [2, 12]);
    for (const [i, latency] of latencies.entries())
      expect(latency / 1000).toBeCloseTo(minutes[i]?.latencyMs ?? 0, 0);
  });

  it("reads errors as a rate by Average, and latency in microseconds with percentiles in order", async () => {
    const twin = sagemakerTwin({ service: { errorPercent: 4 } });
    twin.wait(20);

    const rates = await values(twin, query("Invocation5XXErrors", "Average"), [0, 15]);
    const stats = ["Minimum", "p50", "p90", "p99", "Maximum"];
    const latencies = await Promise.all(
      stats.map(async (stat) => (await values(twin, query("ModelLatency", stat), [5, 6]))[0] ?? 0),
    );

    expect(rates.reduce((sum, rate) => sum + rate, 0) / rates.length).toBeCloseTo(0.04, 1.9);
    expect(latencies).toEqual(latencies.toSorted((a, b) => a - b));
    expect(latencies[1]).toBeGreaterThan(300_000);
    expect(latencies[3]).toBeLessThan(2_500_000);
  });

  it("adds minutes up for a longer period", async () => {
    const twin = sagemakerTwin();
    twin.wait(20);

    const minutes = await values(twin, query("Invocations", "Sum"), [0, 15]);
    const fives = await values(twin, query("Invocations", "Sum", { period: 300 }), [0, 15]);
    const samples = await values(twin, query("ModelLatency", "SampleCount", { period: 900 }), [0, 15]);

    const sum = (from: number, to: number) =>
      minutes.slice(from, to).reduce((total, each) => total + each, 0);
    expect(fives).toEqual([sum(0, 5), sum(5, 10), sum(10, 15)]);
    expect(samples).toEqual([sum(0, 15)]);
  });

  it("has a day of history of the serving variant, the same whenever it is read", async () => {
    const twin = sagemakerTwin();

    const day = await read(twin, query("Invocations", "Sum"), [-1440, 0]);
    twin.wait(30);
    const later = await read(twin, query("Invocations", "Sum"), [-1440, 0]);

    // The last two minutes are not visible yet: they come 75 seconds after their end.
    expect(day).toHaveLength(1438);
    expect(later.slice(0, 1438)).toEqual(day);
    expect(new Set(day.map(([, value]) => value)).size).toBeGreaterThan(300);
  });

  it("publishes nothing about invocations in minutes without requests, and utilisation all the same", async () => {
    const twin = sagemakerTwin({ traffic: { changes: [{ atMinute: 0, factor: 0 }] } });
    twin.wait(20);

    expect(await read(twin, query("Invocations", "Sum"), [0, 15])).toEqual([]);
    expect(await read(twin, query("Invocation5XXErrors", "Sum"), [0, 15])).toEqual([]);
    const gpu = await values(
      twin,
      query("GPUUtilization", "Average", { namespace: "/aws/sagemaker/Endpoints" }),
      [0, 15],
    );
    expect(gpu).toHaveLength(15);
  });

  it("sums CPU over cores and GPU over accelerators, as SageMaker does", async () => {
    const twin = sagemakerTwin();
    twin.wait(20);
    const host = (name: string) =>
      values(twin, query(name, "Average", { namespace: "/aws/sagemaker/Endpoints" }), [3, 4]);

    const [[cpu = 0], [gpu = 0], [memory = 0]] = [
      await host("CPUUtilization"),
      await host("GPUUtilization"),
      await host("MemoryUtilization"),
    ] as [number[], number[], number[]];

    // A g5.xlarge has four cores and one accelerator.
    expect(cpu).toBeGreaterThan(100);
    expect(cpu).toBeLessThan(400);
    expect(gpu).toBeGreaterThan(10);
    expect(gpu).toBeLessThan(100);
    expect(memory).toBeLessThan(100);
  });

  it("never shows the minutes that the world loses", async () => {
    const lossy = sagemakerTwin({ metrics: { missingPercent: 30 } });
    const silent = sagemakerTwin({ metrics: { outages: [{ atMinute: 5, minutes: 5 }] } });
    for (const twin of [lossy, silent]) twin.wait(130);

    const some = await read(lossy, query("Invocations", "Sum"), [0, 120]);
    const around = await read(silent, query("Invocations", "Sum"), [0, 15]);

    expect(some.length).toBeGreaterThan(65);
    expect(some.length).toBeLessThan(105);
    expect(around.map(([at]) => at)).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
  });

  it("pages by MaxDatapoints over all queries, marking the one that is cut", async () => {
    const twin = sagemakerTwin();
    twin.wait(20);
    const request: GetMetricDataCommandInput = {
      MetricDataQueries: [
        { ...query("Invocations", "Sum"), Id: "a" },
        { ...query("Invocations", "Sum", { variant: "none" }), Id: "nothing" },
        { ...query("ModelLatency", "Average"), Id: "b" },
      ],
      StartTime: minute(0),
      EndTime: minute(5),
      MaxDatapoints: 7,
    };

    const first = await twin.cloudwatch.getMetricData(request);
    const second = await twin.cloudwatch.getMetricData({ ...request, NextToken: first.NextToken });

    const shape = (page: typeof first) =>
      page.MetricDataResults?.map((each) => [each.Id, each.Values?.length, each.StatusCode]);
    expect(shape(first)).toEqual([
      ["a", 5, "Complete"],
      ["nothing", 0, "Complete"],
      ["b", 2, "PartialData"],
    ]);
    expect(shape(second)).toEqual([["b", 3, "Complete"]]);
    expect(second.NextToken).toBeUndefined();
  });

  it("answers nothing for dimensions that do not match exactly", async () => {
    const twin = sagemakerTwin();
    twin.wait(20);

    expect(await read(twin, query("Invocations", "Sum", { variant: "V6" }), [0, 15])).toEqual([]);
    expect(
      await read(twin, query("Invocations", "Sum", { namespace: "/aws/sagemaker/Endpoints" }), [0, 15]),
    ).toEqual([]);
    expect(await read(twin, query("Invocations", "Sum", { instance: "i-0" }), [0, 15])).toEqual([]);
  });

  /** The code on the wire is ValidationError, as it always was; the SDK's newer model calls it ValidationException. */
  it("refuses expressions, odd periods, unknown statistics and a span that ends before it starts", async () => {
    const twin = sagemakerTwin();
    const send = (given: MetricDataQuery, to = 5) =>
      twin.cloudwatch.getMetricData({
        MetricDataQueries: [given],
        StartTime: minute(0),
        EndTime: minute(to),
      });

    await expect(send({ Id: "e", Expression: "a / b" })).rejects.toMatchObject({
      name: "ValidationException",
      message: "the twin does not model GetMetricData's MetricDataQueries.Expression",
    });
    await expect(send(query("Invocations", "Sum", { period: 45 }))).rejects.toMatchObject({
      name: "ValidationException",
    });
    await expect(send(query("ModelLatency", "tm99"))).rejects.toMatchObject({
      message: "the twin does not model the statistic tm99",
    });
    await expect(send(query("Invocations", "Sum"), 0)).rejects.toMatchObject({
      message: "The parameter StartTime must be less than the parameter EndTime.",
    });
    await expect(
      twin.cloudwatch.getMetricData({
        MetricDataQueries: [query("Invocations", "Sum")],
        StartTime: minute(0),
        EndTime: minute(1),
        NextToken: "?",
      }),
    ).rejects.toMatchObject({ name: "InvalidNextToken" });
  });
});

describe("Enhanced metrics", () => {
  const enhanced = { metrics: { enhancedSeconds: 10 as const, lagSeconds: 15 } };

  it("come every ten seconds, and add up to the minute", async () => {
    const twin = sagemakerTwin(enhanced);
    twin.wait(5);

    const tens = await values(twin, query("Invocations", "Sum", { period: 10 }), [1, 2]);
    const [minutes] = await values(twin, query("Invocations", "Sum"), [1, 2]);

    expect(tens).toHaveLength(6);
    expect(tens.reduce((sum, each) => sum + each, 0)).toBe(minutes);
  });

  it("say the same of a minute to whoever looked at a part of it before", async () => {
    const [looked, other] = [sagemakerTwin(enhanced), sagemakerTwin(enhanced)];
    for (const twin of [looked, other]) twin.wait(5);
    for (const range of [[1.5, 2] as const, [1, 1.5] as const])
      await values(looked, query("ModelLatency", "p99", { period: 10 }), [...range]);

    const [seen, unseen] = await Promise.all(
      [looked, other].map((twin) => values(twin, query("ModelLatency", "p99"), [1, 3])),
    );

    expect(seen).toHaveLength(2);
    expect(seen).toEqual(unseen);
  });

  it("come per instance, and the instances add up to the variant", async () => {
    const twin = sagemakerTwin(enhanced);
    twin.wait(5);
    const ids = servingIds(twin);

    const each = await Promise.all(
      ids.map((instance) => values(twin, query("Invocations", "Sum", { instance }), [1, 4])),
    );
    const errors = await Promise.all(
      ids.map((instance) => values(twin, query("Invocation5XXErrors", "Sum", { instance }), [1, 4])),
    );

    const sum = (all: number[][]) =>
      [0, 1, 2].map((i) => all.reduce((total, own) => total + (own[i] ?? 0), 0));
    expect(sum(each)).toEqual(await values(twin, query("Invocations", "Sum"), [1, 4]));
    expect(sum(errors)).toEqual(await values(twin, query("Invocation5XXErrors", "Sum"), [1, 4]));
    expect(new Set(each.map(([first]) => first)).size).toBeGreaterThan(4);
  });

  it("are dealt to the instances that answered: to those that load their models go failures, or nothing", async () => {
    const of = async (healthCheck: "deep" | "shallow") => {
      const provisioning = { secondsP50: 60, secondsP95: 60, modelLoadSeconds: 600, healthCheck } as const;
      const twin = sagemakerTwin({ ...enhanced, provisioning });
      twin.world.state.scalableTargets.clear();
      await twin.sagemaker.updateEndpointWeightsAndCapacities({
        EndpointName: "chat",
        DesiredWeightsAndCapacities: [{ VariantName: "v6", DesiredInstanceCount: 9 }],
      });
      twin.wait(5);
      const { instances = [] } = twin.world.state.endpoints.get("chat")?.variants[0] ?? {};
      const cold = instances.at(-1)?.id ?? "";
      const sum = async (metric: string, instance: string) =>
        (await values(twin, query(metric, "Sum", { instance }), [3, 4])).reduce((a, b) => a + b, 0);
      return [await sum("Invocations", cold), await sum("Invocation5XXErrors", cold)] as const;
    };

    const [[none], [failed, failures]] = [await of("deep"), await of("shallow")];
    expect(none).toBe(0);
    expect(failed).toBeGreaterThan(0);
    expect(failures).toBe(failed);
  });

  it("fail as often as each instance does where these differ, before the world began and after", async () => {
    const twin = sagemakerTwin({ ...enhanced, service: { errorPercent: 10, hostSpread: 0.8 } });
    twin.wait(62);
    const sum = async (metric: string, span: [number, number], instance?: string) =>
      (await values(twin, query(metric, "Sum", { ...(instance && { instance }) }), span)).reduce(
        (total, value) => total + value,
        0,
      );
    const ids = servingIds(twin).toSorted((a, b) => hostFactor(twin.world, a) - hostFactor(twin.world, b));

    for (const span of [
      [-60, 0],
      [1, 60],
    ] as [number, number][]) {
      const failed = await Promise.all(ids.map((id) => sum("Invocation5XXErrors", span, id)));
      const requests = await Promise.all(ids.map((id) => sum("Invocations", span, id)));
      const rates = failed.map((bad, i) => bad / (requests[i] ?? 1));
      const expected = ids.map((id) => 0.1 * hostFactor(twin.world, id));

      expect(failed.reduce((a, b) => a + b)).toBe(await sum("Invocation5XXErrors", span));
      expect((rates.at(-1) ?? 0) / (rates[0] ?? 1)).toBeGreaterThan(2);
      for (const [i, rate] of rates.entries()) {
        expect(rate).toBeGreaterThan(0.7 * (expected[i] ?? 0));
        expect(rate).toBeLessThan(1.3 * (expected[i] ?? 0));
      }
    }
  });

  it("tell which instance of the candidate fails alone", async () => {
    const candidate = { errorFactor: 30, onOneInstance: true };
    const twin = sagemakerTwin({ ...enhanced, service: { errorPercent: 1 }, candidate });
    await twin.joinCandidate();
    await twin.shift(1, 1);
    twin.wait(5);
    const endpoint = twin.world.state.endpoints.get("chat");
    if (endpoint !== undefined) endpoint.enhancedSeconds = 60;
    twin.wait(62);
    const { variants = [] } = endpoint ?? {};
    const { instances = [] } = variants.find(({ name }) => name === "v7") ?? {};
    const sum = async (metric: string, instance: string) =>
      (await values(twin, query(metric, "Sum", { variant: "v7", instance }), [31, 90])).reduce(
        (a, b) => a + b,
        0,
      );
    const [alone = 0, ...others] = await Promise.all(
      instances.map(
        async ({ id }) => (await sum("Invocation5XXErrors", id)) / (await sum("Invocations", id)),
      ),
    );

    expect(instances.length).toBeGreaterThan(2);
    expect(alone).toBeGreaterThan(0.2);
    expect(alone).toBeLessThan(0.4);
    expect(Math.max(...others)).toBeLessThan(0.05);
  });

  it("are per variant and minute only where they are off", async () => {
    const twin = sagemakerTwin({ metrics: { enhancedSeconds: null } });
    twin.wait(5);

    const tens = await read(twin, query("Invocations", "Sum", { period: 10 }), [1, 3]);
    const [instance] = servingIds(twin);

    expect(tens.map(([at]) => at)).toEqual([1, 2]);
    expect(await read(twin, query("Invocations", "Sum", { instance: instance ?? "" }), [1, 3])).toEqual([]);
  });

  it("reach three hours back before the world began, per instance too", async () => {
    const twin = sagemakerTwin(enhanced);
    const [instance] = servingIds(twin);

    const tens = await values(twin, query("Invocations", "Sum", { period: 10 }), [-180, -1]);
    const own = await values(
      twin,
      query("Invocations", "Sum", { period: 10, instance: instance ?? "" }),
      [-10, -1],
    );
    const [minutes] = await values(twin, query("Invocations", "Sum"), [-5, -4]);
    const six = await values(twin, query("Invocations", "Sum", { period: 10 }), [-5, -4]);

    expect(tens).toHaveLength(179 * 6);
    expect(own).toHaveLength(54);
    expect(six.reduce((sum, each) => sum + each, 0)).toBe(minutes);
  });

  it("are kept at ten seconds for three hours", async () => {
    const twin = sagemakerTwin(enhanced);
    twin.wait(240);

    const tens = await read(twin, query("Invocations", "Sum", { period: 10 }), [0, 240]);
    const minutes = await read(twin, query("Invocations", "Sum"), [0, 240]);

    expect(tens[0]?.[0]).toBeGreaterThanOrEqual(60);
    expect(minutes[0]?.[0]).toBe(0);
  });
});

describe("GetMetricStatistics", () => {
  it("gives several statistics of a point at once, with its unit", async () => {
    const twin = sagemakerTwin();
    twin.wait(20);

    const { Label, Datapoints } = await twin.cloudwatch.getMetricStatistics({
      Namespace: "AWS/SageMaker",
      MetricName: "ModelLatency",
      Dimensions: query("", "").MetricStat?.Metric?.Dimensions,
      StartTime: minute(2),
      EndTime: minute(4),
      Period: 60,
      Statistics: ["Average", "SampleCount"],
      ExtendedStatistics: ["p99"],
    });

    expect(Label).toBe("ModelLatency");
    expect(Datapoints).toHaveLength(2);
    expect(Datapoints?.[0]).toMatchObject({
      Unit: "Microseconds",
      ExtendedStatistics: { p99: expect.any(Number) },
    });
    expect(Datapoints?.[0]?.SampleCount).toBeGreaterThan(1000);
  });

  it("refuses more than 1,440 points and a call without statistics", async () => {
    const twin = sagemakerTwin();
    const send = (extra: object, days = 1) =>
      twin.cloudwatch.getMetricStatistics({
        Namespace: "AWS/SageMaker",
        MetricName: "Invocations",
        StartTime: minute(-1440 * days),
        EndTime: minute(0),
        Period: 60,
        ...extra,
      });

    await expect(send({ Statistics: ["Sum"] }, 2)).rejects.toMatchObject({
      name: "InvalidParameterCombinationException",
      message: "You have requested up to 2880 datapoints, which exceeds the limit of 1,440.",
    });
    await expect(send({})).rejects.toMatchObject({ name: "InvalidParameterCombinationException" });
  });
});

describe("Metrics of one's own", () => {
  it("are read back with the statistics that their values allow", async () => {
    const twin = sagemakerTwin();
    await twin.cloudwatch.putMetricData({
      Namespace: "Chat",
      MetricData: [
        { MetricName: "thumbs-down", Values: [1, 3], Counts: [4, 2], Timestamp: minute(0) },
        {
          MetricName: "answers",
          StatisticValues: { SampleCount: 10, Sum: 90, Minimum: 1, Maximum: 30 },
          Timestamp: minute(0),
        },
      ],
    });
    const stat = async (MetricName: string, Stat: string) => {
      const given: MetricDataQuery = {
        Id: "q",
        MetricStat: { Metric: { Namespace: "Chat", MetricName }, Period: 60, Stat },
      };
      return values(twin, given, [0, 1]);
    };

    expect(await stat("thumbs-down", "Sum")).toEqual([10]);
    expect(await stat("thumbs-down", "p99")).toEqual([3]);
    expect(await stat("answers", "Average")).toEqual([9]);
    expect(await stat("answers", "p99")).toEqual([]);
  });

  it("may not use AWS's namespaces, nor mix ways of giving values", async () => {
    const twin = sagemakerTwin();

    await expect(
      twin.cloudwatch.putMetricData({
        Namespace: "AWS/SageMaker",
        MetricData: [{ MetricName: "x", Value: 1 }],
      }),
    ).rejects.toMatchObject({ name: "InvalidParameterValueException" });
    await expect(
      twin.cloudwatch.putMetricData({
        Namespace: "Chat",
        MetricData: [{ MetricName: "x", Value: 1, Values: [1] }],
      }),
    ).rejects.toMatchObject({ name: "InvalidParameterCombinationException" });
  });

  it("are listed with SageMaker's, by namespace and dimension", async () => {
    const twin = sagemakerTwin();
    await twin.cloudwatch.putMetricData({
      Namespace: "Chat",
      MetricData: [{ MetricName: "answers", Value: 1 }],
    });

    const own = await twin.cloudwatch.listMetrics({ Namespace: "Chat" });
    const variant = await twin.cloudwatch.listMetrics({ Dimensions: [{ Name: "VariantName", Value: "v6" }] });
    const candidate = await twin.cloudwatch.listMetrics({
      Dimensions: [{ Name: "VariantName", Value: "v7" }],
    });

    expect(own.Metrics).toEqual([{ Namespace: "Chat", MetricName: "answers", Dimensions: [] }]);
    expect(variant.Metrics?.map((each) => each.MetricName)).toEqual(
      expect.arrayContaining([
        "Invocations",
        "Invocation5XXErrors",
        "ModelLatency",
        "CPUUtilization",
        "GPUUtilization",
      ]),
    );
    expect(candidate.Metrics).toEqual([]);
  });
});

describe("Alarms", () => {
  const alarm = (twin: Twin, extra: object = {}) =>
    twin.cloudwatch.putMetricAlarm({
      AlarmName: "errors",
      Namespace: "AWS/SageMaker",
      MetricName: "Invocation5XXErrors",
      Dimensions: query("", "").MetricStat?.Metric?.Dimensions,
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Threshold: 0.05,
      ComparisonOperator: "GreaterThanThreshold",
      ...extra,
    });
  const stateOf = async (twin: Twin) =>
    (await twin.cloudwatch.describeAlarms({ AlarmNames: ["errors"] })).MetricAlarms?.[0]?.StateValue;

  it("begin without data, are OK while all is well, go off in a shock and recover after it", async () => {
    const twin = sagemakerTwin({ shocks: [{ atMinute: 10, minutes: 5, errorFactor: 30 }] });
    await alarm(twin);
    const states = [await stateOf(twin)];

    for (const minutes of [5, 9, 12]) {
      twin.wait(minutes);
      states.push(await stateOf(twin));
    }

    expect(states).toEqual(["INSUFFICIENT_DATA", "OK", "ALARM", "OK"]);
    expect(twin.world.events.filter((entry) => entry.kind === "alarm").map((entry) => entry.to)).toEqual([
      "OK",
      "ALARM",
      "OK",
    ]);
  });

  it.each([
    ["missing", "INSUFFICIENT_DATA"],
    ["notBreaching", "OK"],
    ["breaching", "ALARM"],
    ["ignore", "INSUFFICIENT_DATA"],
  ])("treat missing data as %s: %s", async (TreatMissingData, expected) => {
    const twin = sagemakerTwin({ traffic: { changes: [{ atMinute: 0, factor: 0 }] } });
    twin.wait(15);
    await alarm(twin, { TreatMissingData });

    twin.wait(10);

    expect(await stateOf(twin)).toBe(expected);
  });

  it("with a dimension that nothing publishes stay in INSUFFICIENT_DATA for ever", async () => {
    const twin = sagemakerTwin();
    await alarm(twin, { Dimensions: [{ Name: "EndpointName", Value: "chat" }] });

    twin.wait(60);

    expect(await stateOf(twin)).toBe("INSUFFICIENT_DATA");
  });

  it("keep their state when they are put again, and are described as they were put", async () => {
    const twin = sagemakerTwin();
    await alarm(twin);
    await twin.cloudwatch.setAlarmState({ AlarmName: "errors", StateValue: "ALARM", StateReason: "drill" });

    await alarm(twin, { Threshold: 0.5 });
    const { MetricAlarms } = await twin.cloudwatch.describeAlarms({ AlarmNamePrefix: "err" });

    expect(MetricAlarms?.[0]).toMatchObject({
      StateValue: "ALARM",
      StateReason: "drill",
      Threshold: 0.5,
      DatapointsToAlarm: 2,
    });
  });

  it("made of others follow their states by a rule, and are described only when asked for", async () => {
    const twin = sagemakerTwin({ shocks: [{ atMinute: 10, minutes: 5, errorFactor: 30 }] });
    await alarm(twin);
    const rule = 'ALARM("errors") AND NOT (INSUFFICIENT_DATA(errors) OR FALSE)';
    await twin.cloudwatch.putCompositeAlarm({ AlarmName: "pager", AlarmRule: rule });
    const pager = async () =>
      (await twin.cloudwatch.describeAlarms({ AlarmTypes: ["CompositeAlarm"] })).CompositeAlarms?.[0];
    const states = [(await pager())?.StateValue];

    for (const minutes of [5, 9, 12]) {
      twin.wait(minutes);
      states.push((await pager())?.StateValue);
    }

    expect(states).toEqual(["INSUFFICIENT_DATA", "OK", "ALARM", "OK"]);
    expect(await pager()).toMatchObject({ AlarmName: "pager", AlarmRule: rule });
    const { MetricAlarms, CompositeAlarms } = await twin.cloudwatch.describeAlarms({});
    expect([MetricAlarms?.map(({ AlarmName }) => AlarmName), CompositeAlarms]).toEqual([["errors"], []]);
    await twin.cloudwatch.deleteAlarms({ AlarmNames: ["pager"] });
    expect(await pager()).toBeUndefined();
  });

  it.each(["ALARM(errors", "ALARM(errors) OR", "errors", "ALARM(other)", "TRUE FALSE"])(
    "made of others take no rule such as %s",
    async (AlarmRule) => {
      const twin = sagemakerTwin();
      await alarm(twin);

      await expect(
        twin.cloudwatch.putCompositeAlarm({ AlarmName: "pager", AlarmRule }),
      ).rejects.toMatchObject({
        message: expect.stringContaining("AlarmRule must"),
      });
    },
  );

  it("are deleted by name, and refuse metric math by its name", async () => {
    const twin = sagemakerTwin();
    await alarm(twin);

    await twin.cloudwatch.deleteAlarms({ AlarmNames: ["errors"] });

    expect((await twin.cloudwatch.describeAlarms({})).MetricAlarms).toEqual([]);
    await expect(twin.cloudwatch.deleteAlarms({ AlarmNames: ["errors"] })).rejects.toMatchObject({
      name: "ResourceNotFound",
    });
    await expect(alarm(twin, { Metrics: [{ Id: "m", Expression: "a" }] })).rejects.toMatchObject({
      message: "the twin does not model PutMetricAlarm's Metrics",
    });
  });
});
