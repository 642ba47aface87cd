/**
 * At which utilisation latency breaks, of a model on an instance type: what its tests under load have shown, and before that what those
 * of other types and models have.
 */
import { nextWhere } from "../learning/posterior.ts";
import {
  learntOf,
  type QuantityBelief,
  type QuantityPrior,
  type QuantitySeen,
} from "../learning/quantity.ts";
import type { EpochMs } from "../units.ts";
import type { PastRelease } from "./past.ts";
import { lesson, type QuantityLesson, seenIn, toldOf } from "./quantity-lessons.ts";

/** Chosen: most fleets are slow from nine tenths of full load on, or from half as much. */
const prior: QuantityPrior = { centre: 0.85, deviation: 0.3, spread: 0.08, spreadDeviation: 0.4 };
/** Chosen: how far one type of one model is from others. */
const apart = 0.15;

const keyOf = (model: string, instanceType: string) => JSON.stringify([model, instanceType]);

/** Of all models' releases. */
const seenOf = (past: readonly PastRelease[], nowMs: EpochMs) =>
  seenIn(past, nowMs, ({ model }, { utilisation }) => {
    if (utilisation === undefined) return [];
    const { instanceType, planned, moreThan, atMost = Number.POSITIVE_INFINITY } = utilisation;
    return [{ of: keyOf(model, instanceType), planned, moreThan, atMost }];
  });

/** What others have shown is believed beforehand, the less surely the less they have, and never more than types are alike. */
function pooled(others: readonly QuantitySeen[]): QuantityPrior {
  if (others.length === 0) return prior;
  const { belief } = learntOf(prior, others);
  const sure = belief.reduce((sum, { weight, median }) => sum + weight * median, 0);
  const variance = belief.reduce((sum, { weight, median }) => sum + weight * (median - sure) ** 2, 0);
  return {
    ...prior,
    centre: Math.exp(nextWhere(belief, 0.5)),
    deviation: Math.hypot(Math.sqrt(variance), apart),
  };
}

interface Asked {
  readonly model: string;
  readonly instanceType: string;
  /** Of all models. */
  readonly past: readonly PastRelease[];
  readonly nowMs: EpochMs;
}

export function utilisationOf({ model, instanceType, past, nowMs }: Asked): QuantityBelief {
  const all = seenOf(past, nowMs);
  const own = keyOf(model, instanceType);
  const others = [...all].flatMap(([key, { seen }]) => (key === own ? [] : seen));
  return learntOf(pooled(others), all.get(own)?.seen ?? []);
}

/** By instance type, of one model. */
export function utilisationLessons(
  model: string,
  past: readonly PastRelease[],
  nowMs: EpochMs,
): QuantityLesson[] {
  return [...seenOf(past, nowMs)].flatMap(([key, { planned }]) => {
    const [of, instanceType = ""] = JSON.parse(key) as string[];
    if (of !== model) return [];
    return [
      {
        ...lesson("utilisation", model, instanceType),
        ...(planned !== undefined && { planned }),
        ...toldOf(utilisationOf({ model, instanceType, past, nowMs })),
      },
    ];
  });
}
