/** What is peculiar to each kind of resource is said in one table. */
import { describe, expect, test } from "vitest";
import { leaseKinds } from "../../../src/core/plan/alongside/kinds.ts";
import { resourceKinds, traitsOf } from "../../../src/core/release/resource-kinds.ts";

test.each([
  [
    "made under names of the release's own",
    "isMade",
    ["model", "endpoint-config", "training-job", "schedule", "group-hold"],
  ],
  ["made of parts", "hasParts", ["scaling"]],
  ["moved by AWS itself", "movesByItself", ["count"]],
  ["states of the endpoint itself", "isOfEndpoint", ["routing", "weights", "count"]],
  [
    "left alone while nobody sees whether they serve",
    "mayServe",
    ["model", "endpoint-config", "routing", "weights", "count"],
  ],
  ["taken away in more than one call", "endsInSteps", ["training-job", "instance-group", ...leaseKinds]],
  ["given back last", "goesLast", ["group-hold"]],
  ["leases on what others may lean on too", "isLease", leaseKinds],
] as const)("kinds that are %s", (_, trait, kinds) => {
  expect(resourceKinds.filter((kind) => traitsOf(kind)[trait])).toEqual(kinds);
});

describe("an instance group", () => {
  const { isIn, isGoing } = traitsOf("instance-group");
  const found = { instances: 2, instanceType: "ml.p5.48xlarge" };

  test("is in a state by its count, whatever else was made of it", () => {
    expect(isIn({ ...found, going: 4 }, found)).toBe(true);
    expect(isIn({ ...found, instances: 3 }, found)).toBe(false);
    expect(isIn(null, found)).toBe(false);
    expect(isIn(null, null)).toBe(true);
  });

  test("is going while nodes are there that it has no more", () => {
    expect(isGoing({ ...found, going: 4 })).toBe(true);
    expect(isGoing(found)).toBe(false);
    expect(isGoing(null)).toBe(false);
  });
});

describe("a training job", () => {
  const { isIn } = traitsOf("training-job");
  const found = { instanceType: "ml.p5.48xlarge", instances: 2 };
  const asked = { ...found, pool: { roleArn: "arn:role" } };

  test("is the one that was asked for where it runs on what was", () => {
    expect(isIn(found, asked)).toBe(true);
    expect(isIn({ ...found, instances: 3 }, asked)).toBe(false);
    expect(isIn({ ...found, instanceType: "ml.p4d.24xlarge" }, asked)).toBe(false);
  });

  test("is there or not", () => {
    expect(isIn(null, null)).toBe(true);
    expect(isIn(null, asked)).toBe(false);
    expect(isIn(found, null)).toBe(false);
  });
});

test("weights are equal as AWS keeps them, and counts exactly", () => {
  expect(traitsOf("weights").isIn({ v6: 64.0999985 }, { v6: 64.1 })).toBe(true);
  expect(traitsOf("count").isIn(64.0999985, 64.1)).toBe(false);
});
