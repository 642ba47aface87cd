/**
 * The time before the world began: the seeded fleet under the same trace, made when somebody reads it, so that a
 * day of history costs nothing to a run that never looks at it. Worlds of one seed have one past: who lives through
 * the same world again and again finds it made.
 */
import type { Beginning } from "./clock.ts";
import { failingParts, meanOf } from "./hosts.ts";
import type { Past, Sample, Series } from "./metric-state.ts";
import type { Chance } from "./random.ts";
import { servingVariant } from "./seeded-scaling.ts";
import { type Service, serve, type Throughputs } from "./service-model.ts";
import type { Scenario } from "./settled.ts";
import { tickMs } from "./ticks.ts";
import type { Arrivals } from "./traffic.ts";

/** How long CloudWatch keeps points of a minute, and shorter ones (user guide, "Metrics retention"). */
const minutesKeptMs = 15 * 86_400_000;
const fineKeptMs = 3 * 3_600_000;

/** What the past is made of. */
type Origin = Scenario &
  Beginning &
  Chance &
  Arrivals &
  Throughputs & {
    /** Of the fleet that the account's own endpoint begins with. */
    readonly seededInstanceIds: readonly string[];
  };

type Made = Map<string, Sample[]>;

/** The newest world's, by all that a world is made of. */
let newest: { readonly of: string; readonly made: Made } | undefined;

function madeBefore({ seed, startMs, spec, account }: Scenario): Made {
  const of = JSON.stringify([seed, startMs, spec, account]);
  if (newest?.of !== of) newest = { of, made: new Map() };
  return newest.made;
}

/** Samples before the world's first tick that start in [fromMs, toMs), oldest first; only the seeded variant has any. */
export function createPast(origin: Origin): Past {
  let known: Made | undefined;
  return (series, range) => {
    known ??= madeBefore(origin);
    const made = known;
    const { firstTickMs, spec } = origin;
    const fleet = series.variant === servingVariant(spec) ? fleetOf(origin, series.endpoint) : undefined;
    if (fleet === undefined) return [];
    const samples: Sample[] = [];
    const fromMs = Math.max(range.fromMs, firstTickMs - minutesKeptMs);
    for (
      let minute = Math.floor(fromMs / 60_000);
      minute * 60_000 < Math.min(range.toMs, firstTickMs);
      minute++
    ) {
      const key = `${series.endpoint} ${minute}`;
      const found = made.get(key) ?? samplesOfMinute(origin, { series, fleet, atMs: minute * 60_000 });
      made.set(key, found);
      samples.push(...found.filter((sample) => sample.atMs >= fromMs && sample.atMs < range.toMs));
    }
    return samples;
  };
}

/** What served an endpoint in the past, and the share of the trace that came to it. */
interface PastFleet {
  readonly instances: number;
  readonly share: number;
  readonly instanceIds: readonly string[];
  readonly enhancedSeconds: number | null;
}

function fleetOf({ account, spec, seededInstanceIds }: Origin, endpoint: string): PastFleet | undefined {
  const { instances } = account.endpoint;
  if (endpoint === account.endpoint.name)
    return {
      instances,
      share: 1,
      instanceIds: seededInstanceIds,
      enhancedSeconds: spec.metrics.enhancedSeconds,
    };
  const other = spec.others.find(({ name }) => name === endpoint);
  if (other === undefined || other.trafficPercent === 0) return undefined;
  const share = other.trafficPercent / 100;
  return { instances: other.instances, share, instanceIds: [], enhancedSeconds: null };
}

interface PastMinute {
  readonly series: Series;
  readonly fleet: PastFleet;
  readonly atMs: number;
}

/** Six ticks where enhanced metrics are still kept at their own pace, or the minute as one. */
function samplesOfMinute(origin: Origin, { series, fleet, atMs }: PastMinute): Sample[] {
  const fine = fleet.enhancedSeconds !== null && atMs >= origin.firstTickMs - fineKeptMs;
  const seconds = fine ? tickMs / 1000 : 60;
  return Array.from({ length: 60 / seconds }, (_, i) =>
    sampleAt(origin, { series, fleet, atMs: atMs + i * seconds * 1000 }, seconds),
  );
}

function sampleAt(origin: Origin, { series, fleet, atMs }: PastMinute, seconds: number): Sample {
  const { latencyMs, latencyCv, errorPercent, clientErrorPercent } = origin.spec.service;
  const random = origin.streams(`past/${series.endpoint}/${series.variant}`, atMs / 1000);
  const expected = origin.rate(atMs) * fleet.share * seconds;
  const requests = random.poisson(expected);
  const { instances, instanceIds, enhancedSeconds } = fleet;
  const part = errorPercent / 100;
  const parts = failingParts(origin, instanceIds, { part });
  const service: Service = {
    seconds,
    ready: instances,
    warm: instances,
    coldTakesRequests: false,
    expected,
    throughput: origin.throughput(origin.account.endpoint.instanceType),
    latencyMs,
    latencyCv,
    errorShare: parts === undefined ? part : meanOf(parts),
    clientErrorShare: clientErrorPercent / 100,
  };
  return {
    ...serve(requests, service, random),
    atMs,
    seconds,
    instanceIds,
    ...(parts === undefined ? {} : { failingParts: parts }),
    coldIds: [],
    paceSeconds: enhancedSeconds ?? 60,
    enhanced: enhancedSeconds !== null,
  };
}
