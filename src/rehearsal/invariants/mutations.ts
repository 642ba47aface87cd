/** Which AWS calls change something that a release may change, of which resource, and towards which state. */

import type { Call } from "#twin/services";
import type { ResourceRef } from "../../core/release/change.ts";
import type { JsonValue } from "../../core/release/json-value.ts";
import { allKinds, servicesOf } from "./kinds/registry.ts";

export interface Mutation {
  /** Undefined: a change of something that no ledger knows. */
  readonly resource: ResourceRef | undefined;
  /** Tells the calls apart that one change takes: the operation, and the policy or action it is about. */
  readonly part: string;
  /** Whether the call brings the resource to this state of the ledger's, or a part of the way. */
  readonly leadsTo: (state: JsonValue) => boolean;
}

const changing = /^(Create|Update|Delete|Put|Register|Deregister|Stop|Set|Add|Remove|Tag|Untag)/;
/** Services that change the account and nothing else: of tables, the calls that a kind names, and no writing in them. */
const recorded = new Set(allKinds.flatMap(servicesOf));
recorded.delete("dynamodb");

/** What a call would change; undefined for a call that changes nothing a release may leave behind. */
export function mutationOf(call: Call): Mutation | undefined {
  const { service, operation } = call;
  for (const { kind, calls } of allKinds) {
    const aim = calls[`${service}.${operation}`]?.(call);
    if (aim === undefined) continue;
    const { name, part = operation, leadsTo } = aim;
    return { resource: { kind, name }, part, leadsTo };
  }
  if (!recorded.has(service) || !changing.test(operation)) return undefined;
  return { resource: undefined, part: operation, leadsTo: () => false };
}
