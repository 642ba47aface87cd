/** Reads what CloudWatch shows of a stage's intervals since the last look. */

import type { Observation } from "#verdict";
import { hostsJudged, withHosts } from "../core/kpis/instances.ts";
import { observationsFrom } from "../core/kpis/metrics.ts";
import { instanceQueries, type Sides, seriesBook, seriesQueries } from "../core/kpis/series.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { EpochSeconds } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { readSeries } from "./cloudwatch.ts";
import { instancesReporting } from "./fleet-metrics.ts";

/** Late intervals are taken into account this long after they ended, seconds. */
export const lateSeconds = 900;
/** An interval is read once it can be taken to be whole: CloudWatch adds to the newest minute for a while. */
const settledSeconds = 60;

interface Look {
  readonly plan: Plan;
  readonly sides: Sides;
  /** Start of the stage's first whole interval. */
  readonly fromSeconds: EpochSeconds;
  readonly nowSeconds: EpochSeconds;
  readonly lookedAt: EpochSeconds | undefined;
}

/** Intervals that are whole, since the last look and late ones before it; those read before count no second time. */
export async function newObservations(
  aws: Aws,
  { plan, sides, nowSeconds, ...look }: Look,
): Promise<Observation[]> {
  const { intervalSeconds } = plan.rollout;
  const whole = (seconds: number) => Math.floor(seconds / intervalSeconds) * intervalSeconds;
  const fromSeconds = Math.max(look.fromSeconds, whole((look.lookedAt ?? nowSeconds) - lateSeconds));
  const toSeconds = whole(nowSeconds - settledSeconds);
  if (toSeconds <= fromSeconds) return [];
  const span = { fromSeconds, toSeconds, periodSeconds: intervalSeconds };
  const [series, instanceIds] = await Promise.all([
    readSeries(aws, seriesQueries(plan, sides), span),
    instancesReporting(aws, { ...sides, variant: sides.candidate }, lately),
  ]);
  const observations = observationsFrom(plan, seriesBook(series), { nowSeconds });
  if (instanceIds.length < hostsJudged.least || instanceIds.length > hostsJudged.most) return observations;
  const ofInstances = await readSeries(
    aws,
    instanceQueries(sides.metrics, seriesQueries(plan, sides, ["candidate"]), instanceIds),
    span,
  );
  return withHosts(plan, observations, { book: seriesBook(ofInstances), instanceIds });
}

/** Of instances that have answered of late. */
const lately = { measure: "requests", RecentlyActive: "PT3H" } as const;
