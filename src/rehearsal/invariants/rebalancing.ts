/** What an UpdateEndpointWeightsAndCapacities asks for: new weights by variant, or one variant's new count. */
import type { Call } from "#twin/services";
import { textOf } from "./observation.ts";

export interface Rebalancing {
  readonly endpoint: string;
  readonly weights: ReadonlyMap<string, number>;
  readonly count?: { readonly variant: string; readonly instances: number };
}

export function rebalancingOf(call: Call): Rebalancing | undefined {
  if (call.operation !== "UpdateEndpointWeightsAndCapacities") return undefined;
  const asked = call.input.DesiredWeightsAndCapacities;
  const changes = (Array.isArray(asked) ? asked : []) as readonly {
    VariantName: string;
    DesiredWeight?: number;
    DesiredInstanceCount?: number;
  }[];
  const weights = new Map(
    changes.flatMap(({ VariantName, DesiredWeight }) =>
      DesiredWeight === undefined ? [] : [[VariantName, DesiredWeight] as const],
    ),
  );
  const endpoint = textOf(call, "EndpointName");
  const counted = changes.find((change) => change.DesiredInstanceCount !== undefined);
  if (counted === undefined) return { endpoint, weights };
  const count = { variant: counted.VariantName, instances: counted.DesiredInstanceCount ?? 0 };
  return { endpoint, weights, count };
}
