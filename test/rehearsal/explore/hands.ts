/** Hands that are laid on the account while a release runs, through the API like everybody else's. */
import type { Observer } from "#twin/engine";
import type { ReleaseScene } from "../../../src/rehearsal/release/request.ts";
import { behind } from "../behind.ts";
import { plan } from "./rehearsing.ts";

const { name: endpoint } = plan.endpoint;
const target = (variant: string) => ({
  ServiceNamespace: "sagemaker",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
  ResourceId: `endpoint/${endpoint}/variant/${variant}`,
});
const weights = (v6: number, v7: number) => ({
  EndpointName: endpoint,
  DesiredWeightsAndCapacities: [
    { VariantName: "v6", DesiredWeight: v6 },
    { VariantName: "v7", DesiredWeight: v7 },
  ],
});

type Hand = readonly [service: string, operation: string, input: Readonly<Record<string, unknown>>];
const scaling = "application-autoscaling";

export const hands = {
  "raises stable's maximum": [scaling, "RegisterScalableTarget", { ...target("v6"), MaxCapacity: 40 }],
  "raises stable's minimum": [scaling, "RegisterScalableTarget", { ...target("v6"), MinCapacity: 9 }],
  "takes stable's scaling away": [scaling, "DeregisterScalableTarget", target("v6")],
  "raises the candidate's maximum": [scaling, "RegisterScalableTarget", { ...target("v7"), MaxCapacity: 40 }],
  "takes the candidate's scaling away": [scaling, "DeregisterScalableTarget", target("v7")],
  "shifts traffic": ["sagemaker", "UpdateEndpointWeightsAndCapacities", weights(60, 40)],
  "takes traffic back": ["sagemaker", "UpdateEndpointWeightsAndCapacities", weights(100, 0)],
  "deletes the candidate's configuration": [
    "sagemaker",
    "DeleteEndpointConfig",
    { EndpointConfigName: "slipway-dev-chat-assistant-v7-production-join-uv5qtsh2" },
  ],
  "deletes stable's configuration": [
    "sagemaker",
    "DeleteEndpointConfig",
    { EndpointConfigName: `${endpoint}-config-v6` },
  ],
} as const satisfies Record<string, Hand>;

/** The registry has approved version 8 as well. */
export const versionEight = approvedToo(8);

/** The registry has approved another version as well. */
export function approvedToo(version: number) {
  return ({ world }: ReleaseScene): Observer => {
    const packages = behind(world).state.modelPackages;
    const seven = [...packages].find(([arn]) => arn.endsWith("/7"));
    if (seven === undefined) throw new Error("the registry has no version 7");
    packages.set(seven[0].replace(/7$/, String(version)), { ...seven[1], version });
    return { name: `version-${version}`, findings: () => null };
  };
}

/** Lays one hand on the account at the first entry into a state. */
export function laidOn(state: string, [name, operation, input]: Hand) {
  return ({ world, services }: ReleaseScene): Observer => {
    const service = services.find((each) => each.name === name);
    let laid = false;
    let act: (at: number) => void = () => {};
    return {
      name: "hand",
      watch: (watched) => {
        const seen = watched.find((each) => each.name === service?.name);
        act = (at) => void seen?.operations[operation]?.(input, { service: name, operation, input, at });
        return watched;
      },
      entered: (entry) => {
        if (laid || entry.state !== state) return;
        laid = true;
        act(world.nowMs);
      },
      findings: () => null,
    };
  };
}
