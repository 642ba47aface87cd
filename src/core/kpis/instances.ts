/** KPIs of single instances, where the endpoint publishes its metrics by instance. */

import type { CountSample, Observation } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import { observationsFrom } from "./metrics.ts";
import type { SeriesBook } from "./series.ts";

/** Fewer hosts cannot outvote one, and of more than this no single one decides anyway. */
export const hostsJudged = { least: 3, most: 32 } as const;

/** The observations with what each of the candidate's instances had a part in. */
export function withHosts(
  plan: Plan,
  observations: readonly Observation[],
  { book, instanceIds }: { readonly book: SeriesBook; readonly instanceIds: readonly string[] },
): Observation[] {
  const byKey = new Map<string, Record<string, CountSample>>();
  for (const instance of instanceIds)
    for (const { kpi, at, candidate } of observationsFrom(plan, book, { instance }))
      if (candidate !== null && "bad" in candidate) {
        const key = `${kpi}@${at}`;
        byKey.set(key, { ...byKey.get(key), [instance]: candidate });
      }
  return observations.map((one) => {
    const hosts = byKey.get(`${one.kpi}@${one.at}`);
    return hosts === undefined ? one : { ...one, hosts };
  });
}
