/** How SageMaker shows an endpoint: the summary of a list, and DescribeEndpoint's answer while it is updated or not. */
import type { Json } from "../vocabulary/json.ts";
import type { Endpoint, Variant } from "../world/endpoint-state.ts";
import type { World } from "../world/region.ts";
import { readyInstances } from "../world/ticks.ts";
import { availableOn } from "../world/training-plan-state.ts";
import { endpointArn } from "../world/updates.ts";
import { asJson, present, seconds } from "./members.ts";

export function endpointSummary(endpoint: Endpoint): { [key: string]: Json } {
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpointArn(endpoint.name),
    CreationTime: seconds(endpoint.creationMs),
    LastModifiedTime: seconds(endpoint.lastModifiedMs),
    EndpointStatus: endpoint.status,
  };
}

export function describeEndpoint(world: World, endpoint: Endpoint): Json {
  const { update } = endpoint;
  const status = statusOf(endpoint);
  const variants = endpoint.variants.map((variant) => ({
    ...variantSummary(world, variant),
    ...(endpoint.status === "Creating" ? { CurrentInstanceCount: 0 } : {}),
    ...(status === undefined || update === undefined
      ? {}
      : { VariantStatus: [{ Status: status, StartTime: seconds(update.startedMs) }] }),
  }));
  return {
    ...endpointSummary(endpoint),
    ...(endpoint.configName === "" ? {} : { EndpointConfigName: endpoint.configName }),
    ...(asJson(endpoint.shown ?? {}) as Record<string, Json>),
    ...(endpoint.status === "Failed" ? {} : { ProductionVariants: variants }),
    ...present("FailureReason", endpoint.failureReason),
    ...(update === undefined || update.incoming.length === 0
      ? {}
      : { PendingDeploymentSummary: pending(world, update) }),
  };
}

function statusOf(endpoint: Endpoint): string | undefined {
  return {
    Creating: "Creating",
    Updating: "Updating",
    RollingBack: "Updating",
    Deleting: "Deleting",
    InService: undefined,
    Failed: undefined,
  }[endpoint.status];
}

function pending(world: World, update: NonNullable<Endpoint["update"]>): Json {
  const variants = update.incoming.map((variant) => ({
    ...variantSummary(world, variant),
    CurrentWeight: 0,
    InstanceType: variant.instanceType,
  }));
  return {
    EndpointConfigName: update.configName ?? "",
    ProductionVariants: variants,
    StartTime: seconds(update.startedMs),
  };
}

/** CurrentInstanceCount counts what is in service or on its way out. */
function variantSummary(world: World, variant: Variant): { [key: string]: Json } {
  return {
    VariantName: variant.name,
    DeployedImages: deployedImages(world, variant),
    CurrentWeight: variant.currentWeight,
    DesiredWeight: variant.desiredWeight,
    CurrentInstanceCount: readyInstances(variant, world.nowMs).length + variant.leaving.length,
    DesiredInstanceCount: variant.desiredInstanceCount,
    ...reservationSummary(world, variant),
  };
}

function reservationSummary(
  world: World,
  { reservation, instances, leaving }: Variant,
): { [key: string]: Json } {
  const reserved = reservation === undefined ? undefined : world.state.trainingPlans.get(reservation);
  if (reserved === undefined) return {};
  return {
    CapacityReservationConfig: {
      MlReservationArn: reserved.arn,
      CapacityReservationPreference: "capacity-reservations-only",
      TotalInstanceCount: reserved.instances,
      AvailableInstanceCount: availableOn(reserved, world.nowMs),
      UsedByCurrentEndpoint: instances.length + leaving.length,
    },
  };
}

function deployedImages(world: World, variant: Variant): Json {
  const container = world.state.models.get(variant.modelName)?.definition["PrimaryContainer"];
  const { Image: image, ModelPackageName: name } = (container ?? {}) as {
    Image?: string;
    ModelPackageName?: string;
  };
  const found = name === undefined ? undefined : world.state.modelPackages.get(name);
  const specified = image ?? found?.image;
  if (specified === undefined) return [];
  return [
    {
      SpecifiedImage: specified,
      ResolvedImage: found === undefined ? specified : `${found.image.split(":")[0]}@${found.imageDigest}`,
    },
  ];
}
