/** What a release leans on beside its endpoint, in the account: planned, raised, and looked at until it is there. */
import { leasedOf, minimumsOf } from "../core/plan/alongside/alongside.ts";
import { leasableOf } from "../core/plan/alongside/kinds.ts";
import type { Plan } from "../core/plan/plan.ts";
import { type LeaseNeeds, leasesFor, minimumAt } from "../core/release/alongside.ts";
import type { Needs } from "../core/release/release.ts";
import { theirsOf } from "../core/release/shared-lease.ts";
import { isContended, make } from "./changes.ts";
import type { Aws } from "./clients.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { leaseResource } from "./resources/registry.ts";
import { readScalableTarget } from "./scalable-target.ts";
import { readShared } from "./shared-items.ts";

type Entry = NonNullable<Plan["alongside"]>[number];

interface Alongside {
  readonly leases: LeaseNeeds[];
  /** One sentence for each thing that no lease can be had on. */
  readonly lacks: readonly string[];
  /** One sentence for each that does not show yet how it stands. */
  readonly changing: readonly string[];
}

/** A lease on each thing that the plan lists, or why there is none. */
export async function planAlongside(aws: Aws, plan: Plan): Promise<Alongside> {
  const found: (LeaseNeeds | string | { readonly changing: string })[] = [];
  for (const entry of plan.alongside ?? []) found.push(await planned(aws, plan, entry));
  return {
    leases: found.filter((one) => typeof one !== "string" && "kind" in one),
    lacks: found.filter((one) => typeof one === "string"),
    changing: found.flatMap((one) => (typeof one !== "string" && "changing" in one ? one.changing : [])),
  };
}

async function planned(
  aws: Aws,
  { rollout }: Plan,
  entry: Entry,
): Promise<LeaseNeeds | string | { readonly changing: string }> {
  const { kind, name } = leasedOf(entry);
  const { what, scopeOf } = leasableOf(kind);
  const { namespace, resourceId, dimension } = scopeOf(name);
  const capacity = await leaseResource(kind).view(aws, name);
  if (capacity === null) return `alongside: ${what} ${resourceId} does not exist`;
  if (typeof capacity === "string") return `alongside: ${what} ${resourceId}: ${capacity}`;
  const target = await readScalableTarget(aws, scopeOf(name));
  if (target === null)
    return `alongside: ${what} ${resourceId} has no scalable target: register one with Application Auto Scaling (${namespace}, ${dimension}) to say within which bounds it may be scaled, or take it out of alongside`;
  const item = await readShared(aws, { kind, name });
  const theirs = theirsOf(item, target);
  if (theirs.length > 0)
    return `alongside: someone else set ${theirs.map((key) => `${key} ${target[key]}`).join(" and ")} on ${what} ${resourceId} while ${Object.keys(item.leases).join(", ")} leans on it: release once that is over`;
  if (item.before === undefined && capacity.isChanging === true)
    return { changing: `${what} ${resourceId} is being changed, and does not show yet how it stands` };
  const { min, max } = target;
  const before = item.before ?? { min, max, capacity: capacity.asked };
  return { kind, name, minimums: minimumsOf(entry, rollout.stages, before), before };
}

/** Makes the leases that a stage needs. Says whom it has to wait for; undefined where all are made. */
export async function leaseAlongside(
  tools: Tools,
  ledger: Ledger,
  { needs, stage }: { readonly needs: Needs; readonly stage: number },
): Promise<string | undefined> {
  for (const intent of leasesFor(needs.alongside ?? [], stage, ledger.changes))
    try {
      await make(tools, ledger, intent);
    } catch (error) {
      if (isContended(error)) return (error as Error).message;
      throw error;
    }
  return undefined;
}

export interface Lack {
  readonly status: "waiting" | "failed";
  readonly reason: string;
}

/** What is not there yet of that which a stage leans on; undefined where all of it is. */
export async function lackAlongside(aws: Aws, needs: Needs, stage: number): Promise<Lack | undefined> {
  const lacks: Lack[] = [];
  for (const one of needs.alongside ?? []) lacks.push(...(await lackOf(aws, one, minimumAt(one, stage))));
  return lacks.find(({ status }) => status === "failed") ?? lacks[0];
}

/** Makes the leases of a stage, and says what is not there yet of what it leans on. */
export async function lackForStage({
  tools,
  ledger,
  needs,
  stage: { index },
}: {
  readonly tools: Tools;
  readonly ledger: Ledger;
  readonly needs: Needs;
  readonly stage: { readonly index: number };
}): Promise<Lack | undefined> {
  const atWork = await leaseAlongside(tools, ledger, { needs, stage: index });
  return atWork === undefined
    ? lackAlongside(tools.aws, needs, index)
    : { status: "waiting", reason: atWork };
}

async function lackOf(aws: Aws, { kind, name }: LeaseNeeds, minimum: number): Promise<Lack[]> {
  if (minimum === 0) return [];
  const { what, units } = leasableOf(kind);
  const capacity = await leaseResource(kind).view(aws, name);
  if (capacity === null) return [{ status: "failed", reason: `${what} ${name} does not exist any more` }];
  if (typeof capacity === "string") return [{ status: "failed", reason: `${what} ${name}: ${capacity}` }];
  const { there, failure } = capacity;
  if (there >= minimum) return [];
  const reason = `${there} of ${minimum} ${units} of ${what} ${name} are there`;
  return failure === undefined
    ? [{ status: "waiting", reason }]
    : [{ status: "failed", reason: `${reason}: ${failure}` }];
}
