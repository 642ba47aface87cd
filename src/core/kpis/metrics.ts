/** From series back to observations, and from a plan's KPIs to what the verdict judges by. */

import type { Observation, VerdictSettings } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import { judgedKpis } from "../plan/requirements.ts";
import type { EpochSeconds } from "../units.ts";
import type { Side } from "./kinds/kind.ts";
import { kindOf } from "./kinds/registry.ts";
import type { SeriesBook } from "./series.ts";

/**
 * What was seen until now, of the variants or of one instance, interval by interval; those without any value are left out,
 * and those that are not over: who publishes by another clock stamps them ahead of ours.
 */
export function observationsFrom(
  plan: Plan,
  book: SeriesBook,
  {
    instance,
    nowSeconds = Number.POSITIVE_INFINITY,
  }: { readonly instance?: string; readonly nowSeconds?: EpochSeconds } = {},
): Observation[] {
  const { intervalSeconds } = plan.rollout;
  const moments = book.moments(instance).filter((at) => at + intervalSeconds <= nowSeconds);
  return judgedKpis(plan).flatMap((kpi) => {
    const kind = kindOf(kpi);
    const partsOf = (side: Side) => {
      const address = { kpi: kpi.name, side, ...(instance === undefined ? {} : { instance }) };
      return new Map(kind.parts(kpi).map(([part]) => [part, book.at({ ...address, part })]));
    };
    const parts = { candidate: partsOf("candidate"), stable: partsOf("stable") };
    const sampleOf = (side: Side, at: number) =>
      kind.sample((part) => parts[side].get(part)?.get(at), kpi, side);
    return moments.flatMap((at): Observation[] => {
      const [candidate, stable] = [sampleOf("candidate", at), sampleOf("stable", at)];
      return candidate === null && stable === null
        ? []
        : [{ kpi: kpi.name, at, seconds: intervalSeconds, candidate, stable }];
    });
  });
}

/** The plan's KPIs as the verdict engine takes them. */
export function verdictSettings(plan: Plan): VerdictSettings {
  const { intervalSeconds, stages, evidence, minimumRequests } = plan.rollout;
  const { alpha, beta, hostSpread } = evidence;
  const kpis = judgedKpis(plan).map((kpi) => kindOf(kpi).settings(kpi, { hostSpread, intervalSeconds }));
  return { alpha, beta, minimumRequests, intervalSeconds, stages: stages.length, kpis };
}
