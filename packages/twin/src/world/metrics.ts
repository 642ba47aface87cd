/**
 * What a reader sees of what CloudWatch could know, and when: points come late and some never come (how late is
 * observed, not documented).
 */
import type { Beginning, Clock } from "./clock.ts";
import type { PastSamples, Sample, Series } from "./metric-state.ts";
import type { Chance } from "./random.ts";
import type { Specified } from "./settled.ts";
import type { MutableState } from "./state.ts";

/** What samples are seen by. */
export type SampleSource = Clock & Beginning & PastSamples & Specified & Chance;

export function seriesOf(
  world: MutableState,
  endpoint: string,
  variant: { name: string; instanceType: string },
): Series {
  const key = `${endpoint}/${variant.name}`;
  let series = world.state.metrics.series.get(key);
  if (series === undefined) {
    series = { endpoint, variant: variant.name, instanceType: variant.instanceType, samples: [] };
    world.state.metrics.series.set(key, series);
  }
  return series;
}

/** The samples of one published point: all that share a multiple of the pace. */
export interface Point {
  readonly atMs: number;
  readonly seconds: number;
  readonly samples: readonly Sample[];
}

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Look extends Range {
  readonly nowMs: number;
  readonly samples: number;
  readonly points: readonly Point[];
}
const lastLooks = new WeakMap<Series, Look>();

/**
 * The points of a series that start in [fromMs, toMs) and can be seen by now, oldest first. A reader asks for many
 * metrics at once, and for the same points for each: the last look is kept.
 */
export function visiblePoints(
  world: SampleSource,
  series: Series,
  { fromMs, toMs }: Range,
): readonly Point[] {
  const { nowMs } = world;
  const last = lastLooks.get(series);
  const samples = series.samples.length;
  if (last?.fromMs === fromMs && last.toMs === toMs && last.nowMs === nowMs && last.samples === samples)
    return last.points;
  const points = pointsSeen(world, series, { fromMs, toMs });
  lastLooks.set(series, { fromMs, toMs, nowMs, samples, points });
  return points;
}

function pointsSeen(world: SampleSource, series: Series, range: Range): Point[] {
  const points: { atMs: number; seconds: number; samples: Sample[] }[] = [];
  for (const sample of samplesBetween(world, series, range)) {
    const seconds = Math.max(sample.paceSeconds, sample.seconds);
    const atMs = Math.floor(sample.atMs / (seconds * 1000)) * seconds * 1000;
    const last = points.at(-1);
    if (last !== undefined && last.atMs === atMs) last.samples.push(sample);
    else points.push({ atMs, seconds, samples: [sample] });
  }
  return points.filter((point) => isVisible(world, series, point));
}

function isVisible(world: SampleSource, series: Series, point: { atMs: number; seconds: number }): boolean {
  const { lagSeconds, missingPercent, outages } = world.spec.metrics;
  if (point.atMs + (point.seconds + lagSeconds) * 1000 > world.nowMs) return false;
  const minute = (point.atMs - world.startMs) / 60_000;
  if (outages.some((outage) => minute >= outage.atMinute && minute < outage.atMinute + outage.minutes))
    return false;
  if (missingPercent === 0) return true;
  const random = world.streams(
    `missing/${series.endpoint}/${series.variant}`,
    Math.floor(point.atMs / 60_000),
  );
  return random.uniform() * 100 >= missingPercent;
}

function samplesBetween(world: Beginning & PastSamples, series: Series, range: Range): Sample[] {
  const { samples } = series;
  const first = firstAtOrAfter(samples, range.fromMs);
  const found = samples.slice(first, firstAtOrAfter(samples, range.toMs));
  return range.fromMs < world.firstTickMs ? [...world.past(series, range), ...found] : found;
}

function firstAtOrAfter(samples: readonly Sample[], atMs: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.atMs ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Who had the requests of a sample: only the warm answer; cold ones fail theirs where the health check lets requests come. */
export function takersOf(
  world: Specified,
  { instanceIds, coldIds }: Sample,
): Record<"answered" | "unanswered", readonly string[]> {
  const warm = instanceIds.filter((id) => !coldIds.includes(id));
  if (warm.length === 0) return { answered: [], unanswered: instanceIds };
  const failing = world.spec.provisioning.healthCheck === "shallow" && coldIds.length > 0;
  return { answered: warm, unanswered: failing ? coldIds : warm };
}
