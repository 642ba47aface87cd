/** Amazon ECS in the twin, as far as a service's number of tasks goes: DescribeServices and UpdateService. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { called } from "../world/events.ts";
import type { World } from "../world/region.ts";
import { setCapacity } from "../world/scalables/capacity.ts";
import type { Scalable } from "../world/scalables/scalable-state.ts";
import { arn } from "../world/state.ts";
import { members, seconds } from "./members.ts";
import { onTime } from "./on-time.ts";
import type { Service } from "./service.ts";

/** AWS JSON 1.1, target prefix `AmazonEC2ContainerServiceV20141113` (service model 2014-11-13, botocore 1.43). */
export function ecs(world: World): Service {
  return {
    name: "ecs",
    title: "ECS",
    protocol: { kind: "json", version: "1.1", targetPrefix: "AmazonEC2ContainerServiceV20141113" },
    operations: onTime(world, {
      DescribeServices: (input) => describe(world, checked("DescribeServices", services, input)),
      UpdateService: (input) => update(world, checked("UpdateService", change, input)),
    }),
  };
}

/** Breaches of ECS's own constraints are called InvalidParameterException. */
const checked = <T extends z.ZodType>(operation: string, schema: T, input: Parameters<typeof members>[1]) =>
  members({ operation, schema, errorName: "InvalidParameterException" }, input);

const cluster = z.string().default("default");
const services = z.strictObject({
  cluster,
  /** "up to 10 services to describe in a single operation". */
  services: z.array(z.string()).min(1).max(10),
});
const change = z.strictObject({ cluster, service: z.string(), desiredCount: z.int().min(0).optional() });

/** A short name, or the last part of an ARN. */
const shortName = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);

/** The services of a cluster by their names, or ClusterNotFoundException; a cluster exists that has a service. */
function servicesIn(world: World, nameOrArn: string): { cluster: string; all: Map<string, Scalable> } {
  const name = shortName(nameOrArn);
  const all = [...world.state.scalables.values()].filter(
    ({ namespace, resourceId }) => namespace === "ecs" && resourceId.split("/")[1] === name,
  );
  if (all.length === 0) throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  return { cluster: name, all: new Map(all.map((each) => [shortName(each.resourceId), each])) };
}

/** What does not exist is among the failures (developer guide, API failure reasons: MISSING). */
function describe(world: World, input: z.output<typeof services>): Json {
  const { cluster: name, all } = servicesIn(world, input.cluster);
  const found = input.services.map((asked) => ({ asked, scalable: all.get(shortName(asked)) }));
  return {
    services: found.flatMap(({ scalable }) => (scalable === undefined ? [] : [described(scalable, name)])),
    failures: found
      .filter(({ scalable }) => scalable === undefined)
      .map(({ asked }) => ({ arn: serviceArn(name, shortName(asked)), reason: "MISSING" })),
  };
}

function update(world: World, input: z.output<typeof change>): Json {
  const { cluster: name, all } = servicesIn(world, input.cluster);
  const scalable = all.get(shortName(input.service));
  if (scalable === undefined) throw new AwsError("ServiceNotFoundException", "Service not found.");
  const to = input.desiredCount ?? scalable.desired;
  if (to !== scalable.desired) setCapacity(world, { scalable, to }, called("UpdateService"));
  return { service: described(scalable, name) };
}

const serviceArn = (of: string, name: string): string => arn("ecs", `service/${of}/${name}`);

/** One deployment, of a task definition that nobody changes. */
function described(scalable: Scalable, of: string): Json {
  const name = shortName(scalable.resourceId);
  const { desired: desiredCount, ready: runningCount, creationMs, lastModifiedMs } = scalable;
  const pendingCount = Math.max(0, desiredCount - runningCount);
  const taskDefinition = arn("ecs", `task-definition/${name}:1`);
  const createdAt = seconds(creationMs);
  const counts = {
    desiredCount,
    runningCount,
    pendingCount,
    taskDefinition,
    createdAt,
    launchType: "FARGATE",
  };
  return {
    serviceArn: serviceArn(of, name),
    serviceName: name,
    clusterArn: arn("ecs", `cluster/${of}`),
    status: "ACTIVE",
    ...counts,
    schedulingStrategy: "REPLICA",
    loadBalancers: [],
    serviceRegistries: [],
    events: [],
    deployments: [
      {
        id: `ecs-svc/${creationMs}`,
        status: "PRIMARY",
        ...counts,
        failedTasks: 0,
        updatedAt: seconds(lastModifiedMs),
        rolloutState: scalable.changing || scalable.short ? "IN_PROGRESS" : "COMPLETED",
      },
    ],
  };
}
