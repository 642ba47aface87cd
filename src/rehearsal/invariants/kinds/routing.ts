/** The configuration that an endpoint serves or moves to, as the checkers see it. Named by the endpoint. */

import { actorText } from "#twin/world";
import type { ResourceRef } from "../../../core/release/change.ts";
import type { EndpointSnapshot } from "../endpoint-snapshot.ts";
import { textOf } from "../observation.ts";
import type { AccountDifference, CheckedKind, TwoLooks } from "./define.ts";
import { endpointConfigOf } from "./endpoint-config.ts";

export const routingOf = (endpoint: string): ResourceRef => ({ kind: "routing", name: endpoint });

export const routing = {
  kind: "routing",
  read({ world: { state } }, name) {
    const endpoint = state.endpoints.get(name);
    return endpoint?.update?.configName ?? endpoint?.configName ?? null;
  },
  names: ({ world }) => world.state.endpoints.keys(),
  endpointOf: (name) => name,

  calls: {
    "sagemaker.UpdateEndpoint": (call) => ({
      name: textOf(call, "EndpointName"),
      leadsTo: (state) => state === call.input.EndpointConfigName,
    }),
  },

  left: (looks) => [...looks.endpoints.before.values()].flatMap((was) => endpointLeft(was, looks)),
  unsteady: ({ before, now }) =>
    now.variants.flatMap(({ name }) =>
      before.variants.some((each) => each.name === name)
        ? differs(before.name, `${name} is still on endpoint ${before.name} after the promotion`)
        : [],
    ),
  outcome(call) {
    const config = textOf(call, "EndpointConfigName");
    return { what: `the move to ${config}`, isShown: (found) => found.config === config };
  },

  takenAlong: (call) => (call.operation === "DeleteEndpoint" ? [textOf(call, "EndpointName")] : []),
  isGoing: (call, name) => call.operation === "DeleteEndpoint" && name === textOf(call, "EndpointName"),

  locksEndpoint: true,
  isPlace: true,
  needs: (state) => (typeof state === "string" ? [endpointConfigOf(state)] : []),
} satisfies CheckedKind<string>;

const differs = (endpoint: string, what: string): AccountDifference[] => [
  { what, resource: routingOf(endpoint) },
];

function endpointLeft(was: EndpointSnapshot, looks: TwoLooks<string>): AccountDifference[] {
  const { name } = was;
  const is = looks.endpoints.now.get(name);
  if (looks.isTouched(routingOf(name))) return [];
  if (is === undefined) return differs(name, `endpoint ${name} is gone`);
  const by = looks.world.state.endpoints.get(name)?.update?.by;
  const isAtRest = is.status === "InService" || by?.who === "auto-scaling";
  const doing = by === undefined ? "" : ` (${actorText(by)})`;
  return [
    ...(isAtRest ? [] : differs(name, `endpoint ${name} is ${is.status}${doing}`)),
    ...(is.config === was.config || looks.isTheirs(name)
      ? []
      : differs(name, `endpoint ${name} serves ${is.config}, before it was ${was.config}`)),
  ];
}
