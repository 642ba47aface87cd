/** More nodes of an instance group: whether the quotas have room for them, and whether they are there. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ClusterView, lookAtRaised, unfitFor } from "../../../src/core/capacity/instance-group.ts";
import { lacksOfGroup } from "../../../src/core/feasibility/feasibility.ts";

const wanted = {
  name: "research",
  instanceGroup: "gpu",
  instanceType: "ml.p5.48xlarge",
  instances: 4,
  holdMinutes: 60,
};
const cluster = (group: object = {}, own: object = {}): ClusterView => ({
  name: "research",
  status: "InService",
  scalesItself: false,
  groups: new Map([["gpu", { instanceType: "ml.p5.48xlarge", target: 6, current: 6, ...group }]]),
  ...own,
});

describe("a group", () => {
  test.each([
    ["is in service", cluster(), undefined],
    ["is of a cluster that is deleted", cluster({}, { status: "Deleting" }), "cluster research is Deleting"],
    [
      "is of a kind that is not raised",
      cluster({ unfit: "is Slurm's" }),
      "instance group research/gpu is Slurm's",
    ],
    [
      "is governed",
      cluster({}, { scalesItself: true }),
      "instance group research/gpu is governed by the cluster's own autoscaling, which would take back what is raised",
    ],
    [
      "is not there",
      cluster({}, { groups: new Map() }),
      "instance group research/gpu does not exist; the cluster has none",
    ],
  ])("%s", (_, seen, unfit) => {
    expect(unfitFor(wanted, seen)).toBe(unfit);
  });
});

describe("raised nodes", () => {
  const look = (seen: ClusterView | undefined, running = 6) =>
    lookAtRaised({ cluster: seen, group: "gpu", instances: 6, running });

  test("are there once the group has them and each says that it runs", () => {
    expect(look(cluster()).status).toBe("ready");
    expect(look(cluster(), 5)).toEqual({ status: "waiting", reason: "5 of 6 nodes of research/gpu run" });
    expect(look(cluster({ current: 4 }))).toMatchObject({ status: "waiting" });
    expect(look(cluster({}, { status: "Updating" }))).toMatchObject({ status: "waiting" });
  });

  test("do not come where the update was taken back, or the cluster or group is lost", () => {
    expect(look(cluster({ target: 2, current: 2 }, { failure: "no room" }))).toEqual({
      status: "failed",
      reason: "instance group research/gpu is to have 2 nodes, not 6: no room",
    });
    expect(look(cluster({}, { status: "Failed" }))).toMatchObject({ status: "failed" });
    expect(look(undefined)).toEqual({ status: "failed", reason: "instance group gpu is gone" });
  });
});

describe("quotas of clusters", () => {
  const count = fc.integer({ min: 0, max: 50 });

  test("have room exactly where each of them has, and name those that have not", () => {
    fc.assert(
      fc.property(
        fc.record({
          type: count,
          each: count,
          all: count,
          here: count,
          there: count,
          instances: fc.integer({ min: 1, max: 50 }),
        }),
        ({ type, each, all, here, there, instances }) => {
          const lacks = lacksOfGroup(
            { ...wanted, instances },
            {
              quota: { type, each, all },
              inUse: { byType: { "ml.p5.48xlarge": here }, byCluster: { research: here, other: there } },
            },
          );
          const short = [here + instances > type, here + instances > each, here + there + instances > all];
          expect(lacks).toHaveLength(short.filter(Boolean).length);
        },
      ),
    );
  });

  test("that Service Quotas does not list bar a type, and no cluster", () => {
    const inUse = { byType: {}, byCluster: {} };

    expect(lacksOfGroup(wanted, { quota: { type: 8, each: undefined, all: undefined }, inUse })).toEqual([]);
    expect(lacksOfGroup(wanted, { quota: { type: undefined, each: 8, all: 8 }, inUse })).toEqual([
      'the hold needs 4 more ml.p5.48xlarge beside the 0 that there are, and Service Quotas lists no quota "ml.p5.48xlarge for cluster usage"',
    ]);
  });
});
