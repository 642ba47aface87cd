/**
 * What releases that are over have taught: a posterior each, with how much it rests on. What of an instance type is meant is taken of
 * all models of a stack, which is of one account and region; all else is a model's own.
 */
import type { RaisesLesson } from "../learning/by-hour.ts";
import { weightAt } from "../learning/forgetting.ts";
import { spansOf } from "../learning/launch.ts";
import { posteriorOf } from "../learning/posterior.ts";
import { provisioningBelief } from "../learning/provisioning.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { noiseLessons } from "./noise-lessons.ts";
import { launchesOf, type PastRelease } from "./past.ts";
import {
  forecastLessons,
  lesson,
  modelLoadLessons,
  priceLessons,
  type QuantityLesson,
  throughputLessons,
  upliftLessons,
} from "./quantity-lessons.ts";
import { raisesLessons } from "./raise-lessons.ts";
import { type ScalingLesson, scalingLessons } from "./scaling-lessons.ts";
import { utilisationLessons } from "./utilisation-lessons.ts";

export interface Lessons {
  readonly quantities: readonly QuantityLesson[];
  readonly raises: readonly RaisesLesson[];
  /** How fleets grow, by those of several sizes. */
  readonly scalings: readonly ScalingLesson[];
  /** Releases that anything was learnt from; those of which it is not known, since nothing was kept then, are none. */
  readonly releases: number;
}

interface Asked {
  readonly nowMs: EpochMs;
  /** Of one model alone; of what is by instance type, those that it has had. */
  readonly model?: string | undefined;
}

export function lessonsOf(past: readonly PastRelease[], { nowMs, model }: Asked): Lessons {
  const counting = past.filter(({ closedAt }) => weightAt(epochMs(closedAt), nowMs) > 0);
  const own = counting.filter((one) => model === undefined || one.model === model);
  const models = [...new Set(own.map((one) => one.model))].sort();
  return {
    releases: own.filter(({ launch, retrospective }) => (launch ?? retrospective) !== undefined).length,
    quantities: [
      ...provisioningLessons(counting, { nowMs, model }),
      ...models.flatMap((each) => [
        ...modelLoadLessons(each, own, nowMs),
        ...throughputLessons(each, own, nowMs),
        ...utilisationLessons(each, counting, nowMs),
        ...upliftLessons(each, own, nowMs),
        ...forecastLessons(each, own, nowMs),
        ...noiseLessons(each, own, nowMs),
      ]),
      ...priceLessons(own, nowMs),
    ],
    raises: raisesLessons(own, nowMs),
    scalings: models.flatMap((each) => scalingLessons(each, own, nowMs)),
  };
}

/** Of each instance type of which launches are known, the slowest of as many as started last. */
function provisioningLessons(past: readonly PastRelease[], { nowMs, model }: Asked): QuantityLesson[] {
  const launches = launchesOf(past, nowMs);
  const own = past.filter((one) => model === undefined || one.model === model);
  const types = [...new Set(own.flatMap(({ launch }) => Object.keys(launch?.instances ?? {})))].sort();
  return types.flatMap((of) => {
    const { belief, spans, changedAt } = provisioningBelief(of, launches);
    const together = spansOf(of, launches)[0]?.instances;
    if (together === undefined) return [];
    const posterior = posteriorOf(belief, spans, { instances: together, together });
    return [{ ...lesson("provisioning", "", of), together, ...(changedAt && { changedAt }), posterior }];
  });
}
