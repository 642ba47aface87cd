/** What releases have taught of how fleets of a model grow: by those of several sizes that were tested under load. */
import { weightAt } from "../learning/forgetting.ts";
import {
  type ScalingFit,
  type ScalingUnknown,
  type ServedBySize,
  type SizeSeen,
  scalingOf,
  servedAt,
} from "../load/fleet-growth.ts";
import type { ScalingLaw } from "../load/scaling-law.ts";
import { type EpochMs, epochMs } from "../units.ts";
import type { PastRelease } from "./past.ts";

export interface ScalingLesson {
  readonly model: string;
  /** An instance type. */
  readonly of: string;
  /** Fleets that were tested, and how many of them count. */
  readonly records: number;
  readonly n: number;
  /** How many instances they had, each once. */
  readonly sizes: readonly number[];
  /** Why it is not known how they grow; null where it is. */
  readonly refused: string | null;
  readonly law: ScalingLaw | null;
  /** Whether no more is shown than that each instance adds as much as the first; null where it is not known. */
  readonly isProportional: boolean | null;
  /** What the sizes that were tested serve by that, and twice the largest where that can be said. */
  readonly served: readonly ServedBySize[];
}

/** By instance type, oldest first. */
function sizesIn(model: string, past: readonly PastRelease[], nowMs: EpochMs): Map<string, SizeSeen[]> {
  const all = past
    .filter((one) => one.model === model)
    .toSorted((one, other) => (one.closedAt < other.closedAt ? -1 : 1))
    .flatMap(({ retrospective, closedAt }) =>
      (retrospective?.sizes ?? []).map((size) => ({ ...size, weight: weightAt(epochMs(closedAt), nowMs) })),
    );
  return Map.groupBy(
    all.filter(({ weight }) => weight > 0),
    ({ instanceType }) => instanceType,
  );
}

interface OfFleets {
  readonly model: string;
  readonly instanceType: string;
  readonly past: readonly PastRelease[];
  readonly nowMs: EpochMs;
}

/** How fleets of a model on a type grow, with those that were tested. */
export function fleetsKnown({ model, instanceType, past, nowMs }: OfFleets): {
  readonly seen: readonly SizeSeen[];
  readonly fit: ScalingFit | ScalingUnknown;
} {
  const seen = sizesIn(model, past, nowMs).get(instanceType) ?? [];
  return { seen, fit: scalingOf(seen) };
}

export function scalingLessons(model: string, past: readonly PastRelease[], nowMs: EpochMs): ScalingLesson[] {
  return [...sizesIn(model, past, nowMs)].map(([of, seen]) => {
    const fit = scalingOf(seen);
    const sizes = [...new Set(seen.map(({ instances }) => instances))].sort((one, other) => one - other);
    const n = seen.reduce((sum, { weight = 1 }) => sum + weight, 0);
    const about = { model, of, records: seen.length, n: Math.round(100 * n) / 100, sizes };
    if ("refused" in fit)
      return { ...about, refused: fit.refused, law: null, isProportional: null, served: [] };
    const served = [...sizes, 2 * (sizes.at(-1) ?? 0)].flatMap((instances) => {
      const found = servedAt(fit, instances);
      return "refused" in found ? [] : [found];
    });
    return { ...about, refused: null, law: fit.law, isProportional: fit.isProportional, served };
  });
}
