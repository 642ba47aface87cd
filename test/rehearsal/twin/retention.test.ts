/** How long CloudWatch keeps what, and which metrics it lists: user guide, "Metrics retention"; API reference of ListMetrics. */
import { describe, expect, it } from "vitest";
import { startMs } from "../world/example.ts";
import { sagemakerTwin } from "./sagemaker-twin.ts";

const dayMs = 86_400_000;
const before = (days: number) => new Date(startMs - days * dayMs);
const past = {
  days: 80,
  handoverMinutes: 120,
  served: [
    { variant: "v3", untilDaysAgo: 50 },
    { variant: "v4", untilDaysAgo: 20 },
    { variant: "v5", untilDaysAgo: 10 },
  ],
};

type Twin = ReturnType<typeof sagemakerTwin>;

/** Sums of Invocations, by days before the start, oldest first. */
async function invocations(
  twin: Twin,
  variant: string,
  [from, to, Period]: readonly [number, number, number],
) {
  const { MetricDataResults: [found] = [] } = await twin.cloudwatch.getMetricData({
    MetricDataQueries: [
      {
        Id: "q",
        MetricStat: {
          Metric: {
            Namespace: "AWS/SageMaker",
            MetricName: "Invocations",
            Dimensions: [
              { Name: "EndpointName", Value: "chat" },
              { Name: "VariantName", Value: variant },
            ],
          },
          Period,
          Stat: "Sum",
        },
      },
    ],
    StartTime: before(from),
    EndTime: before(to),
    ScanBy: "TimestampAscending",
  });
  return (found?.Timestamps ?? []).map((at, nth) => ({
    daysAgo: (startMs - at.getTime()) / dayMs,
    sum: found?.Values?.[nth] ?? 0,
  }));
}

describe("what is kept", () => {
  it("of minutes is fifteen days, and of five minutes sixty-three", async () => {
    const twin = sagemakerTwin({ past: { ...past, served: [] } });
    const [minutes, fives] = [
      await invocations(twin, "v6", [15.1, 14.9, 60]),
      await invocations(twin, "v6", [63.1, 62.9, 300]),
    ];
    expect(minutes[0]?.daysAgo).toBe(15);
    expect(minutes).toHaveLength(144);
    expect(fives[0]?.daysAgo).toBe(63);
    expect(fives).toHaveLength(29);
  });

  it("begins where the endpoint does", async () => {
    const twin = sagemakerTwin({ past: { days: 0.5 } });
    const found = await invocations(twin, "v6", [1, 0.25, 60]);
    expect(found).toHaveLength(360);
  });

  it("is as much by five minutes as by one, where both are kept", async () => {
    const twin = sagemakerTwin({});
    const sumOf = async (period: number) =>
      (await invocations(twin, "v6", [2, 1.875, period])).reduce((all, { sum }) => all + sum, 0);
    expect(await sumOf(60)).toBeGreaterThan(100);
    expect(await sumOf(300)).toBe(await sumOf(60));
  });
});

describe("variants that served before", () => {
  it("had the requests until the next one took over, evenly", async () => {
    const twin = sagemakerTwin({ past });
    const sums = async (variant: string, from: number, to: number) =>
      (await invocations(twin, variant, [from, to, 300])).reduce((all, { sum }) => all + sum, 0);
    const hours = (count: number) => count / 24;
    expect(await sums("v3", 49.9, 20)).toBe(0);
    expect(await sums("v4", 50, 20)).toBeGreaterThan(0);
    expect(await sums("v4", 60, 50)).toBe(0);
    const [older, newer] = [await sums("v4", 20, 20 - hours(1)), await sums("v5", 20, 20 - hours(1))];
    expect(newer / (older + newer)).toBeGreaterThan(0.15);
    expect(newer / (older + newer)).toBeLessThan(0.35);
    expect(await sums("v4", 20 - hours(2), 10)).toBe(0);
    expect(await sums("v6", 9.8, 9.7)).toBeGreaterThan(0);
  });

  it("are listed for two weeks, and not at all where only what is active is asked for", async () => {
    const twin = sagemakerTwin({ past });
    const listed = async (active: { RecentlyActive?: "PT3H" }) => {
      const { Metrics = [] } = await twin.cloudwatch.listMetrics({
        Namespace: "AWS/SageMaker",
        MetricName: "Invocations",
        ...active,
      });
      return Metrics.flatMap(({ Dimensions = [] }) =>
        Dimensions.length === 2 ? [Dimensions.find(({ Name }) => Name === "VariantName")?.Value] : [],
      );
    };
    expect((await listed({})).sort()).toEqual(["v5", "v6"]);
    expect(await listed({ RecentlyActive: "PT3H" })).toEqual(["v6"]);
  });
});
