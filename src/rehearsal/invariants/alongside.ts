/** Whether what a plan lists alongside is there when a share is given: the plan's own figures against what the world has. */
import type { Plan } from "../../core/plan/plan.ts";
import { leaseKinds } from "./kinds/leases.ts";
import type { Scene } from "./scene.ts";
import type { Shift } from "./shifts.ts";

type Entry = NonNullable<Plan["alongside"]>[number];

/** One sentence for each that is short of what a share needs. What gives traffic back waits for nothing. */
export function shortAlongside(
  { planOf, world, shared }: Scene,
  { endpoint, passage, from, to }: Shift,
): string[] {
  if (passage === undefined || to <= from) return [];
  const percent = Math.round(to * 1e5) / 1e3;
  return (planOf(endpoint.name).alongside ?? []).flatMap((entry) =>
    Object.values(leaseKinds).flatMap(({ kind, nameOf }) => {
      const name = nameOf(entry) ?? "";
      const scalable = world.state.scalables.get(name);
      const { startedMs } = passage;
      const before = shared.stood({ kind, name }, startedMs) ?? passage.before.things[kind].get(name);
      if (scalable === undefined || before === undefined) return [];
      const needed = neededAt(entry, percent, before);
      return scalable.ready >= needed
        ? []
        : [`${percent} % were given with ${scalable.ready} of ${needed} of ${name} there`];
    }),
  );
}

function neededAt(
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
