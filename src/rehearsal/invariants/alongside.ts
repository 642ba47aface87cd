/** Whether what a plan lists alongside is there when a share is given: the plan's own figures against what the world has. */
import type { Plan } from "../../core/plan/plan.ts";
import type { ResourceRef } from "../../core/release/change.ts";
import type { CheckContext } from "./check-context.ts";
import { leaseKinds } from "./kinds/leases.ts";
import { type Passage, planFor } from "./passages.ts";
import type { SharedState } from "./shared-items.ts";
import type { Shift } from "./shifts.ts";

type Entry = NonNullable<Plan["alongside"]>[number];

/** A thing that a plan lists, and how it stood before the release and whoever leant on it then. */
export interface Listed {
  readonly entry: Entry;
  readonly resource: ResourceRef;
  readonly before: SharedState;
}

/** All that the plan of a release lists, without what had no scalable target as the release began: that is not leased. */
export function listedOf(
  passage: Passage,
  { planOf, shared }: Pick<CheckContext, "planOf" | "shared">,
): Listed[] {
  return (planFor(passage, { planOf }).alongside ?? []).flatMap((entry) =>
    Object.values(leaseKinds).flatMap(({ kind, nameOf }) => {
      const name = nameOf(entry) ?? "";
      const stood = shared.stood({ kind, name }, passage.startedMs);
      const before = stood ?? passage.before.things[kind].get(name) ?? undefined;
      return before === undefined ? [] : [{ entry, resource: { kind, name }, before }];
    }),
  );
}

/** One sentence for each that is short of what a share needs. What gives traffic back waits for nothing. */
export function shortAlongside(context: CheckContext, { passage, from, to }: Shift): string[] {
  if (passage === undefined || to <= from) return [];
  const percent = Math.round(to * 1e5) / 1e3;
  return listedOf(passage, context).flatMap(({ entry, resource: { name }, before }) => {
    const scalable = context.world.state.scalables.get(name);
    if (scalable === undefined) return [];
    const needed = neededAt(entry, percent, before);
    return scalable.ready >= needed
      ? []
      : [`${percent} % were given with ${scalable.ready} of ${needed} of ${name} there`];
  });
}

/** How much of a thing a share needs, percent; 0: from the candidate's joining on. */
export function neededAt(
  { stages, ...always }: Entry,
  percent: number,
  { capacity, min }: { readonly capacity: number; readonly min: number },
): number {
  const due = (stages ?? [{ ...always, trafficPercent: 0 }]).filter(
    ({ trafficPercent }) => trafficPercent <= percent,
  );
  const each = due.map(({ minimum, multiple = 1, of }) =>
    minimum === undefined ? Math.ceil(multiple * (of === "minimum" ? min : capacity) - 1e-9) : minimum,
  );
  return Math.max(0, ...each);
}
