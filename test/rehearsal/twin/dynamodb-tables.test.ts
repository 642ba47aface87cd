import { describe, expect, it } from "vitest";
import { dynamodb, type Service } from "#twin/services";
import { startMs } from "../world/example.ts";
import { type Options, scalableTwin } from "./scalable-twin.ts";

const reads = "dynamodb:table:ReadCapacityUnits";
const writes = "dynamodb:table:WriteCapacityUnits";
const table = { namespace: "dynamodb", resourceId: "table/profiles", capacity: 100, min: 50, max: 400 };
const target = {
  ServiceNamespace: "dynamodb",
  ResourceId: table.resourceId,
  ScalableDimension: reads,
} as const;

function tableTwin(options?: Options, more: object = {}) {
  const made: { service?: Service } = {};
  const seeds = [reads, writes].map((dimension) => ({ ...table, dimension, ...more }));
  const twin = scalableTwin(
    seeds,
    (world) => {
      made.service = dynamodb({ startMs, world });
      return [made.service];
    },
    options,
  );
  const call = (operation: string, input: object) =>
    twin.json(made.service ?? dynamodb({ startMs }), operation, input);
  const shown = async () => {
    const { body } = await call("DescribeTable", { TableName: "profiles" });
    return body["Table"];
  };
  const update = (ReadCapacityUnits: number, WriteCapacityUnits: number) =>
    call("UpdateTable", {
      TableName: "profiles",
      ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits },
    });
  const activities = async () =>
    (await twin.scaling.describeScalingActivities({ ServiceNamespace: "dynamodb" })).ScalingActivities ?? [];
  return { ...twin, call, shown, update, activities };
}

describe("UpdateTable", () => {
  it("leaves the table UPDATING with its old units until the new ones are there", async () => {
    const twin = tableTwin();

    const accepted = await twin.update(300, 200);
    const again = await twin.update(200, 200);
    twin.wait(900);

    expect(accepted).toMatchObject({
      status: 200,
      body: {
        TableDescription: {
          TableArn: "arn:aws:dynamodb:eu-west-1:123456789012:table/profiles",
          TableStatus: "UPDATING",
          ProvisionedThroughput: {
            ReadCapacityUnits: 100,
            WriteCapacityUnits: 100,
            NumberOfDecreasesToday: 0,
          },
        },
      },
    });
    expect(again).toMatchObject({
      status: 400,
      error: "ResourceInUseException",
      body: {
        message: "Attempt to change a resource which is still in use: Table is being updated: profiles",
      },
    });
    expect(await twin.shown()).toMatchObject({
      TableStatus: "ACTIVE",
      ProvisionedThroughput: {
        ReadCapacityUnits: 300,
        WriteCapacityUnits: 200,
        LastIncreaseDateTime: startMs / 1000,
      },
    });
  });

  it("lowers a table four times a day, then once an hour: 27 times in all", async () => {
    const twin = tableTwin({ startMs: Date.UTC(2026, 10, 24, 0, 0, 0) });
    let units = 100;
    let lowered = 0;
    const refusals: unknown[] = [];
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      const answered = await twin.update(units - 1, 100);
      if (answered.status === 200) {
        units -= 1;
        lowered += 1;
      } else refusals.push(answered);
      twin.wait(300);
    }

    expect(lowered).toBe(27);
    expect(refusals[0]).toMatchObject({
      error: "LimitExceededException",
      body: { message: expect.stringContaining("Number of decreases today: 4.") },
    });
    expect((await twin.update(units - 1, 100)).status).toBe(200);
    expect(await twin.shown()).toMatchObject({ ProvisionedThroughput: { NumberOfDecreasesToday: 1 } });
  });

  it("counts reads and writes lowered in one call as one decrease", async () => {
    const twin = tableTwin();
    await twin.update(90, 90);
    expect(await twin.shown()).toMatchObject({
      ProvisionedThroughput: { NumberOfDecreasesToday: 1, LastDecreaseDateTime: startMs / 1000 },
    });
  });

  it("still raises a table whose decreases of the day are used up", async () => {
    const twin = tableTwin({ spec: { alongside: { decreasesToday: 4 } } });

    expect(await twin.update(90, 100)).toMatchObject({ error: "LimitExceededException" });
    expect(await twin.update(110, 90)).toMatchObject({ error: "LimitExceededException" });
    expect(await twin.update(110, 100)).toMatchObject({ status: 200 });
  });

  it("refuses units that are the same, no units at all, and more than there is room for", async () => {
    const twin = tableTwin({ spec: { alongside: { roomPercent: 150 } } });

    expect(await twin.update(100, 100)).toMatchObject({
      error: "ValidationException",
      body: { message: expect.stringContaining("The requested value equals the current value.") },
    });
    expect(await twin.update(0, 100)).toMatchObject({ error: "ValidationException" });
    expect(await twin.update(151, 100)).toMatchObject({ error: "LimitExceededException" });
    expect(await twin.update(150, 100)).toMatchObject({ status: 200 });
  });
});

describe("a table that a model leans on", () => {
  it("is known by its ARN too, and lists beside Slipway's own", async () => {
    const twin = tableTwin();

    const { body } = await twin.call("DescribeTable", {
      TableName: "arn:aws:dynamodb:eu-west-1:123456789012:table/profiles",
    });

    expect(body).toMatchObject({ Table: { TableName: "profiles" } });
    expect((await twin.call("ListTables", {})).body["TableNames"]).toContain("profiles");
  });

  it("has no items: other operations on it are refused by name", async () => {
    const { body } = await tableTwin().call("GetItem", { TableName: "profiles", Key: { id: { S: "1" } } });
    expect(body["message"]).toBe("the twin does not model DynamoDB.GetItem on the table profiles");
  });

  it.each([
    ["UpdateTable", { TableName: "profiles", BillingMode: "PROVISIONED" }, "ValidationException"],
    ["DescribeTable", { TableName: "gone" }, "ResourceNotFoundException"],
  ])("refuses %s %j", async (operation, input, error) => {
    const refused = await tableTwin().call(operation, input);
    expect(refused.error).toMatch(new RegExp(`${error}$`));
  });

  it("on demand has no capacity to set, and no target", async () => {
    const twin = tableTwin({}, { onDemand: true });
    const bounds = { MinCapacity: 50, MaxCapacity: 100 };

    expect(await twin.shown()).toMatchObject({
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    });
    await expect(twin.scaling.registerScalableTarget({ ...target, ...bounds })).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("PAY_PER_REQUEST"),
    });
    expect(await twin.update(10, 10)).toMatchObject({ error: "ValidationException" });
  });
});

describe("scalable targets on a table", () => {
  it("are two, by dimension", async () => {
    const { scaling } = tableTwin();
    const listed = async (more: object) =>
      (await scaling.describeScalableTargets({ ServiceNamespace: "dynamodb", ...more })).ScalableTargets?.map(
        ({ ScalableDimension }) => ScalableDimension,
      );

    expect(await listed({})).toEqual([reads, writes]);
    expect(await listed({ ScalableDimension: writes, ResourceIds: [table.resourceId] })).toEqual([writes]);
  });

  it("raise one after the other, since a table takes one update at a time", async () => {
    const twin = tableTwin();

    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 200 });
    await twin.scaling.registerScalableTarget({ ...target, ScalableDimension: writes, MinCapacity: 300 });
    twin.wait(10);
    const first = (await twin.activities()).length;
    twin.wait(1800);

    expect(first).toBe(1);
    expect(await twin.shown()).toMatchObject({
      TableStatus: "ACTIVE",
      ProvisionedThroughput: { ReadCapacityUnits: 200, WriteCapacityUnits: 300 },
    });
    expect(
      (await twin.activities()).map(({ Description, StatusCode }) => [Description, StatusCode]).sort(),
    ).toEqual([
      ["Setting read capacity units to 200.", "Successful"],
      ["Setting write capacity units to 300.", "Successful"],
    ]);
  });

  it("fail to scale in where the day's decreases are used up, and do not try again by themselves", async () => {
    const twin = tableTwin({ spec: { alongside: { decreasesToday: 4 } } });

    await twin.scaling.registerScalableTarget({ ...target, MinCapacity: 50, MaxCapacity: 60 });
    twin.wait(7200);
    const failed = await twin.activities();
    const kept = await twin.shown();
    await twin.scaling.registerScalableTarget(target);
    twin.wait(600);

    expect(failed).toMatchObject([
      { StatusCode: "Failed", StatusMessage: expect.stringContaining("3600 seconds") },
    ]);
    expect(kept).toMatchObject({ ProvisionedThroughput: { ReadCapacityUnits: 100 } });
    expect(await twin.shown()).toMatchObject({ ProvisionedThroughput: { ReadCapacityUnits: 60 } });
  });

  it("have a minimum of at least 1, and a table", async () => {
    const { scaling } = tableTwin();
    await expect(scaling.registerScalableTarget({ ...target, MinCapacity: 0 })).rejects.toMatchObject({
      name: "ValidationException",
    });
    await expect(
      scaling.registerScalableTarget({ ...target, ResourceId: "table/gone", MinCapacity: 1, MaxCapacity: 2 }),
    ).rejects.toMatchObject({ message: "DynamoDB table does not exist: table/gone" });
    await expect(
      scaling.registerScalableTarget({ ...target, ScalableDimension: "dynamodb:index:ReadCapacityUnits" }),
    ).rejects.toThrow("the twin does not model RegisterScalableTarget's ScalableDimension");
  });
});

it("a table is paid for by its units", () => {
  const twin = tableTwin();
  twin.wait(3600);
  expect(twin.world.unitHours()).toMatchObject([
    { owner: "table/profiles/ReadCapacityUnits", unitHours: 100, usd: expect.closeTo(0.013) },
    { owner: "table/profiles/WriteCapacityUnits", unitHours: 100, usd: expect.closeTo(0.065) },
  ]);
});

it("a table of which one dimension is named has the other as well", async () => {
  const twin = scalableTwin([{ ...table, dimension: reads }], (world) => [dynamodb({ startMs, world })]);
  expect([...twin.world.state.scalables.keys()]).toEqual([
    "table/profiles/ReadCapacityUnits",
    "table/profiles/WriteCapacityUnits",
  ]);
  expect([...twin.world.state.scalableTargets.keys()]).not.toContain("table/profiles/WriteCapacityUnits");
});
