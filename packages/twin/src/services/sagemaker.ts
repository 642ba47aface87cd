/** Amazon SageMaker in the twin: endpoints, their configurations, models, the registry, training and HyperPod clusters. */
import type { World } from "../world/region.ts";
import type { Publish } from "./event-bridge.ts";
import { onTime } from "./on-time.ts";
import { clusterOperations } from "./sagemaker-clusters.ts";
import { configOperations } from "./sagemaker-configs.ts";
import { endpointOperations } from "./sagemaker-endpoints.ts";
import { modelOperations } from "./sagemaker-models.ts";
import { registryOperations } from "./sagemaker-registry.ts";
import { tagOperations } from "./sagemaker-tags.ts";
import { trainingOperations } from "./sagemaker-training.ts";
import { trainingPlanOperations } from "./sagemaker-training-plans.ts";
import type { Service } from "./service.ts";

/** AWS JSON 1.1, target prefix `SageMaker` (service model 2017-07-24). Without `publish` its events go nowhere. */
export function sagemaker(world: World, publish: Publish = () => {}): Service {
  return {
    name: "sagemaker",
    title: "SageMaker",
    protocol: { kind: "json", version: "1.1", targetPrefix: "SageMaker" },
    operations: onTime(world, {
      ...endpointOperations(world),
      ...configOperations(world),
      ...modelOperations(world),
      ...tagOperations(world),
      ...registryOperations(world, publish),
      ...trainingOperations(world, publish),
      ...trainingPlanOperations(world),
      ...clusterOperations(world),
    }),
  };
}
