/** What an exploration tries: which points, which faults there, which samples, and how what follows from a stop is found. */
import { describe, expect, it } from "vitest";
import { formatPoint, passingAt } from "#twin/engine";
import {
  endingKinds,
  lasting,
  nameOf,
  pairs,
  pointsOf,
  pointsTried,
  sampled,
  secondFaults,
  singles,
} from "#twin/explorer";
import { fault } from "./rehearsing.ts";

const bake = (nth: number) => [
  `entry:Bake[0]@${nth}`,
  `invocation:CheckKpis[0]@${nth}`,
  `call:CheckKpis[0]/cloudwatch.GetMetricData#1@${nth}`,
];
const reached = pointsOf([
  "entry:OpenRelease@1",
  "call:OpenRelease/dynamodb.GetItem#1@1",
  ...[1, 2, 3, 4, 5, 6, 7].flatMap(bake),
  "entry:PromoteModel@1",
]);

describe("points", () => {
  it("of a place reached often are tried at its first, its middle and its last time, in their order", () => {
    expect(pointsTried(reached).map(formatPoint)).toEqual([
      "entry:OpenRelease@1",
      "call:OpenRelease/dynamodb.GetItem#1@1",
      ...[1, 4, 7].flatMap(bake),
      "entry:PromoteModel@1",
    ]);
  });

  it("of a place reached twice are tried both times", () => {
    const twice = pointsOf(["entry:Bake[1]@1", "entry:Bake[1]@2"]);

    expect(pointsTried(twice)).toEqual(twice);
  });

  it("are refused where they are none", () => {
    expect(() => pointsOf(["entry:Bake"])).toThrow("expected a point, found entry:Bake");
  });
});

describe("single faults", () => {
  const kindsAt = (text: string) => singles(pointsOf([text])).map(({ faults: [fault] }) => fault?.kind);

  it.each([
    "entry:Bake@1",
    "invocation:CheckKpis@1",
    "call:OpenRelease/dynamodb.UpdateItem#1@1",
    "call:PrewarmInference/sagemaker.CreateModel#1@1",
    "call:PrewarmInference/sagemaker.UpdateEndpoint#1@1",
  ])("are every kind that can happen at %s", (text) => {
    expect(kindsAt(text)).toEqual(pointsOf([text]).flatMap(passingAt));
  });

  it.each([
    "call:OpenRelease/dynamodb.GetItem#1@1",
    "call:CheckKpis/cloudwatch.GetMetricData#1@1",
    "call:ShiftTraffic/sagemaker.DescribeEndpoint#1@1",
    "call:OpenRelease/sagemaker.ListTags#1@1",
  ])("are one of two that come to the same at %s, which changes nothing", (text) => {
    expect(kindsAt(text)).toEqual([
      ...["throttled", "server-error", "time-out-before", "slow", "crash-before-call", "stopped-meanwhile"],
    ]);
  });

  it("are each named once", () => {
    const all = singles(reached);

    expect(new Set(all.map(nameOf)).size).toBe(all.length);
  });

  it("are drawn by the seed, and stay in their order", () => {
    const all = singles(reached);
    const drawn = (seed: number) => sampled(all, { count: 9, seed }).map(nameOf);

    expect(drawn(1)).toHaveLength(9);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    expect(drawn(1)).toEqual(all.map(nameOf).filter((name) => drawn(1).includes(name)));
  });

  it("are all taken where a sample is larger than they are", () => {
    expect(sampled(singles(reached), { count: 10_000, seed: 1 })).toEqual(singles(reached));
  });
});

describe("faults that last", () => {
  it("begin at the first, the middle and the last call that a state makes of an operation, whatever the stage", () => {
    const looks = [1, 2, 3, 4, 5, 6, 7].map(
      (nth) => `call:CheckKpis[${nth % 3}]/cloudwatch.GetMetricData#1@${nth}`,
    );

    const tried = lasting(pointsOf([...looks, "entry:Bake@1", "invocation:CheckKpis@1"]));

    const denied = tried.filter(({ faults: [one] }) => one?.kind === "denied");
    expect(denied.map(({ faults: [one] }) => one?.point.occurrence)).toEqual([1, 4, 7]);
    expect(new Set(tried.map(({ faults: [one] }) => one?.kind))).toEqual(
      new Set(["denied", "denied-to-it", "throttled-hour", "down-hour"]),
    );
  });

  it("fail a service once for all operations that a state asks of it", () => {
    const calls = ["GetItem#1", "UpdateItem#2", "UpdateItem#3", "Query#4"].map(
      (each) => `call:ScaleDown/dynamodb.${each}@1`,
    );

    const down = lasting(pointsOf(calls)).filter(({ faults: [one] }) => one?.kind === "down-hour");

    expect(down).toHaveLength(3);
  });
});

describe("pairs of faults", () => {
  it("are as many as asked for, different, at two points, and none comes after the execution's end", () => {
    const drawn = pairs(reached, { count: 40, seed: 1 });

    expect(new Set(drawn.map(nameOf)).size).toBe(40);
    for (const { faults } of drawn) {
      const [one, other] = faults;
      expect(one?.point).not.toEqual(other?.point);
      expect(endingKinds.has(one?.kind ?? "stop")).toBe(false);
    }
  });

  it("are as many as there are, and none of a single point", () => {
    expect(pairs(pointsOf(["entry:Bake@1"]), { count: 5, seed: 1 })).toEqual([]);
    expect(pairs(pointsOf(["invocation:Bake@1", "entry:Bake@1"]), { count: 50, seed: 1 })).toHaveLength(3);
  });
});

describe("faults after a stop", () => {
  const stops = ["stop=entry:Bake[0]@1", "stop=entry:Bake[0]@4"].map((text) => ({
    experiment: { faults: [fault(text)] },
    after: pointsOf(["invocation:ReapLeases@1", "entry:RollBack@1", "call:RollBack/dynamodb.UpdateItem#1@1"]),
  }));

  it("try each place that any stop leads to once for each fault that ends or blinds who is at work", () => {
    const names = secondFaults(stops, 1)
      .map(({ faults }) => faults.at(-1))
      .map((one) => one?.kind);

    expect(names).toEqual([
      ...["crash-before", "crash-after", "lambda-time-out"],
      "stop",
      ...["response-lost", "crash-before-call", "crash-after-call", "stopped-meanwhile"],
    ]);
  });

  it("come after one of the stops, whichever the seed draws", () => {
    const firsts = new Set(
      [1, 2, 3, 4].flatMap((seed) =>
        secondFaults(stops, seed).map(({ faults }) => faults[0]?.point.occurrence),
      ),
    );

    expect(firsts).toEqual(new Set([1, 4]));
  });
});
