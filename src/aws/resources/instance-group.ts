/**
 * How many nodes an instance group of a HyperPod cluster is to have, by cluster and group. What else there is to a group is
 * sent again as it is described by then, so that nobody's change of it is taken back.
 */
import * as z from "zod";
import { isAtRest } from "../../core/capacity/instance-group.ts";
import { resizeGroup, viewCluster } from "../clusters.ts";
import { defineResource, mustBe } from "./define.ts";

/** `going` are nodes that it has no more and that are still there. */
const State = z.object({
  instances: z.int().min(0),
  instanceType: z.string().optional(),
  going: z.int().min(1).optional(),
});

const partsOf = (name: string) => {
  const [cluster = "", group = ""] = name.split("/");
  return { cluster, group };
};

export const instanceGroup = defineResource({
  state: State,
  async read(aws, name) {
    const { cluster, group } = partsOf(name);
    const found = (await viewCluster(aws, cluster))?.groups.get(group);
    if (found === undefined) return null;
    const { instanceType, target, current } = found;
    return {
      instances: target,
      ...(instanceType !== undefined && { instanceType }),
      ...(current > target && { going: current - target }),
    };
  },
  async put(aws, name, { from, to }) {
    const { cluster, group } = partsOf(name);
    const before = mustBe(from, name).instances;
    const after = mustBe(to, name).instances;
    // What is put back while the cluster takes no update is asked for again once it does.
    const seen = after < before ? await viewCluster(aws, cluster) : undefined;
    if (seen !== undefined && !isAtRest(seen)) return;
    await resizeGroup(aws, { cluster, group, from: before, to: after });
  },
});
