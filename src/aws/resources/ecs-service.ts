/** An ECS service that a release leans on: so many of its tasks at least. Named by Application Auto Scaling's resource id. */
import { ClusterNotFoundException, DescribeServicesCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { defineLease } from "./lease.ts";

function partsOf(name: string): { readonly cluster: string; readonly service: string } {
  const [, cluster = "", service = ""] = name.split("/");
  return { cluster, service };
}

/** A cluster that is not there is an error, a service a failure among the answers (DescribeServices, API reference). */
async function ifCluster<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ClusterNotFoundException) return undefined;
    throw error;
  }
}

export const ecsService = defineLease({
  kind: "ecs-service",
  async view({ ecs }, name) {
    const { cluster, service } = partsOf(name);
    const found = await ifCluster(async () => {
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
      return services?.[0];
    });
    if (found === undefined || found.status === "INACTIVE") return null;
    if (found.status === "DRAINING") return "it is being deleted: name one that serves";
    return { asked: found.desiredCount ?? 0, there: found.runningCount ?? 0 };
  },
  async lower({ ecs }, name, desiredCount) {
    await ecs.send(new UpdateServiceCommand({ ...partsOf(name), desiredCount }));
    return true;
  },
});
