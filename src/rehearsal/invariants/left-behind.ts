/** What is otherwise in the account than it was, what outside hands touched left out. */
import type { ResourceRef } from "../../core/release/change.ts";
import type { AccountSnapshot } from "./account-snapshot.ts";
import type { CheckContext } from "./check-context.ts";
import type { AccountDifference, TwoLooks } from "./kinds/define.ts";
import { allKinds } from "./kinds/registry.ts";
import { routingOf } from "./kinds/routing.ts";
import { weightsOf } from "./kinds/weights.ts";

export interface AccountComparison {
  readonly context: Pick<CheckContext, "world" | "outside" | "replaced">;
  readonly before: AccountSnapshot;
  readonly now: AccountSnapshot;
  /** Schedules and training jobs of leases that are still to end. */
  readonly leased: ReadonlySet<string>;
  /** Endpoints whose release is promoted and kept for what is left: what serves there is in use. */
  readonly promoted?: ReadonlySet<string>;
}

export function leftBehind({
  context,
  before,
  now,
  leased,
  promoted,
}: AccountComparison): AccountDifference[] {
  const isTouched = (resource: ResourceRef) => context.outside.touched(resource) !== undefined;
  const isTheirs = (endpoint: string) => isTouched(routingOf(endpoint)) || isTouched(weightsOf(endpoint));
  const used = [...now.endpoints.values()].filter(
    ({ name }) => isTheirs(name) || promoted?.has(name) === true,
  );
  const common: Omit<TwoLooks<unknown>, "before" | "now"> = {
    endpoints: { before: before.endpoints, now: now.endpoints },
    world: context.world,
    isTouched,
    isTheirs,
    leased,
    inUse: new Set(allKinds.flatMap((kind) => used.flatMap((endpoint) => kind.usedBy?.(endpoint) ?? []))),
  };
  return allKinds
    .flatMap((kind) => kind.left({ ...common, before: before.things[kind.kind], now: now.things[kind.kind] }))
    .filter(({ resource }) => !context.replaced.isGone(resource));
}
