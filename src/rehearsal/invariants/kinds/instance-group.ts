/** How many nodes an instance group of a HyperPod cluster is to have, as the checkers see it. Named by cluster and group. */
import type { Call } from "#twin/services";
import { textOf } from "../observation.ts";
import { type CheckedKind, isMembers } from "./define.ts";

type Group = { readonly instances: number; readonly instanceType: string };

export const instanceGroup = {
  kind: "instance-group",
  read({ world }, name) {
    const [cluster = "", group = ""] = name.split("/");
    const found = world.state.clusters.get(cluster)?.groups.get(group);
    return found === undefined ? null : { instances: found.targetCount, instanceType: found.instanceType };
  },
  names: ({ world }) =>
    [...world.state.clusters.values()].flatMap(({ name, groups }) =>
      [...groups.keys()].map((group) => `${name}/${group}`),
    ),

  calls: {
    "sagemaker.UpdateCluster": (call) => {
      const [sent] = groupsIn(call);
      return (
        sent && {
          name: `${textOf(call, "ClusterName")}/${sent.InstanceGroupName}`,
          leadsTo: (state) => isMembers(state) && state.instances === sent.InstanceCount,
        }
      );
    },
  },

  left: ({ before, now, leased, isTouched }) =>
    [...before].flatMap(([name, was]) => {
      const resource = { kind: "instance-group" as const, name };
      const is = now.get(name)?.instances;
      if (is === was.instances || leased.has(name) || isTouched(resource)) return [];
      return [{ what: `instance-group ${name} is to have ${is} nodes, and had ${was.instances}`, resource }];
    }),

  /** Nodes that are deleted by name lower the count of their group. */
  takenAlong({ operation, input }, { world }) {
    if (operation !== "BatchDeleteClusterNodes") return [];
    const cluster = world.state.clusters.get(String(input.ClusterName));
    const ids = new Set([input.NodeIds].flat());
    return [...(cluster?.groups.values() ?? [])].flatMap(({ name, nodes }) =>
      nodes.some(({ instance }) => ids.has(instance.id)) ? [`${cluster?.name}/${name}`] : [],
    );
  },

  isOfPool: true,
} satisfies CheckedKind<Group>;

interface Sent {
  readonly InstanceGroupName: string;
  readonly InstanceCount: number;
}

const groupsIn = ({ input }: Call): Sent[] =>
  ([input.InstanceGroups].flat() as (Sent | undefined)[]).filter((one) => one !== undefined);
