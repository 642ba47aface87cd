/** Cost Explorer in the twin: days and months of the world's own bill, by tags, and what it does not show. */
import { describe, expect, test } from "vitest";
import { costExplorer, createTwin, sagemaker } from "#twin/services";
import { createWorld, WorldSpec } from "#twin/world";
import { accountOf } from "../../../src/rehearsal/account-of-plan.ts";
import { plan } from "../../core/example.ts";

const startMs = Date.UTC(2026, 10, 28, 6);
const day = 86_400_000;
const prices = { "ml.g5.xlarge": 2, "ml.g5.12xlarge": 10 };
const both = ["slipway:plan", "slipway:release"];

function account(billing: object = { activeTags: both }) {
  const world = createWorld({
    ...{ seed: 1, startMs },
    spec: WorldSpec.parse({ description: "test", scaling: { minPercent: 100 }, billing }),
    account: accountOf(plan),
  });
  const explorer = costExplorer({
    world,
    prices: () => prices,
    region: "eu-west-1",
    account: "123456789012",
  });
  const twin = createTwin([sagemaker(world), explorer], () => world.nowMs);
  const call = async (target: string, body: object) => {
    const answer = await twin.handle({
      ...{ method: "POST", path: "/", query: {}, protocol: "https:", hostname: "ce" },
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
      body: JSON.stringify(body),
    } as never);
    return { status: answer.statusCode, ...JSON.parse(Buffer.from(answer.body as Uint8Array).toString()) };
  };
  const asked = (more: object = {}) =>
    call("AWSInsightsIndexService.GetCostAndUsage", {
      TimePeriod: { Start: "2026-11-28", End: "2026-12-03" },
      ...{ Granularity: "DAILY", Metrics: ["UnblendedCost", "AmortizedCost"] },
      GroupBy: both.map((Key) => ({ Type: "TAG", Key })),
      ...more,
    });
  const train = (name: string, Tags: readonly object[]) =>
    call("SageMaker.CreateTrainingJob", {
      TrainingJobName: name,
      RoleArn: "arn:aws:iam::123456789012:role/training",
      AlgorithmSpecification: { TrainingImage: "image", TrainingInputMode: "File" },
      OutputDataConfig: { S3OutputPath: "s3://bucket/out" },
      ResourceConfig: {
        ...{ InstanceType: "ml.g5.12xlarge", InstanceCount: 2, VolumeSizeInGB: 50 },
        KeepAlivePeriodInSeconds: 3600,
      },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      Tags,
    });
  return { world, asked, train };
}
interface Result {
  TimePeriod: { Start: string };
  Groups: { Keys: string[]; Metrics: Record<string, { Amount: string }> }[];
  Estimated: boolean;
}
const tagged = [
  { Key: "slipway:plan", Value: "chat" },
  { Key: "slipway:release", Value: "chat-training" },
];
const sumOf = (results: readonly Result[], key: string) =>
  results
    .flatMap(({ Groups }) => Groups)
    .filter(({ Keys }) => Keys.includes(key))
    .reduce((sum, { Metrics }) => sum + Number(Metrics.UnblendedCost?.Amount), 0);

test("days are those of the world's bill, by the tags of what was paid for, a day late", async () => {
  const { world, asked, train } = account();
  expect((await train("one", tagged)).status).toBe(200);
  world.advanceTo(startMs + 4 * day);
  const { ResultsByTime } = (await asked()) as { ResultsByTime: Result[] };
  const hours = world.instanceHours().filter(({ owner }) => owner === "training/one");
  const served = world
    .instanceHours(Date.UTC(2026, 11, 1, 6))
    .filter(({ owner }) => owner.startsWith("chat"));

  expect(sumOf(ResultsByTime, "slipway:plan$chat")).toBeCloseTo(10 * (hours[0]?.hours ?? 0), 6);
  expect(hours[0]?.hours).toBeGreaterThan(2);
  // Nothing of the last 24 hours.
  expect(sumOf(ResultsByTime, "slipway:plan$")).toBeCloseTo(2 * (served[0]?.hours ?? 0), 6);
  expect(ResultsByTime.map(({ TimePeriod, Estimated }) => [TimePeriod.Start, Estimated])).toEqual([
    ["2026-11-28", false],
    ["2026-11-29", false],
    ["2026-11-30", false],
    ["2026-12-01", true],
  ]);
});

test("months are the sums of their days", async () => {
  const { world, asked, train } = account();
  await train("one", tagged);
  world.advanceTo(startMs + 6 * day);
  const [days, months] = await Promise.all(
    ["DAILY", "MONTHLY"].map(
      async (Granularity) => ((await asked({ Granularity })) as { ResultsByTime: Result[] }).ResultsByTime,
    ),
  );

  for (const key of ["slipway:plan$", "slipway:plan$chat"])
    expect(sumOf(months ?? [], key)).toBeCloseTo(sumOf(days ?? [], key), 6);
  expect(months?.map(({ TimePeriod }) => TimePeriod.Start)).toEqual(["2026-11-28", "2026-12-01"]);
});

describe("a filter", () => {
  const present = { Not: { Tags: { Key: "slipway:plan", MatchOptions: ["ABSENT"] } } };
  test.each([
    ["what has the tag", present, ["slipway:plan$chat"]],
    ["a tag's value", { Tags: { Key: "slipway:plan", Values: ["chat"] } }, ["slipway:plan$chat"]],
    ["another value", { Tags: { Key: "slipway:plan", Values: ["other"] } }, []],
    [
      "this account, too",
      { And: [{ Dimensions: { Key: "LINKED_ACCOUNT", Values: ["123456789012"] } }, present] },
      ["slipway:plan$chat"],
    ],
    [
      "another account",
      { And: [{ Dimensions: { Key: "LINKED_ACCOUNT", Values: ["210987654321"] } }, present] },
      [],
    ],
    ["another Region", { And: [{ Dimensions: { Key: "REGION", Values: ["us-east-1"] } }, present] }, []],
  ])("by %s", async (_, Filter, expected) => {
    const { world, asked, train } = account();
    await train("one", tagged);
    world.advanceTo(startMs + 4 * day);
    const { ResultsByTime } = (await asked({ Filter })) as { ResultsByTime: Result[] };

    expect([...new Set(ResultsByTime.flatMap(({ Groups }) => Groups.map(({ Keys }) => Keys[0])))]).toEqual(
      expected,
    );
  });

  test("by a tag that is not activated finds nothing", async () => {
    const { world, asked, train } = account({});
    await train("one", tagged);
    world.advanceTo(startMs + 4 * day);

    expect(((await asked({ Filter: present })) as { ResultsByTime: Result[] }).ResultsByTime).toEqual([]);
  });
});

test("an endpoint that its team has tagged is billed under that, whole", async () => {
  const { world, asked } = account({ activeTags: both, endpointTags: { "slipway:plan": plan.model } });
  world.advanceTo(startMs + 2 * day);
  const { ResultsByTime } = (await asked()) as { ResultsByTime: Result[] };
  const [served] = world.instanceHours(startMs + day).filter(({ owner }) => owner.startsWith("chat"));

  expect(sumOf(ResultsByTime, `slipway:plan$${plan.model}`)).toBeCloseTo(2 * (served?.hours ?? 0), 6);
});

test.each([
  [{ Metrics: ["BlendedCost"] }, "metric BlendedCost"],
  [{ Granularity: "HOURLY" }, "granularity HOURLY"],
  [{ GroupBy: [{ Type: "DIMENSION", Key: "SERVICE" }] }, "groups by DIMENSION"],
  [{ Filter: { Or: [] } }, "filters by Or"],
  [{ TimePeriod: { Start: "2026-12-03", End: "2026-11-28" } }, "before end date"],
  [{ TimePeriod: { Start: "2027-01-01", End: "2027-01-02" } }, "after the current date"],
  [{ NextPageToken: "x" }, "pagination token"],
])("%j is refused by name", async (more, why) => {
  const { status, ...answer } = await account().asked(more);

  expect(status).toBe(400);
  expect(JSON.stringify(answer)).toContain(why);
});
