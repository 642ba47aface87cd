/** A plan's quality KPIs as series of CloudWatch's, hour by hour, and those as a value a day of which larger is worse. */
import type { DayValue } from "#verdict";
import type { QualityKpi } from "../plan/quality.ts";
import type { EpochSeconds } from "../units.ts";
import type { MetricQuery, Series } from "./series.ts";

/** Hours are kept for 455 days (CloudWatch user guide, "Metrics retention"). */
export const qualityPeriodSeconds = 3600;
export const daySeconds = 86_400;

/** Two series: what a day comes to is the sum of the one over the sum of the other. */
export interface QualitySeries {
  readonly over: MetricQuery;
  readonly under: MetricQuery;
}

export function seriesOfQuality(kpi: QualityKpi): QualitySeries {
  if (kpi.kind === "custom")
    return { over: { ...kpi.bad, statistic: "Sum" }, under: { ...kpi.total, statistic: "Sum" } };
  return { over: { ...kpi.metric, statistic: "Sum" }, under: { ...kpi.metric, statistic: "SampleCount" } };
}

/** What has been published of a day: its value, and in how many of its hours. */
export interface DaySeen {
  readonly value: DayValue;
  readonly hours: number;
}

const nothing: DaySeen = { value: null, hours: 0 };

/** The day that begins at a moment. An hour in which either of two metrics is missing is not known. */
export function dayOf(
  kpi: QualityKpi,
  { over, under }: { readonly over: Series; readonly under: Series },
  fromSeconds: EpochSeconds,
): DaySeen {
  let [above, below, hours] = [0, 0, 0];
  for (let at = fromSeconds; at < fromSeconds + daySeconds; at += qualityPeriodSeconds) {
    const [more, less] = [over.get(at), under.get(at)];
    if (more === undefined || less === undefined) continue;
    above += more;
    below += less;
    hours += 1;
  }
  if (below <= 0) return nothing;
  const value =
    kpi.kind === "custom" ? logRate(Math.min(above, below), below) : valueOfMean(kpi, above / below);
  return value === null ? nothing : { value, hours };
}

/** A day without a bad event has a rate, too: half an event. */
const logRate = (bad: number, total: number): number => Math.log((Math.max(0, bad) + 0.5) / (total + 1));

function valueOfMean(kpi: QualityKpi & { kind: "value" }, mean: number): DayValue {
  const sign = kpi.better === "higher" ? -1 : 1;
  if (kpi.margin !== undefined) return sign * mean;
  return mean > 0 ? sign * Math.log(mean) : null;
}

/** How much worse is acceptable, in the unit of the values. */
export function marginOf(kpi: QualityKpi): number {
  if (kpi.kind === "custom") return Math.log(1 + kpi.tolerance);
  if (kpi.margin !== undefined) return kpi.margin;
  return kpi.better === "higher" ? -Math.log(1 - (kpi.tolerance ?? 0)) : Math.log(1 + (kpi.tolerance ?? 0));
}

/** Chosen: days are taken to vary by a thousandth at least, however alike those of the history are. */
export const leastSpreadOf = (kpi: QualityKpi, history: readonly DayValue[]): number => {
  const known = history.filter((value) => value !== null);
  const level = known.reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(1, known.length);
  return kpi.kind === "value" && kpi.margin !== undefined ? Math.max(1e-9, level / 1000) : 1 / 1000;
};

/** A difference of values in words of the metric: "3.1 % lower", "0.02 higher". */
export function differenceText(kpi: QualityKpi, worse: number): string {
  const isFall = kpi.kind === "value" && kpi.better === "higher";
  const less = isFall !== worse < 0;
  const word = less ? "lower" : "higher";
  if (kpi.kind === "value" && kpi.margin !== undefined) return `${figure(Math.abs(worse))} ${word}`;
  const ratio = Math.exp(isFall ? -worse : worse);
  return `${figure(100 * Math.abs(ratio - 1))} % ${word}`;
}

const figure = (value: number): string => String(Number(value.toPrecision(2)));
