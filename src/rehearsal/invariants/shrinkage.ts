/** Whether a stable variant that ends smaller than it was became so by us, and not by its own policy. */

import { isCall, usedInstances, type WorldEvent } from "#twin/world";
import type { AccountSnapshot } from "./account-snapshot.ts";
import type { CheckContext } from "./check-context.ts";
import { countOf } from "./kinds/count.ts";
import { scalingOf } from "./kinds/scaling.ts";
import { type ObservedCall, textOf } from "./observation.ts";

export interface Shrinkage {
  onCall(seen: ObservedCall): void;
  onWorld(entry: WorldEvent): void;
  /** An endpoint is what it should be: what was taken from it until now is no matter any more. */
  forget(endpoint: string): void;
  /** Variants that are smaller than they were, and that we made smaller; not of endpoints that stable is `leaving`. */
  ours(before: AccountSnapshot, leaving?: ReadonlySet<string>): string[];
}

export function createShrinkage({ world, outside }: CheckContext): Shrinkage {
  /** How far calls of ours lowered what, by `endpoint/variant`; what they gave back in full is none. */
  const lowered = new Map<string, number>();
  /** From how many they did so first: in full is as many as that, however far they raised it in between. */
  const stood = new Map<string, number>();
  /** Endpoints whose last new fleet was asked for by us. */
  const moved = new Set<string>();

  /** Whether the scaling of a variant allows no more, and somebody else has set that. */
  const isBounded = (key: string, is: number): boolean => {
    const [endpoint = "", variant = ""] = key.split("/");
    const resource = scalingOf(endpoint, variant);
    const max = world.state.scalableTargets.get(resource.name)?.maxCapacity ?? Number.POSITIVE_INFINITY;
    return outside.touched(resource) !== undefined && is >= max;
  };

  const look = (entry: WorldEvent) => {
    if (entry.kind !== "capacity") return;
    const { subject, from = 0, to = 0, by } = entry;
    if (to >= (stood.get(subject) ?? Number.POSITIVE_INFINITY)) lowered.delete(subject);
    if (to >= from || by.who === "sagemaker") return;
    stood.set(subject, stood.get(subject) ?? from);
    if (to < (stood.get(subject) ?? from)) lowered.set(subject, Math.min(to, lowered.get(subject) ?? to));
  };

  /** A raise of ours that is refused while not one instance more would be had has given back all that there is room for. */
  function refused({ call, outcome }: ObservedCall): void {
    if (!("error" in outcome) || outcome.error.name !== "ResourceLimitExceeded") return;
    if (call.operation !== "UpdateEndpointWeightsAndCapacities") return;
    const endpoint = textOf(call, "EndpointName");
    for (const { name, instanceType } of world.state.endpoints.get(endpoint)?.variants ?? [])
      if (usedInstances(world, instanceType) >= world.quota("endpoint", instanceType))
        lowered.delete(countOf(endpoint, name).name);
  }

  return {
    onCall(seen) {
      const { call, frame, tookEffect, caused } = seen;
      if (!tookEffect && frame !== undefined) refused(seen);
      if (!tookEffect) return;
      if (call.operation === "UpdateEndpoint") {
        if (frame === undefined) moved.delete(textOf(call, "EndpointName"));
        else moved.add(textOf(call, "EndpointName"));
      }
      if (frame !== undefined) caused.forEach(look);
    },
    onWorld(entry) {
      const [endpoint = ""] = entry.subject.split("/");
      if (isCall(entry.by, "UpdateEndpoint") && moved.has(endpoint)) look(entry);
    },
    forget(endpoint) {
      for (const known of [lowered, stood])
        for (const subject of known.keys()) if (subject.startsWith(`${endpoint}/`)) known.delete(subject);
    },
    ours: (before, leaving) =>
      [...before.endpoints.values()].flatMap(({ name: endpoint, variants }) =>
        (leaving?.has(endpoint) ? [] : variants).flatMap(({ name, desiredInstances: was }) => {
          const resource = countOf(endpoint, name);
          const key = resource.name;
          const live = world.state.endpoints.get(endpoint)?.variants.find((each) => each.name === name);
          const is = live?.desiredInstanceCount ?? was;
          // What we took of a raise, down to what there was before or more, is no matter; its policy may go on from there.
          if (is >= was || (lowered.get(key) ?? was) >= was) return [];
          return outside.touched(resource) === undefined && !isBounded(key, is)
            ? [`${name} has ${is} instances, before the release it had ${was}`]
            : [];
        }),
      ),
  };
}
