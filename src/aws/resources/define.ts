/** What there is to a kind of resource that a release may change: how its state is read, and made what it should be. */

import type { z } from "zod";
import { badState } from "../../core/errors.ts";
import type { JsonValue } from "../../core/release/json-value.ts";
import type { By } from "../../core/release/shared-lease.ts";
import type { EpochMs } from "../../core/units.ts";
import { asJson } from "../as-json.ts";
import type { Aws } from "../clients.ts";

/** For whom a resource is read or put, and when. */
export interface ResourceContext {
  readonly by: By;
  readonly nowMs: EpochMs;
}

/** A resource's state and what it should be; null says that it does not exist. */
export interface Transition<S> {
  readonly from: S | null;
  readonly to: S | null;
}

export interface Definition<S> {
  /** Its state as the ledger keeps it. */
  readonly state: z.ZodType<S>;
  /** `asked` is there whenever a release asks under its lock. */
  read(aws: Aws, name: string, asked?: ResourceContext): Promise<S | null>;
  /** The request is accepted when this returns; the effect may take minutes. */
  put(aws: Aws, name: string, change: Transition<S>, asked?: ResourceContext): Promise<void>;
  /** Whether a name is taken, where that is more than a state that is not null. */
  isTaken?(aws: Aws, name: string): Promise<boolean>;
}

/** A kind of resource as changes know it: its states are plain data. */
export interface Resource {
  read(aws: Aws, name: string, asked?: ResourceContext): Promise<JsonValue>;
  put(aws: Aws, name: string, change: Transition<JsonValue>, asked?: ResourceContext): Promise<void>;
  isTaken(aws: Aws, name: string): Promise<boolean>;
}

export function defineResource<S>({ state, read, put, isTaken }: Definition<S>): Resource {
  const stateIn = (name: string, found: JsonValue): S | null => {
    if (found === null) return null;
    const parsed = state.safeParse(found);
    if (parsed.success) return parsed.data;
    throw badState(`${name}: expected a state of its kind, found ${JSON.stringify(found)}`);
  };
  return {
    read: async (aws, name, asked) => asJson(await read(aws, name, asked)),
    put: async (aws, name, { from, to }, asked) =>
      put(aws, name, { from: stateIn(name, from), to: stateIn(name, to) }, asked),
    isTaken: isTaken ?? (async (aws, name) => (await read(aws, name)) !== null),
  };
}

/** For kinds that no release takes away. */
export function mustBe<S>(to: S | null, name: string): S {
  if (to === null) throw badState(`${name}: expected a state to put it in, found none`);
  return to;
}
