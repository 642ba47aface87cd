/** The weights asked for of an endpoint's variants, as the checkers see them. Named by the endpoint. */
import type { ResourceRef } from "../../../core/release/change.ts";
import type { EndpointSnapshot } from "../endpoint-snapshot.ts";
import { textOf } from "../observation.ts";
import { rebalancingOf } from "../rebalancing.ts";
import { type AccountDifference, type CheckedKind, isMembers, type TwoLooks } from "./define.ts";
import { routingOf } from "./routing.ts";

type Weights = { readonly [variant: string]: number };

export const weightsOf = (endpoint: string): ResourceRef => ({ kind: "weights", name: endpoint });

export const weights = {
  kind: "weights",
  read: ({ world: { state } }, name): Weights =>
    Object.fromEntries(
      (state.endpoints.get(name)?.variants ?? []).map((variant) => [variant.name, variant.desiredWeight]),
    ),
  names: ({ world }) => world.state.endpoints.keys(),
  endpointOf: (name) => name,

  calls: {
    "sagemaker.UpdateEndpointWeightsAndCapacities"(call) {
      const asked = rebalancingOf(call);
      if (asked === undefined || asked.count !== undefined) return undefined;
      return {
        name: asked.endpoint,
        leadsTo: (state) =>
          isMembers(state) && [...asked.weights].every(([name, weight]) => state[name] === weight),
      };
    },
  },

  left: (looks) => [...looks.endpoints.before.values()].flatMap((was) => weightsLeft(was, looks)),
  unsteady: ({ now, isTouched }) =>
    isTouched(weightsOf(now.name))
      ? []
      : now.variants.flatMap(({ name, weight, desiredWeight }) => {
          if (weight !== desiredWeight) return differs(now.name, `the weight of ${name} is not in force`);
          return weight === 0 ? differs(now.name, `${name} serves with weight 0 after the promotion`) : [];
        }),
  outcome(call, { world }) {
    const variants = world.state.endpoints.get(textOf(call, "EndpointName"))?.variants ?? [];
    const asked = new Map(variants.map((each) => [each.name, each.desiredWeight]));
    return {
      what: `the weights ${[...asked].map(([of, weight]) => `${of} ${weight}`).join(", ")}`,
      isShown: (found) => found.variants.every((each) => hasWeight(each, asked)),
    };
  },

  takenAlong: (call) => (call.operation === "DeleteEndpoint" ? [textOf(call, "EndpointName")] : []),

  locksEndpoint: true,
} satisfies CheckedKind<Weights>;

const differs = (endpoint: string, what: string): AccountDifference[] => [
  { what, resource: weightsOf(endpoint) },
];

/** An endpoint that serves another configuration has other weights: that is said of the configuration. */
function weightsLeft(
  was: EndpointSnapshot,
  { endpoints, isTouched }: TwoLooks<Weights>,
): AccountDifference[] {
  const is = endpoints.now.get(was.name);
  if (is?.config !== was.config || isTouched(routingOf(was.name)) || isTouched(weightsOf(was.name)))
    return [];
  return was.variants.flatMap(({ name, weight }) => {
    const variant = is.variants.find((each) => each.name === name);
    return variant?.weight === weight && variant.desiredWeight === weight
      ? []
      : differs(was.name, `${name} has weight ${variant?.weight ?? "none"}, before it was ${weight}`);
  });
}

/** A variant that the change did not name counts by what it had been asked for before. */
function hasWeight(shown: Readonly<Record<string, unknown>>, asked: ReadonlyMap<string, number>): boolean {
  const weight = asked.get(String(shown.VariantName));
  return weight === undefined || (shown.CurrentWeight === weight && shown.DesiredWeight === weight);
}
