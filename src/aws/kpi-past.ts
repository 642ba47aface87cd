/** Reads stable's last day for the noise in its KPIs, split by instance where its metrics name their instances. */

import type { Measured } from "#verdict";
import { instancesRead, measuredNoise, pastQueries, pastSeconds } from "../core/kpis/past.ts";
import { instanceQueries, type Sides, seriesBook } from "../core/kpis/series.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { EpochSeconds } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { readSeries } from "./cloudwatch.ts";
import { instancesReporting } from "./fleet-metrics.ts";

/** The noise of each KPI in the day before a moment, epoch seconds. */
export async function noiseBefore(
  aws: Aws,
  { plan, sides, beforeSeconds }: { plan: Plan; sides: Sides; beforeSeconds: EpochSeconds },
): Promise<Measured> {
  const toSeconds = Math.floor(beforeSeconds / pastSeconds.period) * pastSeconds.period;
  const span = {
    fromSeconds: toSeconds - pastSeconds.span,
    toSeconds,
    periodSeconds: pastSeconds.period,
  };
  const instances = instancesRead(
    await instancesReporting(aws, { ...sides, variant: sides.stable }, { measure: "requests" }),
  );
  const queries = pastQueries(plan, sides);
  const [whole, ofInstances] = await Promise.all([
    readSeries(aws, queries, span),
    readSeries(
      aws,
      instanceQueries(
        sides.metrics,
        queries,
        instances.map(({ id }) => id),
      ),
      span,
    ),
  ]);
  return measuredNoise(plan, { book: seriesBook([...whole, ...ofInstances]), instances });
}
