/**
 * How long a release is planned to take over each of its steps, and what it then raises: the checkers' own figures, set
 * by nothing that the product reckons with.
 */
import type { WorldView } from "#twin/world";
import type { Plan } from "../../core/plan/plan.ts";
import type { Percent } from "../../core/units.ts";
import type { Hours } from "../prices.ts";
import { lowLoadOf } from "./in-place.ts";

/** A raised count holds the endpoint for 4 to 10 minutes, as users report; AWS says nothing (docs/DECISIONS.md). */
export const raiseMinutes = 10;
/**
 * UpdateEndpoint waits for the slowest of its new instances (one in twenty takes more than 8.8 minutes, world/spec.ts),
 * and to take over and drain the old ones takes a minute or two.
 */
export const updateMinutes = 10;
/** New weights are in force within a minute, and a minute's metrics come 75 seconds after its end. */
export const shiftMinutes = 2;

export interface PlannedFleet {
  readonly instanceType: string;
  readonly count: number;
}

/** What stable held back needs no bake: its weights alone. */
const restMinutes = ({ stages }: Plan["rollout"]): number =>
  (stages.at(-1)?.trafficPercent ?? 100) < 100 ? shiftMinutes : 0;

/**
 * What a candidate that may join with less must have by the time it takes a share: its part of the peak that the plan is ready
 * for, in place of its low load, over what an instance serves.
 */
export function sizedFor(
  { requirements, rollout }: Plan,
  { instanceType, count }: PlannedFleet,
  { percent, world }: { readonly percent: Percent; readonly world: Pick<WorldView, "throughput"> },
): PlannedFleet {
  const each = world.throughput(instanceType) * requirements.utilisationPercent;
  const load = lowLoadOf({ rollout })?.mostRequestsPerSecond ?? requirements.peakRequestsPerSecond;
  const needed = Math.ceil((load * percent) / each - 1e-6);
  return { instanceType, count: Math.max(count, needed) };
}

/** From the join to the end, promoted or rolled back at the last moment: what either raises at least. */
export function waysThrough(
  plan: Plan,
  stable: PlannedFleet,
  { candidate, world }: { readonly candidate: PlannedFleet; readonly world: Pick<WorldView, "throughput"> },
): [Hours, Hours] {
  const at = (percent: Percent) => sizedFor(plan, candidate, { percent, world });
  const common = [
    over(updateMinutes, stable, candidate),
    ...plan.rollout.stages.map(({ trafficPercent, bakeMinutes }) => baking(bakeMinutes, at(trafficPercent))),
    over(restMinutes(plan.rollout), at(100)),
  ];
  return [sumOf([...common, dropping(at(100), at(100))]), sumOf([...common, dropping(stable, at(100))])];
}

/** What is leased from the join to the end, by the shares that need it: as long as the endpoint's way takes. */
export function leasedThrough({ rollout }: Plan): { readonly percent: Percent; readonly minutes: number }[] {
  const last = rollout.stages.at(-1)?.trafficPercent ?? 100;
  return [
    { percent: rollout.stages[0]?.trafficPercent ?? 100, minutes: updateMinutes },
    ...rollout.stages.map(({ trafficPercent: percent, bakeMinutes }) => ({
      percent,
      minutes: bakeMinutes + shiftMinutes,
    })),
    { percent: last, minutes: restMinutes(rollout) + updateMinutes },
  ];
}

/** A stage, from its shift to its end. */
export const baking = (bakeMinutes: number, candidate: PlannedFleet): Hours =>
  over(bakeMinutes + shiftMinutes, candidate);

/** A raise of the candidate, until the endpoint is at rest again. */
export const raising = (candidate: PlannedFleet): Hours => over(raiseMinutes, candidate);

/** An update that leaves one side alone: its new fleet comes beside what stands there, of which the candidate is extra. */
export const dropping = (staying: PlannedFleet, candidate: PlannedFleet): Hours =>
  over(updateMinutes, staying, candidate);

function over(minutes: number, ...sides: readonly PlannedFleet[]): Hours {
  return sumOf(sides.map(({ instanceType, count }) => ({ [instanceType]: (count * minutes) / 60 })));
}

function sumOf(parts: readonly Hours[]): Hours {
  const sum: Record<string, number> = {};
  for (const part of parts)
    for (const [type, hours] of Object.entries(part)) sum[type] = (sum[type] ?? 0) + hours;
  return sum;
}
