/**
 * The instances asked for of a variant, as the checkers see them. Named by endpoint and variant. What is left of a count
 * is shrinkage.ts's question: its own policy may have moved it since.
 */

import type { EventLog, VisibleState } from "#twin/world";
import type { ResourceRef } from "../../../core/release/change.ts";
import { rebalancingOf } from "../rebalancing.ts";
import type { CheckedKind } from "./define.ts";

export const countOf = (endpoint: string, variant: string) =>
  ({ kind: "count", name: `${endpoint}/${variant}` }) as const satisfies ResourceRef;

export const count = {
  kind: "count",
  read: ({ world }, name) => askedOf(world, name) ?? null,
  names: ({ world }) =>
    [...world.state.endpoints.values()].flatMap((endpoint) =>
      endpoint.variants.map((variant) => countOf(endpoint.name, variant.name).name),
    ),
  endpointOf: (name) => name.slice(0, name.lastIndexOf("/")),

  calls: {
    "sagemaker.UpdateEndpointWeightsAndCapacities"(call) {
      const asked = rebalancingOf(call);
      if (asked?.count === undefined) return undefined;
      const { variant, instances } = asked.count;
      return { name: countOf(asked.endpoint, variant).name, leadsTo: (state) => state === instances };
    },
  },

  left: () => [],
  outcome(call, { world }) {
    const asked = rebalancingOf(call);
    if (asked?.count === undefined) return undefined;
    const { variant } = asked.count;
    const { name } = countOf(asked.endpoint, variant);
    const instances = askedOf(world, name) ?? 0;
    return {
      what: `the raise of ${name} to ${instances}`,
      isShown: (found) =>
        found.variants.some(
          (each) =>
            each.VariantName === variant &&
            each.CurrentInstanceCount === each.DesiredInstanceCount &&
            (each.DesiredInstanceCount === instances || hasMoved(world, name, call.at)),
        ),
    };
  },

  locksEndpoint: true,
  movesByItself: true,
} satisfies CheckedKind<number>;

function askedOf({ state }: VisibleState, name: string): number | undefined {
  const cut = name.lastIndexOf("/");
  const variants = state.endpoints.get(name.slice(0, cut))?.variants ?? [];
  return variants.find((variant) => variant.name === name.slice(cut + 1))?.desiredInstanceCount;
}

/** Whether auto scaling moved a count after a moment; then the count shown is its. */
const hasMoved = ({ events }: EventLog, name: string, sinceMs: number): boolean =>
  events.some(
    ({ kind, subject, atMs, by }) =>
      kind === "capacity" && subject === name && atMs > sinceMs && by.who === "auto-scaling",
  );
