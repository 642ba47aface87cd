/** Watches what serves while its candidate is tested under load: tables, features and networks may be both fleets'. */
import { observationsFrom } from "../core/kpis/metrics.ts";
import { type Sides, seriesBook, seriesQueries } from "../core/kpis/series.ts";
import { turnedKpis } from "../core/kpis/turned.ts";
import type { Plan } from "../core/plan/plan.ts";
import { type EpochMs, secondsOf } from "../core/units.ts";
import { readSeries } from "./cloudwatch.ts";
import { noiseBefore } from "./kpi-past.ts";
import type { Tools } from "./lambda.ts";

/** An interval is read once it can be taken to be whole: CloudWatch adds to the newest minute for a while. */
const settledSeconds = 60;

interface Watched {
  readonly plan: Plan;
  readonly sides: Sides;
  readonly instances: number;
  /** When the first requests were sent. */
  readonly sinceMs: EpochMs;
  /** How long it may be watched, minutes. */
  readonly maxMinutes: number;
}

/** The KPIs of stable that have turned since a moment; none as long as nothing of that time is published. */
export async function stableTurned({ aws, now }: Tools, watched: Watched): Promise<readonly string[]> {
  const { plan, sides, instances, sinceMs, maxMinutes } = watched;
  const { intervalSeconds } = plan.rollout;
  const whole = (seconds: number) => Math.floor(seconds / intervalSeconds) * intervalSeconds;
  const sinceSeconds = whole(secondsOf(sinceMs)) + intervalSeconds;
  const nowSeconds = secondsOf(now());
  const toSeconds = whole(nowSeconds - settledSeconds);
  if (toSeconds <= sinceSeconds) return [];
  // No interval is compared with one of the test itself.
  const earlierSeconds = whole(maxMinutes * 60) + 2 * intervalSeconds;
  const span = { fromSeconds: sinceSeconds - earlierSeconds, toSeconds, periodSeconds: intervalSeconds };
  const series = await readSeries(aws, seriesQueries(plan, sides, ["stable"]), span);
  const observed = observationsFrom(plan, seriesBook(series), { nowSeconds });
  const noise = await noiseBefore(aws, { plan, sides, beforeSeconds: sinceSeconds });
  return turnedKpis(plan, observed, { sinceSeconds, earlierSeconds, nowSeconds, instances, noise });
}
