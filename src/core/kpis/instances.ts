/** KPIs of single instances, where the endpoint publishes its metrics by instance. */
import type { Plan } from "../plan/plan.ts";
import type { CountSample, Observation } from "../verdict/index.ts";
import { observationsFrom, type Series, type SeriesQuery } from "./metrics.ts";

/** The same series of each instance: of SageMaker's own request metrics, which alone carry an InstanceId. */
export function instanceQueries(
  queries: readonly SeriesQuery[],
  instanceIds: readonly string[],
): SeriesQuery[] {
  const own = queries.filter(({ namespace }) => namespace === "AWS/SageMaker");
  return instanceIds.flatMap((InstanceId, i) =>
    own.map((query) => ({
      ...query,
      id: `i${i}_${query.id}`,
      dimensions: { ...query.dimensions, InstanceId },
    })),
  );
}

/** An instance's series by the ids that they have for the whole variant. */
export function seriesOfInstance(all: ReadonlyMap<string, Series>, nth: number): Map<string, Series> {
  const prefix = `i${nth}_`;
  return new Map(
    [...all].flatMap(([id, one]): [string, Series][] =>
      id.startsWith(prefix) ? [[id.slice(prefix.length), one]] : [],
    ),
  );
}

/** Fewer hosts cannot outvote one, and of more than this no single one decides anyway. */
export const hostsJudged = { least: 3, most: 32 } as const;

/** The observations with what each of the candidate's instances had a part in. */
export function withHosts(
  plan: Plan,
  observations: readonly Observation[],
  {
    series,
    instanceIds,
  }: { readonly series: ReadonlyMap<string, Series>; readonly instanceIds: readonly string[] },
): Observation[] {
  const byKey = new Map<string, Record<string, CountSample>>();
  for (const [nth, id] of instanceIds.entries())
    for (const { kpi, at, candidate } of observationsFrom(plan, seriesOfInstance(series, nth)))
      if (candidate !== null && "bad" in candidate) {
        const key = `${kpi}@${at}`;
        byKey.set(key, { ...byKey.get(key), [id]: candidate });
      }
  return observations.map((one) => {
    const hosts = byKey.get(`${one.kpi}@${one.at}`);
    return hosts === undefined ? one : { ...one, hosts };
  });
}
