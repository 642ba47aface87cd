/** The bill by the tags of what is paid for: training jobs and their pools by the job's, endpoints' instances by the endpoint's. */
import type { Costs, InstanceHours } from "./bill.ts";
import type { TagsOf } from "./endpoint-state.ts";
import type { Scenario } from "./settled.ts";
import type { VisibleState } from "./state.ts";

export interface BilledUnder {
  readonly tags: TagsOf;
  readonly usd: number;
}

export type Billed = Costs & VisibleState & Scenario;

/** What was paid for between two moments, epoch milliseconds. A type without a price costs nothing. */
export function billedUnder(
  world: Billed,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  prices: Readonly<Record<string, number>>,
): BilledUnder[] {
  const keyOf = ({ owner, instanceType }: InstanceHours) => `${owner} ${instanceType}`;
  const before = new Map(world.instanceHours(fromMs).map((row) => [keyOf(row), row.hours]));
  return world.instanceHours(Math.max(fromMs, toMs)).map((row) => ({
    tags: tagsOf(world, row.owner),
    usd: (row.hours - (before.get(keyOf(row)) ?? 0)) * (prices[row.instanceType] ?? 0),
  }));
}

/** Nodes of clusters have the cluster's, of which the twin keeps none. */
function tagsOf({ state, spec }: Billed, owner: string): TagsOf {
  const [first = "", second = ""] = owner.split("/");
  if (first === "training") return state.trainingJobs.get(second)?.tags ?? {};
  return first === "cluster" ? {} : spec.billing.endpointTags;
}
