/** The account at one moment, as far as a release may change it: plain data that can be compared later. */
import type { ResourceKind } from "../../core/release/resource-kinds.ts";
import { type EndpointSnapshot, endpointSnapshot } from "./endpoint-snapshot.ts";
import type { Account } from "./kinds/define.ts";
import { allKinds, type kinds, thingsOf } from "./kinds/registry.ts";

/** What a kind's things look like. */
type StateOf<Kind extends ResourceKind> = NonNullable<ReturnType<(typeof kinds)[Kind]["read"]>>;

export interface AccountSnapshot {
  readonly endpoints: ReadonlyMap<string, EndpointSnapshot>;
  /** Of each kind, what there is of it, by name. */
  readonly things: { readonly [Kind in ResourceKind]: ReadonlyMap<string, StateOf<Kind>> };
}

export function snapshotOf(account: Account): AccountSnapshot {
  const { endpoints } = account.world.state;
  const things = allKinds.map((kind) => [kind.kind, thingsOf(kind, account)] as const);
  return {
    endpoints: new Map([...endpoints].map(([name, endpoint]) => [name, endpointSnapshot(endpoint)])),
    things: Object.fromEntries(things) as AccountSnapshot["things"],
  };
}
