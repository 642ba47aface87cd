/** What somebody does to the instance groups of HyperPod clusters: as a person with the same API would. */
import type { HandCall } from "#twin/engine";
import type { WorldView } from "#twin/world";
import type { Hand } from "./hand-parts.ts";

type Cluster = WorldView["state"]["clusters"] extends ReadonlyMap<string, infer Each> ? Each : never;

/** The clusters that take an update just now; whoever wants to make one waits for that. */
const atRest = (world: WorldView): Cluster[] =>
  [...world.state.clusters.values()].filter(({ status }) => status === "InService");

const sagemaker = (operation: string, input: HandCall["input"]): HandCall => ({
  service: "sagemaker",
  operation,
  input,
});

/** Has every group be so many, all else of it as it is. */
export const groupsResized =
  (of: (is: number) => number): Hand =>
  ({ world }) => {
    const calls = atRest(world).flatMap(({ name: ClusterName, groups }) =>
      [...groups.values()].flatMap(({ name, instanceType, definition, targetCount }) =>
        of(targetCount) === targetCount
          ? []
          : [
              sagemaker("UpdateCluster", {
                ClusterName,
                InstanceGroups: [
                  {
                    InstanceGroupName: name,
                    InstanceType: instanceType,
                    InstanceCount: of(targetCount),
                    ...definition,
                  },
                ],
              } as HandCall["input"]),
            ],
      ),
    );
    return calls.length === 0 ? undefined : calls.slice(0, 1);
  };

/** Deletes a node by its id, as somebody does whose node is broken or idle. */
export const nodeDeleted: Hand = ({ world }) => {
  for (const { name: ClusterName, groups } of atRest(world))
    for (const { nodes } of groups.values()) {
      const node = nodes.find(({ instance, leaving }) => !leaving && instance.readyMs <= world.nowMs);
      if (node !== undefined)
        return [sagemaker("BatchDeleteClusterNodes", { ClusterName, NodeIds: [node.instance.id] })];
    }
  return undefined;
};
