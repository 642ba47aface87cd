/** Whose a thing is: of several releases of one stack, the one whose step has changed it last. */
import type { ResourceRef } from "../../core/release/change.ts";
import { keyOf } from "./kinds/registry.ts";
import { mutationOf } from "./mutations.ts";
import type { ObservedCall } from "./observation.ts";
import type { Passage, Passages } from "./passages.ts";

export interface Owners {
  seen(seen: ObservedCall): void;
  /** Whether a step of another release has changed a thing last. */
  isAnothers(resource: ResourceRef, passage: Passage): boolean;
}

export function createOwners(passages: Passages): Owners {
  const owners = new Map<string, Passage>();
  return {
    seen({ call, frame, tookEffect }) {
      const resource = frame === undefined || !tookEffect ? undefined : mutationOf(call)?.resource;
      const passage = passages.of(frame?.execution);
      if (resource !== undefined && passage !== undefined) owners.set(keyOf(resource), passage);
    },
    isAnothers: (resource, { subject }) => {
      const owner = owners.get(keyOf(resource));
      return owner !== undefined && owner.subject !== subject;
    },
  };
}
