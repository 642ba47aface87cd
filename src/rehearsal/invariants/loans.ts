/**
 * What stable lends the candidate: its scaling as it was before the release, or as somebody had made it until the last
 * look before it was held. AWS offers no condition on the hold itself: what comes in between nobody can see.
 */
import type { JsonValue } from "../../core/release/json-value.ts";
import type { ResourceKind } from "../../core/release/resource-kinds.ts";
import type { AccountSnapshot } from "./account-snapshot.ts";
import type { Account, CheckedKind } from "./kinds/define.ts";
import { allKinds, keyOf, kindOf, servicesOf, thingsOf } from "./kinds/registry.ts";
import { mutationOf } from "./mutations.ts";
import type { ArrivingCall } from "./observation.ts";
import type { OutsideHands } from "./outside-hands.ts";

export interface Loans {
  asked(asked: ArrivingCall): void;
  /** Undefined where stable had none to lend. */
  of(kind: CheckedKind, before: AccountSnapshot, endpoint: string): JsonValue | undefined;
  /** A release there has ended. */
  forget(endpoint: string | undefined): void;
}

interface HeldLoan {
  readonly endpoint: string | undefined;
  readonly state: JsonValue | undefined;
}

export function createLoans(account: Account, outside: OutsideHands): Loans {
  /** As it was when a release had last looked before it first changed it, by resource. */
  const held = new Map<string, HeldLoan>();
  const looked = new Map<ResourceKind, ReadonlyMap<string, JsonValue>>();
  const lent = allKinds.filter(({ isLent }) => isLent === true);

  return {
    asked({ call, frame }) {
      if (frame === undefined) return;
      for (const kind of lent)
        if (servicesOf(kind).includes(call.service) && call.operation.startsWith("Describe"))
          looked.set(kind.kind, thingsOf(kind, account));
      const resource = mutationOf(call)?.resource;
      if (resource === undefined || held.has(keyOf(resource))) return;
      const kind = kindOf(resource);
      if (kind.isLent !== true) return;
      const things = looked.get(kind.kind) ?? thingsOf(kind, account);
      held.set(keyOf(resource), {
        endpoint: kind.endpointOf?.(resource.name),
        state: things.get(resource.name),
      });
    },
    of({ kind, isLent, endpointOf }, before, endpoint) {
      if (isLent !== true) return undefined;
      const [name = ""] = [...before.things[kind].keys()].filter((each) => endpointOf?.(each) === endpoint);
      const known = held.get(keyOf({ kind, name }));
      if (known !== undefined) return known.state;
      const touch = outside.touched({ kind, name });
      return touch?.to === null ? undefined : before.things[kind].get(name);
    },
    forget(endpoint) {
      for (const [key, one] of held) if (one.endpoint === endpoint) held.delete(key);
    },
  };
}
