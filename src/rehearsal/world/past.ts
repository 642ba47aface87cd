/**
 * The time before the world began: the seeded fleet under the same trace, made when somebody reads it, so that a
 * day of history costs nothing to a release that never looks at it.
 */
import type { Sample, Series } from "./metrics.ts";
import { seededVariant } from "./seeded-scaling.ts";
import { type Service, serve } from "./service-model.ts";
import { tickMs } from "./ticks.ts";
import type { World } from "./world.ts";

/** How long CloudWatch keeps points of a minute, and shorter ones (user guide, "Metrics retention"). */
const minutesKeptMs = 15 * 86_400_000;
const fineKeptMs = 3 * 3_600_000;

export type Past = (series: Series, range: { fromMs: number; toMs: number }) => Sample[];

/** Samples before the world's first tick that start in [fromMs, toMs), oldest first; only the seeded variant has any. */
export function createPast(world: () => World): Past {
  const made = new Map<number, Sample[]>();
  return (series, range) => {
    const { plan, firstTickMs } = world();
    if (series.endpoint !== plan.endpoint.name || series.variant !== seededVariant) return [];
    const samples: Sample[] = [];
    const fromMs = Math.max(range.fromMs, firstTickMs - minutesKeptMs);
    for (
      let minute = Math.floor(fromMs / 60_000);
      minute * 60_000 < Math.min(range.toMs, firstTickMs);
      minute++
    ) {
      const found = made.get(minute) ?? samplesOfMinute(world(), series, minute * 60_000);
      made.set(minute, found);
      samples.push(...found.filter((sample) => sample.atMs >= fromMs && sample.atMs < range.toMs));
    }
    return samples;
  };
}

/** Six ticks where enhanced metrics are still kept at their own pace, or the minute as one. */
function samplesOfMinute(world: World, series: Series, atMs: number): Sample[] {
  const fine = world.spec.metrics.enhancedSeconds !== undefined && atMs >= world.firstTickMs - fineKeptMs;
  const seconds = fine ? tickMs / 1000 : 60;
  return Array.from({ length: 60 / seconds }, (_, i) =>
    sampleAt(world, series, { atMs: atMs + i * seconds * 1000, seconds }),
  );
}

function sampleAt(world: World, series: Series, span: { atMs: number; seconds: number }): Sample {
  const { atMs, seconds } = span;
  const { latencyMs, latencyCv, errorPercent, clientErrorPercent } = world.spec.service;
  const random = world.streams(`past/${series.endpoint}/${series.variant}`, atMs / 1000);
  const requests = random.poisson(world.rate(atMs) * seconds);
  const { instances, requestsPerSecondPerInstance } = world.plan.endpoint;
  const service: Service = {
    seconds,
    ready: instances,
    warm: instances,
    coldTakesRequests: false,
    throughput: requestsPerSecondPerInstance,
    latencyMs,
    latencyCv,
    errorShare: errorPercent / 100,
    clientErrorShare: clientErrorPercent / 100,
  };
  const { enhancedSeconds } = world.spec.metrics;
  return {
    ...serve(requests, service, random),
    atMs,
    seconds,
    instanceIds: world.seededInstanceIds,
    paceSeconds: enhancedSeconds ?? 60,
    enhanced: enhancedSeconds !== undefined,
  };
}
