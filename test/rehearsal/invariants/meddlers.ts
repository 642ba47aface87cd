/** Hands that are laid on the world behind everybody's back, or beside everybody, while a release runs. */
import type { Observer } from "#twin/engine";
import type { ReleaseScene } from "../../../src/rehearsal/release/request.ts";
import { plan } from "./rehearsed.ts";

const endpoint = plan.endpoint.name;

/** The world as SageMaker may be: the update to 25 % ends InService, with the weights of before. */
export function takesWeightsBack({ world }: ReleaseScene): Observer {
  return {
    name: "takes-weights-back",
    called: ({ operation }) => {
      const variants = world.state.endpoints.get(endpoint)?.variants ?? [];
      if (operation !== "DescribeEndpoint" || !variants.some(({ currentWeight }) => currentWeight === 25))
        return;
      for (const variant of variants) {
        variant.currentWeight = variant.name === "v7" ? 5 : 95;
        variant.desiredWeight = variant.currentWeight;
      }
    },
    findings: () => null,
  };
}

/** Somebody raises the maximum of stable's scaling in the first bake, through the API like everybody else. */
export function raisesTheMaximum(scene: ReleaseScene): Observer {
  return { name: "raises-the-maximum", ...onceOn(scene, "Bake"), findings: () => null };
}

function onceOn({ world }: ReleaseScene, state: string): Pick<Observer, "watch" | "entered"> {
  let done = false;
  let raise: ((at: number) => void) | undefined;
  return {
    watch: (services) => {
      const scaling = services.find(({ name }) => name === "application-autoscaling");
      raise = (at) => {
        const operation = "RegisterScalableTarget";
        const input = {
          ServiceNamespace: "sagemaker",
          ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
          ResourceId: `endpoint/${endpoint}/variant/v6`,
          MaxCapacity: 40,
        };
        scaling?.operations[operation]?.(input, { service: "application-autoscaling", operation, input, at });
      };
      return services;
    },
    entered: (entry) => {
      if (done || entry.state !== state) return;
      done = true;
      raise?.(world.nowMs);
    },
  };
}
