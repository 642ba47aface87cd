/** Which AWS calls change something that a release may change, of which resource, and towards which state. */
import type { ResourceRef } from "../../core/release/change.ts";
import type { Plain } from "../../core/release/plain.ts";
import type { Call } from "../twin/service.ts";
import { allKinds } from "./kinds/registry.ts";

export interface Mutation {
  /** Undefined: a change of something that no ledger knows. */
  readonly resource: ResourceRef | undefined;
  /** Tells the calls apart that one change takes: the operation, and the policy or action it is about. */
  readonly part: string;
  /** Whether the call brings the resource to this state of the ledger's, or a part of the way. */
  readonly leadsTo: (state: Plain) => boolean;
}

const changing = /^(Create|Update|Delete|Put|Register|Deregister|Stop|Set|Add|Remove|Tag|Untag)/;
const changed = new Set(allKinds.map(({ service }) => service));

/** What a call would change; undefined for a call that changes nothing a release may leave behind. */
export function mutationOf(call: Call): Mutation | undefined {
  const { service, operation } = call;
  if (!changed.has(service) || !changing.test(operation)) return undefined;
  for (const { kind, service: own, calls } of allKinds) {
    const aim = own === service ? calls[operation]?.(call) : undefined;
    if (aim === undefined) continue;
    const { name, part = operation, leadsTo } = aim;
    return { resource: { kind, name }, part, leadsTo };
  }
  return { resource: undefined, part: operation, leadsTo: () => false };
}
