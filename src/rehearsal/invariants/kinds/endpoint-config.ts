/** An endpoint's configuration, as the checkers see it: it is there, or it is not. */
import type { ResourceRef } from "../../../core/release/change.ts";
import { textOf } from "../observation.ts";
import { type CheckedKind, isGone, isThere, moreOrLess } from "./define.ts";

export const endpointConfigOf = (name: string): ResourceRef => ({ kind: "endpoint-config", name });

export const endpointConfig = {
  kind: "endpoint-config",
  read: ({ world }, name) => (world.state.endpointConfigs.has(name) ? name : null),
  names: ({ world }) => world.state.endpointConfigs.keys(),
  usedBy: ({ config }) => [config],
  tagsOf({ world }, name) {
    const found = world.state.endpointConfigs.get(name);
    return found && (found.tags ?? {});
  },
  steady: (before, _, { config }) => new Map([...before, [config, config]]),

  calls: {
    "sagemaker.CreateEndpointConfig": (call) => ({
      name: textOf(call, "EndpointConfigName"),
      leadsTo: isThere,
    }),
    "sagemaker.DeleteEndpointConfig": (call) => ({
      name: textOf(call, "EndpointConfigName"),
      leadsTo: isGone,
    }),
  },
  makes: { operation: "sagemaker.CreateEndpointConfig", most: 2 },

  left: (looks) => moreOrLess("endpoint-config", looks),

  isServed: true,
} satisfies CheckedKind<string>;
